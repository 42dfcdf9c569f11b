package verify

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A user's commands keep a state under a name, bring it back and give it up; one that fails is shown with what it said.
func TestSnapshotCommands(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	state := filepath.Join(dir, "state")
	write := func(text string) {
		if err := os.WriteFile(state, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	k := Commands{Snapshots: &SnapshotCommands{KeepCommand: "cp state {snapshot}", ReturnCommand: "cp {snapshot} state", ForgetCommand: "rm {snapshot}"}}.Keeper()
	write("then")
	if err := k.Keep(ctx, "verify-1"); err != nil {
		t.Fatal(err)
	}
	write("now")
	if err := k.Return(ctx, "verify-1"); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(state); string(got) != "then" {
		t.Errorf("brought back: %q", got)
	}
	if err := k.Forget(ctx, "verify-1"); err != nil {
		t.Fatal(err)
	}
	err := k.Return(ctx, "verify-1")
	if err == nil || !strings.Contains(err.Error(), "cp verify-1 state: exit status 1") || !strings.Contains(err.Error(), "cp: ") {
		t.Errorf("a command that fails: %v", err)
	}
	if (Commands{}).Keeper() != nil {
		t.Error("without commands there are no snapshots")
	}
}
