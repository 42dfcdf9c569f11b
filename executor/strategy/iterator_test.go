package strategy

import (
	"slices"
	"strings"
	"testing"

	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/parser/jinja/value"
)

// named makes tasks of names.
func named(names string) []plan.Node {
	var out []plan.Node
	for _, n := range strings.Fields(names) {
		out = append(out, &plan.Task{Name: value.Str(n)})
	}
	return out
}

// walk leads one host through blocks; tasks whose name begins with "x" fail.
func walk(blocks ...*plan.Block) (done []string, failed bool) {
	it := newIterator(&plan.Play{Blocks: blocks}, []string{"h"}, func(string) bool { return false })
	for {
		s, t := it.peek("h")
		if t == nil {
			it.take("h", s)
			return done, it.failed("h")
		}
		it.take("h", s)
		name := conditionText(t.Name)
		done = append(done, name)
		if name[0] == 'x' {
			it.fail("h")
		}
	}
}

func TestFailuresLeadThroughRescueAndAlways(t *testing.T) {
	inner := func(body, rescue, always string) *plan.Block {
		return &plan.Block{Body: named(body), Rescue: named(rescue), Always: named(always)}
	}
	within := func(b *plan.Block, before, after string) *plan.Block {
		return &plan.Block{Body: append(append(named(before), b), named(after)...)}
	}
	for _, c := range []struct {
		name   string
		block  *plan.Block
		want   string
		failed bool
	}{
		{"all well", inner("a b", "r", "z"), "a b z", false},
		{"a failure is rescued", inner("a x b", "r s", "z"), "a x r s z", false},
		{"a failure without rescue runs always", inner("a x b", "", "z"), "a x z", true},
		{"a failing rescue runs always", inner("x", "xr s", "z"), "x xr z", true},
		{"a failing always is final", inner("a", "", "xz y"), "a xz", true},
		{"an inner rescue lets the outer block go on", within(inner("x", "r", ""), "a", "b"), "a x r b", false},
		{"an inner failure ends the outer block", within(inner("x", "", "z"), "a", "b"), "a x z", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			done, failed := walk(c.block, &plan.Block{Body: named("end")})
			want := strings.Fields(c.want)
			if !c.failed {
				want = append(want, "end")
			}
			if !slices.Equal(done, want) || failed != c.failed {
				t.Errorf("did %v, failed %v; want %v, failed %v", done, failed, want, c.failed)
			}
		})
	}
}

func TestIncludedBlocksComeNextAndOnlyForTheirHost(t *testing.T) {
	block := &plan.Block{Body: named("a b")}
	it := newIterator(&plan.Play{Blocks: []*plan.Block{block}}, []string{"h", "i"}, func(string) bool { return false })
	s, _ := it.peek("h")
	it.take("h", s)
	it.insert("h", []*plan.Block{{Body: named("new")}})
	for host, want := range map[string]string{"h": "new", "i": "a"} {
		if _, next := it.peek(host); conditionText(next.Name) != want {
			t.Errorf("%s goes on with %s, want %s", host, conditionText(next.Name), want)
		}
	}
	if len(block.Body) != 2 {
		t.Error("the shared block was changed")
	}
}

func TestSerialDividesHosts(t *testing.T) {
	hosts := strings.Fields("a b c d e")
	for _, c := range []struct {
		serial []string
		want   string
	}{
		{nil, "a b c d e"},
		{[]string{"2"}, "a b|c d|e"},
		{[]string{"1", "3"}, "a|b c d|e"},
		{[]string{"40%"}, "a b|c d|e"},
		{[]string{"0"}, "a b c d e"},
	} {
		got, err := batches(hosts, c.serial)
		if err != nil {
			t.Fatal(err)
		}
		var parts []string
		for _, b := range got {
			parts = append(parts, strings.Join(b, " "))
		}
		if text := strings.Join(parts, "|"); text != c.want {
			t.Errorf("serial %v: %s, want %s", c.serial, text, c.want)
		}
	}
	if _, err := batches(hosts, []string{"some"}); err == nil {
		t.Error("serial: some is accepted")
	}
}

func TestStatusOfLoopsIsThatOfTheirItems(t *testing.T) {
	item := func(key string) *value.Dict { return result(key, true) }
	for _, c := range []struct {
		name  string
		items []any
		want  string
	}{
		{"one failed", []any{item("changed"), item("failed")}, "failed"},
		{"all skipped", []any{item("skipped"), item("skipped")}, "skipped"},
		{"some skipped", []any{item("skipped"), item("changed")}, "ok"},
		{"one unreachable", []any{item("unreachable")}, "unreachable"},
	} {
		if got := statusOf(result("results", c.items), true).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
