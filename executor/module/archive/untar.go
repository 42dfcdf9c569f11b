package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/regexp"
)

// tarArchive is a tar archive, plain or compressed, in the hands of GNU tar. It gets the archive on its standard input
// and works in dest.
type tarArchive struct {
	*unpacking
	name, flag string
	program    string
}

func (t *tarArchive) handler() string { return t.name }

// cLocale makes messages readable by what follows.
var cLocale = map[string]string{"LANG": "C", "LC_ALL": "C", "LC_MESSAGES": "C", "LANGUAGE": "C"}

// tar runs GNU tar in a mode.
func (t *tarArchive) tar(ctx context.Context, mode string, reads bool, more ...string) (module.Output, []string, error) {
	if err := t.find(ctx); err != nil {
		return module.Output{}, nil, err
	}
	argv := []string{t.program, mode}
	if t.flag != "" {
		argv = append(argv, t.flag)
	}
	argv = append(argv, more...)
	if opts := t.Args.Strs("extra_opts"); len(opts) > 0 {
		argv = append(append(argv, "--show-transformed-names"), opts...)
	}
	for _, x := range t.Args.Strs("exclude") {
		argv = append(argv, "--exclude="+strings.TrimRight(x, "/"))
	}
	argv = append(append(argv, "-f", "-"), t.Args.Strs("include")...)
	f, err := t.Sys.Open(t.src)
	if err != nil {
		return module.Output{}, argv, err
	}
	defer f.Close()
	out, err := t.Sys.Run(ctx, module.Cmd{Argv: argv, Dir: t.dest, Env: cLocale, StdinFrom: f, Reads: reads})
	return out, argv, err
}

// find looks for GNU tar.
func (t *tarArchive) find(ctx context.Context) error {
	if t.program != "" {
		return nil
	}
	for _, name := range []string{"gtar", "tar"} {
		p, err := t.Sys.LookPath(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		out, err := t.Sys.Run(ctx, module.Cmd{Argv: []string{p, "--version"}, Reads: true, Env: cLocale})
		if err == nil && strings.HasPrefix(string(out.Stdout), "tar") && strings.Contains(string(out.Stdout), "GNU") {
			t.program = p
			return nil
		}
		return t.unknown(fmt.Sprintf(`Command "%s" is not GNU tar. GNU tar required.`, p))
	}
	return t.unknown("Unable to find required 'gtar' or 'tar' binary in the path")
}

func (t *tarArchive) list(ctx context.Context) ([]string, error) {
	out, argv, err := t.tar(ctx, "--list", true, "--quoting-style=literal")
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, t.unknown(fmt.Sprintf(`Command "%s" could not handle archive: Unable to list files in the archive: %s`, argv[0], out.Stderr))
	}
	var names []string
next:
	for line := range strings.Lines(string(out.Stdout)) {
		name := strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "/")
		for _, x := range t.Args.Strs("exclude") {
			if module.Fnmatch(strings.TrimRight(x, "/"), name) {
				continue next
			}
		}
		if name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, t.unknown(fmt.Sprintf(`Command "%s" found no files in archive. Empty archive files are not supported.`, argv[0]))
	}
	return names, nil
}

// What tar --diff says of a difference.
var (
	emptyName = regexp.MustCompile(`: : Warning: Cannot stat: No such file or directory$`)
	uidDiff   = regexp.MustCompile(`: Uid differs$`)
	gidDiff   = regexp.MustCompile(`: Gid differs$`)
	modeDiff  = regexp.MustCompile(`: Mode differs$`)
	otherDiff = regexp.MustCompile(`: (Mod time differs|Size differs|Contents differ|Symlink differs|File type differs|Not linked to .*|` +
		`Warning: Cannot stat: No such file or directory|Invalid owner|Invalid group)$`)
)

func (t *tarArchive) differs(ctx context.Context) (bool, string, error) {
	out, _, err := t.tar(ctx, "--diff", true, t.keep()...)
	if err != nil {
		return false, "", err
	}
	root := t.Sys.Self().UID == 0
	for line := range strings.Lines(string(out.Stdout) + string(out.Stderr)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case emptyName.MatchString(line):
		case uidDiff.MatchString(line) && root && t.fa.Owner == "",
			gidDiff.MatchString(line) && root && t.fa.Group == "",
			modeDiff.MatchString(line) && t.fa.Mode == nil,
			otherDiff.MatchString(line):
			return true, "", nil
		}
	}
	return false, "", nil
}

func (t *tarArchive) keep() []string {
	if t.Args.Bool("keep_newer") {
		return []string{"--keep-newer-files"}
	}
	return nil
}

func (t *tarArchive) extract(ctx context.Context) (module.Result, error) {
	out, argv, err := t.tar(ctx, "--extract", false, t.keep()...)
	if err != nil {
		return nil, err
	}
	res := module.Result{"cmd": argv, "rc": out.RC, "out": string(out.Stdout), "err": string(out.Stderr)}
	if out.RC != 0 {
		return nil, module.Fail(fmt.Sprintf("failed to unpack %s to %s", t.shown, t.dest), "handler", t.name, "dest", t.dest, "src", t.shown,
			"extract_results", map[string]any(res))
	}
	return res, nil
}
