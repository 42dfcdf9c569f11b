//go:build target

package playbooks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// server is a disposable server (testdata/target) in a world of its own, with a copy of playbooks/deploy for it.
type server struct {
	t       *testing.T
	world   string
	name    string
	env     map[string]string
	dir     string // the copy of the playbooks
	program string // pylint-deploy
	screen  string // what the last run printed
	ca      string // what the site's certificate is checked with
}

const site = "https://www.%s.test%s"

// newServer boots a server. Its site is called by its name.
func newServer(t *testing.T, name string) *server {
	t.Helper()
	s := &server{t: t, name: name, world: fmt.Sprintf("%s%d", name, os.Getpid()), dir: filepath.Join(t.TempDir(), "deploy"), env: map[string]string{}}
	s.program = absolute(t, "../bin/pylint-deploy")
	if _, err := os.Stat(s.program); err != nil {
		t.Fatalf("%v (make build makes it)", err)
	}
	t.Cleanup(func() { _ = s.command("down").Run() })
	s.must(s.command("up", name))
	for line := range strings.Lines(s.must(s.command("env", name))) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			s.env[key] = strings.Trim(value, "'")
		}
	}
	if err := os.CopyFS(s.dir, os.DirFS("deploy")); err != nil {
		t.Fatal(err)
	}
	s.write("hosts", fmt.Sprintf("[web]\n%s ansible_host=%s\n", name, s.env["address"]))
	s.write("group_vars/all/zz_target.yml", strings.NewReplacer("KEYS", s.env["keys"], "KEY", s.env["key"], "HOSTS", s.env["known_hosts"], "NAME", name).Replace(`
ansible_ssh_private_key_file: KEY
ansible_ssh_common_args: -o UserKnownHostsFile=HOSTS
deploy_public_key_file: KEY.pub
read_only_deploy_key_file: KEYS/read_only_key
fqdn: www.NAME.test
code_repository: ssh://git@github.com/example/python-for-entrepreneurs-course-demos.git
`))
	s.ca = filepath.Join(t.TempDir(), "ca.pem")
	bundle := s.must(s.inside("sh", "-c", "cat $SSL_CERT_FILE "+s.env["acme_root"]))
	if err := os.WriteFile(s.ca, []byte(bundle), 0o644); err != nil {
		t.Fatal(err)
	}
	return s
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

func (s *server) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// must runs a command and returns its standard output.
func (s *server) must(cmd *exec.Cmd) string {
	s.t.Helper()
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		s.t.Fatalf("%s: %v\n%s%s", cmd, err, out.String(), problems.String())
	}
	return out.String()
}

// command is one of the program that keeps the servers.
func (s *server) command(args ...string) *exec.Cmd {
	cmd := exec.Command("../testdata/target/target", args...)
	cmd.Env = append(os.Environ(), "TARGET_WORLD="+s.world)
	return cmd
}

// inside is a command in the controller's network.
func (s *server) inside(args ...string) *exec.Cmd {
	return s.command(append([]string{"ctl"}, args...)...)
}

// runner is a program that runs playbooks.
type runner struct {
	name, world string
	argv        func(s *server) []string
}

var runners = []runner{
	{"pylint-deploy", "dours", func(s *server) []string { return []string{s.program, "run"} }},
	{"ansible-playbook", "dtheirs", func(*server) []string { return []string{"ansible-playbook"} }},
}

var recap = regexp.MustCompile(`ok=\d+ +changed=(\d+) +unreachable=0 +failed=(\d+)`)

// run runs a playbook at a version of the application, and gives what it reports.
func (s *server) run(r runner, book, version string) (changed, failed string) {
	s.t.Helper()
	argv := append(append([]string{"env", "-C", s.dir, "SSL_CERT_FILE=" + s.ca}, r.argv(s)...), book, "-i", "hosts", "-e", "app_version="+version)
	out, _ := s.inside(argv...).CombinedOutput()
	s.screen = string(out)
	m := recap.FindSubmatch(out)
	if m == nil {
		s.t.Fatalf("%s %s has no recap:\n%s", r.name, book, out)
	}
	if string(m[2]) != "0" {
		s.t.Logf("%s", out)
	}
	return string(m[1]), string(m[2])
}

// commit makes a new version of the application by an edit of its code, and gives its commit.
func (s *server) commit(message, old, with string) string {
	s.t.Helper()
	work := filepath.Join(s.t.TempDir(), "work")
	s.must(exec.Command("git", "clone", "-q", s.env["repository"], work))
	file := filepath.Join(work, "15-deployment/blue_yellow_app_deployment/blue_yellow_app/__init__.py")
	code, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	if !strings.Contains(string(code), old) {
		s.t.Fatalf("the application has no %q", old)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(code), old, with, 1)), 0o644); err != nil {
		s.t.Fatal(err)
	}
	s.must(exec.Command("git", "-C", work, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-qam", message))
	s.must(exec.Command("git", "-C", work, "push", "-q", "origin", "HEAD"))
	return s.head()
}

func (s *server) head() string {
	s.t.Helper()
	return strings.TrimSpace(s.must(exec.Command("git", "--git-dir", s.env["repository"], "rev-parse", "HEAD")))
}

// version asks the site, over HTTPS, with its certificate checked.
func (s *server) version() string {
	s.t.Helper()
	var v struct{ Version string }
	text := s.must(s.inside("curl", "-sS", "--fail", "--cacert", s.ca, fmt.Sprintf(site, s.name, "/version")))
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
	return v.Version
}

// visitors ask for the page until stop is called, which tells how often they asked, and what answers other than 200 they got.
func (s *server) visitors() (stop func() (asked int, bad []string)) {
	open := filepath.Join(s.t.TempDir(), "open") // they come as long as this file is there, which ends with the test at the latest
	if err := os.WriteFile(open, nil, 0o644); err != nil {
		s.t.Fatal(err)
	}
	script := `n=0; while [ -e "$3" ] && [ $n -lt 20000 ]; do n=$((n+1)); curl -sS -o /dev/null -m 5 -w '%{http_code}\n' --cacert "$1" "$2" 2>&1; sleep 0.02; done`
	cmd := s.inside("sh", "-c", script, "sh", s.ca, fmt.Sprintf(site, s.name, "/version"), open)
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	return func() (asked int, bad []string) {
		if err := os.Remove(open); err != nil {
			s.t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			s.t.Errorf("the visitors: %v", err)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		for _, line := range lines {
			asked++
			if line != "200" {
				bad = append(bad, line)
			}
		}
		return asked, bad
	}
}

// settle waits until supervisor has stopped trying to start what does not start: meanwhile its module finds something to stop or not,
// as it happens.
func (s *server) settle() {
	s.t.Helper()
	for range 60 {
		out, _ := s.command("enter", s.name, "supervisorctl", "status").CombinedOutput() // its exit code tells of programs that do not run
		if !strings.Contains(string(out), "STARTING") && !strings.Contains(string(out), "BACKOFF") {
			return
		}
		time.Sleep(time.Second)
	}
	s.t.Fatal("supervisor still tries to start the broken release")
}

// The life of a site, with ours and with Ansible on twins: deployed, run again, a new release without an outage, a broken one that visitors
// never see, and the way back.
func TestDeployOnTarget(t *testing.T) {
	t.Parallel()
	for _, r := range runners {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, r.world)
			first := s.head()
			if _, failed := s.run(r, "site.yml", first); failed != "0" {
				t.Fatal("the first run failed")
			}
			was := s.version()
			if changed, failed := s.run(r, "site.yml", first); changed != "0" || failed != "0" {
				t.Errorf("the second run: %s changed, %s failed; want none", changed, failed)
			}

			second := s.commit("The next release", "VERSION = '"+was+"'", "VERSION = '"+was+"+'")
			stop := s.visitors()
			_, failed := s.run(r, "deploy.yml", second)
			asked, bad := stop()
			if failed != "0" || s.version() != was+"+" {
				t.Errorf("the new release: %s failed, the site has version %s", failed, s.version())
			}
			if asked < 20 || len(bad) > 0 {
				t.Errorf("of %d visitors during the deployment, %d had trouble: %q", asked, len(bad), bad)
			}

			broken := s.commit("A broken release", "def main(", "raise RuntimeError('broken')\n\n\ndef main(")
			stop = s.visitors()
			_, failed = s.run(r, "deploy.yml", broken)
			asked, bad = stop()
			if failed != "1" || s.version() != was+"+" {
				t.Errorf("the broken release: %s failed, the site has version %s", failed, s.version())
			}
			if asked < 20 || len(bad) > 0 {
				t.Errorf("of %d visitors during the broken deployment, %d had trouble: %q", asked, len(bad), bad)
			}
			s.settle()
			if changed, failed := s.run(r, "deploy.yml", second); changed != "1" || failed != "0" {
				t.Errorf("the good release after the broken one: %s changed, %s failed; want the checkout alone, and none:\n%s", changed, failed, s.screen)
			}
			if _, failed := s.run(r, "deploy.yml", first); failed != "0" || s.version() != was {
				t.Errorf("back to the first release: %s failed, the site has version %s", failed, s.version())
			}
		})
	}
}

// A certificate that is renewed reaches visitors without anybody's doing.
func TestRenewalOnTarget(t *testing.T) {
	t.Parallel()
	s := newServer(t, "renew")
	if _, failed := s.run(runners[0], "site.yml", s.head()); failed != "0" {
		t.Fatal("the first run failed")
	}
	serial := func() string {
		return s.must(s.inside("sh", "-c", fmt.Sprintf("openssl s_client -connect www.%s.test:443 -servername www.%s.test </dev/null 2>/dev/null | openssl x509 -noout -serial", s.name, s.name)))
	}
	before := serial()
	s.must(s.command("enter", s.name, "certbot", "renew", "--force-renewal", "--quiet", "--no-random-sleep-on-renew"))
	if after := serial(); after == before || after == "" {
		t.Errorf("after the renewal visitors get %q, before it was %q", after, before)
	}
	if changed, _ := s.run(runners[0], "site.yml", s.head()); changed != "0" {
		t.Errorf("a run after the renewal reports %s changes, want none", changed)
	}
}
