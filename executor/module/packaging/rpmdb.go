package packaging

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// rpmPackage is one version of a package.
type rpmPackage struct{ name, epoch, version, release, arch string }

// String is the package as dnf names it: without an epoch where that is none.
func (p rpmPackage) String() string {
	epoch := p.epoch + ":"
	if p.epoch == "" || p.epoch == "0" {
		epoch = ""
	}
	return p.name + "-" + epoch + p.version + "-" + p.release + "." + p.arch
}

// rpmPackages are what rpm's database has, but for the keys that it keeps there, too.
func rpmPackages(ctx context.Context, sys module.System) ([]rpmPackage, error) {
	out, err := program.Must(program.Read(ctx, sys, "rpm", "-qa", "--qf", `%{NAME}|%{EPOCHNUM}|%{VERSION}|%{RELEASE}|%{ARCH}\n`))
	if err != nil {
		return nil, err
	}
	var list []rpmPackage
	for _, l := range program.Lines(out.Out) {
		if f := strings.Split(l, "|"); len(f) == 5 && f[0] != "gpg-pubkey" {
			list = append(list, rpmPackage{f[0], f[1], f[2], f[3], f[4]})
		}
	}
	return list, nil
}

var (
	rpmArch = regexp.MustCompile(`^(.+)\.(noarch|x86_64|i[3-6]86|aarch64|armv\w+|ppc64\w*|s390x?|riscv64|amd64)$`)
	rpmNEVR = regexp.MustCompile(`^(\S+)-(?:(\d*):)?(.*)-(~?\w+[\w.+]*)`)
)

// parseRPM takes a specification apart that has a name, a version and a release at least; ok tells whether it has.
func parseRPM(spec string) (p rpmPackage, ok bool) {
	spec = strings.TrimSuffix(spec, ".rpm")
	if m := rpmArch.FindStringSubmatch(spec); m != nil {
		spec, p.arch = m[1], m[2]
	}
	m := rpmNEVR.FindStringSubmatch(spec)
	if m == nil || m[3] == "" || m[3][0] < '0' || m[3][0] > '9' {
		return p, false
	}
	p.name, p.epoch, p.version, p.release = m[1], cmp.Or(m[2], "0"), m[3], m[4]
	if epoch, name, ok := strings.Cut(p.name, ":"); ok {
		p.epoch, p.name = epoch, name
	}
	return p, true
}

// rpmInstalled tells whether a name, with an architecture or a version and release or not, is that of an installed package.
func rpmInstalled(have []rpmPackage, spec string) bool {
	want, whole := parseRPM(spec)
	if !whole {
		want.name = spec
		if m := rpmArch.FindStringSubmatch(spec); m != nil {
			want.name = m[1]
		}
	}
	return slices.ContainsFunc(have, func(p rpmPackage) bool {
		return p.name == want.name && (want.arch == "" || p.arch == want.arch) &&
			(!whole || p.epoch == want.epoch && p.version == want.version && p.release == want.release)
	})
}

// rpmNewer tells whether a later version is installed than a specification asks for.
func rpmNewer(have []rpmPackage, spec string) bool {
	want, ok := parseRPM(spec)
	i := slices.IndexFunc(have, func(p rpmPackage) bool { return p.name == want.name })
	return ok && i >= 0 && compareRPM(have[i], want) > 0
}

// rpmMatches are the installed packages that a specification of dnf's means: each of its forms, with patterns.
func rpmMatches(have []rpmPackage, spec string) []rpmPackage {
	var out []rpmPackage
	for _, p := range have {
		evr, epochEVR := p.version+"-"+p.release, p.epoch+":"+p.version+"-"+p.release
		for _, form := range []string{p.name, p.name + "." + p.arch, p.name + "-" + p.version, p.name + "-" + evr, p.name + "-" + evr + "." + p.arch,
			p.name + "-" + epochEVR, p.name + "-" + epochEVR + "." + p.arch} {
			if ok, _ := path.Match(spec, form); ok {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

func compareRPM(a, b rpmPackage) int {
	return cmp.Or(compareRPMPart(a.epoch, b.epoch), compareRPMPart(a.version, b.version), compareRPMPart(a.release, b.release))
}

// compareRPMPart orders two versions as rpmvercmp does: runs of digits and of letters in turn, digits above letters, "~" below
// everything, "^" above the end alone.
func compareRPMPart(a, b string) int {
	for a != "" || b != "" {
		a, b = strings.TrimLeftFunc(a, separatesRPM), strings.TrimLeftFunc(b, separatesRPM)
		for _, mark := range []string{"~", "^"} {
			inA, inB := strings.HasPrefix(a, mark), strings.HasPrefix(b, mark)
			switch {
			case inA && inB:
				return compareRPMPart(a[1:], b[1:])
			case inA:
				return belowRPM(mark, b)
			case inB:
				return -belowRPM(mark, a)
			}
		}
		if a == "" || b == "" {
			return cmp.Compare(len(a), len(b))
		}
		digits := isDigit(rune(a[0]))
		segment := func(s string) string {
			return s[:len(s)-len(strings.TrimLeftFunc(s, func(r rune) bool { return isWord(r) && isDigit(r) == digits }))]
		}
		x, y := segment(a), segment(b)
		if y == "" { // one has digits where the other has letters
			return map[bool]int{true: 1, false: -1}[digits]
		}
		a, b = a[len(x):], b[len(y):]
		if digits {
			x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			if c := cmp.Compare(len(x), len(y)); c != 0 {
				return c
			}
		}
		if c := strings.Compare(x, y); c != 0 {
			return c
		}
	}
	return 0
}

// belowRPM orders what goes on with a mark against what goes on with something else, or ends.
func belowRPM(mark, other string) int {
	if mark == "^" && other == "" {
		return 1
	}
	return -1
}

func separatesRPM(r rune) bool { return !isWord(r) && r != '~' && r != '^' }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isWord(r rune) bool { return isDigit(r) || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
