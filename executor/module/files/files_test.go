package files

import (
	"crypto/sha1"
	"encoding/hex"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"pylint-deploy/executor/module"
)

// blobOf is content from the controller.
func blobOf(content string) func(string) (module.Blob, error) {
	sum := sha1.Sum([]byte(content))
	return func(string) (module.Blob, error) {
		return module.Blob{SHA1: hex.EncodeToString(sum[:]), Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(content)), nil
		}}, nil
	}
}

// TestCopyFetchesOnlyWhatDiffers counts how often content is asked for.
func TestCopyFetchesOnlyWhatDiffers(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(root+"/same", []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	sys, err := module.NewReal(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	opened := 0
	blob := func(name string) (module.Blob, error) {
		b, err := blobOf("x")(name)
		open := b.Open
		b.Open = func() (io.ReadCloser, error) { opened++; return open() }
		return b, err
	}
	for _, tt := range []struct {
		dest        string
		check, diff bool
		want        int
	}{
		{"/same", false, true, 0},
		{"/new", true, false, 0},
		{"/new", true, true, 1},
		{"/new", false, false, 1},
	} {
		opened = 0
		res, err := copyFile(t.Context(), &module.Call{Args: module.Args{"dest": tt.dest, "force": true}, Check: tt.check, Diff: tt.diff,
			Sys: map[bool]module.System{true: module.NewDryRun(sys), false: sys}[tt.check], Blob: blob})
		if err != nil || opened != tt.want {
			t.Errorf("%+v: content read %d times, %v, %v", tt, opened, res, err)
		}
	}
}

// TestACutTransferLeavesTheFile breaks the content off in the middle.
func TestACutTransferLeavesTheFile(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(root+"/f", []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	sys, err := module.NewReal(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []error{io.ErrUnexpectedEOF, nil} { // with an error, or as if that were all
		broken := func(string) (module.Blob, error) {
			return module.Blob{SHA1: "0", Size: 10, Open: func() (io.ReadCloser, error) {
				r, w := io.Pipe()
				go func() { io.WriteString(w, "ne"); w.CloseWithError(end) }()
				return r, nil
			}}, nil
		}
		if _, err := copyFile(t.Context(), &module.Call{Args: module.Args{"dest": "/f", "force": true}, Sys: sys, Blob: broken}); err == nil {
			t.Error("a cut transfer must be an error")
		}
	}
	if data, _ := os.ReadFile(root + "/f"); string(data) != "old" {
		t.Errorf("the file has %q", data)
	}
	if entries, _ := os.ReadDir(root); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestTempfile(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(root+"/tmp", 0o777); err != nil {
		t.Fatal(err)
	}
	sys, err := module.NewReal(root, map[string]string{"TMPDIR": ""})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		state string
		mode  os.FileMode
	}{{"file", 0o600}, {"directory", 0o700 | os.ModeDir}} {
		res, err := tempfile(t.Context(), &module.Call{Sys: sys, Args: module.Args{"state": tt.state, "prefix": "pre.", "suffix": ".suf"}})
		if err != nil {
			t.Fatal(err)
		}
		p := res["path"].(string)
		fi, err := os.Stat(root + p)
		if err != nil || fi.Mode() != tt.mode || !strings.HasPrefix(p, "/tmp/pre.") || !strings.HasSuffix(p, ".suf") {
			t.Errorf("%s: %v %v", p, fi, err)
		}
	}
}

func TestParseTime(t *testing.T) {
	for _, tt := range []struct{ text, format, want string }{
		{"202001020304.05", "%Y%m%d%H%M.%S", "2020-01-02 03:04:05"},
		{"2020-01-02 11:30 PM", "%Y-%m-%d %I:%M %p", "2020-01-02 23:30:00"},
		{"2 Feb 99", "%d %b %y", "1999-02-02 00:00:00"},
		{"2020 032", "%Y %j", "2020-02-01 00:00:00"},
		{"12:13:14", "%T", "1900-01-01 12:13:14"},
	} {
		got, err := parseTime(tt.text, tt.format)
		if err != nil || got.Format(time.DateTime) != tt.want {
			t.Errorf("parseTime(%s, %s) = %v, %v", tt.text, tt.format, got, err)
		}
	}
	for _, bad := range [][2]string{{"2020", "%m"}, {"x", "%Y"}, {"2020-13", "%Y-%m"}, {"20", "%Y"}, {"2020", "%Y-%m"}, {"1", "%Q"}} {
		if got, err := parseTime(bad[0], bad[1]); err == nil {
			t.Errorf("parseTime(%s, %s) = %v, want an error", bad[0], bad[1], got)
		}
	}
}
