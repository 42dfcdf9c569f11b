package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"syscall"

	"pylint-deploy/executor/module"
)

// statInfo are the keys that stat and find share.
func statInfo(c *module.Call, info module.Info) module.Result {
	kind := info.Mode.Type()
	bit := func(b uint32) bool { return info.Perm&b != 0 }
	return module.Result{
		"mode":  fmt.Sprintf("%04o", info.Perm),
		"isdir": kind.IsDir(), "isreg": kind.IsRegular(), "islnk": kind&fs.ModeSymlink != 0,
		"ischr": kind&fs.ModeCharDevice != 0, "isblk": kind&fs.ModeDevice != 0 && kind&fs.ModeCharDevice == 0,
		"isfifo": kind&fs.ModeNamedPipe != 0, "issock": kind&fs.ModeSocket != 0,
		"uid": info.UID, "gid": info.GID, "size": info.Size, "inode": info.Ino, "dev": info.Dev, "nlink": info.Nlink,
		"atime": seconds(info.Atime), "mtime": seconds(info.Mtime), "ctime": seconds(info.Ctime),
		"rusr": bit(0o400), "wusr": bit(0o200), "xusr": bit(0o100), "rgrp": bit(0o040), "wgrp": bit(0o020), "xgrp": bit(0o010),
		"roth": bit(0o004), "woth": bit(0o002), "xoth": bit(0o001), "isuid": bit(0o4000), "isgid": bit(0o2000),
	}
}

// stat is ansible.builtin.stat. The type of a file's content is what file(1) of the target makes of its first mebibyte.
// Known difference: inode flags are read by system call, so that they are there without lsattr(1) too.
func stat(ctx context.Context, c *module.Call) (module.Result, error) {
	p := c.Path("path")
	look := c.Sys.Lstat
	if c.Args.Bool("follow") {
		look = c.Sys.Stat
	}
	info, err := look(p)
	if errors.Is(err, fs.ErrNotExist) {
		return module.Result{"stat": map[string]any{"exists": false}}, nil
	} else if err != nil {
		return nil, module.Fail(strerror(err))
	}
	st := statInfo(c, info)
	st["exists"], st["path"] = true, p
	st["blocks"], st["block_size"], st["device_type"] = info.Blocks, info.Blksize, info.Rdev
	st["readable"], st["writeable"], st["executable"] = c.Sys.Access(p, 4), c.Sys.Access(p, 2), c.Sys.Access(p, 1)
	if info.Mode&fs.ModeSymlink != 0 {
		st["lnk_target"] = info.Link
		st["lnk_source"], _ = c.Sys.Realpath(p)
	}
	if a, ok := c.LookupUID(info.UID); ok {
		st["pw_name"] = a.Name
	}
	if g, ok := c.LookupGID(info.GID); ok {
		st["gr_name"] = g.Name
	}
	if err := statSums(c, st, info); err != nil {
		return nil, err
	}
	if c.Args.Bool("get_mime") {
		st["mimetype"], st["charset"] = mime(ctx, c, info)
	}
	if c.Args.Bool("get_attributes") {
		st["version"], st["attributes"], st["attr_flags"] = nil, []any{}, ""
		if flags, version, err := c.Sys.Flags(p); err == nil {
			st["version"] = strconv.FormatUint(uint64(version), 10)
			st["attributes"], st["attr_flags"] = module.FlagNames(flags), module.FlagLetters(flags)
		}
	}
	return module.Result{"stat": map[string]any(st)}, nil
}

func statSums(c *module.Call, st module.Result, info module.Info) error {
	if !info.Mode.IsRegular() || st["readable"] != true {
		return nil
	}
	var err error
	if c.Args.Bool("get_md5") {
		if st["md5"], err = c.Checksum(info.Path, "md5"); err != nil {
			return err
		}
	}
	if c.Args.Bool("get_checksum") {
		st["checksum"], err = c.Checksum(info.Path, algorithm(c))
	}
	return err
}

func algorithm(c *module.Call) string {
	if a := c.Args.Str("checksum_algorithm"); a != "" {
		return a
	}
	return "sha1"
}

// strerror is Python's text of an error without path.
func strerror(err error) string {
	var no syscall.Errno
	if errors.As(err, &no) {
		s := no.Error()
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return err.Error()
}

// specialTypes are what file(1) says of everything that is no regular file.
var specialTypes = []struct {
	bit  fs.FileMode
	name string
}{
	{fs.ModeDir, "inode/directory"}, {fs.ModeSymlink, "inode/symlink"}, {fs.ModeCharDevice, "inode/chardevice"},
	{fs.ModeDevice, "inode/blockdevice"}, {fs.ModeNamedPipe, "inode/fifo"}, {fs.ModeSocket, "inode/socket"},
}

// mime asks file(1) for the type and encoding of a file's content, which it gets on its standard input.
func mime(ctx context.Context, c *module.Call, info module.Info) (kind, charset string) {
	if _, err := c.Sys.LookPath("file"); err != nil {
		return "unknown", "unknown"
	}
	info, err := c.Sys.Lstat(info.Path)
	if err != nil || info.Mode&fs.ModeSymlink != 0 && !exists(c, info.Path) {
		return "unknown", "unknown"
	}
	if info.Mode.IsRegular() && info.Size == 0 {
		return "inode/x-empty", "binary"
	}
	for _, s := range specialTypes {
		if info.Mode&s.bit != 0 {
			return s.name, "binary"
		}
	}
	f, err := c.Sys.Open(info.Path)
	if err != nil {
		return "unknown", "unknown"
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return "unknown", "unknown"
	}
	out, err := c.Sys.Run(ctx, module.Cmd{Argv: []string{"file", "--mime-type", "--mime-encoding", "-"}, Stdin: head, Reads: true})
	text := string(out.Stdout)
	i := strings.LastIndexByte(text, ':')
	if err != nil || out.RC != 0 || i < 0 {
		return "unknown", "unknown"
	}
	kind, rest, _ := strings.Cut(text[i+1:], ";")
	_, charset, _ = strings.Cut(rest, "=")
	return strings.TrimSpace(kind), strings.TrimSpace(charset)
}
