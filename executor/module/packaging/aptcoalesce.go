package packaging

import (
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/regexp"
)

// Playbooks ask for a refresh of the package lists at each task that installs something, a loop at each item. The second refresh of a
// run finds what the first has found, as long as nobody publishes anything in between and apt's configuration stays: then
// it is answered from the first. A result is what a real refresh gives that finds nothing new: the lists keep their time.
//
// A refresh counts as done where all of this holds:
//   - the controller vouches that the run has done nothing that can change a mirror (Call.Epoch is the same as before);
//   - what decides what apt fetches and trusts is as before: sources, keys, preferences, configuration, credentials, certificates, names,
//     proxies;
//   - the lists are as the refresh left them;
//   - all sources are of other machines;
//   - it is less than tenMinutes old: other people publish, too.

const tenMinutes = 10 * time.Minute

// lastRefresh is the last refresh that this process made.
var lastRefresh refreshed

type refreshed struct {
	mu            sync.Mutex
	epoch         uint64
	inputs, lists string
	at            time.Time
}

// holds tells that another refresh would find nothing new.
func (r *refreshed) holds(c *module.Call) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return c.Epoch != 0 && c.Epoch == r.epoch && time.Since(r.at) < tenMinutes && r.inputs != "" &&
		r.inputs == refreshInputs(c.Sys) && r.lists == statuses(c.Sys, aptListsPath)
}

// note remembers a refresh that was made with inputs, or that nothing is known where they have changed meanwhile.
func (r *refreshed) note(c *module.Call, inputs string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.epoch = 0
	if c.Epoch != 0 && inputs != "" && inputs == refreshInputs(c.Sys) {
		r.epoch, r.inputs, r.lists, r.at = c.Epoch, inputs, statuses(c.Sys, aptListsPath), time.Now()
	}
}

var (
	// inputFiles are read by apt besides what its own files name.
	inputFiles = []string{"/etc/apt", "/usr/share/keyrings", "/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/netrc", "/etc/ssl/certs/ca-certificates.crt"}
	inputWords = []string{"APT_CONFIG", "http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}

	named = regexp.MustCompile(`(?i)(?:signed-by[=:]|trusted=)\s*(/[^\s\],]+)`)
	// near are sources of this machine, which any task may change.
	near = regexp.MustCompile(`(?i)\b(?:file|copy|cdrom|mirror\+file):|://(?:[^/\s@]*@)?(?:localhost|127\.|\[)`)
)

// refreshInputs is one text for all that decides what a refresh fetches. It is empty where that cannot be told: a source is on this machine.
func refreshInputs(sys module.System) string {
	var out strings.Builder
	for _, w := range inputWords {
		fmt.Fprintf(&out, "%s=%q\n", w, sys.Getenv(w))
	}
	for _, f := range inputFiles {
		out.WriteString(statuses(sys, f))
	}
	files := []string{sourcesFile}
	entries, _ := sys.ReadDir(sourcesDir) // none: no sources there
	for _, e := range entries {
		files = append(files, path.Join(sourcesDir, e.Name))
	}
	for _, f := range files {
		data, _ := sys.ReadFile(f) // none: no source in it
		if near.MatchString(string(data)) {
			return ""
		}
		for _, m := range named.FindAllStringSubmatch(string(data), -1) {
			out.WriteString(statuses(sys, m[1]))
		}
	}
	return out.String()
}

// statuses tells of a file, or of all files below a directory, what changes whenever they do: the inode's number and change time, which
// nobody can set. Links are looked at themselves and followed.
func statuses(sys module.System, file string) string {
	own, err := sys.Lstat(file)
	if err != nil {
		return file + " is not there\n"
	}
	out := status(own)
	there, err := sys.Stat(file)
	if err != nil {
		return out
	}
	if own.Ino != there.Ino {
		out += status(there)
	}
	if !there.Mode.IsDir() || own.Ino != there.Ino {
		return out
	}
	entries, err := sys.ReadDir(file)
	if err != nil {
		return out + err.Error() + "\n"
	}
	for _, e := range entries {
		if file == aptListsPath && e.Mode.IsDir() {
			continue // partial and auxfiles are scratch
		}
		out += statuses(sys, path.Join(file, e.Name))
	}
	return out
}

func status(i module.Info) string {
	return fmt.Sprintf("%s %d %d %d %v\n", i.Path, i.Dev, i.Ino, i.Size, i.Ctime.UnixNano())
}
