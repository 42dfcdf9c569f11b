package output

import (
	"fmt"
	"os"
	"path/filepath"

	"pylint-deploy/executor/event"
)

// tree keeps the last result of each host in a file of its name, as the callback tree does.
type tree struct{ *display }

func newTree(o Options) *tree { return &tree{newDisplay(o)} }

// Emit implements event.Sink.
func (t *tree) Emit(e event.Event) {
	r, ok := e.(event.Result)
	if !ok || r.Status == event.Skipped {
		return
	}
	if err := os.MkdirAll(t.Dir, 0o755); err != nil {
		t.messages(event.Warning{Text: fmt.Sprintf("Unable to access or create the configured directory (%s): %v", t.Dir, err)})
		return
	}
	text := toJSON(t.abridged(r.Dict), t.Verbosity > 2 || event.Flag(r.Dict, "_ansible_verbose_always"))
	if err := os.WriteFile(filepath.Join(t.Dir, r.Host), []byte(text), 0o644); err != nil {
		t.messages(event.Warning{Text: fmt.Sprintf("Unable to write to %s's file: %v", r.Host, err)})
	}
}
