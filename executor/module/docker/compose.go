package docker

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// compose is one call of docker_compose_v2, or of docker_compose whose arguments mean the same.
type compose struct {
	*module.Call
	argv    []string // the program, and what comes before its command
	dir     string
	project string
	dryRun  bool // the program can tell what it would do

	stdout, stderr strings.Builder
	actions        []any
	changed        bool
}

// The words in which Compose tells that it does something, and where it is with an image's layers.
var (
	working  = strings.Fields("Creating Starting Restarting Stopping Killing Removing Recreate Pulling Building")
	fetching = []string{"Pulling fs layer", "Waiting", "Downloading", "Verifying Checksum", "Extracting"}

	resourceLine = regexp.MustCompile(`^\s*(Network|Image|Volume|Container)\s+(\S+)\s+(\S.*?)\s*$`)
	serviceLine  = regexp.MustCompile(`^\s*(\S+)\s+(Pulled|Pulling)\s*$`)
	layerLine    = regexp.MustCompile(`^\s*(\S+)\s+(Pulling fs layer|Waiting|Downloading|Verifying Checksum|Extracting)\b.*$`)
	buildLine    = regexp.MustCompile(`^\s*build service\s+(\S+)$`)
	warningLine  = regexp.MustCompile(`level=warning msg="((?:[^"\\]|\\.)*)"`)
)

const dryRunMarker = "DRY-RUN MODE -"

// runCompose is community.docker.docker_compose_v2 and docker_compose. Both ask the docker program's Compose plugin, or a
// program docker-compose of version 2.
func runCompose(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &compose{Call: c, actions: []any{}}
	clean, err := t.prepare(ctx)
	defer clean()
	if err != nil {
		return nil, err
	}
	if err := t.run(ctx); err != nil {
		return nil, err
	}
	res := module.Result{"changed": t.changed, "actions": t.actions, "stdout": t.stdout.String(), "stderr": t.stderr.String()}
	if res["containers"], err = t.listing(ctx, "ps", "--all"); err != nil {
		return nil, err
	}
	if res["images"], err = t.listing(ctx, "images"); err != nil {
		return nil, err
	}
	return res, nil
}

// files are what Compose looks for in a project's directory.
var files = []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}

// prepare finds the program and describes the project. clean removes scratch files.
func (t *compose) prepare(ctx context.Context) (clean func(), err error) {
	clean = func() {}
	if err := t.tool(ctx); err != nil {
		return clean, err
	}
	t.dir, t.project = t.Path("project_src"), t.Args.Str("project_name")
	if def := t.Args.Map("definition"); def != nil {
		scratch, err := t.Sys.TempDir()
		if err != nil {
			return clean, err
		}
		clean = func() { _ = t.Sys.RemoveAll(scratch) }
		text, err := encode(def) // JSON is YAML
		if err != nil {
			return clean, err
		}
		t.dir = scratch
		if err := t.Sys.Write(path.Join(scratch, files[0]), strings.NewReader(text), module.WriteSpec{}); err != nil {
			return clean, err
		}
	}
	if info, err := t.Sys.Stat(t.dir); err != nil || !info.Mode.IsDir() {
		return clean, module.Fail(fmt.Sprintf("%q is not a directory", t.dir))
	}
	t.argv = append(t.argv, "--ansi", "never", "--project-directory", t.dir)
	if t.project != "" {
		t.argv = append(t.argv, "--project-name", t.project)
	}
	given := t.Paths("files")
	for _, f := range given {
		if !exists(t.Sys, path.Join(t.dir, f)) && !(path.IsAbs(f) && exists(t.Sys, f)) {
			return clean, module.Fail(fmt.Sprintf("Cannot find Compose file %q relative to project directory %q", f, t.dir))
		}
		t.argv = append(t.argv, "--file", f)
	}
	if len(given) == 0 && !slices.ContainsFunc(files, func(f string) bool { return exists(t.Sys, path.Join(t.dir, f)) }) &&
		(!t.Args.Has("check_files_existing") || t.Args.Bool("check_files_existing")) {
		return clean, module.Fail(fmt.Sprintf("%q does not contain %s", t.dir, strings.Join(files, ", ")))
	}
	for _, f := range append(t.Paths("env_files"), t.Path("env_file")) {
		if f != "" {
			t.argv = append(t.argv, "--env-file", f)
		}
	}
	for _, p := range t.Args.Strs("profiles") {
		t.argv = append(t.argv, "--profile", p)
	}
	return clean, nil
}

// tool finds the program: docker with its plugin, else docker-compose.
func (t *compose) tool(ctx context.Context) error {
	docker := t.Path("docker_cli")
	if docker == "" {
		docker = "docker"
	}
	if p, err := t.Sys.LookPath(docker); err == nil {
		argv := []string{p}
		if h := t.Args.Str("docker_host"); h != "" && h != "unix://var/run/docker.sock" {
			argv = append(argv, "--host", h)
		}
		if c := t.Args.Str("cli_context"); c != "" {
			argv = append(argv, "--context", c)
		}
		argv = append(argv, t.tls()...)
		out, err := program.Read(ctx, t.Sys, append(slices.Clone(argv), "compose", "version", "--short")...)
		if err != nil {
			return err
		}
		if out.RC == 0 {
			t.argv = append(argv, "compose")
			t.dryRun = !olderRelease(out.Out, 2, 18)
			return nil
		}
	}
	p, err := t.Sys.LookPath("docker-compose")
	if err != nil {
		return module.Fail("Docker CLI " + docker + " has no compose plugin installed, and there is no program docker-compose")
	}
	out, err := program.Read(ctx, t.Sys, p, "version", "--short")
	if err != nil {
		return err
	}
	if out.RC != 0 || olderRelease(out.Out, 2, 0) {
		return module.Fail("docker-compose " + strings.TrimSpace(out.Out) + " is too old: version 2 is needed, or the docker program with its compose plugin")
	}
	t.argv = []string{p}
	t.dryRun = !olderRelease(out.Out, 2, 18)
	return nil
}

// tls are the options of a daemon that is reached over TLS.
func (t *compose) tls() []string {
	var out []string
	if t.Args.Bool("validate_certs") {
		out = append(out, "--tlsverify")
	} else if t.Args.Bool("tls") {
		out = append(out, "--tls")
	}
	for arg, flag := range map[string]string{"ca_path": "--tlscacert", "ca_cert": "--tlscacert", "client_cert": "--tlscert", "client_key": "--tlskey"} {
		if f := t.Path(arg); f != "" {
			out = append(out, flag, f)
		}
	}
	return out
}

// olderRelease compares the first two numbers of a version.
func olderRelease(text string, major, minor int) bool {
	var x, y int
	if _, err := fmt.Sscanf(strings.TrimPrefix(strings.TrimSpace(text), "v"), "%d.%d", &x, &y); err != nil {
		return false // an unreleased build: "dev"
	}
	return x < major || x == major && y < minor
}

func (t *compose) run(ctx context.Context) error {
	if t.Check && !t.dryRun {
		return module.Fail("check mode needs Compose 2.18 or later, which can tell what it would do")
	}
	a := t.Args
	state := a.Str("state")
	switch {
	case state == "absent":
		return t.command(ctx, false, t.down())
	case state == "stopped" || a.Bool("stopped"):
		if err := t.command(ctx, true, append(t.up(), "--no-start")); err != nil {
			return err
		}
		stopped, err := t.allStopped(ctx)
		if err != nil || stopped {
			return err
		}
		return t.command(ctx, false, t.timeout("stop"))
	case state == "restarted" || a.Bool("restarted"):
		if a.Bool("restarted") { // docker_compose brings the services up first
			if err := t.command(ctx, true, t.up()); err != nil {
				return err
			}
		}
		return t.command(ctx, false, append(t.timeout("restart"), t.noDeps()...))
	}
	return t.command(ctx, true, t.up())
}

// timeout begins a command that waits for containers to stop.
func (t *compose) timeout(command string) []string {
	argv := []string{command}
	if t.Args.Has("timeout") {
		argv = append(argv, "--timeout", t.Args.Text("timeout"))
	}
	return argv
}

func (t *compose) noDeps() []string {
	if t.Args.Has("dependencies") && !t.Args.Bool("dependencies") {
		return []string{"--no-deps"}
	}
	return nil
}

func (t *compose) up() []string {
	a := t.Args
	argv := append(t.timeout("up"), "--detach", "--no-color", "--quiet-pull")
	argv = append(argv, t.noDeps()...)
	switch p := a.Text("pull"); {
	case a["pull"] == true:
		argv = append(argv, "--pull", "always")
	case p != "" && p != "policy":
		argv = append(argv, "--pull", p)
	}
	switch b := a.Text("build"); {
	case b == "always" || a["build"] == true:
		argv = append(argv, "--build")
	case b == "never":
		argv = append(argv, "--no-build")
	}
	switch a.Str("recreate") {
	case "always":
		argv = append(argv, "--force-recreate")
	case "never":
		argv = append(argv, "--no-recreate")
	}
	for arg, flag := range map[string]string{"remove_orphans": "--remove-orphans", "renew_anon_volumes": "--renew-anon-volumes", "wait": "--wait", "assume_yes": "--yes"} {
		if a.Bool(arg) {
			argv = append(argv, flag)
		}
	}
	if a.Bool("wait") && a.Has("wait_timeout") {
		argv = append(argv, "--wait-timeout", a.Text("wait_timeout"))
	}
	scale := a.Map("scale")
	for _, s := range asList(sorted(scale)) {
		argv = append(argv, "--scale", asText(s)+"="+module.Args(scale).Text(asText(s)))
	}
	return argv
}

func (t *compose) down() []string {
	argv := t.timeout("down")
	if t.Args.Bool("remove_orphans") {
		argv = append(argv, "--remove-orphans")
	}
	if rmi := t.Args.Str("remove_images"); rmi != "" {
		argv = append(argv, "--rmi", rmi)
	}
	if t.Args.Bool("remove_volumes") {
		argv = append(argv, "--volumes")
	}
	return argv
}

// command runs a command of Compose over the services that the task names. pullsDoNotCount takes what it says of pulling a
// service's image for no change, as long as no layer comes.
func (t *compose) command(ctx context.Context, pullsDoNotCount bool, argv []string) error {
	if t.Check {
		argv = append(argv, "--dry-run")
	}
	argv = append(append(argv, "--"), t.Args.Strs("services")...)
	out, err := program.Exec(ctx, t.Sys, module.Cmd{Argv: append(slices.Clone(t.argv), argv...), Dir: t.dir, Reads: t.Check})
	if err != nil {
		return err
	}
	t.stdout.WriteString(out.Out)
	t.stderr.WriteString(out.Err)
	failed := t.events(out.Err, pullsDoNotCount)
	if out.RC != 0 {
		if failed == "" {
			failed = "Return code " + fmt.Sprint(out.RC) + " is non-zero"
			if said := strings.TrimSpace(out.Err); said != "" {
				failed = "General error: " + said
			}
		}
		return out.Failed("%s", failed)
	}
	return nil
}

// events reads what Compose tells on standard error, one thing a line, and returns what it says of a failure.
func (t *compose) events(stderr string, pullsDoNotCount bool) (failed string) {
	ignoreBuilds := !t.Args.Has("ignore_build_events") || t.Args.Bool("ignore_build_events")
	did := func(what, id, status string, counts bool) {
		t.actions = append(t.actions, dict{"what": what, "id": id, "status": status})
		t.changed = t.changed || counts
	}
	for _, line := range program.Lines(stderr) {
		line = strings.TrimSpace(line)
		if rest, marked := strings.CutPrefix(line, dryRunMarker); marked {
			line = strings.TrimSpace(rest)
		}
		if m := resourceLine.FindStringSubmatch(line); m != nil {
			switch {
			case slices.Contains(working, m[3]):
				did(strings.ToLower(m[1]), m[2], m[3], true)
			case strings.HasPrefix(m[3], "Error"):
				failed = m[2] + ": " + m[3]
			}
			continue
		}
		if m := serviceLine.FindStringSubmatch(line); m != nil {
			if m[2] == "Pulling" {
				did("service", m[1], m[2], !pullsDoNotCount)
			}
			continue
		}
		if m := layerLine.FindStringSubmatch(line); m != nil {
			did("image-layer", m[1], m[2], true)
			continue
		}
		if m := buildLine.FindStringSubmatch(line); m != nil {
			did("service", m[1], "Building", !ignoreBuilds)
			continue
		}
		if m := warningLine.FindStringSubmatch(line); m != nil {
			t.Warn("Docker compose: %s", strings.ReplaceAll(m[1], `\"`, `"`))
			continue
		}
		if strings.HasPrefix(line, "Error") || strings.Contains(line, " Error ") {
			failed = strings.TrimSpace(failed + "\n" + line)
		}
	}
	return failed
}

// listing asks for what the project has.
func (t *compose) listing(ctx context.Context, command ...string) ([]any, error) {
	argv := append(slices.Clone(t.argv), command...)
	out, err := program.Exec(ctx, t.Sys, module.Cmd{Argv: append(argv, "--format", "json"), Dir: t.dir, Reads: true})
	if err != nil {
		return nil, err
	}
	list := []any{}
	if out.RC != 0 {
		return list, nil
	}
	if v, err := jsontext.Parse([]byte(out.Out)); err == nil && isList(v) { // before 2.21 it was one list
		return asList(v), nil
	}
	for _, line := range program.Lines(out.Out) {
		if v, err := jsontext.Parse([]byte(line)); err == nil {
			list = append(list, v)
		}
	}
	return list, nil
}

func (t *compose) allStopped(ctx context.Context) (bool, error) {
	containers, err := t.listing(ctx, "ps", "--all")
	for _, c := range containers {
		if !slices.Contains([]string{"created", "exited", "stopped", "killed"}, asText(asDict(c)["State"])) {
			return false, err
		}
	}
	return true, err
}
