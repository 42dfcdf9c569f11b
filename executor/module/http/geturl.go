package http

import (
	"bufio"
	"context"
	"crypto/md5"  //nolint:gosec // Ansible's return values
	"crypto/sha1" //nolint:gosec // Ansible's return values
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"

	"pylint-deploy/executor/module"
)

// digests are the algorithms that checksum may name.
var digests = map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

// download is one call of get_url.
type download struct {
	*module.Call
	dest      string
	algorithm string
	checksum  string
	force     bool
	result    module.Result
}

// runGetURL is ansible.builtin.get_url. A file whose checksum is wrong never reaches its place.
func runGetURL(ctx context.Context, c *module.Call) (module.Result, error) {
	d := &download{Call: c, dest: c.Path("dest"), force: c.Args.Bool("force")}
	d.result = module.Result{"changed": false, "checksum_dest": nil, "checksum_src": nil, "dest": d.dest, "elapsed": 0, "url": c.Args.Str("url")}
	err := d.readChecksum(ctx)
	var done bool
	st, serr := c.Sys.Stat(d.dest)
	dir := serr == nil && st.Mode.IsDir()
	if err == nil && serr == nil && !dir {
		done, err = d.present(ctx)
	}
	if err == nil && !done {
		err = d.fetch(ctx, dir, st)
	}
	if err != nil {
		if f, ok := err.(*module.Failure); ok {
			for k, v := range d.result {
				if _, has := f.Result[k]; !has && k != "changed" {
					if f.Result == nil {
						f.Result = module.Result{}
					}
					f.Result[k] = v
				}
			}
		}
		return nil, err
	}
	return d.result, nil
}

var notHex = regexp.MustCompile(`\W+`)

// readChecksum reads algorithm:sum, where sum may be the URL of a list of sums.
func (d *download) readChecksum(ctx context.Context) error {
	text := d.Args.Str("checksum")
	if text == "" {
		return nil
	}
	var ok bool
	if d.algorithm, d.checksum, ok = strings.Cut(text, ":"); !ok {
		return module.Fail("The checksum parameter has to be in format <algorithm>:<checksum>")
	}
	if digests[d.algorithm] == nil {
		return module.Fail(fmt.Sprintf("Could not hash file '%s' with algorithm '%s'. Available algorithms: md5, sha1, sha224, sha256, sha384, sha512", d.dest, d.algorithm))
	}
	if u, err := url.Parse(d.checksum); err == nil && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "file") {
		sum, err := d.listedSum(ctx, d.checksum)
		if err != nil {
			return err
		}
		d.checksum = sum
	}
	d.checksum = strings.ToLower(notHex.ReplaceAllString(d.checksum, ""))
	if _, err := hex.DecodeString(d.checksum); err != nil || d.checksum == "" {
		return module.Fail("The checksum format is invalid")
	}
	return nil
}

// listedSum looks the file up in a list of sums.
func (d *download) listedSum(ctx context.Context, from string) (string, error) {
	body, _, err := d.open(ctx, from, "GET", module.Info{})
	if err != nil {
		return "", err
	}
	defer func() { _ = body.Close() }()
	name := fileName(d.Args.Str("url"))
	var lines []string
	for sc := bufio.NewScanner(io.LimitReader(body, 1<<24)); sc.Scan(); {
		lines = append(lines, sc.Text())
	}
	if len(lines) == 1 && len(strings.Fields(lines[0])) == 1 {
		return strings.TrimSpace(lines[0]), nil
	}
	for _, l := range lines {
		sum, file, ok := strings.Cut(l, " ")
		file = strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(file, " "), "*"), "./")
		if ok && file == name {
			return sum, nil
		}
	}
	return "", module.Fail(fmt.Sprintf("Unable to find a checksum for file '%s' in '%s'", name, from))
}

func fileName(u string) string {
	p, err := url.Parse(u)
	if err != nil || strings.HasSuffix(p.Path, "/") || p.Path == "" {
		return "index.html"
	}
	return path.Base(p.Path)
}

// present settles a file that is there already and has the wanted checksum.
func (d *download) present(ctx context.Context) (bool, error) {
	if d.checksum == "" || d.force {
		return false, nil
	}
	have, err := d.sum(d.dest, digests[d.algorithm]())
	if err != nil {
		return false, err
	}
	if have != d.checksum {
		d.force = true
		return false, nil
	}
	changed, err := d.SetAttrs(ctx, d.FileArgs(d.dest), nil)
	d.result["changed"], d.result["msg"] = changed, "file already exists"
	if changed {
		d.result["msg"] = "file already exists but file attributes changed"
	}
	return true, err
}

// sum is a file's digest.
func (d *download) sum(file string, h hash.Hash) (string, error) {
	f, err := d.Sys.Open(file)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}

// open starts the download; info is nil for a file: URL.
func (d *download) open(ctx context.Context, from, method string, old module.Info) (io.ReadCloser, *response, error) {
	if p, ok := strings.CutPrefix(from, "file:"); ok {
		f, err := d.Sys.Open("/" + strings.TrimLeft(p, "/"))
		if err != nil {
			return nil, nil, module.Fail("Request failed", "response", err.Error())
		}
		return f, nil, nil
	}
	sub := *d.Call
	sub.Args = module.Args{}
	for k, v := range d.Args {
		sub.Args[k] = v
	}
	sub.Args["force"] = d.force
	r := &request{Call: &sub, url: from, method: method, headers: headersOf(d.Args), redirects: "all", since: old.Mtime, size: -1,
		rewind: func() io.Reader { return nil }}
	res, err := r.do(ctx)
	if res != nil {
		d.result["elapsed"] = res.elapsed
	}
	if err != nil {
		return nil, nil, module.Fail(err.Error())
	}
	if res.StatusCode != 200 && res.StatusCode != 304 {
		_ = res.Body.Close()
		return nil, nil, module.Fail("Request failed", "status_code", res.StatusCode, "response", res.info["msg"])
	}
	return res.Body, res, nil
}

// fetch downloads into a scratch file and puts that in place where it differs.
func (d *download) fetch(ctx context.Context, dir bool, old module.Info) error {
	method := "GET"
	if d.Check {
		method = "HEAD"
	}
	if dir {
		old = module.Info{}
	}
	body, res, err := d.open(ctx, d.Args.Str("url"), method, old)
	if err != nil {
		delete(d.result, "checksum_src")
		delete(d.result, "checksum_dest")
		return err
	}
	defer func() { _ = body.Close() }()
	status, msg := any(nil), any("")
	if res != nil {
		status, msg = res.info["status"], res.info["msg"]
		if res.StatusCode == 304 {
			d.result = module.Result{"url": d.Args.Str("url"), "dest": d.dest, "changed": false, "msg": msg, "status_code": 304, "elapsed": res.elapsed}
			return nil
		}
	} else if file, ok := body.(*os.File); ok {
		if info, err := file.Stat(); err == nil {
			msg = fmt.Sprintf("OK (%d bytes)", info.Size())
		}
	}
	if dir {
		d.dest = path.Join(d.dest, d.nameOf(res))
		d.result["dest"] = d.dest
	}
	scratch, err := d.Sys.TempDir()
	if err != nil {
		return err
	}
	defer func() { _ = d.Sys.RemoveAll(scratch) }()
	src := path.Join(scratch, "content")
	hashes := []hash.Hash{sha1.New(), md5.New(), nil}
	writers := []io.Writer{hashes[0], hashes[1]}
	if d.checksum != "" {
		hashes[2] = digests[d.algorithm]()
		writers = append(writers, hashes[2])
	}
	mode := os.FileMode(0o600)
	if err := d.Sys.Write(src, io.TeeReader(body, io.MultiWriter(writers...)), module.WriteSpec{Mode: &mode}); err != nil {
		return module.Fail("failed to create temporary content file: " + err.Error())
	}
	hexOf := func(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
	d.result["src"], d.result["checksum_src"] = src, hexOf(hashes[0])
	if err := d.destination(); err != nil {
		return err
	}
	if d.Check {
		d.result["changed"], d.result["msg"] = d.result["checksum_src"] != d.result["checksum_dest"], msg
		return nil
	}
	if hashes[2] != nil && hexOf(hashes[2]) != d.checksum {
		return module.Fail(fmt.Sprintf("The checksum for %s did not match %s; it was %s.", d.dest, d.checksum, hexOf(hashes[2])))
	}
	d.result["msg"], d.result["status_code"], d.result["md5sum"] = msg, status, hexOf(hashes[1])
	return d.place(ctx, src)
}

// destination looks at what is there now.
func (d *download) destination() error {
	if _, err := d.Sys.Stat(d.dest); err == nil {
		sum, err := d.sum(d.dest, sha1.New())
		if err != nil {
			return module.Fail("Destination " + d.dest + " is not readable")
		}
		d.result["checksum_dest"] = sum
		return nil
	}
	if _, err := d.Sys.Stat(path.Dir(d.dest)); err != nil {
		return module.Fail("Destination " + path.Dir(d.dest) + " does not exist")
	}
	return nil
}

// place writes the file where its content differs, and sees to its attributes.
func (d *download) place(ctx context.Context, src string) error {
	fa := d.FileArgs(d.dest)
	if d.result["checksum_src"] == d.result["checksum_dest"] {
		changed, err := d.SetAttrs(ctx, fa, nil)
		d.result["changed"] = changed
		return err
	}
	d.result["changed"] = true
	f, err := d.Sys.Open(src)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	placed, err := d.PutFile(ctx, module.Put{Args: fa, Content: f, Backup: d.Args.Bool("backup"), Unsafe: d.UnsafeWrites()})
	if placed.Backup != "" {
		d.result["backup_file"] = placed.Backup
	}
	if err != nil {
		return module.Fail(fmt.Sprintf("failed to copy %s to %s: %s", src, d.dest, err))
	}
	return nil
}

var attachment = regexp.MustCompile(`^attachment; ?filename="?([^"]+)`)

// nameOf is the file's name in a directory: what the server says, or the end of the URL.
func (d *download) nameOf(res *response) string {
	if res == nil {
		return fileName(d.Args.Str("url"))
	}
	if m := attachment.FindStringSubmatch(res.Header.Get("Content-Disposition")); m != nil {
		return path.Base(m[1])
	}
	return fileName(res.Request.URL.String())
}
