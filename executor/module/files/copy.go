package files

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"pylint-deploy/executor/module"
)

// copyTask is one call of ansible.builtin.copy for a single file. The content comes from the controller as the blob
// "src" (the source of copy, a rendered template), and is fetched only if its checksum differs from the destination's;
// or with remote_src from a file of the target.
//
// Known differences: a link at the destination that follow=false replaces is replaced in one step, and a remote_src
// copy of a file starts from the umask's mode, or the replaced file's, in one step as well.
type copyTask struct {
	*module.Call
	dest     string
	named    string // dest before links are followed
	base     string // the name that the file gets in a directory
	source   string // what diffs call the source
	checksum string // SHA-1 of the content
	size     int64
	open     func() (io.ReadCloser, error)
	remote   bool
}

func copyFile(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &copyTask{Call: c, dest: c.Path("dest"), base: c.Args.Str("_original_basename"), source: c.Args.Str("_original_path")}
	if !strings.Contains(t.dest, "/") {
		t.dest = "./" + t.dest
	}
	if c.Args.Bool("remote_src") {
		return t.fromTarget(ctx)
	}
	if c.Blob == nil {
		return nil, fmt.Errorf("copy to %s: no content came with the call", t.dest)
	}
	b, err := c.Blob("src")
	if err != nil {
		return nil, fmt.Errorf("content for %s: %w", t.dest, err)
	}
	t.checksum, t.size, t.open = b.SHA1, b.Size, b.Open
	return t.place(ctx)
}

// fromTarget copies a file or a directory of the target.
func (t *copyTask) fromTarget(ctx context.Context) (module.Result, error) {
	src := t.Path("src")
	info, err := t.Sys.Stat(src)
	if err != nil {
		return nil, module.Fail(fmt.Sprintf("Source %s not found", src))
	}
	if !t.Sys.Access(src, 4) {
		return nil, module.Fail(fmt.Sprintf("Source %s not readable", src))
	}
	t.remote, t.source = true, src
	if t.Args.Str("mode") == "preserve" {
		t.Args["mode"] = module.ModeText(info.Perm)
	}
	if info.Mode.IsDir() {
		return t.directory(ctx, src)
	}
	if !info.Mode.IsRegular() {
		return nil, module.Fail(fmt.Sprintf("Cannot copy invalid source '%s': not a file", src))
	}
	if t.checksum, err = t.Checksum(src, "sha1"); err != nil {
		return nil, err
	}
	if t.base == "" {
		t.base = path.Base(src)
	}
	t.size = info.Size
	t.open = func() (io.ReadCloser, error) { return t.Sys.Open(src) }
	res, err := t.place(ctx)
	if res != nil {
		res["src"] = src
	}
	return res, err
}

// place brings the destination to the content.
func (t *copyTask) place(ctx context.Context) (module.Result, error) {
	given := t.dest
	if want := t.Args.Str("checksum"); want != "" && want != t.checksum {
		return nil, module.Fail("Copied file does not match the expected checksum. Transfer failed.",
			"checksum", t.checksum, "expected_checksum", want)
	}
	if early, err := t.settleDest(ctx); early != nil || err != nil {
		return early, err
	}
	t.named = t.dest
	res, err := t.bring(ctx, given)
	var f *module.Failure
	if errors.As(err, &f) && !t.remote {
		if _, has := f.Result["checksum"]; !has {
			f.Result["checksum"] = t.checksum
		}
	}
	return res, err
}

// bring writes the file, or only its attributes, where they differ. given is dest as the task has it.
func (t *copyTask) bring(ctx context.Context, given string) (module.Result, error) {
	old, err := t.Sys.Lstat(t.dest)
	present := err == nil
	if present && old.Mode&fs.ModeSymlink != 0 && t.Args.Bool("follow") {
		if t.dest, err = t.Sys.Realpath(t.dest); err != nil {
			return nil, err
		}
		old, err = t.Sys.Lstat(t.dest)
		present = err == nil
	}
	if present && !t.Args.Bool("force") && t.Args.Has("force") {
		if t.remote {
			return module.Result{"msg": "file already exists", "src": t.source, "dest": t.dest}, nil
		}
		return module.Result{"dest": given}, nil
	}
	if err := t.mayWrite(present); err != nil {
		return nil, err
	}
	same := false
	if present && old.Mode.IsRegular() {
		if sum, err := t.Checksum(t.dest, "sha1"); err == nil {
			same = sum == t.checksum
		}
	}
	if same {
		return t.touchUp(ctx)
	}
	return t.write(ctx, old, present)
}

// settleDest finds the file's own name where the destination is a directory, making directories that a trailing slash
// asks for. A result that is not nil ends the call.
func (t *copyTask) settleDest(ctx context.Context) (module.Result, error) {
	if strings.HasSuffix(t.dest, "/") {
		if t.base != "" {
			t.dest = path.Join(t.dest, t.base)
		}
		dir := path.Dir(t.dest)
		if t.base == "" {
			dir = strings.TrimRight(t.dest, "/")
		}
		if !exists(t.Call, dir) {
			if t.Sys.DryRun() {
				return module.Result{"changed": true, "msg": fmt.Sprintf("dest directory %s would be created", dir)}, nil
			}
			if err := t.parents(ctx, dir); err != nil {
				return nil, err
			}
		}
	}
	if info, err := t.Sys.Stat(t.dest); err == nil && info.Mode.IsDir() {
		if t.base == "" {
			return nil, module.Fail("can not use content with a dir as dest")
		}
		t.dest = path.Join(t.dest, t.base)
	}
	return nil, nil
}

// parents makes missing directories with directory_mode and the owner of the copy.
func (t *copyTask) parents(ctx context.Context, dir string) error {
	if exists(t.Call, dir) {
		return nil
	}
	if parent := path.Dir(dir); parent != dir {
		if err := t.parents(ctx, parent); err != nil {
			return err
		}
	}
	fa := t.FileArgs(dir)
	fa.Mode = nil
	if t.Args.Has("directory_mode") {
		fa.Mode = t.Args["directory_mode"]
	}
	if err := makeDir(ctx, t.Call, fa, nil); err != nil {
		return module.Fail(fmt.Sprintf("Could not copy to %s: making %s: %s", t.dest, dir, module.Errno(err)))
	}
	return nil
}

func (t *copyTask) mayWrite(present bool) error {
	dir := path.Dir(t.dest)
	if !present && !exists(t.Call, dir) {
		return module.Fail(fmt.Sprintf("Destination directory %s does not exist", dir))
	}
	if !t.Sys.Access(dir, 2) && !t.UnsafeWrites() {
		return module.Fail(fmt.Sprintf("Destination %s not writable", dir))
	}
	return nil
}

// touchUp handles a destination whose content is right: only its attributes may change.
func (t *copyTask) touchUp(ctx context.Context) (module.Result, error) {
	fa := t.FileArgs(t.dest)
	diff := module.NewStateDiff(t.dest)
	changed, err := t.SetAttrs(ctx, fa, diff)
	res := module.Result{"changed": changed, "dest": t.dest, "checksum": t.checksum}
	if !t.remote {
		res["path"], res["diff"] = t.dest, diff.Result()
		return res, err
	}
	if err == nil {
		res["md5sum"], err = t.Checksum(t.dest, "md5")
	}
	return res, err
}

// write replaces the destination.
func (t *copyTask) write(ctx context.Context, old module.Info, present bool) (module.Result, error) {
	res := module.Result{"changed": true}
	if !t.remote {
		res["diff"] = []any{}
	}
	if t.Diff && !t.remote {
		diff, err := t.textDiff(old, present)
		if err != nil {
			return nil, err
		}
		res["diff"] = []any{diff}
	}
	if t.Sys.DryRun() && !t.remote {
		return res, nil
	}
	validate, err := t.Validator(ctx, t.Args.Str("validate"), func(out module.Output) error {
		return module.Fail("failed to validate", "exit_status", out.RC, "stdout", string(out.Stdout), "stderr", string(out.Stderr))
	})
	if err != nil {
		return nil, err
	}
	res["dest"], res["checksum"] = t.dest, t.checksum
	if !t.remote {
		res["src"] = t.source // Ansible names its temporary copy; there is none here
		if t.source == "" {
			res["src"] = "source"
		}
	}
	if t.Sys.DryRun() {
		res["md5sum"], err = t.Checksum(t.source, "md5")
		return res, err
	}
	content, err := t.open()
	if err != nil {
		return nil, fmt.Errorf("content for %s: %w", t.dest, err)
	}
	defer content.Close()
	sum, whole := md5.New(), sha1.New()
	placed, err := t.PutFile(ctx, module.Put{Args: t.FileArgs(t.dest), Content: io.TeeReader(content, io.MultiWriter(sum, whole)),
		Backup: t.Args.Bool("backup"), Unsafe: t.UnsafeWrites(), Validate: func(tmp string) error {
			if res["src"] = tmp; t.remote {
				res["src"] = t.source
			}
			if got := hex.EncodeToString(whole.Sum(nil)); got != t.checksum && !t.remote { // a file of the target may change meanwhile
				return module.Fail("Copied file does not match the expected checksum. Transfer failed.",
					"checksum", got, "expected_checksum", t.checksum)
			}
			if validate == nil {
				return nil
			}
			return validate(tmp)
		}})
	if err != nil {
		return nil, t.wordError(err)
	}
	if placed.Backup != "" {
		res["backup_file"] = placed.Backup
	}
	res["md5sum"] = hex.EncodeToString(sum.Sum(nil))
	return res, nil
}

func (t *copyTask) wordError(err error) error {
	if _, ok := err.(*module.Failure); ok {
		return err
	}
	return fmt.Errorf("writing %s: %w", t.dest, err)
}

// maxDiff is the size of files above which no diff is shown, Ansible's MAX_FILE_SIZE_FOR_DIFF.
const maxDiff = 104448

func (t *copyTask) maxDiff() int64 {
	if t.Args.Has("_original_max_diff") {
		return int64(t.Args.Int("_original_max_diff"))
	}
	return maxDiff
}

// textDiff compares old and new content for the screen.
func (t *copyTask) textDiff(old module.Info, present bool) (map[string]any, error) {
	diff := map[string]any{}
	switch {
	case !present:
		diff["before"] = ""
	case old.Size > t.maxDiff():
		diff["dst_larger"] = t.maxDiff()
	default:
		before, err := t.Sys.ReadFile(t.dest)
		if err != nil {
			break
		}
		if binary(before) {
			diff["dst_binary"] = 1
			break
		}
		diff["before_header"], diff["before"] = t.named, string(before)
	}
	if t.size > t.maxDiff() {
		diff["src_larger"] = t.maxDiff()
		return diff, nil
	}
	f, err := t.open()
	if err != nil {
		return nil, fmt.Errorf("content for %s: %w", t.dest, err)
	}
	defer f.Close()
	after, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("content for %s: %w", t.dest, err)
	}
	if binary(after) {
		diff["src_binary"] = 1
		return diff, nil
	}
	diff["after_header"], diff["after"] = t.source, string(after)
	if t.source == "" {
		diff["after_header"] = t.dest
	}
	return diff, nil
}

// binary guesses as Ansible does: a zero byte near the beginning.
func binary(data []byte) bool {
	return strings.IndexByte(string(data[:min(len(data), 8192)]), 0) >= 0
}
