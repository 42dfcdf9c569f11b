package all

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"pylint-deploy/executor/module"
)

// careful is a System that notes what would let others see a file before it is finished: a file that gets its owner or a
// narrower mode after its name, a directory that is more open when it is made than it ends up.
type careful struct {
	module.System
	written map[string]bool
	made    map[string]fs.FileMode
	faults  []string
}

func (c *careful) Write(path string, content io.Reader, spec module.WriteSpec) error {
	err := c.System.Write(path, content, spec)
	c.written[filepath.Clean(path)] = true
	return err
}

func (c *careful) Mkdir(path string, mode fs.FileMode) error {
	err := c.System.Mkdir(path, mode)
	if info, serr := c.System.Lstat(path); serr == nil {
		c.made[filepath.Clean(path)] = info.Mode.Perm()
	}
	return err
}

func (c *careful) Chmod(path string, mode fs.FileMode) error {
	path = filepath.Clean(path)
	if c.written[path] {
		c.fault("the mode of %s is set to %v after it has its name", path, mode)
	}
	if was, ok := c.made[path]; ok && was&^mode.Perm() != 0 {
		c.fault("directory %s is made with %v and narrowed to %v", path, was, mode)
	}
	return c.System.Chmod(path, mode)
}

func (c *careful) Lchown(path string, uid, gid int) error {
	if c.written[filepath.Clean(path)] {
		c.fault("%s is given to %d:%d after it has its name", path, uid, gid)
	}
	return c.System.Lchown(path, uid, gid)
}

func (c *careful) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

// TestNothingIsSeenUnfinished runs every scenario and looks at the order in which modules do things.
func TestNothingIsSeenUnfinished(t *testing.T) {
	reg, err := Registry()
	if err != nil {
		t.Fatal(err)
	}
	writers := map[string]bool{}
	for _, s := range scenarios {
		if s.programs != "" || s.root && os.Geteuid() != 0 || strings.Contains(s.args, "port:") || strings.HasSuffix(s.module, ".command") || strings.HasSuffix(s.module, ".shell") {
			continue
		}
		t.Run(s.module+"/"+s.name, func(t *testing.T) {
			s.mayRun(t)
			dir := filepath.Join(t.TempDir(), "world")
			s.fresh(t, dir)
			var args map[string]any
			if err := yaml.Unmarshal([]byte(strings.ReplaceAll(s.args, "DIR", dir)), &args); err != nil {
				t.Fatal(err)
			}
			real, err := module.NewReal("/", nil)
			if err != nil {
				t.Fatal(err)
			}
			sys := &careful{System: real, written: map[string]bool{}, made: map[string]fs.FileMode{}}
			reg.Do(t.Context(), s.module, &module.Call{Args: withDefaults(t, s.module, args), Sys: sys, Blob: s.blobOf})
			for _, fault := range sys.faults {
				t.Error(fault)
			}
			if len(sys.written)+len(sys.made) > 0 {
				writers[s.module] = true
			}
		})
	}
	for _, name := range []string{"copy", "file", "lineinfile", "blockinfile", "replace", "assemble", "unarchive", "known_hosts"} {
		if !writers["ansible.builtin."+name] {
			t.Errorf("%s was not seen to write: the watch is blind", name)
		}
	}
}
