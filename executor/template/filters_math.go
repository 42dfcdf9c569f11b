package template

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pattern"
)

// mathFilters calculate with numbers, sizes and sets.
var mathFilters = map[string]jinja.Filter{
	"log":                  def("logarithm", "x base=", logarithm),
	"pow":                  def("power", "x y", power),
	"root":                 def("inversepower", "x base=", root),
	"human_readable":       def("human_readable", "size isbits= unit=", humanReadable),
	"human_to_bytes":       def("human_to_bytes", "size default_unit= isbits=", humanToBytes),
	"unique":               def("unique", "a case_sensitive= attribute=", uniqueFilter),
	"union":                setFilter("union", func(a, b []value.Value) ([]value.Value, error) { return join(a, b), nil }),
	"intersect":            setFilter("intersect", within),
	"difference":           setFilter("difference", without),
	"symmetric_difference": setFilter("symmetric_difference", symmetricDifference),
	"product":              def("product", "* **", product),
	"permutations":         def("permutations", "iterable r=", permutations),
	"combinations":         def("combinations", "iterable r", combinations),
	"zip":                  def("zip", "*", zipFilter),
	"zip_longest":          def("zip_longest", "* **", zipLongest),
}

// float reads a number argument for a filter that works on nothing else.
func (a *arguments) float(i int, filter string) (float64, error) {
	v, err := a.defined(i)
	if err != nil {
		return 0, err
	}
	f, ok := toFloat(v)
	if !ok {
		return 0, value.Errorf(value.TypeError, "%s() can only be used on numbers: must be real number, not %s", filter, v.TypeName())
	}
	return f, nil
}

func logarithm(a *arguments) (value.Value, error) {
	x, err := a.float(0, "log")
	if err != nil {
		return nil, err
	}
	base := math.E
	if a.Values[1] != nil {
		if base, err = a.float(1, "log"); err != nil {
			return nil, err
		}
	}
	if x <= 0 || base <= 0 {
		return nil, value.Errorf(value.ValueError, "math domain error")
	}
	if base == 1 {
		return nil, value.Errorf(value.ZeroDivisionError, "float division by zero")
	}
	switch base {
	case 10:
		return value.Float(exactLog10(x)), nil
	case math.E:
		if a.Values[1] == nil {
			return value.Float(exactLog(x)), nil
		}
	}
	return value.Float(exactLog(x) / exactLog(base)), nil
}

func power(a *arguments) (value.Value, error) {
	x, err := a.float(0, "pow")
	if err != nil {
		return nil, err
	}
	y, err := a.float(1, "pow")
	if err != nil {
		return nil, err
	}
	return floatPower(x, y)
}

func floatPower(x, y float64) (value.Value, error) {
	r := exactPow(x, y)
	switch {
	case math.IsNaN(r) && !math.IsNaN(x) && !math.IsNaN(y), x == 0 && y < 0:
		return nil, value.Errorf(value.ValueError, "math domain error")
	case math.IsInf(r, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0):
		return nil, value.Errorf(value.OverflowError, "math range error")
	}
	return value.Float(r), nil
}

func root(a *arguments) (value.Value, error) {
	x, err := a.float(0, "root")
	if err != nil {
		return nil, err
	}
	base := 2.0
	if a.Values[1] != nil {
		if base, err = a.float(1, "root"); err != nil {
			return nil, err
		}
	}
	if base == 2 {
		if x < 0 {
			return nil, value.Errorf(value.ValueError, "root() can only be used on numbers: math domain error")
		}
		return value.Float(math.Sqrt(x)), nil
	}
	if base == 0 {
		return nil, value.Errorf(value.ZeroDivisionError, "float division by zero")
	}
	return floatPower(x, 1/base)
}

// sizeUnits from the largest on.
var sizeUnits = []struct {
	suffix string
	bytes  float64
}{
	{"Y", 1 << 80}, {"Z", 1 << 70}, {"E", 1 << 60}, {"P", 1 << 50}, {"T", 1 << 40}, {"G", 1 << 30}, {"M", 1 << 20}, {"K", 1 << 10}, {"B", 1},
}

func humanReadable(a *arguments) (value.Value, error) {
	size, err := a.float(0, "human_readable")
	if err != nil {
		return nil, value.Errorf(value.TypeError, "human_readable() failed on bad input: %w", err)
	}
	bits, err := a.Flag(1, false)
	if err != nil {
		return nil, err
	}
	want := ""
	if a.has(2) {
		if want, err = a.text(2); err != nil {
			return nil, err
		}
	}
	base := "Bytes"
	if bits {
		base = "bits"
	}
	unit := sizeUnits[len(sizeUnits)-1]
	for _, u := range sizeUnits {
		if want == "" && size >= u.bytes || want != "" && strings.ToUpper(want) == u.suffix {
			unit = u
			break
		}
	}
	suffix := base
	if unit.bytes != 1 {
		suffix = unit.suffix + base[:1]
	}
	return value.Str(fmt.Sprintf("%.2f %s", size/unit.bytes, suffix)), nil
}

var sizeText = pattern.New(`^\s*(\d*\.?\d*)\s*([A-Za-z]+)?`)

func humanToBytes(a *arguments) (value.Value, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}
	bits, err := a.Flag(2, false)
	if err != nil {
		return nil, err
	}
	bad := func() (value.Value, error) {
		return nil, value.Errorf(value.ValueError, "human_to_bytes() can't interpret following string: %s", text)
	}
	m := sizeText.FindStringSubmatch(text)
	number, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return bad()
	}
	unit := m[2]
	if unit == "" && a.has(1) {
		if unit, err = a.text(1); err != nil {
			return nil, err
		}
	}
	if unit == "" {
		return value.Int(math.RoundToEven(number)), nil
	}
	factor, ok := unitFactor(unit, bits)
	if !ok {
		return bad()
	}
	n, _ := big.NewFloat(math.RoundToEven(number * factor)).Int(nil)
	return value.NewInt(n), nil
}

// unitFactor reads K, KB, kilobytes; with bits Kb and kilobits in place of the latter two.
func unitFactor(unit string, bits bool) (float64, bool) {
	class, name := "B", "byte"
	if bits {
		class, name = "b", "bit"
	}
	if len(unit) > 1 && !strings.Contains(strings.ToLower(unit), name) && unit[1:2] != class {
		return 0, false
	}
	for _, u := range sizeUnits {
		if strings.ToUpper(unit[:1]) == u.suffix {
			return u.bytes, true
		}
	}
	return 0, false
}

func uniqueFilter(a *arguments) (value.Value, error) {
	items, err := a.slice(0)
	if err != nil {
		return nil, err
	}
	caseSensitive, err := a.Flag(1, false)
	if err != nil {
		return nil, err
	}
	return uniqueBy(a, items, caseSensitive)
}

// uniqueBy keeps the first of the items that agree, letter case aside unless caseSensitive, in an attribute if one is named.
func uniqueBy(a *arguments, items []value.Value, caseSensitive bool) (value.Value, error) {
	var out, seen []value.Value
	for _, item := range items {
		key := item
		if a.has(2) {
			path, err := a.text(2)
			if err != nil {
				return nil, err
			}
			for _, part := range strings.Split(path, ".") {
				var name value.Value = value.Str(part)
				if n, err := parseDigits(part); err == nil {
					name = value.Int(n)
				}
				if key, err = value.Subscript(key, name); err != nil {
					return nil, err
				}
				if key, err = value.Force(key); err != nil {
					return nil, err
				}
			}
		}
		if s, ok := textOf(key); ok && !caseSensitive {
			key = value.Str(strings.ToLower(s))
		}
		if _, err := value.HashKey(key); err != nil && (a.has(2) || a.Values[1] == value.Value(value.Bool(false))) {
			return nil, value.Errorf(value.TypeError, "Jinja2's unique filter failed and we cannot fall back to Ansible's version as it does not support the parameters supplied: %v", err)
		}
		had, err := contains(seen, key)
		if err != nil {
			return nil, err
		}
		if !had {
			seen, out = append(seen, key), append(out, item)
		}
	}
	return list(out), nil
}

// unique keeps the first of equal items. Hashable items, nearly all, cost one look-up each.
func unique(items []value.Value) ([]value.Value, error) {
	seen := map[any]bool{}
	var unhashable, out []value.Value
	for _, item := range items {
		if u, ok := item.(*value.Undefined); ok {
			return nil, u.Err()
		}
		if key, err := value.HashKey(item); err == nil {
			if !seen[key] {
				seen[key] = true
				out = append(out, item)
			}
			continue
		}
		had, err := contains(unhashable, item)
		if err != nil {
			return nil, err
		}
		if !had {
			unhashable, out = append(unhashable, item), append(out, item)
		}
	}
	return out, nil
}

func within(a, b []value.Value) ([]value.Value, error) {
	var out []value.Value
	for _, item := range a {
		in, err := contains(b, item)
		if err != nil {
			return nil, err
		}
		if in {
			out = append(out, item)
		}
	}
	return out, nil
}

func symmetricDifference(a, b []value.Value) ([]value.Value, error) {
	both, err := within(a, b)
	if err != nil {
		return nil, err
	}
	return without(join(a, b), both)
}

// setFilter makes a filter of two lists that gives each item once, in the order of the lists.
func setFilter(name string, op func(a, b []value.Value) ([]value.Value, error)) jinja.Filter {
	return def(name, "a b", func(a *arguments) (value.Value, error) {
		x, err := a.slice(0)
		if err != nil {
			return nil, err
		}
		y, err := a.slice(1)
		if err != nil {
			return nil, err
		}
		merged, err := op(x, y)
		if err != nil {
			return nil, err
		}
		if hashable(a.Values[0]) && hashable(a.Values[1]) {
			return value.NewSet(merged...)
		}
		out, err := unique(merged)
		return list(out), err
	})
}

// hashable tells whether Python would make a set of v's items rather than a list.
func hashable(v value.Value) bool { _, err := value.HashKey(v); return err == nil }

// lists reads all extra arguments as lists.
func (a *arguments) lists() ([][]value.Value, error) {
	var out [][]value.Value
	for _, v := range a.Extra {
		items, err := value.ToSlice(v)
		if err != nil {
			return nil, err
		}
		out = append(out, items)
	}
	return out, nil
}

func product(a *arguments) (value.Value, error) {
	pools, err := a.lists()
	if err != nil {
		return nil, err
	}
	for _, kw := range a.ExtraKw {
		n, err := toInt(kw.Value)
		if kw.Name != "repeat" || err != nil || n < 0 || n > 64 {
			return nil, value.Errorf(value.TypeError, "product() got an unexpected keyword argument '%s'", kw.Name)
		}
		once := pools
		pools = nil
		for range n {
			pools = append(pools, once...)
		}
	}
	rows := []value.Value{value.Tuple{}}
	for _, pool := range pools {
		if err := a.Spend(len(rows) * len(pool)); err != nil {
			return nil, err
		}
		var next []value.Value
		for _, row := range rows {
			for _, item := range pool {
				next = append(next, value.Tuple(join(row.(value.Tuple), []value.Value{item})))
			}
		}
		rows = next
	}
	return list(rows), nil
}

// choose lists the ways to pick r of n positions, in lexical order.
func choose(a *arguments, n, r int, ordered bool) ([][]int, error) {
	var out [][]int
	var pick func(chosen []int, used map[int]bool) error
	pick = func(chosen []int, used map[int]bool) error {
		if len(chosen) == r {
			out = append(out, append([]int{}, chosen...))
			return a.Spend(1)
		}
		for i := range n {
			if used[i] || !ordered && len(chosen) > 0 && i < chosen[len(chosen)-1] {
				continue
			}
			used[i] = true
			if err := pick(append(chosen, i), used); err != nil {
				return err
			}
			used[i] = false
		}
		return nil
	}
	if r > n {
		return nil, nil
	}
	err := pick(nil, map[int]bool{})
	return out, err
}

func picks(a *arguments, ordered bool) (value.Value, error) {
	items, err := a.slice(0)
	if err != nil {
		return nil, err
	}
	r, err := a.intOr(1, int64(len(items)))
	if err != nil {
		return nil, err
	}
	if r < 0 {
		return nil, value.Errorf(value.ValueError, "r must be non-negative")
	}
	ways, err := choose(a, len(items), int(r), ordered)
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, way := range ways {
		row := value.Tuple{}
		for _, i := range way {
			row = append(row, items[i])
		}
		out = append(out, row)
	}
	return list(out), nil
}

func permutations(a *arguments) (value.Value, error) { return picks(a, true) }

func combinations(a *arguments) (value.Value, error) { return picks(a, false) }

func zipFilter(a *arguments) (value.Value, error) {
	lists, err := a.lists()
	if err != nil || len(lists) == 0 {
		return list(nil), err
	}
	n := len(lists[0])
	for _, l := range lists {
		n = min(n, len(l))
	}
	return list(zipped(lists, n, nil)), nil
}

func zipLongest(a *arguments) (value.Value, error) {
	lists, err := a.lists()
	if err != nil {
		return nil, err
	}
	var fill value.Value = value.None
	for _, kw := range a.ExtraKw {
		if kw.Name != "fillvalue" {
			return nil, value.Errorf(value.TypeError, "zip_longest() got an unexpected keyword argument")
		}
		fill = kw.Value
	}
	n := 0
	for _, l := range lists {
		n = max(n, len(l))
	}
	return list(zipped(lists, n, fill)), nil
}

func zipped(lists [][]value.Value, n int, fill value.Value) []value.Value {
	rows := make([]value.Value, n)
	for i := range n {
		row := make(value.Tuple, len(lists))
		for j, l := range lists {
			row[j] = fill
			if i < len(l) {
				row[j] = l[i]
			}
		}
		rows[i] = row
	}
	return rows
}
