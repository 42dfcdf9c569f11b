package module

// StateDiff is the diff of things other than text: two dicts of what was and what is. A nil *StateDiff collects nothing.
type StateDiff struct {
	Before, After map[string]any
}

// NewStateDiff begins a diff of a file's state.
func NewStateDiff(path string) *StateDiff {
	return &StateDiff{Before: map[string]any{"path": path}, After: map[string]any{"path": path}}
}

// Set notes a difference.
func (d *StateDiff) Set(key string, before, after any) {
	if d == nil {
		return
	}
	if d.Before == nil {
		d.Before, d.After = map[string]any{}, map[string]any{}
	}
	d.Before[key], d.After[key] = before, after
}

// Result is the diff as results carry it; one that noted nothing is an empty dict.
func (d *StateDiff) Result() map[string]any {
	if d == nil || d.Before == nil && d.After == nil {
		return map[string]any{}
	}
	return map[string]any{"before": d.Before, "after": d.After}
}

// TextDiff is the diff of a text; the screen renders it.
func TextDiff(before, after, beforeHeader, afterHeader string) map[string]any {
	return map[string]any{"before": before, "after": after,
		"before_header": beforeHeader, "after_header": afterHeader}
}
