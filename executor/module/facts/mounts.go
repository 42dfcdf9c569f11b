//go:build linux

package facts

import (
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"

	"pylint-deploy/executor/module/program"
)

// statfsLimit is how long a file system may take to answer: a dead NFS server never does.
const statfsLimit = 5 * time.Second

// unescape undoes the octal escapes of /proc/mounts.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func (g *gatherer) mounts() {
	bind := map[string]bool{}
	for _, l := range g.lines("/proc/self/mountinfo") {
		if f := strings.Fields(l); len(f) > 4 && f[3] != "/" {
			bind[unescape(f[4])] = true
		}
	}
	uuids := map[string]string{}
	for _, n := range g.names("/dev/disk/by-uuid") {
		if t, err := g.Sys.Readlink("/dev/disk/by-uuid/" + n); err == nil {
			uuids[path.Join("/dev/disk/by-uuid", t)] = n
		}
	}
	lines := g.lines("/etc/mtab")
	if lines == nil {
		lines = g.lines("/proc/mounts")
	}
	list := []any{}
	for _, l := range lines {
		f := strings.Fields(l)
		if len(f) < 4 {
			continue
		}
		for i := range f {
			f[i] = unescape(f[i])
		}
		if !strings.HasPrefix(f[0], "/") && !strings.HasPrefix(f[0], `\`) && !strings.Contains(f[0], ":/") || f[2] == "none" {
			continue
		}
		m := map[string]any{"device": f[0], "mount": f[1], "fstype": f[2], "options": f[3], "uuid": "N/A"}
		if bind[f[1]] && !strings.Contains(f[3], "bind") {
			m["options"] = f[3] + ",bind"
		}
		dev := f[0]
		if real, err := g.Sys.Realpath(dev); err == nil {
			dev = real
		}
		if u := uuids[dev]; u != "" {
			m["uuid"] = u
		}
		addSize(m, f[1])
		list = append(list, m)
	}
	g.facts["mounts"] = list
}

// addSize adds what statfs(2) tells, if it answers in time.
func addSize(m map[string]any, mount string) {
	type answer struct {
		st  syscall.Statfs_t
		err error
	}
	ch := make(chan answer, 1)
	go func() {
		var a answer
		a.err = syscall.Statfs(mount, &a.st)
		ch <- a
	}()
	select {
	case <-time.After(statfsLimit):
		m["note"] = "Could not get extra information due to timeout"
	case a := <-ch:
		if a.err != nil {
			return
		}
		st := a.st
		frag := uint64(st.Frsize)
		if frag == 0 {
			frag = uint64(st.Bsize)
		}
		m["size_total"], m["size_available"] = frag*st.Blocks, frag*st.Bavail
		m["block_size"], m["block_total"], m["block_available"], m["block_used"] = int64(st.Bsize), st.Blocks, st.Bavail, st.Blocks-st.Bavail
		m["inode_total"], m["inode_available"], m["inode_used"] = st.Files, st.Ffree, st.Files-st.Ffree
	}
}

// lvm lists volume groups, logical and physical volumes, for root where LVM is installed.
func (g *gatherer) lvm() {
	g.facts["lvm"] = "N/A"
	if g.Sys.Self().UID != 0 || !program.Have(g.Sys, "vgs") {
		return
	}
	table := func(args ...string) [][]string {
		out, err := program.Read(g.ctx, g.Sys, args...)
		if err != nil {
			return nil
		}
		var rows [][]string
		for _, l := range program.Lines(out.Out) {
			f := strings.Split(strings.TrimSpace(l), ",")
			for i := range f {
				f[i] = strings.TrimSpace(f[i])
			}
			rows = append(rows, f)
		}
		return rows
	}
	vgs, lvs, pvs := map[string]any{}, map[string]any{}, map[string]any{}
	opts := []string{"--noheadings", "--nosuffix", "--units", "g", "--separator", ","}
	for _, r := range table(append([]string{"vgs"}, opts...)...) {
		if len(r) >= 7 {
			vgs[r[0]] = map[string]any{"size_g": r[5], "free_g": r[6], "num_lvs": r[2], "num_pvs": r[1]}
		}
	}
	for _, r := range table(append([]string{"lvs"}, opts...)...) {
		if len(r) >= 4 {
			lvs[r[0]] = map[string]any{"size_g": r[3], "vg": r[1]}
		}
	}
	for _, r := range table(append([]string{"pvs"}, opts...)...) {
		if len(r) >= 6 {
			pvs[r[0]] = map[string]any{"size_g": r[4], "free_g": r[5], "vg": r[1]}
		}
	}
	g.facts["lvm"] = map[string]any{"lvs": lvs, "vgs": vgs, "pvs": pvs}
}
