package commands

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"pylint-deploy/executor/module"
)

func do(t *testing.T, ctx context.Context, name, blob string, check bool, args module.Args) module.Result {
	t.Helper()
	sys, err := module.NewReal("/", nil)
	if err != nil {
		t.Fatal(err)
	}
	reg, err := module.NewRegistry(Modules())
	if err != nil {
		t.Fatal(err)
	}
	return reg.Do(ctx, name, &module.Call{Args: args, Check: check, Sys: sys, Blob: func(string) (module.Blob, error) {
		return module.Blob{Size: int64(len(blob)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(blob)), nil }}, nil
	}})
}

func TestScriptRunsAndIsGone(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	res := do(t, t.Context(), "ansible.builtin.script", "#!/bin/sh\nprintf '<%s>' \"$@\"; pwd >&2\n", false,
		module.Args{"_raw_params": `'local.sh' 'a b' "$TMPDIR"`, "chdir": tmp})
	if res["rc"] != 0 || res["stdout"] != "<a b><"+tmp+">" || res["stderr"] != tmp+"\n" || res["changed"] != true {
		t.Errorf("got %v", res)
	}
	if left, _ := os.ReadDir(tmp); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	res = do(t, t.Context(), "ansible.builtin.script", "", false, module.Args{"_raw_params": "x", "creates": tmp})
	if res["skipped"] != true {
		t.Errorf("creates: %v", res)
	}
}

func TestRaw(t *testing.T) {
	res := do(t, t.Context(), "ansible.builtin.raw", "", false, module.Args{"_raw_params": "echo $0 | tr a-z A-Z; exit 3", "executable": "/bin/bash"})
	if res["rc"] != 3 || res["stdout"] != "/BIN/BASH\n" || res["failed"] != true || res["msg"] != "non-zero return code" {
		t.Errorf("got %v", res)
	}
	if res = do(t, t.Context(), "ansible.builtin.raw", "", true, module.Args{"_raw_params": "exit 1"}); res["skipped"] != true {
		t.Errorf("check mode: %v", res)
	}
}

func TestACutConnectionEndsTheCommand(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	res := do(t, ctx, "ansible.builtin.shell", "", false, module.Args{"_raw_params": "sleep 60 & sleep 60"})
	if res["failed"] != true || time.Since(start) > 20*time.Second {
		t.Errorf("after %v: %v", time.Since(start), res)
	}
}

func TestDeltaText(t *testing.T) {
	for d, want := range map[time.Duration]string{
		1500 * time.Millisecond:           "0:00:01.500000",
		0:                                 "0:00:00",
		3*time.Hour + time.Second:         "3:00:01",
		49*time.Hour + 5*time.Microsecond: "2 days, 1:00:00.000005",
	} {
		if got := deltaText(d); got != want {
			t.Errorf("deltaText(%v) = %s, want %s", d, got, want)
		}
	}
}
