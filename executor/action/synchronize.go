package action

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"pylint-deploy/parser/jinja/value"
)

// rsyncFlags are synchronize's switches in rsync's order: what each one adds where it is on. nested ones are added, or taken away by
// their --no- form, depending on archive.
var rsyncFlags = []struct {
	arg    string
	adds   []string
	nested bool
}{
	{arg: "delay_updates", adds: []string{"--delay-updates", "-F"}},
	{arg: "compress", adds: []string{"--compress"}},
	{arg: "rsync_timeout"},
	{arg: "_check", adds: []string{"--dry-run"}},
	{arg: "delete", adds: []string{"--delete-after"}},
	{arg: "existing_only", adds: []string{"--existing"}},
	{arg: "checksum", adds: []string{"--checksum"}},
	{arg: "copy_links", adds: []string{"--copy-links"}},
	{arg: "archive", adds: []string{"--archive"}},
	{arg: "recursive", nested: true}, {arg: "links", nested: true}, {arg: "perms", nested: true}, {arg: "times", nested: true},
	{arg: "owner", nested: true}, {arg: "group", nested: true},
	{arg: "dirs", adds: []string{"--dirs"}},
}

// changeMark is what rsync prints before each change.
const changeMark = "<<CHANGED>>"

// transfer is one run of rsync. It runs on the controller, or on the host that delegate_to names, and connects from there to the
// host whose task it is.
type transfer struct {
	*Call
	args map[string]any
	// at is the host that rsync runs on, owner the one whose task it is.
	at, owner Address
	// away tells that rsync does not run on the controller, within that it copies within one host.
	away, within bool
}

// synchronize runs rsync against the target (ansible.posix.synchronize).
func synchronize(ctx context.Context, c *Call) (Step, error) {
	args, err := c.checked()
	if err != nil {
		return Step{}, err
	}
	t := &transfer{Call: c, args: args, at: c.Remote.About()}
	if t.owner, err = c.Remote.Owner(); err != nil {
		return Step{}, err
	}
	if !c.has("src") || !c.has("dest") {
		return Step{}, &Failed{Msg: "synchronize requires both src and dest parameters are set"}
	}
	t.away = c.Delegated && t.at.Connection != "local"
	t.within = !c.Delegated && t.owner.Connection == "local" || c.Delegated && (c.Target == c.Host || c.Target == t.owner.Host)
	words, err := t.words()
	if err != nil {
		return Step{}, err
	}
	if t.away {
		return t.runThere(ctx, words)
	}
	return t.runHere(ctx, words)
}

func (t *transfer) list(name string) []any { l, _ := t.args[name].([]any); return l }

// word is an argument of rsync; quoted ones are so in the result's cmd.
type word struct {
	text   string
	quoted bool
}

func (w word) shown() string {
	if !w.quoted || plainWord.MatchString(w.text) {
		return w.text
	}
	if name, rest, ok := strings.Cut(w.text, "="); ok && strings.HasPrefix(name, "--") {
		if plainWord.MatchString(rest) {
			return w.text
		}
		return name + "=" + Quote(rest)
	}
	return Quote(w.text)
}

func plainWords(list ...string) (out []word) {
	for _, text := range list {
		out = append(out, word{text: text})
	}
	return out
}

// words are rsync's arguments.
func (t *transfer) words() ([]word, error) {
	out := t.flags()
	src, dest := t.ends()
	var options []string
	for _, o := range t.list("rsync_opts") {
		options = append(options, fmt.Sprint(o))
	}
	remote := strings.Contains(src, ":") || strings.Contains(dest, ":")
	if strings.HasPrefix(src, "rsync://") || strings.HasPrefix(dest, "rsync://") {
		remote = false
	}
	if remote && !strings.Contains(strings.Join(options, " "), "--rsh") {
		out = append(out, word{"--rsh=" + t.ssh(), true})
	}
	if path := t.rsyncPath(); path != "" {
		out = append(out, word{"--rsync-path=" + path, true})
	}
	out = append(out, plainWords(options...)...)
	if on, _ := t.args["partial"].(bool); on {
		out = append(out, word{text: "--partial"})
	}
	if links := t.list("link_dest"); len(links) > 0 {
		out = append(out, plainWords("-H", "-vv")...)
		for _, l := range links {
			path, err := filepath.Abs(expandHome(fmt.Sprint(l)))
			if err != nil {
				return nil, err
			}
			if strings.HasPrefix(filepath.Dir(dest), path) {
				return nil, &Failed{Msg: fmt.Sprintf("Hardlinking into a subdirectory of the source would cause recursion. %s and %s", filepath.Dir(dest), dest)}
			}
			out = append(out, word{text: "--link-dest=" + path})
		}
	}
	return append(out, word{"--out-format=" + changeMark + "%i %n%L", true}, word{src, true}, word{dest, true}), nil
}

func (t *transfer) flags() (out []word) {
	archive, _ := t.args["archive"].(bool)
	for _, f := range rsyncFlags {
		on, given := t.args[f.arg].(bool)
		switch {
		case f.arg == "_check" && t.Check:
			out = append(out, plainWords(f.adds...)...)
		case f.arg == "rsync_timeout":
			if n, _ := t.args[f.arg].(int64); n != 0 {
				out = append(out, word{text: fmt.Sprintf("--timeout=%d", n)})
			}
		case f.nested && given && archive && !on:
			out = append(out, word{text: "--no-" + f.arg})
		case f.nested && given && !archive && on:
			out = append(out, word{text: "--" + f.arg})
		case !f.nested && on:
			out = append(out, plainWords(f.adds...)...)
		}
	}
	return out
}

// ends are where rsync reads and writes.
func (t *transfer) ends() (src, dest string) {
	src, dest = t.str("src"), t.str("dest")
	if t.within {
		return t.localPath(src), t.localPath(dest)
	}
	if t.str("mode") == "pull" {
		return t.remotePath(src), t.localPath(dest)
	}
	return t.localPath(src), t.remotePath(dest)
}

func (t *transfer) remotePath(p string) string {
	if strings.HasPrefix(p, "rsync://") {
		return p
	}
	user := t.owner.User
	if on, given := t.args["set_remote_user"].(bool); given && !on {
		user = ""
	}
	host := t.owner.Host
	if user != "" {
		host = user + "@" + host
	}
	if strings.Contains(t.owner.Host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + p
}

// localPath is a path of the host that rsync runs on; a trailing slash keeps its meaning.
func (t *transfer) localPath(p string) string {
	slash := ""
	if strings.HasSuffix(p, "/") {
		slash = "/"
	}
	p = expandHome(p)
	switch found, err := t.find("files", p); {
	case strings.HasPrefix(p, "rsync://") || filepath.IsAbs(p):
		return p
	case err == nil:
		return strings.TrimSuffix(found, "/") + slash
	}
	return filepath.Join(t.BaseDir, p) + slash
}

// rsyncPath is the program on the other side: what is asked for, or one that becomes the task's user.
func (t *transfer) rsyncPath() string {
	if path, _ := t.args["rsync_path"].(string); path != "" || t.within || t.owner.BecomeUser == "" {
		return path
	}
	return "sudo -u " + t.owner.BecomeUser + " rsync"
}

// ssh is the command that rsync connects with.
func (t *transfer) ssh() string {
	program := "ssh"
	if path, err := exec.LookPath(program); err == nil && !t.away {
		program = path
	}
	words := []string{program, "-S", "none"}
	keys := t.at.KeyFiles // as with Ansible, the keys of the host that delegate_to names
	if key, _ := t.args["private_key"].(string); key != "" {
		keys = []string{key}
	}
	for _, key := range keys {
		words = append(words, "-i", key)
	}
	port := int64(t.owner.Port)
	if n, ok := t.args["dest_port"].(int64); ok {
		port = n
	}
	if port != 0 {
		words = append(words, "-o", fmt.Sprintf("Port=%d", port))
	}
	if verify, _ := t.args["verify_host"].(bool); t.owner.AnyHostKey && !verify {
		words = append(words, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null")
	}
	for i, w := range words {
		words[i] = word{w, true}.shown()
	}
	words = append(words, t.owner.SSHArgs...)
	if more, _ := t.args["ssh_args"].(string); more != "" {
		words = append(words, more)
	}
	return strings.Join(words, " ")
}

// program is rsync, as the variable ansible_rsync_path names it.
func (t *transfer) program(ctx context.Context) string {
	if raw, ok := t.Vars.Lookup("ansible_rsync_path"); ok {
		if v, err := t.Templar.Value(ctx, t.Vars, raw); err == nil && !isNone(v) {
			return mustText(v)
		}
	}
	return "rsync"
}

func commandLine(program string, words []word) (argv []string, line string) {
	shown := []string{program}
	for _, w := range words {
		argv, shown = append(argv, w.text), append(shown, w.shown())
	}
	return argv, strings.Join(shown, " ")
}

func (t *transfer) runHere(ctx context.Context, words []word) (Step, error) {
	program, err := exec.LookPath(t.program(ctx))
	if err != nil {
		return Step{}, &Failed{Msg: fmt.Sprintf("synchronize needs the program %s on the controller, and it is not there: %v", t.program(ctx), err)}
	}
	argv, line := commandLine(program, words)
	run := exec.CommandContext(ctx, program, argv...)
	run.Env = os.Environ()
	var stdout, stderr strings.Builder
	run.Stdout, run.Stderr = &stdout, &stderr
	err = run.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		return Step{}, &Failed{Msg: fmt.Sprintf("running %s: %v", program, err)}
	}
	return t.result(line, run.ProcessState.ExitCode(), stdout.String(), stderr.String())
}

// runThere has the host that delegate_to names run rsync.
func (t *transfer) runThere(ctx context.Context, words []word) (Step, error) {
	really := false // --dry-run says it
	program := t.program(ctx)
	argv, line := commandLine(program, words)
	remote := t.Remote
	if !t.within { // who is become is so at the other end of rsync (rsyncPath), not here
		remote = remote.AsLogin()
	}
	list := []any{program}
	for _, a := range argv {
		list = append(list, a)
	}
	got, err := remote.Do(ctx, &Request{Module: "ansible.builtin.command", Args: map[string]any{"argv": list, "strip_empty_ends": false}, Check: &really})
	if err != nil {
		return Step{}, err
	}
	rc, ok := got.GetStr("rc")
	if n, isInt := rc.(value.Int); ok && isInt {
		stdout, _ := got.GetStr("stdout")
		stderr, _ := got.GetStr("stderr")
		return t.result(line, int(n), mustText(stdout), mustText(stderr))
	}
	return Step{Result: got}, nil
}

func (t *transfer) result(line string, rc int, stdout, stderr string) (Step, error) {
	if rc != 0 {
		return done("failed", true, "changed", false, "msg", stderr, "rc", rc, "cmd", line)
	}
	changed := strings.Contains(stdout, changeMark)
	if len(t.list("link_dest")) > 0 { // which names everything; a period begins what stays as it is
		changed = !strings.Contains(stdout, changeMark+".")
	}
	msg := strings.ReplaceAll(stdout, changeMark, "")
	lines := []any{}
	for _, l := range strings.Split(msg, "\n") {
		if l != "" {
			lines = append(lines, l)
		}
	}
	pairs := []any{"changed", changed, "msg", msg, "rc", rc, "cmd", line, "stdout_lines", lines}
	if t.Diff {
		pairs = append(pairs, "diff", map[string]any{"prepared": msg})
	}
	return done(pairs...)
}
