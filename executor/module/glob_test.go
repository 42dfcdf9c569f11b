package module

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestFnmatchAsPython asks Python about every pattern and name of the lists.
func TestFnmatchAsPython(t *testing.T) {
	patterns := []string{"*", "a*", "*.conf", "?", "a?c", "[abc]", "[!a]*", "[a-c]x", "[]a]", "[!]a]", "[a", "a[", "**", "*a*b*", "[z-a]", "a.b", "[-a]", "[a-]", "é*", "", "\\*", "[\\]", "[!]"}
	names := []string{"", "a", "b", "abc", "a.conf", ".conf", "ax", "bx", "]", "-", "[", "[a", "a[", "aXbY", "x", "é1", "\\", "\\x", "*", "a.b", "axb", "!"}
	in, err := json.Marshal(map[string]any{"p": patterns, "n": names})
	must(t, err)
	cmd := exec.Command("python3", "-c", `import fnmatch,json,sys
d=json.load(sys.stdin)
print(json.dumps([[fnmatch.fnmatch(n,p) for n in d["n"]] for p in d["p"]]))`)
	cmd.Stdin = strings.NewReader(string(in))
	out, err := cmd.Output()
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("no python3 to compare with")
	}
	var want [][]bool
	must(t, json.Unmarshal(out, &want))
	for i, p := range patterns {
		for j, n := range names {
			if got := Fnmatch(p, n); got != want[i][j] {
				t.Errorf("Fnmatch(%q, %q) = %v, Python says %v", p, n, got, want[i][j])
			}
		}
	}
	start := time.Now()
	Fnmatch(strings.Repeat("*a", 40)+"b", strings.Repeat("a", 5000))
	if time.Since(start) > 5*time.Second {
		t.Error("a pattern of many stars takes too long")
	}
}

func TestGlob(t *testing.T) {
	r, root := scratch(t)
	for _, d := range []string{"a/x", "b/x", ".h/x"} {
		must(t, os.MkdirAll(root+"/"+d, 0o755))
	}
	must(t, os.WriteFile(root+"/a/x/1.conf", nil, 0o644))
	must(t, os.Symlink("nothing", root+"/a/x/2.conf"))
	c := &Call{Sys: r}
	for pattern, want := range map[string]string{
		"/a/x/*.conf": "/a/x/1.conf /a/x/2.conf",
		"/*/x":        "/a/x /b/x",
		"/.*/x":       "/.h/x",
		"/a/x/1.conf": "/a/x/1.conf",
		"/none/*":     "",
		"x/?.conf":    "x/1.conf x/2.conf",
	} {
		got, err := c.Glob("/a", pattern)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("Glob(%s) = %q, %v", pattern, got, err)
		}
	}
}

func TestExpandPath(t *testing.T) {
	r, root := scratch(t)
	must(t, os.MkdirAll(root+"/etc", 0o755))
	must(t, os.WriteFile(root+"/etc/passwd", []byte("joe:x:1000:1000::/home/joe:/bin/sh\n"), 0o644))
	c := &Call{Sys: r.WithEnv(map[string]string{"HOME": "/root/", "V": "val", "EMPTYX": ""})}
	for in, want := range map[string]string{
		"~/a": "/root/a", "~": "/root", "~joe/b": "/home/joe/b", "~nosuch/c": "~nosuch/c", "/x/$V/${V}y": "/x/val/valy",
		"/$NOPE/${NOPE}": "/$NOPE/${NOPE}", "a~b": "a~b", "$": "$", "${V": "${V", "/$V.d": "/val.d",
	} {
		if got := c.ExpandPath(in); got != want {
			t.Errorf("ExpandPath(%s) = %s, want %s", in, got, want)
		}
	}
}

func FuzzTextArguments(f *testing.F) {
	for _, s := range []string{"u=rwX,g+s", "a 'b' \"c\\\"", "[!a-z]*", "$A${B}~", "0755"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if bits, err := ParseMode(a, 0o644, false, 0o022); err == nil && bits > 0o7777 {
			t.Errorf("mode %q gives %o", a, bits)
		}
		Fnmatch(a, b)
		if words, err := SplitWords(a); err == nil && len(words) > len(a) {
			t.Errorf("%q has words %q", a, words)
		}
		sys, err := NewReal("/", map[string]string{"HOME": "/h", "A": "x"})
		if err != nil {
			t.Fatal(err)
		}
		(&Call{Sys: sys}).ExpandVars(a)
	})
}
