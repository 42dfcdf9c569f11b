package action

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"pylint-deploy/parser/jinja/value"
)

// unarchive sends an archive of the controller, or names one of the target (ansible.builtin.unarchive).
func unarchive(_ context.Context, c *Call) (Step, error) {
	args, err := c.checked()
	if err != nil {
		return Step{}, err
	}
	src := c.str("src")
	remote, _ := args["remote_src"].(bool)
	if c.has("copy") { // its former name, the other way round
		if c.has("remote_src") {
			return Step{}, &Failed{Msg: "parameters are mutually exclusive: ('copy', 'remote_src')"}
		}
		copies, _ := args["copy"].(bool)
		remote = !copies
		args["remote_src"] = remote
	}
	delete(args, "copy")
	if remote || strings.Contains(src, "://") {
		return Step{Request: &Request{Module: c.FQCN, Args: args}}, nil
	}
	file, err := c.find("files", src)
	if err != nil {
		return Step{}, err
	}
	blob, err := c.file(file)
	if err != nil {
		return Step{}, err
	}
	args["_original_basename"] = filepath.Base(file)
	return Step{Request: &Request{Module: c.FQCN, Args: args, Blobs: map[string]Blob{"src": blob}}}, nil
}

// assemble joins fragments, on the controller unless remote_src (ansible.builtin.assemble).
func assemble(_ context.Context, c *Call) (Step, error) {
	if c.Check {
		return done("skipped", true, "changed", false, "msg", "check mode is not supported for this task.")
	}
	args, err := c.checked()
	if err != nil {
		return Step{}, err
	}
	src := c.str("src")
	if src == "" || c.str("dest") == "" {
		return Step{}, &Failed{Msg: "src and dest are required"}
	}
	if remote, _ := args["remote_src"].(bool); remote {
		return Step{Request: &Request{Module: c.FQCN, Args: args}}, nil
	}
	dir, err := c.find("files", src)
	if err != nil {
		return Step{}, err
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return Step{}, &Failed{Msg: fmt.Sprintf("Source (%s) is not a directory", dir)}
	}
	content, err := c.fragments(dir)
	if err != nil {
		return Step{}, err
	}
	for _, own := range []string{"src", "remote_src", "regexp", "delimiter", "ignore_hidden", "decrypt"} {
		delete(args, own)
	}
	args["_original_basename"] = filepath.Base(dir)
	return Step{Request: &Request{Module: "ansible.builtin.copy", Args: args, Blobs: map[string]Blob{"src": Bytes(content)}}}, nil
}

func (c *Call) fragments(dir string) ([]byte, error) {
	var only *regexp.Regexp
	if p := c.str("regexp"); p != "" {
		var err error
		if only, err = regexp.Compile(p); err != nil {
			return nil, &Failed{Msg: fmt.Sprintf("Invalid Regexp (%s): %v", p, err)}
		}
	}
	hidden, _ := c.boolean("ignore_hidden", false)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	delimiter := strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(c.str("delimiter"))
	var out bytes.Buffer
	newline := false
	for i, e := range entries {
		name := e.Name()
		if only != nil && !only.MatchString(name) || hidden && strings.HasPrefix(name, ".") || e.IsDir() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if c.Run.Decrypt != nil {
			if text, err = c.Run.Decrypt(name, text); err != nil {
				return nil, err
			}
		}
		if newline {
			out.WriteByte('\n')
		}
		if delimiter != "" && i > 0 && out.Len() > 0 {
			out.WriteString(delimiter)
			if !strings.HasSuffix(delimiter, "\n") {
				out.WriteByte('\n')
			}
		}
		out.Write(text)
		newline = !bytes.HasSuffix(text, []byte("\n"))
	}
	return out.Bytes(), nil
}

// fetch brings a file from the target (ansible.builtin.fetch).
func fetch(ctx context.Context, c *Call) (Step, error) {
	if c.Check {
		return done("skipped", true, "changed", false, "msg", "check mode not (yet) supported for this module")
	}
	src, dest := c.str("src"), c.str("dest")
	if !c.has("src") || !c.has("dest") {
		return Step{}, &Failed{Msg: "src and dest are required"}
	}
	for _, name := range []struct{ arg, word string }{{"dest", "dest"}, {"src", "source"}} {
		if v, _ := c.Args.GetStr(name.arg); !isText(v) {
			return Step{}, &Failed{Msg: "Invalid type supplied for " + name.word + " option, it must be a string"}
		}
	}
	flat, _ := c.boolean("flat", false)
	mustExist, _ := c.boolean("fail_on_missing", true)
	to, err := c.fetchTo(src, dest, flat)
	if err != nil {
		return Step{}, err
	}
	got, err := c.Remote.Do(ctx, &Request{Module: "ansible.builtin.slurp", Args: map[string]any{"src": src}, Internal: true})
	if err != nil {
		return Step{}, err
	}
	if flag(got, "failed") {
		if step, hidden, err := c.outOfReach(ctx, got, src, mustExist); hidden || err != nil {
			return step, err
		}
		return fetchFailed(got, src, mustExist), nil
	}
	encoded, _ := got.GetStr("content")
	content, err := base64.StdEncoding.DecodeString(mustText(encoded))
	if err != nil {
		return Step{}, fmt.Errorf("reading %s: %w", src, err)
	}
	sum := sha1.Sum(content)
	checksum := hex.EncodeToString(sum[:])
	if have, err := os.ReadFile(to); err == nil && bytes.Equal(have, content) {
		return done("changed", false, "md5sum", md5Of(to), "file", src, "dest", to, "checksum", checksum)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return Step{}, &Failed{Msg: fmt.Sprintf("Failed to fetch the file: %v", err)}
	}
	if err := writeWhole(to, content); err != nil {
		return Step{}, &Failed{Msg: fmt.Sprintf("Failed to fetch the file: %v", err)}
	}
	return done("changed", true, "md5sum", md5Of(to), "dest", to, "remote_md5sum", nil, "checksum", checksum, "remote_checksum", checksum)
}

func isText(v value.Value) bool { _, ok := v.(value.Str); return ok }

func md5Of(path string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	sum := md5.Sum(content)
	return hex.EncodeToString(sum[:])
}

// writeWhole puts a file in place at once.
func writeWhole(to string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(to), ".fetch-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	mode := os.FileMode(0o644)
	if info, err := os.Stat(to); err == nil {
		mode = info.Mode().Perm()
	}
	if _, err = tmp.Write(content); err == nil {
		err = tmp.Chmod(mode)
	}
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), to)
}

// fetchFailed is the result for a file that cannot be had; one that is missing may be none of the task's concern.
// outOfReach is what becomes of a file in a directory that may not be looked into: nobody can say whether it is there. As another
// user Ansible does not look first, and says what reading gave.
func (c *Call) outOfReach(ctx context.Context, got *value.Dict, src string, mustExist bool) (step Step, hidden bool, err error) {
	if v, _ := got.GetStr("msg"); c.Remote.About().BecomeUser != "" || !strings.Contains(mustText(FromGo(v)), "not readable") {
		return Step{}, false, nil
	}
	seen, err := c.Remote.Do(ctx, &Request{Module: "ansible.builtin.stat", Args: map[string]any{"path": src}, Internal: true})
	if err != nil || !flag(seen, "failed") {
		return Step{}, false, err
	}
	v, _ := seen.GetStr("msg")
	msg := fmt.Sprintf("Failed to get information on remote file (%s): %s", src, mustText(v))
	if mustExist {
		return Step{Result: Result("failed", true, "changed", false, "msg", msg, "file", src)}, true, nil
	}
	return Step{Result: Result("changed", false, "msg", msg+", ignored", "file", src)}, true, nil
}

func fetchFailed(got *value.Dict, src string, mustExist bool) Step {
	v, _ := got.GetStr("msg")
	msg := mustText(FromGo(v))
	switch {
	case strings.Contains(msg, "not found") || strings.Contains(msg, "No such file"):
		msg = "the remote file does not exist, not transferring, ignored"
	case strings.Contains(msg, "is a directory"):
		msg = "remote file is a directory, fetch cannot work on directories"
	default:
		mustExist = true
	}
	if mustExist {
		return Step{Result: Result("failed", true, "msg", msg)}
	}
	return Step{Result: Result("changed", false, "msg", msg, "file", src)}
}

func (c *Call) fetchTo(src, dest string, flat bool) (string, error) {
	to := expandHome(dest)
	if !filepath.IsAbs(to) {
		to = filepath.Join(c.BaseDir, to)
		if strings.HasSuffix(dest, "/") {
			to += "/"
		}
	}
	if !flat {
		return filepath.Clean(filepath.Join(to, c.Target, src)), nil
	}
	if info, err := os.Stat(to); err == nil && info.IsDir() && !strings.HasSuffix(to, "/") {
		return "", &Failed{Msg: "dest is an existing directory, use a trailing slash if you want to fetch src into that directory"}
	}
	if strings.HasSuffix(to, "/") {
		to = filepath.Join(to, path.Base(src))
	}
	return filepath.Clean(to), nil
}

// raw runs a command line without anything on the target but a shell (ansible.builtin.raw).
func raw(ctx context.Context, c *Call) (Step, error) {
	if c.Check {
		return done("skipped", true, "changed", false)
	}
	line := c.FreeForm
	if line == "" {
		line = c.str("_raw_params")
	}
	if line == "" {
		return Step{}, &Failed{Msg: "no command given"}
	}
	if exe := c.str("executable"); exe != "" {
		line = exe + " -c " + Quote(line)
	}
	out, err := c.Remote.Exec(ctx, line)
	if err != nil {
		return Step{}, err
	}
	pairs := append(output(out), "changed", true)
	if out.RC != 0 {
		pairs = append(pairs, "failed", true, "msg", "non-zero return code")
	}
	return done(pairs...)
}

// Quote makes one word of s for a POSIX shell.
func Quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'"'"'`) + "'" }

// script sends a script of the controller and runs it (ansible.builtin.script).
func script(_ context.Context, c *Call) (Step, error) {
	args, err := c.checked()
	if err != nil {
		return Step{}, err
	}
	if dir := c.str("chdir"); dir != "" && !strings.HasPrefix(dir, "/") {
		return Step{}, &Failed{Msg: fmt.Sprintf("chdir %s must be an absolute path for a Unix-aware remote node", dir)}
	}
	line := strings.TrimSpace(firstOf(c.FreeForm, c.str("_raw_params"), c.str("cmd")))
	word := firstWord(line)
	if word == "" {
		return Step{}, &Raised{Err: &Failed{Msg: "no script was named"}, Whole: true}
	}
	file, err := c.find("files", strings.Trim(word, `"'`))
	if err != nil {
		return Step{}, err
	}
	blob, err := c.file(file)
	if err != nil {
		return Step{}, err
	}
	delete(args, "cmd")
	delete(args, "decrypt")
	args["_raw_params"] = Quote(filepath.Base(file)) + line[len(word):]
	return Step{Request: &Request{Module: c.FQCN, Args: args, Blobs: map[string]Blob{"script": blob}}}, nil
}

// firstWord is the first word of a line, with its quotes.
func firstWord(line string) string {
	if line == "" {
		return ""
	}
	if q := line[0]; q == '"' || q == '\'' {
		if i := strings.IndexByte(line[1:], q); i >= 0 {
			return line[:i+2]
		}
	}
	if i := strings.IndexAny(line, " \t\n"); i >= 0 {
		return line[:i]
	}
	return line
}

func mustText(v value.Value) string { s, _ := value.ToStr(v); return s }
