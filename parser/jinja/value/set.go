package value

import (
	"slices"
	"strings"
)

// Set is a Python set or frozenset, by reference. Python promises no order; this one keeps that of insertion.
type Set struct {
	Frozen bool
	dict   Dict
}

// NewSet makes a set of hashable items.
func NewSet(items ...Value) (*Set, error) {
	s := &Set{}
	for _, item := range items {
		if err := s.Add(item); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// TypeName implements Value.
func (s *Set) TypeName() string {
	if s.Frozen {
		return "frozenset"
	}
	return "set"
}

// Len is the number of items.
func (s *Set) Len() int { return s.dict.Len() }

// Add puts an item in. It fails on unhashable items.
func (s *Set) Add(item Value) error {
	if _, ok := s.dict.Get(item); ok {
		return nil
	}
	return s.dict.Set(item, None)
}

// Has tells whether an item is in the set. It fails on unhashable items.
func (s *Set) Has(item Value) (bool, error) {
	k, err := HashKey(item)
	if err != nil {
		return false, err
	}
	return s.dict.find(k) >= 0, nil
}

// Items are the items in insertion order.
func (s *Set) Items() []Value { return s.dict.Keys() }

// Copy is a new set of the same items.
func (s *Set) Copy() *Set { return &Set{Frozen: s.Frozen, dict: *s.dict.Copy()} }

func (s *Set) hash() (any, error) {
	var parts []string
	for _, item := range s.Items() {
		k, err := HashKey(item)
		if err != nil {
			return nil, err
		}
		parts = append(parts, hashText(k))
	}
	slices.Sort(parts)
	return "frozenset:" + strings.Join(parts, "\x00"), nil
}

// subset tells whether each item of s is in other.
func (s *Set) subset(other *Set) bool {
	for _, e := range s.dict.entries {
		if e.value != nil && other.dict.find(e.hash) < 0 {
			return false
		}
	}
	return true
}

// combine makes the set of the items of s and other that keep tells to keep, given in which they are.
func (s *Set) combine(other *Set, keep func(left, right bool) bool) *Set {
	out := &Set{Frozen: s.Frozen}
	for _, e := range s.dict.entries {
		if e.value != nil && keep(true, other.dict.find(e.hash) >= 0) {
			out.dict.put(e.hash, e.key, None)
		}
	}
	for _, e := range other.dict.entries {
		if e.value != nil && s.dict.find(e.hash) < 0 && keep(false, true) {
			out.dict.put(e.hash, e.key, None)
		}
	}
	return out
}

// The operations on two sets, by which items they keep.
var setOperations = map[string]func(left, right bool) bool{
	"union":                func(_, _ bool) bool { return true },
	"intersection":         func(l, r bool) bool { return l && r },
	"difference":           func(l, r bool) bool { return l && !r },
	"symmetric_difference": func(l, r bool) bool { return l != r },
}

// SetOf is the set of the items of an iterable.
func SetOf(v Value) (*Set, error) {
	if s, ok := v.(*Set); ok {
		return s, nil
	}
	items, err := ToSlice(v)
	if err != nil {
		return nil, err
	}
	return NewSet(items...)
}
