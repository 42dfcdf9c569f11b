package facts

import "hash/maphash"

var seed = maphash.MakeSeed()

// digest is a number for a task's facts: equal facts give equal digests, whatever the play. Numbers of tasks and plays do
// not count, the places of other tasks do.
func (t *Task) digest() uint64 { return t.said + t.facts.digest() }

func (r record) digest() uint64 {
	var sum uint64
	for _, f := range r {
		sum += digestOfField(f.name, f.value)
	}
	return sum
}

// digestOfField is to be added up: the order of fields does not count.
func digestOfField(name string, value any) uint64 {
	if name == "id" || name == "play" {
		return 0
	}
	return (maphash.String(seed, name) ^ digestOf(value)*0xff51afd7ed558ccd) * 0xc4ceb9fe1a85ec53
}

func digestOf(v any) uint64 {
	switch v := v.(type) {
	case string:
		return maphash.String(seed, v)
	case bool:
		if v {
			return 0x9e3779b97f4a7c15
		}
		return 0xc2b2ae3d27d4eb4f
	case int:
		return uint64(v)*0x9e3779b97f4a7c15 + 1
	case []string:
		sum := uint64(len(v)) + 3
		for _, item := range v {
			sum = sum*1099511628211 + digestOf(item)
		}
		return sum
	case []any:
		sum := uint64(len(v)) + 7
		for _, item := range v {
			sum = sum*1099511628211 + digestOf(item)
		}
		return sum
	case Fields:
		var sum uint64
		for name, value := range v {
			sum += digestOfField(name, value)
		}
		return sum
	}
	return 11
}
