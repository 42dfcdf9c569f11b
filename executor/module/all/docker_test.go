package all

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/docker"
	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
)

// daemon is a dockerd of the test's own: no network but none and host, no layers but copies, and two tiny images.
type daemon struct{ socket string }

func startDaemon(t *testing.T) daemon {
	t.Helper()
	for _, p := range []string{"dockerd", "busybox"} {
		if _, err := exec.LookPath(p); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is needed to compare with Ansible's modules", p)
			}
			t.Skipf("no %s: install docker.io and busybox-static", p)
		}
	}
	dir, err := os.MkdirTemp("", "dk") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	d := daemon{filepath.Join(dir, "s")}
	cmd := exec.Command("dockerd", "--data-root", dir+"/data", "--exec-root", dir+"/exec", "--pidfile", dir+"/pid", "-H", "unix://"+d.socket,
		"--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=vfs")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() })
	for range 300 {
		if _, err := d.request("GET", "/_ping", nil); err == nil {
			for _, tag := range []string{"1", "2"} {
				if out, err := d.request("POST", "/images/create?fromSrc=-&repo=tiny&tag="+tag+"&changes=LABEL+of%3Dimage&changes=ENV+FROM%3Dimage", image(t, tag)); err != nil {
					t.Fatalf("importing an image: %v: %s", err, out)
				}
			}
			return d
		}
		time.Sleep(100 * time.Millisecond)
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("no Docker daemon to compare with: %s", lastLines(said.String()))
	}
	t.Skipf("this machine lets no Docker daemon run: %s", lastLines(said.String()))
	return d
}

func lastLines(s string) string { return s[max(0, len(s)-600):] }

func (d daemon) request(method, path string, body io.Reader) (string, error) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", d.socket)
	}}}
	req, err := http.NewRequest(method, "http://docker"+path, body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-tar")
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 400 {
		err = fmt.Errorf("%s", res.Status)
	}
	return string(text), err
}

// image is a root with nothing but busybox.
func image(t *testing.T, tag string) io.Reader {
	t.Helper()
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(busybox)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range []tar.Header{{Name: "bin/", Typeflag: tar.TypeDir, Mode: 0o755}, {Name: "bin/busybox", Mode: 0o755, Size: int64(len(text))}, {Name: "etc/", Typeflag: tar.TypeDir, Mode: 0o755}, {Name: "tag-" + tag, Mode: 0o644}} {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			_, _ = w.Write(text)
		}
	}
	for _, name := range []string{"sh", "sleep", "true", "false", "echo", "cat", "id"} {
		if err := w.WriteHeader(&tar.Header{Name: "bin/" + name, Typeflag: tar.TypeSymlink, Linkname: "busybox"}); err != nil {
			t.Fatal(err)
		}
	}
	_ = w.Close()
	return &out
}

// dockerStep is one task; each is run in check mode, for real, and once more.
type dockerStep struct {
	module string
	args   string // YAML
	action bool   // changes something each time
	fails  bool
	// moreInCheck tells that check mode of Ansible's module does not say that it would change something, and ours does.
	moreInCheck bool
	// differs are result keys that differ on purpose.
	differs []string
}

const (
	dc  = "docker_container"
	dn  = "docker_network"
	dv  = "docker_volume"
	di  = "docker_image"
	dci = "docker_container_info"
	dex = "docker_container_exec"
	dp  = "docker_prune"
	dii = "docker_image_info"
)

// sleeper is a container that lives.
const sleeper = `image: "tiny:1", command: sleep 1000, network_mode: none, stop_signal: SIGKILL`

var dockerSteps = []dockerStep{
	{module: dc, args: `{name: web, state: present, ` + sleeper + `}`},
	{module: dc, args: `{name: web, ` + sleeper + `, env: {A: "1", B: "x y"}, labels: {a: b}, restart_policy: always}`},
	{module: dc, args: `{name: web, ` + sleeper + `, env: {A: 1}}`, fails: true},
	{module: dc, args: `{name: web, ` + sleeper + `, restart_policy: on-failure, restart_retries: 3, cpu_shares: 512}`, moreInCheck: true},
	{module: dc, args: `{name: web, ` + sleeper + `, memory: 96M, memory_swap: 192M, memory_reservation: 32m}`, moreInCheck: true},
	{module: dc, args: `{name: web, ` + sleeper + `, capabilities: [NET_ADMIN, SYS_TIME], cap_drop: [MKNOD], privileged: false, volumes: ["/tmp:/mnt:ro", "/var/lib", "named:/data"], read_only: true}`},
	{module: dc, args: `{name: web, ` + sleeper + `, capabilities: [SYS_TIME], volumes: ["/tmp:/mnt", "named:/data"]}`},
	{module: dc, args: `{name: web, ` + sleeper + `, volumes: ["/tmp:/mnt:rx"]}`, fails: true},
	{module: dc, args: `{name: web, ` + sleeper + `, volumes: ["/tmp:/mnt", "/var:/mnt"]}`, fails: true},
	{module: dc, args: `{name: web, ` + sleeper + `, mounts: [{type: tmpfs, target: /cache, tmpfs_size: 1M, tmpfs_mode: "1777"}, {type: bind, source: /tmp, target: /t, read_only: true}, {target: /v, source: vol, labels: {k: v}}], tmpfs: ["/run:size=1m", /tmp], ulimits: ["nofile:64:128", "nproc:50"], sysctls: {kernel.msgmax: 4096}}`},
	{module: dc, args: `{name: web, image: "tiny:1", network_mode: none, stop_signal: SIGKILL, hostname: host1, domainname: example.org, user: "1000", working_dir: /etc, entrypoint: [/bin/sh, -c], command: ["sleep 1000"]}`},
	{module: dc, args: `{name: web, ` + sleeper + `, ports: ["8080:80", "127.0.0.1:8443:443/tcp", "53/udp", "9000-9001:7000-7001"], exposed_ports: ["22"]}`},
	{module: dc, args: `{name: web, ` + sleeper + `, ports: ["8080:80"]}`},
	{module: dc, args: `{name: web, ` + sleeper + `, ports: ["a:b:c:d"]}`, fails: true, differs: []string{"msg"}},
	{module: dc, args: `{name: web, ` + sleeper + `, healthcheck: {test: ["CMD", "true"], interval: 1m30s, timeout: 10s, retries: 3, start_period: 500ms}, log_driver: json-file, log_options: {max-size: 1m}, dns_servers: [9.9.9.9], dns_opts: ["ndots:1"], dns_search_domains: [example.org], etc_hosts: {db: 10.0.0.1}}`},
	{module: dc, args: `{name: web, ` + sleeper + `, healthcheck: {test: "true", interval: 2h}}`},
	{module: dc, args: `{name: web, ` + sleeper + `, devices: ["/dev/null:/dev/n:r"], security_opts: ["no-new-privileges"], groups: ["44"], shm_size: 8M, init: true, pids_limit: 100, cpus: 0.5}`},
	{module: dc, args: `{name: web, ` + sleeper + `, interactive: true, tty: true, oom_score_adj: 100, ipc_mode: private, pid_mode: host, uts: host}`},
	{module: dc, args: `{name: web, ` + sleeper + `, env: {Z: z}, comparisons: {"*": strict}}`},
	{module: dc, args: `{name: web, ` + sleeper + `, env: {Y: y}, comparisons: {env: ignore}}`},
	{module: dc, args: `{name: web, ` + sleeper + `, comparisons: {nonsense: strict}}`, fails: true},
	{module: dc, args: `{name: web, ` + sleeper + `, comparisons: {hostname: allow_more_present}}`, fails: true},
	{module: dc, args: `{name: web, image: "tiny:2", command: sleep 1000, network_mode: none, stop_signal: SIGKILL}`},
	{module: dc, args: `{name: web, ` + sleeper + `, comparisons: {image: ignore}}`},
	{module: dc, args: `{name: web, recreate: true, ` + sleeper + `}`, action: true},
	{module: dc, args: `{name: web, restart: true, ` + sleeper + `}`, action: true},
	{module: dc, args: `{name: web, paused: true, ` + sleeper + `}`},
	{module: dc, args: `{name: web, paused: false, state: started}`},
	{module: dc, args: `{name: web, state: stopped, ` + sleeper + `}`},
	{module: dc, args: `{name: web, state: started}`},
	{module: dci, args: `{name: web}`},
	{module: dci, args: `{name: nosuch}`},
	{module: dex, args: `{container: web, command: "sh -c 'echo out; echo err >&2; exit 3'"}`, action: true},
	{module: dex, args: `{container: web, argv: [cat, /etc/nosuch], env: {A: b}, chdir: /}`, action: true},
	{module: dex, args: `{container: nosuch, command: id}`, fails: true},
	{module: dc, args: `{name: web, state: absent, force_kill: true}`},
	{module: dc, args: `{name: nosuch, state: started}`, fails: true},
	{module: dc, args: `{name: job, image: "tiny:1", command: [echo, hello], network_mode: none, detach: false, cleanup: true}`, action: true},
	{module: dc, args: `{name: job, image: "tiny:1", command: "false", network_mode: none, detach: false, cleanup: true}`, fails: true, action: true},
	{module: dc, args: `{name: near, image: "tiny:1", command: sleep 1000, networks: [{name: host}], stop_signal: SIGKILL}`},
	{module: dc, args: `{name: near, image: "tiny:1", networks: [{name: nosuch}]}`, fails: true},
	{module: dc, args: `{name: near, state: absent, keep_volumes: false}`},
	{module: dc, args: `{name: old, container_default_behavior: compatibility, ` + sleeper + `}`},
	{module: dc, args: `{name: old, state: absent}`},
	{module: dn, args: `{name: net, ipam_config: [{subnet: nonsense}]}`, fails: true},
	{module: dn, args: `{name: nosuch, state: absent}`},
	{module: dv, args: `{name: vlm, labels: {a: b}}`},
	{module: dv, args: `{name: vlm, labels: {a: c}}`},
	{module: dv, args: `{name: vlm, driver_options: {type: tmpfs, device: tmpfs, o: size=1m}, recreate: options-changed}`},
	{module: dv, args: `{name: vlm, state: absent}`},
	{module: di, args: `{name: "tiny:1", source: local}`},
	{module: di, args: `{name: "nosuch:1", source: local}`, fails: true},
	{module: di, args: `{name: "tiny:1", source: local, repository: "other:9"}`},
	{module: di, args: `{name: "tiny:2", source: local, repository: "other:9", force_tag: true}`},
	{module: dii, args: `{name: ["other:9", "nosuch:2"]}`},
	{module: di, args: `{name: "other:9", source: local, archive_path: DIR/other.tar}`},
	{module: di, args: `{name: "other:9", state: absent}`},
	{module: di, args: `{name: "other:9", source: load, load_path: DIR/other.tar}`},
	{module: di, args: `{name: "other:8", source: load, load_path: DIR/other.tar}`, fails: true, differs: []string{"stdout"}},
	{module: di, args: `{name: "other:7", source: load, load_path: DIR/nosuch.tar}`, fails: true},
	{module: di, args: `{name: "built:1", source: build, build: {path: DIR/context, args: {WHO: me}, nocache: false}}`, differs: []string{"stdout"}},
	{module: di, args: `{name: "built:1", source: build, build: {path: DIR/nosuch}, force_source: true}`, fails: true},
	{module: dp, args: `{containers: true, images: true, volumes: true, networks: true}`, action: true, differs: []string{"containers", "images", "volumes", "containers_space_reclaimed", "images_space_reclaimed", "volumes_space_reclaimed", "changed"}},
}

// volatile are keys of the API that two containers never share.
var volatile = []string{"Id", "Created", "StartedAt", "FinishedAt", "Pid", "LogPath", "ResolvConfPath", "HostnamePath", "HostsPath", "Hostname", "Name", "GraphDriver",
	"SandboxID", "SandboxKey", "CreatedAt", "EndpointID", "NetworkID", "Parent", "RepoTags", "Metadata", "LastTagTime", "RootFS", "Container", "ContainerConfig", "MacAddress", "Health",
	"DockerVersion", "Size", "VirtualSize", "History", "ExitCode", "OOMKilled", "Error"}

// TestDockerAsAnsibleDoes runs the same tasks by Ansible's modules and ours, each against a daemon of its own, and compares what they return and
// what the daemon has then.
func TestDockerAsAnsibleDoes(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("a Docker daemon is root's")
	}
	python := startPython(t)
	reg, err := module.NewRegistry(docker.Modules())
	if err != nil {
		t.Fatal(err)
	}
	sides := [2]daemon{startDaemon(t), startDaemon(t)}
	var dirs [2]string
	for i := range dirs {
		dirs[i] = t.TempDir()
		for name, text := range map[string]string{"Dockerfile": "FROM tiny:1\nARG WHO=you\nRUN echo $WHO > /who\nCOPY . /app\nLABEL built=yes\n", "a": "a", "left/b": "b", ".dockerignore": "left\n"} {
			file := filepath.Join(dirs[i], "context", name)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for n, s := range dockerSteps {
		name := "community.docker." + s.module
		t.Run(fmt.Sprintf("%02d %s %.60s", n, s.module, s.args), func(t *testing.T) {
			for _, mode := range []string{"check", "run", "again"} {
				if mode == "check" && (s.module == dex || s.module == dp) {
					continue
				}
				var results [2]map[string]any
				for i, d := range sides {
					args := parseArgs(t, strings.ReplaceAll(s.args, "DIR", dirs[i]))
					args["docker_host"] = "unix://" + d.socket
					if i == 0 {
						results[i] = python.run(t, name, args, mode == "check")
					} else {
						results[i] = oursChecked(t, reg, name, args, mode == "check")
					}
					for _, k := range append(append([]string{"invocation", "warnings", "deprecations", "exception", "stdout_lines", "docker_api_version"}, s.differs...), timeOnly(s)...) {
						delete(results[i], k)
					}
					results[i] = comparable(results[i], dirs[i], filepath.Dir(d.socket)).(map[string]any)
					if results[i]["failed"] == false {
						delete(results[i], "failed")
					}
				}
				if failed, _ := results[1]["failed"].(bool); failed != s.fails && mode != "check" {
					t.Errorf("%s: failed is %v: %v", mode, failed, results[1]["msg"])
				}
				if s.moreInCheck && mode == "check" {
					delete(results[0], "changed")
					delete(results[1], "changed")
				}
				if s.fails {
					for i := range results {
						results[i] = map[string]any{"failed": results[i]["failed"], "msg": results[i]["msg"]}
						if len(s.differs) > 0 {
							delete(results[i], "msg")
						}
					}
				}
				if diff := cmp.Diff(results[0], results[1]); diff != "" {
					t.Errorf("%s: results differ (-Ansible's +ours)\n%s", mode, diff)
				}
				if mode == "again" && !s.action && !s.fails && results[1]["changed"] != false {
					t.Errorf("the second run changes something: %v", results[1])
				}
			}
		})
	}
}

// oursChecked runs our module as a playbook does, its arguments checked, typed and defaulted.
func oursChecked(t *testing.T, reg *module.Registry, name string, args map[string]any, check bool) map[string]any {
	t.Helper()
	m, _ := catalog.Lookup(name)
	given, err := value.FromGo(args)
	if err != nil {
		t.Fatal(err)
	}
	typed, err := action.Check(m, given.(*value.Dict))
	if err != nil {
		return map[string]any{"failed": true, "msg": err.Error()}
	}
	sys, err := module.NewReal("/", nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(reg.Do(t.Context(), name, &module.Call{Args: typed, Check: check, Diff: true, Sys: sys}))
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, data)
}

// parseArgs reads a step's arguments.
func parseArgs(t *testing.T, text string) map[string]any {
	t.Helper()
	var args map[string]any
	if err := yaml.Unmarshal([]byte(text), &args); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return args
}

func timeOnly(s dockerStep) []string {
	if s.fails {
		return []string{"changed", "container", "status", "actions"}
	}
	return nil
}

// identifier is one of Docker's, whole or as short as it names a host without a name.
var identifier = regexp.MustCompile(`\b(?:[0-9a-f]{64}|[0-9a-f]{12})\b`)

// comparable takes away what no two runs share, and sorts what has no order.
func comparable(v any, dirs ...string) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, item := range v {
			if item == nil || contains(volatile, k) {
				continue
			}
			item = comparable(item, dirs...)
			if l, ok := item.([]any); ok && (k == "Env" || k == "Binds" || k == "ExtraHosts" || k == "Mounts" || k == "env" || k == "volume_binds" || k == "exposed_ports" || k == "differences") {
				item = sortedTexts(l)
			}
			out[k] = item
		}
		return out
	case []any:
		out := []any{}
		for _, item := range v {
			out = append(out, comparable(item, dirs...))
		}
		return out
	case string:
		for _, dir := range dirs {
			v = strings.ReplaceAll(v, dir, "DIR")
		}
		if strings.HasPrefix(v, "sha256:") {
			return "a hash"
		}
		if i := strings.Index(v, "/volumes/"); i >= 0 && strings.HasSuffix(v, "/_data") && len(v) > i+64 {
			return v[:i] + "/volumes/an id/_data"
		}
		return identifier.ReplaceAllString(v, "an id")
	}
	return v
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func sortedTexts(l []any) []any {
	var texts []string
	for _, x := range l {
		data, _ := json.Marshal(x)
		texts = append(texts, string(data))
	}
	for i := range texts {
		for j := i; j > 0 && texts[j] < texts[j-1]; j-- {
			texts[j], texts[j-1] = texts[j-1], texts[j]
		}
	}
	out := []any{}
	for _, s := range texts {
		out = append(out, s)
	}
	return out
}
