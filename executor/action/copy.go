package action

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/jinja/value"
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
func copyFile(_ context.Context, c *Call) (Step, error) {
	args, err := c.checked()
	if err != nil {
		return Step{}, err
	}
	content, hasContent := c.Args.GetStr("content")
	hasContent = hasContent && !isNone(content)
	src, dest := c.str("src"), c.str("dest")
	remote, _ := args["remote_src"].(bool)
	switch {
	case src == "" && !hasContent:
		return Step{}, &Failed{Msg: "src (or content) is required"}
	case dest == "":
		return Step{}, &Failed{Msg: "dest is required"}
	case src != "" && hasContent:
		return Step{}, &Failed{Msg: "src and content are mutually exclusive"}
	case hasContent && strings.HasSuffix(dest, "/"):
		return Step{}, &Failed{Msg: "can not use content with a dir as dest"}
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
		return c.copyTree(path, strings.HasSuffix(src, "/"), args)
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
	return Step{Request: &Request{Module: "ansible.builtin.copy", Args: args, Blobs: map[string]Blob{"content": Bytes([]byte(text))}}}, nil
}

// send copies one file of the controller.
func (c *Call) send(path, base string, args map[string]any) (Step, error) {
	blob, err := c.file(path)
	if err != nil {
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
	return Step{Request: &Request{Module: "ansible.builtin.copy", Args: args, Blobs: map[string]Blob{"content": blob}}}, nil
}

// copyTree sends a directory in one call: what it holds, and the content of its files.
func (c *Call) copyTree(root string, insideOnly bool, args map[string]any) (Step, error) {
	prefix := ""
	if !insideOnly {
		prefix = filepath.Base(root)
	}
	t := &tree{c: c, preserve: args["mode"] == "preserve", blobs: map[string]Blob{}}
	follow, given := args["local_follow"].(bool)
	t.follow = follow || !given
	if err := t.walk(root, prefix); err != nil {
		return Step{}, err
	}
	if t.preserve {
		delete(args, "mode")
	}
	delete(args, "src")
	args["_tree"] = t.entries
	src := root
	if insideOnly {
		src += "/"
	}
	finish := func(r *value.Dict) *value.Dict {
		if !flag(r, "failed") {
			r.SetStr("src", value.Str(src))
		}
		return r
	}
	return Step{Request: &Request{Module: "ansible.builtin.copy", Args: args, Blobs: t.blobs}, Finish: finish}, nil
}

// tree collects the entries of a directory.
type tree struct {
	c                *Call
	preserve, follow bool
	entries          []any
	blobs            map[string]Blob
}

// walk adds what is in a directory of the controller, as rel on the target. Links to directories are followed where links
// are: Ansible's copy does so too.
func (t *tree) walk(dir, rel string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return &Failed{Msg: fmt.Sprintf("reading %s: %v", dir, err)}
	}
	if rel != "" {
		t.entries = append(t.entries, map[string]any{"path": rel, "kind": "directory"})
	}
	for _, e := range list {
		if err := t.add(filepath.Join(dir, e.Name()), filepath.Join(rel, e.Name()), e.Type()); err != nil {
			return err
		}
	}
	return nil
}

func (t *tree) add(path, rel string, mode fs.FileMode) error {
	if mode&fs.ModeSymlink != 0 && t.follow {
		info, err := os.Stat(path)
		if err != nil {
			return &Failed{Msg: fmt.Sprintf("the link %s leads nowhere: %v", path, err)}
		}
		mode = info.Mode().Type()
	}
	switch {
	case mode.IsDir():
		return t.walk(path, rel)
	case mode&fs.ModeSymlink != 0:
		target, err := os.Readlink(path)
		if err != nil {
			return err
		}
		t.entries = append(t.entries, map[string]any{"path": rel, "kind": "link", "target": target})
	case mode.IsRegular():
		blob, err := t.c.file(path)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("b%d", len(t.blobs))
		t.blobs[name] = blob
		entry := map[string]any{"path": rel, "kind": "file", "blob": name}
		if t.preserve {
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			entry["mode"] = fmt.Sprintf("0%03o", info.Mode().Perm())
		}
		t.entries = append(t.entries, entry)
	}
	return nil
}

func flag(d *value.Dict, key string) bool {
	v, ok := d.GetStr(key)
	if !ok {
		return false
	}
	b, _ := toBool(v)
	return b
}
