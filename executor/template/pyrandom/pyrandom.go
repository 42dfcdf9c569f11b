// Package pyrandom is Python's random.Random: the Mersenne Twister MT19937 with Python's ways of seeding and drawing.
//
// Playbooks draw "random" minutes for cron jobs with the host's name as a seed. The number must be the one Ansible has
// drawn, or a first run of this program would change every such job.
package pyrandom

import (
	"crypto/sha512"
	"fmt"
	"math/big"
	"math/bits"
)

const (
	size      = 624
	period    = 397
	upperMask = 0x80000000
	lowerMask = 0x7fffffff
	twist     = 0x9908b0df
)

// Random is a generator. It is not safe for concurrent use.
type Random struct {
	state [size]uint32
	next  int
}

// NewInt seeds as random.Random(n).
func NewInt(n *big.Int) *Random {
	var key []uint32
	rest := new(big.Int).Abs(n)
	word := new(big.Int)
	mask := big.NewInt(0xffffffff)
	for rest.Sign() > 0 {
		key = append(key, uint32(word.And(rest, mask).Uint64()))
		rest.Rsh(rest, 32)
	}
	if len(key) == 0 {
		key = []uint32{0}
	}
	r := &Random{}
	r.initByArray(key)
	return r
}

// NewStr seeds as random.Random("text"): the text with its SHA-512 digest appended, read as one big-endian number.
func NewStr(s string) *Random {
	digest := sha512.Sum512([]byte(s))
	return NewInt(new(big.Int).SetBytes(append([]byte(s), digest[:]...)))
}

func (r *Random) init(seed uint32) {
	r.state[0] = seed
	for i := uint32(1); i < size; i++ {
		prev := r.state[i-1]
		r.state[i] = 1812433253*(prev^(prev>>30)) + i
	}
	r.next = size
}

// initByArray is init_by_array of Matsumoto and Nishimura's reference code.
func (r *Random) initByArray(key []uint32) {
	r.init(19650218)
	i, j := 1, 0
	advance := func() {
		if i++; i >= size {
			r.state[0] = r.state[size-1]
			i = 1
		}
	}
	for range max(size, len(key)) {
		prev := r.state[i-1]
		r.state[i] = (r.state[i] ^ ((prev ^ (prev >> 30)) * 1664525)) + key[j] + uint32(j)
		advance()
		if j++; j >= len(key) {
			j = 0
		}
	}
	for range size - 1 {
		prev := r.state[i-1]
		r.state[i] = (r.state[i] ^ ((prev ^ (prev >> 30)) * 1566083941)) - uint32(i)
		advance()
	}
	r.state[0] = upperMask
}

func (r *Random) regenerate() {
	for i := range size {
		y := r.state[i]&upperMask | r.state[(i+1)%size]&lowerMask
		v := r.state[(i+period)%size] ^ y>>1
		if y&1 != 0 {
			v ^= twist
		}
		r.state[i] = v
	}
	r.next = 0
}

func (r *Random) uint32() uint32 {
	if r.next >= size {
		r.regenerate()
	}
	y := r.state[r.next]
	r.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// bits draws k random bits, 1 to 64, as getrandbits.
func (r *Random) bits(k int) uint64 {
	if k <= 32 {
		return uint64(r.uint32() >> (32 - k))
	}
	low := uint64(r.uint32())
	return low | uint64(r.uint32()>>(64-k))<<32
}

// Below draws from 0 to n-1; n must be positive.
func (r *Random) Below(n int64) int64 {
	k := bits.Len64(uint64(n))
	v := r.bits(k)
	for v >= uint64(n) {
		v = r.bits(k)
	}
	return int64(v)
}

// Range draws as randrange(start, stop, step).
func (r *Random) Range(start, stop, step int64) (int64, error) {
	width := stop - start
	var n int64
	switch {
	case step > 0:
		n = (width + step - 1) / step
	case step < 0:
		n = (width + step + 1) / step
	default:
		return 0, fmt.Errorf("zero step for randrange()")
	}
	if n <= 0 {
		return 0, fmt.Errorf("empty range for randrange() (%d, %d, %d)", start, stop, step)
	}
	return start + step*r.Below(n), nil
}

// Shuffle permutes n elements as random.shuffle.
func (r *Random) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, int(r.Below(int64(i+1))))
	}
}
