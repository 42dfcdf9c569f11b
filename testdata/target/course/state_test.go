//go:build target

package course

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"syscall"
)

// exceptions are files that cannot be the same on two servers, and why.
var exceptions = []struct {
	files *regexp.Regexp
	why   string
}{
	{regexp.MustCompile(`^/etc/letsencrypt/(accounts/.*|archive/.*|keys/.*|csr/.*|renewal/.*)`), "keys, certificates, the account's name"},
	{regexp.MustCompile(`^/etc/ssl/certs/dhparam\.pem$`), "random by its nature"},
	{regexp.MustCompile(`^/(var/log|var/cache|tmp|var/tmp|run|proc|sys|dev)(/|$)`), "logs, caches, scratch"},
	{regexp.MustCompile(`^/var/lib/(apt/lists|apt/periodic|systemd|fail2ban|logrotate|dpkg/(lock|triggers)|letsencrypt|sudo|private|dbus)`), "caches, times, state of daemons"},
	{regexp.MustCompile(`^/var/lib/dpkg/(status|available)(-old)?$|^/var/lib/apt/extended_states$`), "compared by the package"},
	{regexp.MustCompile(`^/(root|home/deployer)/\.ansible(/|$)`), "Ansible's scratch directory"},
	{regexp.MustCompile(`^/(root|home/deployer)/\.cache(/|$)`), "pip's cache; the agent of pylint-deploy"},
	{regexp.MustCompile(`\.pyc$|/__pycache__(/|$)`), "hold the time of their source; made by whoever imports first, with the umask of that moment"},
	{regexp.MustCompile(`/\.git/(index|logs/.*|FETCH_HEAD|ORIG_HEAD)$`), "hold times"},
	{regexp.MustCompile(`^/etc/(passwd|group|shadow|gshadow|subuid|subgid)-$`), "what was before the last change"},
}

// state is what a server is like: item -> what it is.
func (s *server) state() map[string]string {
	out := map[string]string{}
	s.files(out)
	s.packages(out)
	units := s.inside("systemctl", "list-units", "--all", "--plain", "--no-legend", "--type=service,socket,timer")
	for line := range strings.Lines(units) {
		if f := strings.Fields(line); len(f) > 3 && f[1] != "not-found" && !strings.HasPrefix(f[0], "user@") && !strings.HasPrefix(f[0], "user-runtime-dir@") { // who is logged in
			out["unit "+f[0]] = strings.Join(f[1:4], " ")
		}
	}
	for line := range strings.Lines(s.inside("systemctl", "list-unit-files", "--plain", "--no-legend")) {
		if f := strings.Fields(line); len(f) > 1 && f[1] != "transient" { // sessions
			out["unit file "+f[0]] = f[1]
		}
	}
	out["firewall"] = s.inside("ufw", "status", "verbose")
	return out
}

// files describes every file: type, mode, owner, content. Content of one that is as the image has it is not read.
func (s *server) files(out map[string]string) {
	root, image := s.env["root"], s.env["image"]
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := strings.TrimPrefix(p, root)
		for _, e := range exceptions {
			if e.files.MatchString(rel) {
				if d.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
		}
		line, err := describe(p, filepath.Join(image, rel))
		out["file "+rel] = line
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// salted is the name of a host in known_hosts, hashed with a salt.
var salted = regexp.MustCompile(`\|1\|[^| ]+\|[^| ]+`)

func describe(p, original string) (string, error) {
	info, err := os.Lstat(p)
	if err != nil {
		return "", err
	}
	st := info.Sys().(*syscall.Stat_t)
	line := fmt.Sprintf("%v %d:%d", info.Mode(), st.Uid, st.Gid)
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		to, err := os.Readlink(p)
		return line + " -> " + to, err
	case !info.Mode().IsRegular():
		return line, nil
	}
	if was, err := os.Lstat(original); err == nil && was.Size() == info.Size() && was.ModTime().Equal(info.ModTime()) {
		return line + " as in the image", nil
	}
	data, err := os.ReadFile(p)
	data = salted.ReplaceAll(data, []byte("|1|"))
	return fmt.Sprintf("%s %x", line, sha256.Sum256(data)), err
}

// packages are dpkg's, with their versions, states and whether they were asked for.
func (s *server) packages(out map[string]string) {
	for line := range strings.Lines(s.inside("dpkg-query", "-W", "-f", "${binary:Package} ${Version} ${Status}\n")) {
		p, what, _ := strings.Cut(strings.TrimSpace(line), " ")
		out["package "+p] = what
	}
	for line := range strings.Lines(s.inside("apt-mark", "showmanual")) {
		out["asked for "+strings.TrimSpace(line)] = "yes"
	}
}

// differences lists what is not the same.
func differences(want, got map[string]string) []string {
	var out []string
	for k := range maps.Keys(want) {
		if want[k] != got[k] {
			out = append(out, fmt.Sprintf("%s\n    ansible: %s\n    ours:    %s", k, want[k], orNone(got, k)))
		}
	}
	for k := range got {
		if _, ok := want[k]; !ok {
			out = append(out, fmt.Sprintf("%s\n    ansible: none\n    ours:    %s", k, got[k]))
		}
	}
	sort.Strings(out)
	return slices.Compact(out)
}

func orNone(m map[string]string, k string) string {
	if v, ok := m[k]; ok {
		return v
	}
	return "none"
}
