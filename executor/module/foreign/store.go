package foreign

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"

	"pylint-deploy/executor/module"
)

// unused is how long a packed module may lie about without being used.
const unused = 30 * 24 * time.Hour

// content reads the blob.
func (k *call) content() ([]byte, error) {
	in, err := k.blob.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(in)
}

// stored is the path of the packed module, which is written where it is not there already.
func (k *call) stored() (string, error) {
	dir := k.folder()
	file := path.Join(dir, k.blob.SHA256+".zip")
	if dir == "" {
		file = path.Join(k.scratch, "module.zip")
	} else if k.intact(file) {
		k.Sys.Chtimes(file, module.Now, module.Now) // it is in use; that matters to no one but tidy
		return file, nil
	}
	in, err := k.blob.Open()
	if err != nil {
		return "", err
	}
	defer in.Close()
	mode := fs.FileMode(0o600)
	if err := k.Sys.Write(file, in, module.WriteSpec{Mode: &mode, Fresh: true}); err != nil {
		return "", err
	}
	if dir != "" {
		k.tidy(dir, file)
	}
	return file, nil
}

// folder is where packed modules stay; "" where nothing may stay, or where there is no place that is ours alone.
func (k *call) folder() string {
	cache := k.Sys.Getenv("XDG_CACHE_HOME")
	if home := k.Sys.Getenv("HOME"); cache == "" && home != "" {
		cache = path.Join(home, ".cache")
	}
	dir := path.Join(cache, "pylint-deploy", "modules")
	if k.Args.Bool("ephemeral") || !strings.HasPrefix(cache, "/") || k.MkdirAll(cache) != nil {
		return ""
	}
	for _, at := range []string{cache, path.Dir(dir), dir} {
		if at != cache {
			k.Sys.Mkdir(at, 0o700) // it may be there
		}
		info, err := k.Sys.Lstat(at)
		if err != nil || !info.Mode.IsDir() || info.UID != k.Sys.Self().UID || info.Perm&0o022 != 0 {
			return ""
		}
	}
	return dir
}

// intact tells that a file is ours alone and has the content of its name.
func (k *call) intact(file string) bool {
	info, err := k.Sys.Lstat(file)
	if err != nil || !info.Mode.IsRegular() || info.UID != k.Sys.Self().UID || info.Perm&0o077 != 0 || info.Size != k.blob.Size {
		return false
	}
	content, err := k.Sys.ReadFile(file)
	sum := sha256.Sum256(content)
	return err == nil && hex.EncodeToString(sum[:]) == k.blob.SHA256
}

// tidy removes packed modules that have not been used for long.
func (k *call) tidy(dir, keep string) {
	files, err := k.Sys.ReadDir(dir)
	if err != nil {
		return
	}
	for _, f := range files {
		if file := path.Join(dir, f.Name); file != keep && strings.HasSuffix(file, ".zip") && time.Since(f.Mtime) > unused {
			k.Sys.Remove(file)
		}
	}
}
