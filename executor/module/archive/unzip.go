package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"pylint-deploy/executor/module"
)

// zipArchive is a zip archive, read and unpacked here.
type zipArchive struct {
	*unpacking
	files   []*zip.File // what is asked for
	changed []*zip.File
}

func (z *zipArchive) handler() string { return "ZipArchive" }

func (z *zipArchive) list(context.Context) ([]string, error) {
	data, err := z.Sys.ReadFile(z.src)
	if err != nil {
		return nil, err
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, z.unknown(err.Error())
	}
	matches := func(patterns []string, name string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { return module.Fnmatch(p, name) })
	}
	include, exclude := z.Args.Strs("include"), z.Args.Strs("exclude")
	var names []string
	for _, f := range r.File {
		if len(include) > 0 && !matches(include, f.Name) || len(include) == 0 && matches(exclude, f.Name) {
			continue
		}
		if slices.Contains(strings.Split(f.Name, "/"), "..") {
			return nil, module.Fail(fmt.Sprintf("archive %s: the name %q leads out of %s", z.shown, f.Name, z.dest))
		}
		z.files = append(z.files, f)
		names = append(names, f.Name)
	}
	return names, nil
}

func (z *zipArchive) differs(context.Context) (bool, string, error) {
	var diff strings.Builder
	for _, f := range z.files {
		item, err := z.compare(f)
		if err != nil {
			return false, "", err
		}
		if item != "" {
			z.changed = append(z.changed, f)
			fmt.Fprintf(&diff, "%s %s\n", item, f.Name)
		}
	}
	return len(z.changed) > 0, diff.String(), nil
}

// compare itemizes how a file differs from the archive's, as rsync does; "" where it does not.
func (z *zipArchive) compare(f *zip.File) (string, error) {
	kind := map[fs.FileMode]string{0: "f", fs.ModeDir: "d", fs.ModeSymlink: "L"}[z.mode(f).Type()]
	have, err := z.Sys.Lstat(z.target(f))
	if err != nil {
		return ">" + kind + "++++++.??", nil
	}
	if have.Mode.Type() != z.mode(f).Type() {
		return "c" + kind + "++++++.??", nil
	}
	item := []byte("." + kind + ".......??")
	if kind == "f" {
		keep, err := z.compareContent(f, have, item)
		if err != nil || keep {
			return "", err
		}
	}
	if kind != "L" {
		want := module.PermBits(z.mode(f))
		if z.fa.Mode != nil {
			if want, err = module.ParseMode(z.fa.Mode, have.Perm, have.Mode.IsDir(), z.Sys.Self().Umask); err != nil {
				return "", err
			}
		}
		if want != have.Perm {
			item[5] = 'p'
		}
	}
	if err := z.compareOwner(have, item); err != nil {
		return "", err
	}
	if string(item) == "."+kind+".......??" {
		return "", nil
	}
	return string(item), nil
}

// compareContent compares time, size and checksum; keep tells that a newer file is to be left alone.
func (z *zipArchive) compareContent(f *zip.File, have module.Info, item []byte) (keep bool, err error) {
	stamp := zipTime(f)
	older := have.Mtime.Truncate(time.Second).Before(stamp)
	if z.Args.Bool("keep_newer") {
		if have.Mtime.After(stamp) {
			return true, nil
		}
		if older {
			item[4] = 't'
		}
	} else if !have.Mtime.Equal(stamp) {
		item[4] = 't'
	}
	if uint64(have.Size) != f.UncompressedSize64 {
		item[3] = 's'
	}
	r, err := z.Sys.Open(have.Path)
	if err != nil {
		return false, err
	}
	defer r.Close()
	sum := crc32.NewIEEE()
	if _, err := io.Copy(sum, r); err != nil {
		return false, err
	}
	if sum.Sum32() != f.CRC32 {
		item[2] = 'c'
	}
	return false, nil
}

func (z *zipArchive) compareOwner(have module.Info, item []byte) error {
	uid, gid := z.Sys.Self().UID, z.Sys.Self().GID
	var err error
	if z.fa.Owner != "" {
		if uid, err = z.UID(z.dest, z.fa.Owner); err != nil {
			return err
		}
	}
	if z.fa.Group != "" {
		if gid, err = z.GID(z.dest, z.fa.Group); err != nil {
			return err
		}
	}
	if have.UID != uid {
		item[6] = 'o'
	}
	if have.GID != gid {
		item[6] = 'g'
	}
	return nil
}

func (z *zipArchive) target(f *zip.File) string { return path.Join(z.dest, f.Name) }

// fatSystem is the number of MS-DOS as the system that made a file's entry.
const fatSystem = 0

// mode is the file's mode. Entries made on MS-DOS have none and get what the umask leaves.
func (z *zipArchive) mode(f *zip.File) fs.FileMode {
	m := f.Mode()
	if f.CreatorVersion>>8 == fatSystem {
		m = m.Type() | 0o666
		if m.IsDir() {
			m |= 0o777
		}
		return m &^ z.Sys.Self().Umask
	}
	return m.Type() | m.Perm() // unzip drops setuid and its like
}

// zipTime is the file's time. Without the extended timestamp it is in the target's own time zone.
func zipTime(f *zip.File) time.Time {
	const extended = 0x5455
	for extra := f.Extra; len(extra) >= 4; {
		id, size := int(extra[0])|int(extra[1])<<8, int(extra[2])|int(extra[3])<<8
		if id == extended {
			return f.Modified.Truncate(time.Second)
		}
		extra = extra[min(4+size, len(extra)):]
	}
	t := f.Modified.UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.Local)
}

func (z *zipArchive) extract(ctx context.Context) (module.Result, error) {
	root, err := z.Sys.Realpath(z.dest)
	if err != nil {
		return nil, err
	}
	for _, f := range z.changed {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := z.unpack(f, root); err != nil {
			return nil, module.Fail(fmt.Sprintf("failed to unpack %s to %s: %s: %v", z.shown, z.dest, f.Name, err),
				"handler", z.handler(), "dest", z.dest, "src", z.shown)
		}
	}
	return module.Result{"cmd": []string{}, "rc": 0, "out": "", "err": ""}, nil
}

func (z *zipArchive) unpack(f *zip.File, root string) error {
	to, mode := z.target(f), z.mode(f)
	perm, err := z.wanted(mode)
	if err != nil {
		return err
	}
	if mode.IsDir() {
		return z.unpackDir(to, perm)
	}
	if err := z.MkdirAll(path.Dir(to)); err != nil {
		return err
	}
	if real, err := z.Sys.Realpath(path.Dir(to)); err != nil || real != root && !strings.HasPrefix(real, strings.TrimRight(root, "/")+"/") {
		return fmt.Errorf("a link leads out of %s (%v)", z.dest, err)
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	if mode&fs.ModeSymlink != 0 {
		target, err := io.ReadAll(io.LimitReader(r, 4096))
		if err != nil {
			return err
		}
		if present(z.Call, to) {
			if err := z.Sys.Remove(to); err != nil {
				return err
			}
		}
		return z.Sys.Symlink(string(target), to)
	}
	uid, gid, err := z.Owners(z.fa)
	if err != nil {
		return err
	}
	return z.Sys.Write(to, r, module.WriteSpec{Mode: &perm, UID: uid, GID: gid, Mtime: zipTime(f)})
}

// wanted is the mode that an entry ends up with: the archive's, changed by the task's.
func (z *zipArchive) wanted(mode fs.FileMode) (fs.FileMode, error) {
	if z.fa.Mode == nil {
		return mode.Perm(), nil
	}
	bits, err := module.ParseMode(z.fa.Mode, uint32(mode.Perm()), mode.IsDir(), z.Sys.Self().Umask)
	return module.FileMode(bits), err
}

// unpackDir makes a directory that nobody else enters before it has its mode.
func (z *zipArchive) unpackDir(to string, perm fs.FileMode) error {
	if !exists(z.Call, to) {
		if err := z.MkdirAll(path.Dir(to)); err != nil {
			return err
		}
		if err := z.Sys.Mkdir(to, 0o700&perm); err != nil {
			return err
		}
	}
	return z.Sys.Chmod(to, perm)
}
