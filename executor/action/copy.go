package action

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/vars"
)

// Bytes makes a Blob of content in memory.
func Bytes(content []byte) Blob {
	sum, old := sha256.Sum256(content), sha1.Sum(content)
	return Blob{SHA256: hex.EncodeToString(sum[:]), SHA1: hex.EncodeToString(old[:]), Size: int64(len(content)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}

// maxInMemory is the size up to which a file of the controller is read into memory.
const maxInMemory = 1 << 20

// file makes a Blob of a file on the controller. Vault-encrypted files are decrypted unless decrypt: false.
func (c *Call) file(path string) (Blob, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Blob{}, err
	}
	if info.Size() <= maxInMemory || isVault(path) {
		content, err := os.ReadFile(path)
		if err != nil {
			return Blob{}, err
		}
		if decrypt, _ := c.boolean("decrypt", true); decrypt && c.Run.Decrypt != nil {
			if content, err = c.Run.Decrypt(path, content); err != nil {
				return Blob{}, err
			}
		}
		return Bytes(content), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return Blob{}, err
	}
	defer f.Close()
	sum, old := sha256.New(), sha1.New()
	size, err := io.Copy(io.MultiWriter(sum, old), f)
	if err != nil {
		return Blob{}, fmt.Errorf("reading %s: %w", path, err)
	}
	return Blob{SHA256: hex.EncodeToString(sum.Sum(nil)), SHA1: hex.EncodeToString(old.Sum(nil)), Size: size,
		Open: func() (io.ReadCloser, error) { return os.Open(path) }}, nil
}

func isVault(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 14)
	n, _ := io.ReadFull(f, head)
	return strings.HasPrefix(string(head[:n]), "$ANSIBLE_VAULT")
}

// copyFile sends a file, content, or a directory (ansible.builtin.copy).
func copyFile(ctx context.Context, c *Call) (Step, error) {
	content, hasContent := c.Args.GetStr("content")
	hasContent = hasContent && !isNone(content)
	src, dest := c.str("src"), c.str("dest")
	switch {
	case src == "" && !hasContent:
		return Step{}, &Failed{Msg: "src (or content) is required"}
	case dest == "":
		return Step{}, &Failed{Msg: "dest is required"}
	case src != "" && hasContent:
		return Step{}, &Failed{Msg: "src and content are mutually exclusive"}
	case hasContent && strings.HasSuffix(dest, "/"):
		return Step{}, &Failed{Msg: "can not use content with a dir as dest"}
	}
	args, err := c.checked()
	if err != nil {
		return Step{}, err
	}
	remote, _ := args["remote_src"].(bool)
	switch {
	case hasContent:
		return c.copyContent(content, args)
	case remote:
		return Step{Request: &Request{Module: c.FQCN, Args: args}}, nil
	}
	path, err := c.find("files", src)
	if err != nil {
		return Step{}, err
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return c.copyTree(ctx, path, strings.HasSuffix(src, "/"), args)
	}
	return c.send(path, filepath.Base(path), args)
}

func (c *Call) copyContent(content value.Value, args map[string]any) (Step, error) {
	text := ""
	switch content.(type) {
	case *value.Dict, *value.List, value.Tuple:
		s, err := pyjson.Dumps(content, pyjson.Default())
		if err != nil {
			return Step{}, err
		}
		text = s
	default:
		s, err := value.ToStr(content)
		if err != nil {
			return Step{}, err
		}
		text = s
	}
	delete(args, "content")
	return Step{Request: &Request{Module: "ansible.builtin.copy", Args: args, Blobs: map[string]Blob{"src": Bytes([]byte(text))}}}, nil
}

// send copies one file of the controller.
func (c *Call) send(path, base string, args map[string]any) (Step, error) {
	blob, err := c.file(path)
	switch {
	case errors.Is(err, vars.ErrNoPassword):
		return Step{}, &Failed{Msg: err.Error()}
	case err != nil:
		return Step{}, &Failed{Msg: fmt.Sprintf("could not find src=%s, %v", path, err)}
	}
	if args["mode"] == "preserve" {
		info, err := os.Stat(path)
		if err != nil {
			return Step{}, err
		}
		args["mode"] = fmt.Sprintf("0%03o", info.Mode().Perm())
	}
	delete(args, "src")
	args["_original_basename"] = base
	args["_original_path"] = path
	c.limitDiff(args)
	return Step{Request: &Request{Module: "ansible.builtin.copy", Args: args, Blobs: map[string]Blob{"src": blob}}}, nil
}

// maxDiff is the module's own limit of diffs.
const maxDiff = 104448

// limitDiff tells the module of another size than its own above which there is no diff.
func (c *Call) limitDiff(args map[string]any) {
	if c.Run.MaxDiff != maxDiff {
		args["_original_max_diff"] = c.Run.MaxDiff
	}
}

// copyTree sends a directory: its files, links and empty directories, in one batch that ends at the first failure.
func (c *Call) copyTree(ctx context.Context, root string, insideOnly bool, args map[string]any) (Step, error) {
	dest := strings.TrimSuffix(args["dest"].(string), "/")
	prefix, src := filepath.Base(root), root
	if insideOnly {
		prefix, src = "", root+"/"
	}
	follow, given := args["local_follow"].(bool)
	t := &tree{c: c, args: args, dest: dest, follow: follow || !given}
	if err := t.walk(root, prefix); err != nil {
		return Step{}, err
	}
	results, err := c.Remote.DoAll(ctx, t.requests)
	if err != nil {
		return Step{}, err
	}
	changed := false
	var last *value.Dict
	for _, r := range results {
		if v, said := r.GetStr("msg"); said && c.Check && changed && flag(r, "failed") && strings.HasPrefix(mustText(v), "Destination directory ") {
			break // a check does not make the directory that it says it would make, so what goes into it is new as well
		}
		if flag(r, "failed") {
			return Step{Result: r}, nil
		}
		changed = changed || flag(r, "changed")
		last = r
	}
	if t.files == 1 && len(t.requests) == 2 {
		return Step{Result: last}, nil
	}
	return done("changed", changed, "dest", dest+"/", "src", src)
}

// tree collects the calls that copy a directory.
type tree struct {
	c        *Call
	args     map[string]any
	dest     string
	follow   bool
	files    int
	requests []*Request
	above    []os.FileInfo // the directories that lead to where the walk is
}

// walk adds what is in a directory of the controller, as rel on the target.
func (t *tree) walk(dir, rel string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return &Failed{Msg: fmt.Sprintf("reading %s: %v", dir, err)}
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return &Failed{Msg: fmt.Sprintf("reading %s: %v", dir, err)}
	}
	t.above = append(t.above, info)
	defer func() { t.above = t.above[:len(t.above)-1] }()
	if rel == "" {
		t.requests = append(t.requests, &Request{Module: "ansible.builtin.file", Args: map[string]any{"path": t.dest, "state": "directory"}})
	} else {
		r := t.file("directory", rel, nil)
		delete(r.Args, "mode")
		if mode, ok := t.args["directory_mode"]; ok && mode != nil {
			r.Args["mode"] = mode
		}
		t.requests = append(t.requests, r)
	}
	slices.SortStableFunc(list, func(a, b fs.DirEntry) int { // files before what is below, as os.walk has them
		return cmp.Compare(boolInt(a.IsDir()), boolInt(b.IsDir()))
	})
	for _, e := range list {
		if err := t.add(filepath.Join(dir, e.Name()), filepath.Join(rel, e.Name()), e.Type()); err != nil {
			return err
		}
	}
	return nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// leadsOn tells whether a link is to be followed: not one that leads nowhere, to no file or directory, or in a circle.
// Those are copied as links.
func (t *tree) leadsOn(path string) (fs.FileMode, bool) {
	info, err := os.Stat(path)
	if err != nil || !t.follow || !info.IsDir() && !info.Mode().IsRegular() {
		return 0, false
	}
	circle := slices.ContainsFunc(t.above, func(dir os.FileInfo) bool { return os.SameFile(dir, info) })
	return info.Mode().Type(), !circle
}

func (t *tree) add(path, rel string, mode fs.FileMode) error {
	if mode&fs.ModeSymlink != 0 {
		if to, ok := t.leadsOn(path); ok {
			mode = to
		}
	}
	switch {
	case mode.IsDir():
		return t.walk(path, rel)
	case mode&fs.ModeSymlink != 0:
		target, err := os.Readlink(path)
		if err != nil {
			return err
		}
		r := t.file("link", rel, map[string]any{"src": target, "force": true})
		t.requests = append(t.requests, r)
	case mode.IsRegular():
		args := map[string]any{}
		for k, v := range t.args {
			args[k] = v
		}
		args["dest"] = filepath.Join(t.dest, rel)
		step, err := t.c.send(path, filepath.Base(path), args)
		if err != nil {
			return err
		}
		t.files++
		t.requests = append(t.requests, step.Request)
	}
	return nil
}

// file is a call of the module file for an entry.
func (t *tree) file(state, rel string, more map[string]any) *Request {
	args := map[string]any{"path": filepath.Join(t.dest, rel), "state": state, "follow": false}
	for _, name := range []string{"owner", "group", "mode", "seuser", "serole", "setype", "selevel", "attributes", "unsafe_writes"} {
		if v, ok := t.args[name]; ok && v != "preserve" {
			args[name] = v
		}
	}
	for k, v := range more {
		args[k] = v
	}
	return &Request{Module: "ansible.builtin.file", Args: args}
}

func flag(d *value.Dict, key string) bool {
	v, ok := d.GetStr(key)
	if !ok {
		return false
	}
	b, _ := toBool(v)
	return b
}
