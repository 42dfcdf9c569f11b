//go:build target

package verify_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// In a container with systemd, made of the image of the disposable servers: services are seen, a re-run that changes nothing passes, and a
// service that is stopped and disabled by hand comes back. What an interruption loses shows on containers of an image that was made on
// the way.
func TestContainerOnTarget(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "contain")
	dir, err := os.MkdirTemp("", "dk") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	t.Cleanup(dockerd(t, dir))
	docker := func(argv ...string) *exec.Cmd {
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Env = append(os.Environ(), "DOCKER_HOST=unix://"+dir+"/s")
		return cmd
	}
	if out, err := docker("sh", "-c", `tar -C "$1" -c . | docker import --change 'CMD ["/sbin/init"]' - server:12`, "sh", w.env["image"]).CombinedOutput(); err != nil {
		t.Fatalf("making the image: %v: %s", err, out)
	}
	// Where the test itself runs in a container, not all rights may be had that --privileged asks for; these are those that systemd needs.
	args := []string{"--container", "server:12", "--drift"}
	for _, o := range []string{"--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined", "--security-opt=apparmor=unconfined", "--network=none",
		"--tmpfs=/run", "--tmpfs=/run/lock", "--tmpfs=/tmp", "--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw"} {
		args = append(args, "--container-option", o)
	}
	report := reportOf(t, `
- hosts: web
  gather_facts: false
  tasks:
    - name: make the unit
      ansible.builtin.copy:
        content: "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n"
        dest: /etc/systemd/system/sleeper.service
        owner: root
        group: root
        mode: "0644"
    - name: take long
      ansible.builtin.shell: sleep 6 && touch /srv/done
      args: {creates: /srv/done}
    - name: run it
      ansible.builtin.systemd: {name: sleeper, state: started, enabled: true, daemon_reload: true}
      notify: note it
  handlers:
    - name: note it
      ansible.builtin.command: touch /srv/noted
`, "[web]\nserver1\n", args, func(argv []string) string {
		out, _ := docker(argv...).CombinedOutput() // its exit code shows in the report
		return string(out)
	})
	how := "" // it was found out that the handler's file is missing
	for _, trial := range report.All() {
		name := ""
		if trial.Task != nil {
			name = trial.Task.Name
		}
		switch {
		case trial.Kind == "cut" && name == "note it": // it may be too quick for that
		case trial.Kind == "stop" && name == "run it" && !trial.OK():
			how = trial.How
		case !trial.OK():
			t.Errorf("%s %s %s failed: %s %v", trial.Kind, name, trial.Name, trial.Failure, trial.Differences)
		}
	}
	if how != "snapshot" && how != "exact" { // whether a container that was started again looks as before is its affair
		t.Errorf("the handler is lost where a run stops before it, which shows where that is tried on its own; but how: %q", how)
	}
	mended := map[string]bool{}
	for _, d := range report.Drifts {
		mended[d.Name] = true
	}
	for _, want := range []string{"sleeper.service is stopped", "sleeper.service is disabled"} {
		if !mended[want] {
			t.Errorf("no drift %q, but %v", want, mended)
		}
	}
	if out, err := docker("docker", "ps", "--all", "--quiet").Output(); err != nil || len(out) > 0 {
		t.Errorf("containers are left: %q, %v", out, err)
	}
	if out, err := docker("docker", "images", "--format", "{{.Repository}}:{{.Tag}}").Output(); err != nil || strings.TrimSpace(string(out)) != "server:12" {
		t.Errorf("images are left: %q, %v", out, err)
	}
}

// dockerd starts a daemon of the test's own in dir, without networks of its own.
func dockerd(t *testing.T, dir string) (stop func()) {
	t.Helper()
	cmd := exec.Command("dockerd", "--data-root", dir+"/data", "--exec-root", dir+"/exec", "--pidfile", dir+"/pid", "-H", "unix://"+dir+"/s",
		"--iptables=false", "--ip6tables=false", "--bridge=none")
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait(); log.Close() }
	for range 300 {
		if exec.Command("docker", "-H", "unix://"+dir+"/s", "version").Run() == nil {
			return stop
		}
		time.Sleep(100 * time.Millisecond)
	}
	stop()
	said, _ := os.ReadFile(log.Name())
	t.Fatalf("no Docker daemon: %s", said[max(0, len(said)-600):])
	return nil
}
