package agent

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// placement is what the bootstrap script needs to know.
type placement struct {
	marker    string // begins every line that is meant for us
	builds    []Build
	dirs      []string // "" among them is nothing; nil is defaultDirs
	ephemeral bool
	prelude   string // runs first: undoes what the way in did to the environment
	ahead     bool   // standard input begins with frames that may be for the agent, and a line before them: the marker, and the number of their bytes
}

// script is the one command of the bootstrap. It works in any POSIX shell, and gets there through any login shell: it
// has no newline, single quote, backslash or exclamation mark, the four that csh and fish treat in their own way
// within single quotes.
//
// The program lies in a directory of the user's own (mode 0700), below directories in which nobody but the user and
// root can rename (or that are sticky). So between the check of the hash and the start nobody else can replace it: this
// holds as well for a root that was reached by sudo, whose program is another copy, in root's own directory.
//
// What it says on standard output, each line after the marker:
//
//	unsupported KERNEL MACHINE     no build for this platform
//	passed DIR: REASON             a directory that was tried in vain
//	need OS ARCH raw|gzip|zstd     the program is to be sent in that form, after a line with the number of bytes
//	nowhere                        no directory is left
//	eaten                          standard input does not begin as it should
//	damaged REASON                 what was sent is not what was promised
//	start                          from here on it is the agent that speaks
const script = `PRELUDE
m=MARKER; e=EPHEMERAL;
say() { echo "$m $*"; };
case "$(uname -sm)" in
CASES
*) say unsupported $(uname -sm); exit 69 ;;
esac;
set -f; k=$(umask); umask 077; u=$(id -u);
sum() { { sha256sum "$1" || shasum -a 256 "$1" || openssl dgst -sha256 -r "$1"; } 2>/dev/null | cut -c 1-64; };
own() { w=$1; set -- $(ls -ldn "$2" 2>/dev/null); [ "$3" = "$u" ] || return 1;
case "$1" in $w | $w.) return 0 ;; esac; return 1; };
safe() { p=$(cd "$1" 2>/dev/null && pwd -P) || return 1; set -- "$p";
until [ "$p" = / ]; do p=${p%/*}; p=${p:-/}; set -- "$p" "$@"; done;
ls -ldn "$@" 2>/dev/null | { while read -r mode n uid rest; do
[ "$uid" = 0 ] || [ "$uid" = "$u" ] || exit 1;
case "$mode" in d????????[tT]*) ;; d????w* | d???????w*) exit 1 ;; d*) ;; *) exit 1 ;; esac; done; exit 0; }; };
set -- DIRS;
if [ $e = 0 ]; then for d in "$@"; do f=$d/agent-$h;
if [ -x "$f" ] && own drwx------ "$d" && own -rwx------ "$f" && safe "${d%/*}" && [ "$(sum "$f")" = $h ]; then
READ
umask $k; say start; exec "$f" __agent serve; fi; done; fi;
t=; clean() { if [ -n "$t" ]; then rm -f "$t"; [ $e = 0 ] || rmdir "${t%/*}" 2>/dev/null; fi; };
trap clean 0; trap "exit 70" 1 2 13 15;
READ
DROP
z=raw; for x in $forms; do command -v $x >/dev/null 2>&1 && z=$x; done;
for d in "$@"; do p=${d%/*};
[ -d "$p" ] || mkdir -p "$p" 2>/dev/null; [ -d "$p" ] || { say passed "$d:" there is no "$p"; continue; };
safe "$p" || { say passed "$d:" others may rename things in "$p" or above; continue; };
[ -d "$d" ] || mkdir -m 700 "$d" 2>/dev/null; [ -d "$d" ] || { say passed "$d:" it cannot be made; continue; };
own drwx------ "$d" || { say passed "$d:" it is not a directory of uid $u with mode 0700; continue; };
t=$d/.new-$$; r=$(df -Pk "$d" 2>/dev/null | { read -r x; read -r x x x r x; echo $r; });
[ "${r:-999999}" -gt $((n / 1024 + 64)) ] 2>/dev/null || { clean; say passed "$d:" only $r KiB are free; continue; };
rm -f "$t"; echo exit 0 2>/dev/null >"$t" || { say passed "$d:" it cannot be written; continue; };
chmod 700 "$t"; "$t" 2>/dev/null || { clean; say passed "$d:" programs cannot be started there, noexec; continue; };
say need $o $z;
read -r c; if [ $z = raw ]; then head -c $c; else head -c $c | $z -dc; fi >"$t" || { clean; say damaged it cannot be written to "$d"; exit 70; };
s=$(sum "$t"); [ "${s:-$h}" = $h ] && [ $(wc -c <"$t") -eq $n ] || { clean; say damaged its hash is not the one expected; exit 70; };
x=$("$t" __agent version 2>&1 </dev/null) || { clean; say passed "$d:" the program does not start: $x; continue; };
if [ $e = 1 ]; then umask $k; say start; trap - 0; exec "$t" __agent serve --remove "$t"; fi;
find "$d" -name "agent-*" -mtime +30 -exec rm -f {} + 2>/dev/null;
mv -f "$t" "$d/agent-$h" || { clean; say damaged it cannot be renamed in "$d"; exit 70; };
t=; trap - 0; umask $k; say start; exec "$d/agent-$h" __agent serve;
done;
say nowhere; exit 70`

// defaultDirs are shell words. The second part of each begins with the user's id, for directories that all users share.
var defaultDirs = []string{
	`"${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/pylint-deploy"`,
	`"/var/tmp/pylint-deploy-$u"`, `"/tmp/pylint-deploy-$u"`, `"/dev/shm/pylint-deploy-$u"`, `"/run/user/$u/pylint-deploy"`,
}

// ephemeralDirs come in another order: memory first, and no directory that would have to be made and stay.
var ephemeralDirs = []string{
	`"/run/user/$u/pylint-deploy-$$"`, `"/dev/shm/pylint-deploy-$u-$$"`, `"/tmp/pylint-deploy-$u-$$"`,
	`"/var/tmp/pylint-deploy-$u-$$"`, `"${HOME:-/nonexistent}/.pylint-deploy-$$"`,
}

// kernelNames and machineNames are what uname says of a GOOS and a GOARCH.
var (
	kernelNames  = map[string]string{"linux": "Linux", "darwin": "Darwin", "freebsd": "FreeBSD"}
	machineNames = map[string][]string{"amd64": {"x86_64", "amd64"}, "arm64": {"aarch64", "arm64"}}
)

// command is the script as a command line for a login shell.
func (p placement) command() string { return "exec /bin/sh -c '" + p.text() + "'" }

// text is the script for sh -c.
func (p placement) text() string {
	dirs, ephemeral := p.words(), "0"
	if p.ephemeral {
		ephemeral = "1"
	}
	read, drop := "", ""
	if p.ahead {
		read, drop = "read -r x a; [ \"$x\" = $m ] || { say eaten; exit 70; };\n", "head -c $a >/dev/null;\n"
	}
	filled := strings.NewReplacer("PRELUDE\n", p.prelude, "READ\n", read, "DROP\n", drop, "MARKER", p.marker, "EPHEMERAL", ephemeral,
		"CASES", p.cases(), "DIRS", dirs).Replace(script)
	return strings.ReplaceAll(filled, "\n", " ")
}

// words are the directories as words of the shell. Those of the user are quoted, and plain enough to stay so.
func (p placement) words() string {
	if p.dirs == nil {
		if p.ephemeral {
			return strings.Join(ephemeralDirs, " ")
		}
		return strings.Join(defaultDirs, " ")
	}
	var words []string
	for _, dir := range p.dirs {
		name := `/pylint-deploy-$u"`
		if p.ephemeral {
			name = `/pylint-deploy-$u-$$"`
		}
		words = append(words, `"`+strings.TrimRight(dir, "/")+name)
	}
	return strings.Join(words, " ")
}

// cases are the arms that know a platform's build: its hash, its size, and the forms it can be sent in, best last.
func (p placement) cases() string {
	var arms []string
	for _, build := range p.builds {
		var names []string
		for _, machine := range machineNames[build.Arch] {
			names = append(names, fmt.Sprintf("%q", kernelNames[build.OS]+" "+machine))
		}
		if len(names) == 0 || kernelNames[build.OS] == "" {
			continue
		}
		arms = append(arms, fmt.Sprintf(`%s) o="%s %s"; h=%s; n=%d; forms="%s" ;;`, strings.Join(names, " | "),
			build.OS, build.Arch, build.SHA256, build.Size, build.forms()))
	}
	return strings.Join(arms, " ")
}

func (b Build) forms() string {
	var forms []string
	if b.Gzip != nil {
		forms = append(forms, "gzip")
	}
	if b.Zstd != nil {
		forms = append(forms, "zstd")
	}
	return strings.Join(forms, " ")
}

// in opens the program in one of its forms.
func (b Build) in(form string) (content io.ReadCloser, size int64, err error) {
	switch {
	case form == "zstd" && b.Zstd != nil:
		return io.NopCloser(bytes.NewReader(b.Zstd)), int64(len(b.Zstd)), nil
	case form == "gzip" && b.Gzip != nil:
		packed, err := b.Gzip()
		return io.NopCloser(bytes.NewReader(packed)), int64(len(packed)), err
	case form == "raw":
		content, err := b.Open()
		return content, b.Size, err
	}
	return nil, 0, fmt.Errorf("the target asked for the form %q", form)
}

// checkDirs refuses what could not be passed through every shell as it is.
func checkDirs(dirs []string) error {
	for _, dir := range dirs {
		if !strings.HasPrefix(dir, "/") || strings.ContainsAny(dir, "'\"\\!$`\n") {
			return fmt.Errorf("directory %q for the agent: it has to be an absolute path without quotes or other special characters", dir)
		}
	}
	return nil
}
