//go:build linux

package facts

import (
	"fmt"
	"path"
	"sort"
	"strings"
	"syscall"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
	"pylint-deploy/executor/module/program"
)

func (g *gatherer) apparmor() {
	status := "disabled"
	if g.exists("/sys/kernel/security/apparmor") {
		status = "enabled"
	}
	g.facts["apparmor"] = map[string]any{"status": status}
}

func (g *gatherer) capabilities() {
	if _, err := g.Sys.LookPath("capsh"); err != nil {
		return
	}
	out, err := program.Read(g.ctx, g.Sys, "capsh", "--print")
	if err != nil || out.RC != 0 {
		return
	}
	for _, l := range program.Lines(out.Out) {
		rest, ok := strings.CutPrefix(l, "Current:")
		if !ok {
			continue
		}
		enforced, list := "False", []any{}
		if rest = strings.TrimSpace(rest); rest != "=ep" && strings.Contains(rest, "=") {
			enforced = "True"
			for _, c := range strings.Split(strings.SplitN(rest, "=", 2)[1], ",") {
				list = append(list, strings.TrimSpace(c))
			}
		}
		g.facts["system_capabilities_enforced"], g.facts["system_capabilities"] = enforced, list
	}
}

func (g *gatherer) chroot() {
	if g.Sys.Getenv("debian_chroot") != "" {
		g.facts["is_chroot"] = true
		return
	}
	here, err1 := g.Sys.Stat("/")
	init, err2 := g.Sys.Stat("/proc/1/root/.")
	if err1 != nil {
		return
	}
	if err2 != nil {
		g.facts["is_chroot"] = here.Ino != 2 && here.Ino != 128 && here.Ino != 256
		return
	}
	g.facts["is_chroot"] = here.Ino != init.Ino || here.Dev != init.Dev
}

func (g *gatherer) cmdline() {
	text, _ := g.file("/proc/cmdline")
	words, err := module.SplitWords(text)
	if err != nil {
		words = strings.Fields(text)
	}
	once, all := map[string]any{}, map[string]any{}
	for _, w := range words {
		k, v, has := strings.Cut(w, "=")
		var value any = true
		if has {
			value = v
		}
		once[k] = value
		switch old := all[k].(type) {
		case nil:
			all[k] = value
		case []any:
			all[k] = append(old, value)
		default:
			all[k] = []any{old, value}
		}
	}
	g.facts["cmdline"], g.facts["proc_cmdline"] = once, all
}

func (g *gatherer) dateTime() {
	now := time.Now()
	utc := now.UTC()
	zone, _ := now.Zone()
	summer := zone
	for m := time.January; m <= time.December; m++ { // the name in summer, where there is one
		if t := time.Date(now.Year(), m, 15, 12, 0, 0, 0, now.Location()); t.IsDST() {
			summer, _ = t.Zone()
		}
	}
	epoch := fmt.Sprint(now.Unix())
	week := (now.YearDay() + 6 - (int(now.Weekday())+6)%7) / 7 // strftime %W
	g.facts["date_time"] = map[string]any{
		"year": now.Format("2006"), "month": now.Format("01"), "weekday": now.Format("Monday"), "weekday_number": fmt.Sprint(int(now.Weekday())),
		"weeknumber": fmt.Sprintf("%02d", week), "day": now.Format("02"), "hour": now.Format("15"), "minute": now.Format("04"), "second": now.Format("05"),
		"epoch": epoch, "epoch_int": epoch, "date": now.Format("2006-01-02"), "time": now.Format("15:04:05"),
		"iso8601_micro": utc.Format("2006-01-02T15:04:05.000000Z"), "iso8601": utc.Format("2006-01-02T15:04:05Z"),
		"iso8601_basic": strings.ReplaceAll(now.Format("20060102T150405.000000"), ".", ""), "iso8601_basic_short": now.Format("20060102T150405"),
		"tz": zone, "tz_dst": summer, "tz_offset": now.Format("-0700"),
	}
}

func (g *gatherer) dns() {
	out := map[string]any{}
	for _, l := range g.lines("/etc/resolv.conf") {
		if strings.HasPrefix(l, "#") || strings.HasPrefix(l, ";") || strings.TrimSpace(l) == "" {
			continue
		}
		w := strings.Fields(l)
		switch w[0] {
		case "nameserver":
			list, _ := out["nameservers"].([]any)
			out["nameservers"] = append(list, anys(w[1:])...)
		case "domain":
			if len(w) > 1 {
				out["domain"] = w[1]
			}
		case "search", "sortlist":
			out[w[0]] = anys(w[1:])
		case "options":
			opts, _ := out["options"].(map[string]any)
			if opts == nil {
				opts = map[string]any{}
			}
			for _, o := range w[1:] {
				k, v, has := strings.Cut(o, ":")
				if opts[k] = any(true); has {
					opts[k] = v
				}
			}
			out["options"] = opts
		}
	}
	g.facts["dns"] = out
}

func (g *gatherer) env() {
	out := map[string]any{}
	for name, text := range g.Sys.Environ() {
		out[name] = text
	}
	g.facts["env"] = out
}

func (g *gatherer) fips() {
	v, _ := g.file("/proc/sys/crypto/fips_enabled")
	g.facts["fips"] = v == "1"
}

func (g *gatherer) loadavg() {
	var si syscall.Sysinfo_t
	if syscall.Sysinfo(&si) != nil {
		return
	}
	load := func(n int) float64 { return float64(si.Loads[n]) / 65536 }
	g.facts["loadavg"] = map[string]any{"1m": load(0), "5m": load(1), "15m": load(2)}
}

// local reads facts.d: JSON or INI files, or programs that print them.
func (g *gatherer) local() {
	out := map[string]any{}
	g.facts["local"] = out
	dir := g.Path("fact_path")
	if dir == "" {
		dir = "/etc/ansible/facts.d"
	}
	names := g.names(dir)
	sort.Strings(names)
	for _, n := range names {
		base, ok := strings.CutSuffix(n, ".fact")
		if !ok {
			continue
		}
		p := path.Join(dir, n)
		text, err := g.localText(p)
		if err != nil {
			out[base] = err.Error()
			g.Warn("%s", err.Error())
			continue
		}
		out[base] = parseFact(text, p)
	}
}

func (g *gatherer) localText(p string) (string, error) {
	st, err := g.Sys.Stat(p)
	if err != nil {
		return "", fmt.Errorf("Could not stat fact (%s): %w", p, err)
	}
	if st.Perm&0o100 == 0 {
		data, err := g.Sys.ReadFile(p)
		return string(data), err
	}
	out, err := program.Read(g.ctx, g.Sys, p)
	if err != nil {
		return "", fmt.Errorf("Could not execute fact script (%s): %w", p, err)
	}
	if out.RC != 0 {
		return "", fmt.Errorf("Failure executing fact script (%s), rc: %d, err: %s", p, out.RC, out.Err)
	}
	return out.Out, nil
}

// parseFact reads JSON, or the sections of an INI file.
func parseFact(text, file string) any {
	if v, err := jsontext.Parse([]byte(text)); err == nil {
		return v
	}
	out := map[string]any{}
	var section map[string]any
	for _, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		switch {
		case l == "" || l[0] == '#' || l[0] == ';':
		case l[0] == '[' && strings.HasSuffix(l, "]"):
			section = map[string]any{}
			out[l[1:len(l)-1]] = section
		default:
			i := strings.IndexAny(l, "=:")
			if section == nil || i < 0 {
				return fmt.Sprintf("error loading facts as JSON or ini - please check content: %s", file)
			}
			section[strings.ToLower(strings.TrimSpace(l[:i]))] = strings.TrimSpace(l[i+1:])
		}
	}
	return out
}

// pkgMgrs are the package managers by the program that stands for each; the last that is there counts.
var pkgMgrs = [][2]string{
	{"/usr/bin/rpm-ostree", "atomic_container"}, {"/usr/bin/yum", "yum"}, {"/usr/bin/dnf", "dnf"}, {"/usr/bin/apt-get", "apt"}, {"/usr/bin/zypper", "zypper"},
	{"/usr/bin/pacman", "pacman"}, {"/bin/opkg", "opkg"}, {"/sbin/apk", "apk"}, {"/usr/bin/emerge", "portage"}, {"/usr/bin/xbps-install", "xbps"},
	{"/usr/bin/swupd", "swupd"},
}

func (g *gatherer) pkgMgr() {
	mgr := "unknown"
	for _, m := range pkgMgrs {
		if g.exists(m[0]) {
			mgr = m[1]
		}
	}
	switch g.facts["os_family"] {
	case "Debian":
		mgr = "apt"
	case "RedHat":
		mgr = "dnf"
		if major := f2s(g.facts["distribution_major_version"]); len(major) == 1 && major < "8" || g.facts["distribution"] == "Amazon" && major == "2" {
			mgr = "yum"
		}
		if g.exists("/run/ostree-booted") {
			mgr = "atomic_container"
		}
	}
	g.facts["pkg_mgr"] = mgr
}

func (g *gatherer) selinux() {
	out := map[string]any{"status": "disabled"}
	if enforce, ok := g.file("/sys/fs/selinux/enforce"); ok {
		out["status"] = "enabled"
		out["mode"] = map[string]string{"0": "permissive", "1": "enforcing"}[enforce]
		out["policyvers"] = 0
		if v, ok := g.file("/sys/fs/selinux/policyvers"); ok {
			out["policyvers"] = number(v)
		}
		out["config_mode"], out["type"] = "unknown", "unknown"
		for _, l := range g.lines("/etc/selinux/config") {
			switch k, v, _ := strings.Cut(l, "="); strings.TrimSpace(k) {
			case "SELINUX":
				out["config_mode"] = strings.TrimSpace(v)
			case "SELINUXTYPE":
				out["type"] = strings.TrimSpace(v)
			}
		}
	}
	g.facts["selinux"], g.facts["selinux_python_present"] = out, true
}

func (g *gatherer) serviceMgr() {
	comm, _ := g.file("/proc/1/comm")
	if comm == "" {
		comm, _ = g.Sys.Readlink("/sbin/init")
	}
	comm = path.Base(comm)
	known := map[string]string{"procd": "openwrt_init", "runit-init": "runit", "svscan": "svc", "openrc-init": "openrc"}
	mgr := comm
	if k, ok := known[comm]; ok {
		mgr = k
	}
	if comm == "." || comm == "init" || strings.HasSuffix(comm, "sh") {
		mgr = g.guessServiceMgr()
	}
	g.facts["service_mgr"] = mgr
}

func (g *gatherer) guessServiceMgr() string {
	have := func(name string) bool { return program.Have(g.Sys, name) }
	init, _ := g.Sys.Readlink("/sbin/init")
	switch {
	case have("systemctl") && (g.exists("/run/systemd/system") || g.exists("/dev/.run/systemd") || g.exists("/dev/.systemd")):
		return "systemd"
	case have("initctl") && g.exists("/etc/init"):
		return "upstart"
	case g.exists("/sbin/openrc"):
		return "openrc"
	case have("systemctl") && path.Base(init) == "systemd":
		return "systemd"
	case g.exists("/etc/init.d"):
		return "sysvinit"
	}
	return "service"
}

func (g *gatherer) sshKeys() {
	for _, dir := range []string{"/etc/ssh", "/etc/openssh", "/etc"} {
		found := false
		for _, algo := range []string{"dsa", "rsa", "ecdsa", "ed25519"} {
			text, _ := g.file(dir + "/ssh_host_" + algo + "_key.pub")
			if w := strings.Fields(text); len(w) >= 2 {
				g.facts["ssh_host_key_"+algo+"_public"], g.facts["ssh_host_key_"+algo+"_public_keytype"] = w[1], w[0]
				found = true
			}
		}
		if found {
			return
		}
	}
}

func (g *gatherer) user() {
	self := g.Sys.Self()
	f := g.facts
	if u, ok := g.LookupUID(self.UID); ok {
		f["user_id"], f["user_uid"], f["user_gid"], f["user_gecos"], f["user_dir"], f["user_shell"] = u.Name, u.UID, u.GID, u.Gecos, u.Home, u.Shell
	}
	f["real_user_id"], f["effective_user_id"], f["real_group_id"], f["effective_group_id"] = self.UID, self.UID, self.GID, self.GID
}

func (g *gatherer) iscsi() {
	g.facts["iscsi_iqn"] = ""
	for _, l := range g.lines("/etc/iscsi/initiatorname.iscsi") {
		if v, ok := strings.CutPrefix(l, "InitiatorName="); ok {
			g.facts["iscsi_iqn"], _, _ = strings.Cut(strings.TrimSpace(v), " ")
		}
	}
}

func (g *gatherer) nvme() {
	g.facts["hostnqn"] = ""
	for _, l := range g.lines("/etc/nvme/hostnqn") {
		if strings.HasPrefix(l, "nqn.") {
			g.facts["hostnqn"] = strings.TrimSpace(l)
		}
	}
}

func (g *gatherer) fibreChannel() {
	list := []any{}
	for _, n := range g.names("/sys/class/fc_host") {
		if v, ok := g.file("/sys/class/fc_host/" + n + "/port_name"); ok {
			list = append(list, strings.TrimPrefix(v, "0x"))
		}
	}
	g.facts["fibre_channel_wwn"] = list
}
