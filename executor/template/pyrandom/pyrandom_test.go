package pyrandom

import (
	"math/big"
	"slices"
	"testing"
)

// What CPython 3.11 draws: four randrange(0, 60), a shuffle of range(10), two randrange(0, 2**40), one randrange(100, 0, -7).
var drawn = []struct {
	name    string
	seed    func() *Random
	minutes []int64
	shuffle []int
	wide    []int64
	down    int64
}{
	{"host name", func() *Random { return NewStr("web1.example.com") },
		[]int64{31, 34, 35, 43}, []int{1, 9, 5, 2, 4, 0, 3, 6, 8, 7}, []int64{96130007286, 542729104919}, 100},
	{"empty text", func() *Random { return NewStr("") },
		[]int64{29, 38, 13, 24}, []int{4, 0, 8, 2, 1, 5, 9, 6, 3, 7}, []int64{1000556550432, 453528840960}, 58},
	{"zero", func() *Random { return NewInt(big.NewInt(0)) },
		[]int64{54, 24, 48, 56}, []int{7, 8, 1, 5, 3, 4, 2, 0, 9, 6}, []int64{849735321549, 87705687125}, 72},
	{"negative", func() *Random { return NewInt(big.NewInt(-7)) },
		[]int64{20, 9, 25, 41}, []int{8, 3, 1, 4, 7, 0, 9, 6, 2, 5}, []int64{868231286071, 105874957392}, 93},
	{"beyond 64 bits", func() *Random { return NewInt(new(big.Int).Lsh(big.NewInt(1), 70)) },
		[]int64{14, 26, 31, 6}, []int{4, 9, 5, 2, 1, 8, 0, 7, 6, 3}, []int64{1075524520399, 63351887722}, 30},
}

func TestDrawsAsPython(t *testing.T) {
	for _, c := range drawn {
		t.Run(c.name, func(t *testing.T) {
			r := c.seed()
			for i, want := range c.minutes {
				if got, _ := r.Range(0, 60, 1); got != want {
					t.Errorf("draw %d: %d, Python draws %d", i, got, want)
				}
			}
			order := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
			c.seed().Shuffle(10, func(i, j int) { order[i], order[j] = order[j], order[i] })
			if !slices.Equal(order, c.shuffle) {
				t.Errorf("shuffle %v, Python gives %v", order, c.shuffle)
			}
			r = c.seed()
			for i, want := range c.wide {
				if got, _ := r.Range(0, 1<<40, 1); got != want {
					t.Errorf("wide draw %d: %d, Python draws %d", i, got, want)
				}
			}
			if got, _ := r.Range(100, 0, -7); got != c.down {
				t.Errorf("downward: %d, Python draws %d", got, c.down)
			}
		})
	}
}

func TestEmptyRange(t *testing.T) {
	r := NewStr("x")
	for _, c := range [][3]int64{{5, 5, 1}, {5, 1, 1}, {1, 5, -1}, {1, 5, 0}} {
		if _, err := r.Range(c[0], c[1], c[2]); err == nil {
			t.Errorf("randrange%v drew something", c)
		}
	}
}
