package template

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
)

// resultTests ask about the result of a task, and about truth and versions.
var resultTests = map[string]jinja.Filter{
	"failed":      resultTest("failed", "failed", false),
	"failure":     resultTest("failed", "failed", false),
	"success":     resultTest("success", "failed", true),
	"succeeded":   resultTest("success", "failed", true),
	"successful":  resultTest("success", "failed", true),
	"unreachable": resultTest("unreachable", "unreachable", false),
	"reachable":   resultTest("reachable", "unreachable", true),
	"skipped":     resultTest("skipped", "skipped", false),
	"skip":        resultTest("skipped", "skipped", false),
	"changed":     def("changed", "result", changed),
	"change":      def("changed", "result", changed),
	"started":     asyncTest("started"),
	"finished":    asyncTest("finished"),

	"truthy":          def("truthy", "value convert_bool=", func(a *arguments) (value.Value, error) { return truthy(a, true) }),
	"falsy":           def("falsy", "value convert_bool=", func(a *arguments) (value.Value, error) { return truthy(a, false) }),
	"version":         def("version_compare", "value version operator= strict= version_type=", versionTest),
	"version_compare": def("version_compare", "value version operator= strict= version_type=", versionTest),
	"filter":          wordTest("filter", func(c *jinja.Call, name string) bool { return c.Filter(name) != nil }),
	"test":            wordTest("test", func(c *jinja.Call, name string) bool { return c.Test(name) != nil }),
	"vault_encrypted": def("vault_encrypted", "value", vaultEncrypted),
}

// resultOf reads a task result.
func (a *arguments) resultOf(test string) (*value.Dict, error) {
	v, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return nil, value.Errorf(value.TypeError, "The '%s' test expects a dictionary, not %s", test, v.TypeName())
	}
	return d, nil
}

func resultTest(test, key string, negate bool) jinja.Filter {
	return def(test, "result", func(a *arguments) (value.Value, error) {
		d, err := a.resultOf(test)
		if err != nil {
			return nil, err
		}
		v, err := get(d, key)
		if err != nil || v == nil {
			return value.Bool(negate), err
		}
		truth, err := value.Truth(v)
		return value.Bool(truth != negate), err
	})
}

// changed looks into the results of a loop where the whole has no answer.
func changed(a *arguments) (value.Value, error) {
	d, err := a.resultOf("changed")
	if err != nil {
		return nil, err
	}
	v, err := get(d, "changed")
	if err != nil {
		return nil, err
	}
	if v != nil {
		truth, err := value.Truth(v)
		return value.Bool(truth), err
	}
	results, err := get(d, "results")
	if err != nil {
		return nil, err
	}
	if l, ok := results.(*value.List); ok {
		items, err := value.ToSlice(l)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			one, ok := item.(*value.Dict)
			if !ok {
				break
			}
			if v, err = get(one, "changed"); err != nil {
				return nil, err
			}
			if v == nil {
				continue
			}
			if truth, err := value.Truth(v); truth || err != nil {
				return value.Bool(truth), err
			}
		}
	}
	return value.Bool(false), nil
}

// asyncTest is true for the result of a task that is not asynchronous, with a warning.
func asyncTest(key string) jinja.Filter {
	return def(key, "result", func(a *arguments) (value.Value, error) {
		d, err := a.resultOf(key)
		if err != nil {
			return nil, err
		}
		v, err := get(d, key)
		if err != nil {
			return nil, err
		}
		if v == nil {
			if s := sessionOf(a.Call); s != nil {
				s.warn("The '" + key + "' test expects an async task, but a non-async task was tested")
			}
			return value.Bool(true), nil
		}
		same, err := value.Equal(v, value.Int(1))
		return value.Bool(same), err
	})
}

func truthy(a *arguments, want bool) (value.Value, error) {
	v := a.Values[0]
	convert, err := a.Flag(1, false)
	if err != nil {
		return nil, err
	}
	if s, ok := textOf(v); ok && convert {
		switch strings.ToLower(strings.TrimSpace(s)) {
		case "y", "yes", "on", "1", "true", "t", "1.0":
			v = value.Bool(true)
		case "n", "no", "off", "0", "false", "f", "0.0":
			v = value.Bool(false)
		}
	}
	truth, err := value.Truth(v)
	return value.Bool(truth == want), err
}

// wordTest tells whether a filter or test exists. Ansible loads words when they are asked for, and fails on those that
// nobody has rather than answering no.
func wordTest(kind string, known func(c *jinja.Call, name string) bool) jinja.Filter {
	return def("test_"+kind, "value", func(a *arguments) (value.Value, error) {
		v, err := a.defined(0)
		if err != nil {
			return nil, err
		}
		name, ok := textOf(v)
		if !ok {
			return nil, value.Errorf(value.ValueError, "key must be a string, got %s instead", pyClass(v))
		}
		if !pluginName.MatchString(name) || !known(a.Call, name) {
			return nil, value.Errorf(value.SyntaxError, "Could not load \"%s\": there is no such %s", name, kind)
		}
		return value.Bool(true), nil
	})
}

// vaultEncrypted tells whether a text came out of a !vault value in this run. Values are plain text once they are read, so the
// text is what is known of it.
func vaultEncrypted(a *arguments) (value.Value, error) {
	v, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	text, ok := v.(value.Str)
	s := sessionOf(a.Context)
	if !ok || s == nil {
		return value.Bool(false), nil
	}
	_, ok = s.opened.Load(text)
	return value.Bool(ok), nil
}

// setTests compare collections and numbers.
var setTests = map[string]jinja.Filter{
	"subset":     subsetTest("issubset", false),
	"issubset":   subsetTest("issubset", false),
	"superset":   subsetTest("issuperset", true),
	"issuperset": subsetTest("issuperset", true),
	"contains": def("contains", "seq value", func(a *arguments) (value.Value, error) {
		in, err := value.Contains(a.Values[0], a.Values[1])
		return value.Bool(in), err
	}),
	"any":   def("any", "iterable", func(a *arguments) (value.Value, error) { return quantified(a, true) }),
	"all":   def("all", "iterable", func(a *arguments) (value.Value, error) { return quantified(a, false) }),
	"nan":   def("isnotanumber", "x", isNaN),
	"isnan": def("isnotanumber", "x", isNaN),
}

func subsetTest(name string, flip bool) jinja.Filter {
	return def(name, "a b", func(a *arguments) (value.Value, error) {
		small, large := a.Values[0], a.Values[1]
		if flip {
			small, large = large, small
		}
		members := value.NewDict()
		items, err := value.ToSlice(large)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			if err := members.Set(item, value.None); err != nil {
				return nil, err
			}
		}
		if items, err = value.ToSlice(small); err != nil {
			return nil, err
		}
		for _, item := range items {
			if _, err := value.HashKey(item); err != nil {
				return nil, err
			}
			if _, in := members.Get(item); !in {
				return value.Bool(false), nil
			}
		}
		return value.Bool(true), nil
	})
}

// quantified is any() where one item decides if it is true, all() where it decides if it is false.
func quantified(a *arguments, decides bool) (value.Value, error) {
	items, err := a.slice(0)
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		truth, err := value.Truth(item)
		if err != nil {
			return nil, err
		}
		if truth == decides {
			return value.Bool(decides), nil
		}
	}
	return value.Bool(!decides), nil
}

func isNaN(a *arguments) (value.Value, error) {
	v, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	f, ok := toFloat(v)
	return value.Bool(ok && f != f), nil
}

// fileTests look at files of the controller.
var fileTests = map[string]jinja.Filter{
	"directory":    fileTest(func(p string) bool { return isMode(os.Stat, p, os.ModeDir) }),
	"is_dir":       fileTest(func(p string) bool { return isMode(os.Stat, p, os.ModeDir) }),
	"file":         fileTest(func(p string) bool { return isMode(os.Stat, p, 0) }),
	"is_file":      fileTest(func(p string) bool { return isMode(os.Stat, p, 0) }),
	"link":         fileTest(func(p string) bool { return isMode(os.Lstat, p, os.ModeSymlink) }),
	"is_link":      fileTest(func(p string) bool { return isMode(os.Lstat, p, os.ModeSymlink) }),
	"exists":       fileTest(func(p string) bool { _, err := os.Stat(p); return err == nil }),
	"link_exists":  fileTest(func(p string) bool { _, err := os.Lstat(p); return err == nil }),
	"abs":          fileTest(filepath.IsAbs),
	"is_abs":       fileTest(filepath.IsAbs),
	"mount":        fileTest(isMount),
	"is_mount":     fileTest(isMount),
	"same_file":    def("samefile", "f1 f2", sameFile),
	"is_same_file": def("samefile", "f1 f2", sameFile),
}

func fileTest(f func(string) bool) jinja.Filter {
	return def("path test", "path", func(a *arguments) (value.Value, error) {
		p, err := a.path(0, "")
		return value.Bool(err == nil && f(p)), err
	})
}

func isMode(stat func(string) (os.FileInfo, error), path string, want os.FileMode) bool {
	info, err := stat(path)
	return err == nil && info.Mode().Type() == want
}

// isMount tells whether path is where a file system begins: its device differs from its parent's, or it is the root.
func isMount(path string) bool {
	var here, up syscall.Stat_t
	if syscall.Lstat(path, &here) != nil || here.Mode&syscall.S_IFMT == syscall.S_IFLNK || syscall.Lstat(filepath.Join(path, ".."), &up) != nil {
		return false
	}
	return here.Dev != up.Dev || here.Ino == up.Ino
}

func sameFile(a *arguments) (value.Value, error) {
	var infos [2]os.FileInfo
	for i := range infos {
		p, err := a.path(i, "")
		if err != nil {
			return nil, err
		}
		if infos[i], err = os.Stat(p); err != nil {
			return nil, value.Errorf(value.OSError, "same_file: %w", err)
		}
	}
	return value.Bool(os.SameFile(infos[0], infos[1])), nil
}
