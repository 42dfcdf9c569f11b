package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"strings"
	"time"

	"pylint-deploy/executor/module"
)

// stream writes the archive, or the one compressed file.
func (a *archiving) stream(ctx context.Context, w io.Writer, single bool) error {
	if a.format == "zip" {
		return a.zip(w)
	}
	z, err := a.compressor(ctx, w)
	if err != nil {
		return err
	}
	if single {
		err = a.copyFile(a.members[0].path, z)
	} else {
		err = a.tar(z)
	}
	if err != nil {
		return err
	}
	return z.Close()
}

// compressor wraps a writer by the format. Programs get their input at once, when all of it is known.
func (a *archiving) compressor(ctx context.Context, w io.Writer) (io.WriteCloser, error) {
	switch a.format {
	case "gz":
		return gzip.NewWriter(w), nil
	case "tar":
		return nopCloser{w}, nil
	}
	program := map[string]string{"bz2": "bzip2", "xz": "xz"}[a.format]
	if _, err := a.Sys.LookPath(program); err != nil {
		return nil, fmt.Errorf("the program %s is needed for format %s: %w", program, a.format, err)
	}
	return &filter{ctx: ctx, sys: a.Sys, program: program, to: w}, nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// filter passes what is written through a program.
type filter struct {
	bytes.Buffer
	ctx     context.Context
	sys     module.System
	program string
	to      io.Writer
}

// Close runs the program.
func (f *filter) Close() error {
	out, err := f.sys.Run(f.ctx, module.Cmd{Argv: []string{f.program, "-c"}, StdinFrom: &f.Buffer, Reads: true})
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return fmt.Errorf("%s: %s", f.program, strings.TrimSpace(string(out.Stderr)))
	}
	_, err = f.to.Write(out.Stdout)
	return err
}

func (a *archiving) copyFile(from string, to io.Writer) error {
	f, err := a.Sys.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(to, f)
	return err
}

// header describes a member as tar does.
func (a *archiving) header(m item) (*tar.Header, error) {
	h := &tar.Header{Name: m.name, Mode: int64(m.info.Perm), Uid: m.info.UID, Gid: m.info.GID, Uname: a.UserName(m.info.UID),
		Gname: a.GroupName(m.info.GID), ModTime: m.info.Mtime.Truncate(time.Second), Typeflag: tar.TypeReg, Size: m.info.Size}
	switch t := m.info.Mode.Type(); {
	case t.IsDir():
		h.Typeflag, h.Name, h.Size = tar.TypeDir, m.name+"/", 0
	case t&fs.ModeSymlink != 0:
		h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, m.info.Link, 0
	case t&fs.ModeNamedPipe != 0:
		h.Typeflag, h.Size = tar.TypeFifo, 0
	case !t.IsRegular():
		return nil, fmt.Errorf("%s is neither file, directory nor link", m.path)
	}
	return h, nil
}

func (a *archiving) tar(w io.Writer) error {
	tw := tar.NewWriter(w)
	for _, m := range a.members {
		h, err := a.header(m)
		if err != nil {
			return err
		}
		if err := tw.WriteHeader(h); err != nil {
			return err
		}
		if h.Typeflag == tar.TypeReg {
			if err := a.copyFile(m.path, tw); err != nil {
				return err
			}
		}
	}
	return tw.Close()
}

// zip follows links, as Ansible's archives do.
func (a *archiving) zip(w io.Writer) error {
	zw := zip.NewWriter(w)
	for _, m := range a.members {
		info, err := a.Sys.Stat(m.path)
		if err != nil {
			return err
		}
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: info.Mtime}
		h.SetMode(info.Mode)
		if info.Mode.IsDir() {
			h.Name, h.Method = m.name+"/", zip.Store
		}
		f, err := zw.CreateHeader(h)
		if err != nil {
			return err
		}
		if info.Mode.IsRegular() {
			if err := a.copyFile(m.path, f); err != nil {
				return err
			}
		}
	}
	return zw.Close()
}

// upToDate tells whether the destination is the archive that would be made: tar archives by their members' headers, zip
// archives and compressed files by checksums.
func (a *archiving) upToDate(ctx context.Context, single bool) (bool, error) {
	old, err := a.Sys.ReadFile(a.dest)
	if err != nil {
		return false, nil
	}
	var want, have map[string]string
	switch {
	case a.format == "zip":
		have, err = zipMembers(old)
		if err == nil {
			want, err = a.sums()
		}
	default:
		r, rerr := a.decompress(ctx, old)
		if rerr != nil {
			return false, nil
		}
		if single {
			have, err = map[string]string{"": checksum(r)}, nil
			sums, serr := a.sums()
			want, err = map[string]string{"": sums[a.members[0].name]}, serr
		} else if have, err = tarMembers(r); err == nil {
			want, err = a.headers()
		}
	}
	if err != nil { // not an archive of this kind
		return false, nil
	}
	return maps.Equal(want, have), nil
}

func (a *archiving) decompress(ctx context.Context, data []byte) (io.Reader, error) {
	switch a.format {
	case "gz":
		return gzip.NewReader(bytes.NewReader(data))
	case "bz2":
		return bzip2.NewReader(bytes.NewReader(data)), nil
	case "xz":
		out, err := a.Sys.Run(ctx, module.Cmd{Argv: []string{"xz", "-dc"}, Stdin: data, Reads: true})
		if err != nil || out.RC != 0 {
			return nil, fmt.Errorf("xz: %s (%v)", out.Stderr, err)
		}
		return bytes.NewReader(out.Stdout), nil
	}
	return bytes.NewReader(data), nil
}

func checksum(r io.Reader) string {
	sum := crc32.NewIEEE()
	if _, err := io.Copy(sum, r); err != nil {
		return "unreadable"
	}
	return fmt.Sprintf("%08x", sum.Sum32())
}

// sums are the checksums of the members' content.
func (a *archiving) sums() (map[string]string, error) {
	out := map[string]string{}
	for _, m := range a.members {
		info, err := a.Sys.Stat(m.path)
		if err != nil {
			return nil, err
		}
		if info.Mode.IsDir() {
			out[m.name+"/"] = "00000000"
			continue
		}
		f, err := a.Sys.Open(m.path)
		if err != nil {
			return nil, err
		}
		out[m.name] = checksum(f)
		f.Close()
	}
	return out, nil
}

func zipMembers(data []byte) (map[string]string, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, f := range r.File {
		out[f.Name] = fmt.Sprintf("%08x", f.CRC32)
	}
	return out, nil
}

// headerText is what of a header tells members apart.
func headerText(h *tar.Header) string {
	return fmt.Sprintf("%c %o %d:%d %d %d %s", h.Typeflag, h.Mode&0o7777, h.Uid, h.Gid, h.Size, h.ModTime.Unix(), h.Linkname)
}

func (a *archiving) headers() (map[string]string, error) {
	out := map[string]string{}
	for _, m := range a.members {
		h, err := a.header(m)
		if err != nil {
			return nil, err
		}
		out[h.Name] = headerText(h)
	}
	return out, nil
}

func tarMembers(r io.Reader) (map[string]string, error) {
	out := map[string]string{}
	tr := tar.NewReader(r)
	for {
		h, err := tr.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out[h.Name] = headerText(h)
	}
}
