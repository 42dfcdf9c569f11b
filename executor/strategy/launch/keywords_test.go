package launch

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pylint-deploy/parser/vars"
)

// keywordProof is a playbook about one keyword: its exit code (-1 is any but 0), and what its output must have and lack.
type keywordProof struct {
	keyword, book string
	code          int
	has, lacks    string
}

// keywordProofs has, for every keyword of plays, roles, blocks, tasks and handlers in ansible-core 2.14 to 2.20, a playbook that goes wrong
// if the keyword is ignored, or the words with which it is refused. Hosts are a, b and c, all of this machine.
var keywordProofs = []keywordProof{
	{"accelerate", "- hosts: a\n  accelerate: true\n  gather_facts: false", 0, "accelerate", ""},
	{"action", task("action: debug msg=shown"), 0, "shown", ""},
	{"always", block("- fail:", "always: [{debug: {msg: shown}}]"), 2, "shown", ""},
	{"any_errors_fatal", play("any_errors_fatal: true", "- fail:\n  when: inventory_hostname == 'a'\n- debug: {msg: never}"), 2, "", "never"},
	{"args", task("command:\nargs: {argv: [echo, a b]}\nregister: r") + check("r.stdout == 'a b'"), 0, "", ""},
	{"async", task("command: sleep 20\nasync: 1\npoll: 1"), 2, "ASYNC FAILED on a", ""},
	{"become", task("command: id -un\nbecome: true\nbecome_user: nobody\nregister: r") + check("r.stdout == 'nobody'"), 0, "", ""},
	{"become_exe", task("command: id\nbecome: true\nbecome_user: nobody\nbecome_exe: /no/such/program"), 2, "/no/such/program", ""},
	{"become_flags", task("command: id\nbecome: true\nbecome_user: nobody\nbecome_flags: --no-such-flag"), 2, "no-such-flag", ""},
	{"become_method", task("command: id\nbecome: true\nbecome_method: magic"), -1, "7:22: the become method 'magic' is not supported", ""},
	{"become_user", task("command: id -un\nbecome: true\nbecome_user: daemon\nregister: r") + check("r.stdout == 'daemon'"), 0, "", ""},
	{"block", block("- debug: {msg: shown}", "when: inventory_hostname == 'b'"), 0, "ok: [b]", "ok: [a]"},
	{"changed_when", task("command: 'true'\nchanged_when: false"), 0, "ok: [a]", "changed: [a]"},
	{"check_mode", task("command: touch {{ dir }}/made\ncheck_mode: true") + "    - stat: {path: '{{ dir }}/made'}\n      register: r\n" + check("not r.stat.exists"), 0, "skipping: [a]", ""},
	{"collections", play("collections: [community.general]", "- debug: {msg: shown}"), 0, "shown", ""},
	{"connection", task("command: id\nconnection: carrier_pigeon"), -1, "carrier_pigeon", ""},
	{"debugger", task("debug: {msg: shown}\ndebugger: never"), 0, "shown", ""},
	{"delay", task("command: 'false'\nuntil: r is success\nretries: 1\ndelay: 0\nregister: r"), 2, `"attempts": 1`, ""},
	{"delegate_facts", task("set_fact: {f: 1}\ndelegate_to: c\ndelegate_facts: true\nrun_once: true") + check("hostvars.c.f == 1 and f is undefined", "when: inventory_hostname == 'a'"), 0, "", ""},
	{"delegate_to", task("command: 'true'\ndelegate_to: c"), 0, "changed: [a -> c]", ""},
	{"diff", task("copy: {content: new, dest: '{{ dir }}/{{ inventory_hostname }}'}\ndiff: true"), 0, "+new", ""},
	{"environment", task("shell: echo $WORD\nenvironment: {WORD: said}\nregister: r") + check("r.stdout == 'said'"), 0, "", ""},
	{"fact_path", "- hosts: a\n  fact_path: '{{ dir }}'\n  gather_subset: ['!all', '!min', local]\n  tasks:\n" + check("ansible_local.own.x == 1"), 0, "", ""},
	{"failed_when", task("command: 'false'\nfailed_when: false"), 0, "changed: [a]", ""},
	{"force_handlers", play("force_handlers: true\n  handlers: [{name: h, debug: {msg: handled}}]", "- {command: 'true', notify: h}\n- fail:"), 2, "handled", ""},
	{"gather_facts", "- hosts: a\n  gather_facts: true\n  tasks:\n" + check("ansible_system == 'Linux'"), 0, "", ""},
	{"gather_subset", "- hosts: a\n  gather_subset: ['!all']\n  tasks:\n" + check("ansible_system == 'Linux' and ansible_interfaces is undefined"), 0, "", ""},
	{"gather_timeout", "- hosts: a\n  gather_timeout: 5\n  tasks:\n" + check("ansible_system == 'Linux'"), 0, "", ""},
	{"handlers", play("handlers: [{name: h, debug: {msg: handled}}]", "- {command: 'true', notify: h}"), 0, "handled", ""},
	{"hosts", "- hosts: [b, '&all']\n  gather_facts: false\n  tasks: [debug: ]", 0, "ok: [b]", "ok: [a]"},
	{"ignore_errors", task("command: 'false'\nignore_errors: true"), 0, "ignoring", ""},
	{"ignore_unreachable", task("command: id\nignore_unreachable: true\nconnection: ssh\nport: 1\nvars: {ansible_host: 127.0.0.1, ansible_connection: ssh}") + "    - debug: {msg: shown}\n", 0, "shown", ""},
	{"listen", play("handlers: [{listen: topic, debug: {msg: handled}}]", "- {command: 'true', notify: topic}"), 0, "handled", ""},
	{"local_action", task("local_action: debug msg=shown"), 0, "[a -> localhost]", ""},
	{"loop", task("debug: {msg: 'is {{ item }}'}\nloop: [x, y]"), 0, "is y", ""},
	{"loop_control", task("debug: {msg: '{{ i }}{{ v }}{{ ansible_loop.last }}'}\nloop: [x, y]\nloop_control: {loop_var: v, index_var: i, label: 'L{{ v }}', extended: true}"), 0, "1yTrue", ""},
	{"loop_control.label", task("debug:\nloop: [x, y]\nloop_control: {label: 'L{{ item }}'}"), 0, "(item=Ly)", "(item=y)"},
	{"loop_control.pause", task("command: date +%s%N\nloop: [x, y]\nloop_control: {pause: 0.3}\nregister: r") + check("r.results[1].stdout | int - r.results[0].stdout | int > 250000000"), 0, "", ""},
	{"loop_control.extended_allitems", task("debug:\nwhen: ansible_loop.allitems is defined\nloop: [x]\nloop_control: {extended: true, extended_allitems: false}"), 0, "skipping: [a]", "ok: [a]"},
	{"loop_control.break_when", task("debug: {msg: 'is {{ item }}'}\nloop: [x, y, z]\nloop_control: {break_when: [item == 'y']}"), 0, "is y", "is z"},
	{"max_fail_percentage", play("max_fail_percentage: 10", "- fail:\n  when: inventory_hostname == 'a'\n- debug: {msg: never}"), 2, "NO MORE HOSTS LEFT", "never"},
	{"module_defaults", play("module_defaults: {debug: {msg: defaulted}}", "- debug:"), 0, "defaulted", ""},
	{"name", task("name: called\ndebug:"), 0, "TASK [called]", ""},
	{"no_log", task("debug: {msg: secret}\nno_log: true"), 0, "ok: [a]", "secret"},
	{"notify", play("handlers: [{name: h, debug: {msg: handled}}]", "- {command: 'true', notify: [h]}"), 0, "handled", ""},
	{"order", play("order: reverse_sorted", "- debug:"), 0, "ok: [c] => {\n    \"msg\": \"Hello world!\"\n}\nok: [b]", ""},
	{"poll", task("command: 'true'\nasync: 10\npoll: 0\nregister: r") + check("r.started == 1 and r.finished == 0"), 0, "", ""},
	{"port", task("command: id\nconnection: ssh\nport: 1\nvars: {ansible_host: 127.0.0.1, ansible_connection: ssh}"), 4, "127.0.0.1:1", ""},
	{"post_tasks", play("tasks: [{debug: {msg: one}}]\n  post_tasks: [{debug: {msg: two}}]", ""), 0, "two", ""},
	{"pre_tasks", play("pre_tasks: [{debug: {msg: one}}]\n  tasks: [{debug: {msg: two}}]", ""), 0, "one", ""},
	{"register", task("command: echo out\nregister: r") + check("r.stdout == 'out'"), 0, "", ""},
	{"rescue", block("- fail:", "rescue: [{debug: {msg: saved}}]"), 0, "saved", ""},
	{"retries", task("command: 'false'\nuntil: r is success\nretries: 2\ndelay: 0\nregister: r"), 2, `"attempts": 2`, ""},
	{"roles", "- hosts: a\n  gather_facts: false\n  roles: [{role: own, word: given, tags: t, when: true, become: false}]", 0, "the role has given", ""},
	{"run_once", task("debug: {msg: shown}\nrun_once: true"), 0, "ok: [a]", "ok: [b]"},
	{"serial", play("serial: [1, 50%]", "- debug: {msg: '{{ ansible_play_batch | join }}'}"), 0, "\"msg\": \"c\"", "abc"},
	{"strategy", play("strategy: imaginary", "- debug:"), -1, "imaginary", ""},
	{"tags", task("debug: {msg: never}\ntags: never"), 0, "", "never\""},
	{"tasks", task("debug: {msg: shown}"), 0, "shown", ""},
	{"throttle", task("shell: test $(ls {{ dir }}/run 2>/dev/null | wc -l) = 0 && mkdir -p {{ dir }}/run/x && sleep 0.05 && rmdir {{ dir }}/run/x\nthrottle: 1"), 0, "", ""},
	{"timeout", task("command: sleep 20\ntimeout: 1"), 2, "failed to execute in the expected time frame (1)", ""},
	{"until", task("command: 'false'\nuntil: true"), 2, "", "attempts\": 3"},
	{"validate_argspec", play("validate_argspec: true", "- debug:"), -1, "validate_argspec", ""},
	{"vars", task("debug: {msg: '{{ own }}'}\nvars: {own: mine}"), 0, "mine", ""},
	{"vars_files", play("vars_files: [extra.yml]", "- debug: {msg: '{{ from_file }}'}"), 0, "filed", ""},
	{"vars_prompt", play("vars_prompt: [{name: asked, default: nothing said}]", "- debug: {msg: '{{ asked }}'}"), 0, "nothing said", ""},
	{"when", task("debug: {msg: never}\nwhen: false"), 0, "skipping: [a]", "never\""},
}

func indent(text, by string) string { return by + strings.ReplaceAll(text, "\n", "\n"+by) }

// task is a play of one task; more may follow it.
func task(text string) string {
	return "- hosts: all\n  gather_facts: false\n  tasks:\n    -\n" + indent(text, "      ") + "\n"
}

// check asserts after a task.
func check(that string, words ...string) string {
	return "    - assert: {that: \"" + that + "\"}\n" + indent(strings.Join(words, "\n"), "      ") + "\n"
}

func play(words, tasks string) string {
	text := "- hosts: all\n  gather_facts: false\n  " + words + "\n"
	if tasks != "" {
		text += "  tasks:\n" + indent(tasks, "    ") + "\n"
	}
	return text
}

func block(tasks, words string) string {
	return task("block:\n" + indent(tasks, "  ") + "\n" + words)
}

func TestEveryKeywordIsKeptOrRefused(t *testing.T) {
	for _, p := range keywordProofs {
		t.Run(p.keyword, func(t *testing.T) {
			t.Parallel()
			out, code := keywordRun(t, p.book)
			if p.code >= 0 && code != p.code || p.code < 0 && code == 0 {
				t.Errorf("exit code %d, want %d", code, p.code)
			}
			if !strings.Contains(out, p.has) {
				t.Errorf("the output lacks %q", p.has)
			}
			if p.lacks != "" && strings.Contains(out, p.lacks) {
				t.Errorf("the output has %q", p.lacks)
			}
			if t.Failed() {
				t.Logf("%s\n%s", p.book, out)
			}
		})
	}
}

// keywordRun runs a playbook and gives all that is shown, errors included.
func keywordRun(t *testing.T, book string) (string, int) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"site.yml": book, "extra.yml": "from_file: filed\n", "own.fact": `{"x": 1}`,
		"roles/own/tasks/main.yml": "- debug: {msg: 'the role has {{ word }}'}\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	o := Options{Inventory: []string{"a,b,c,"}, ExtraVars: []string{"dir=" + dir}, Connection: "local", Stdout: &out, Stderr: &out, Dir: dir,
		Compat: "classic", Forks: 3, Getenv: environment()}
	s, err := New(context.Background(), []string{"site.yml"}, o)
	if err != nil {
		return err.Error(), 1
	}
	defer s.Close()
	if err := s.Refuse(false); err != nil {
		return err.Error(), 1
	}
	code, err := s.Run(context.Background())
	if closed := s.Close(); err == nil {
		err = closed
	}
	if err != nil {
		fmt.Fprintln(&out, err)
	}
	return out.String(), code
}

var documented = regexp.MustCompile(`(?m)^(\w+): `)

// TestKeywordsAreThoseOfAnsible holds the table to what ansible-core documents.
func TestKeywordsAreThoseOfAnsible(t *testing.T) {
	program := installed(t, "ansible-doc")
	cmd := exec.Command(program, "-t", "keyword", "-l")
	cmd.Env = append(os.Environ(), "PAGER=cat", "ANSIBLE_PAGER=cat", "COLUMNS=200")
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	names := documented.FindAllStringSubmatch(string(text), -1)
	if len(names) < 60 {
		t.Fatalf("ansible-doc lists %d keywords:\n%s", len(names), text)
	}
	for _, m := range names {
		known := slices.ContainsFunc(keywordProofs, func(p keywordProof) bool { return p.keyword == m[1] })
		if m[1] == "remote_user" { // TestTheKeywordRemoteUserSaysWhoLogsIn
			continue
		}
		if !known && !strings.HasPrefix(m[1], "accelerate_") {
			t.Errorf("nothing proves the keyword %s", m[1])
		}
	}
}

// TestAKeywordSaysWhatIsWrongWithIt: only what is undefined is called so.
func TestAKeywordSaysWhatIsWrongWithIt(t *testing.T) {
	for keyword, want := range map[string]string{
		"delegate_to: \"{{ nowhere }}\"":       "The field 'delegate_to' has an invalid value, which includes an undefined variable. The error was: ",
		"delegate_to: \"{{ 'a' | nosuch }}\"":  "The field 'delegate_to' has an invalid value. The error was: ",
		"become_user: \"{{ 'a' is nosuch }}\"": "The field 'become_user' has an invalid value. The error was: ",
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "book.yml"), "- hosts: all\n  gather_facts: false\n  tasks:\n    - ping:\n      become: true\n      "+keyword+"\n")
		var out bytes.Buffer
		s, err := New(context.Background(), []string{"book.yml"}, Options{Inventory: []string{"localhost,"}, Stdout: &out, Stderr: &out, Dir: dir, Getenv: environment()})
		if err != nil {
			t.Fatal(err)
		}
		s.Run(context.Background()) // fails
		s.Close()
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s:\n%s\nwant %q", keyword, out.String(), want)
		}
	}
}

// TestSecretsThatAreSetStayClosedOnTheScreen: what is written under !vault is shown as it is written, and read as what it says.
func TestSecretsThatAreSetStayClosedOnTheScreen(t *testing.T) {
	sealed, err := vars.Seal([]byte("hush"), []byte("pw"), "")
	if err != nil {
		t.Fatal(err)
	}
	block := strings.ReplaceAll(strings.TrimSpace(string(sealed)), "\n", "\n            ")
	dir := t.TempDir()
	write(t, filepath.Join(dir, "pw"), "pw\n")
	write(t, filepath.Join(dir, "secret.yml"), "read: !vault |\n            "+block+"\n")
	write(t, filepath.Join(dir, "book.yml"), "- hosts: all\n  gather_facts: false\n  tasks:\n    - set_fact:\n        plain: a\n        deep:\n          in: !vault |\n            "+block+
		"\n    - include_vars: secret.yml\n    - assert: {that: [deep.in == 'hush', read == 'hush', deep.in | length == 4]}\n")
	for _, screen := range []string{"default", "json", "yaml"} {
		var out bytes.Buffer
		s, err := New(context.Background(), []string{"book.yml"}, Options{Inventory: []string{"localhost,"}, Stdout: &out, Stderr: &out, Dir: dir, Getenv: environment(),
			VaultFiles: []string{filepath.Join(dir, "pw")}, Verbosity: 1, Output: screen})
		if err != nil {
			t.Fatal(err)
		}
		code, err := s.Run(context.Background())
		s.Close()
		if shown := strings.ReplaceAll(out.String(), "== 'hush'", ""); err != nil || code != 0 || strings.Contains(shown, "hush") || !strings.Contains(shown, "__ansible_vault") {
			t.Errorf("%s: exit code %d, %v\n%s", screen, code, err, out.String())
		}
	}
}

// TestCachedFactsAreThoseOfAnsible: either program reads what the other one has kept.
func TestCachedFactsAreThoseOfAnsible(t *testing.T) {
	program := installed(t, "ansible-playbook")
	const setting, reading = "- hosts: all\n  gather_subset: '!all'\n  tasks:\n    - set_fact: {mine: [1], cacheable: true}\n",
		"- hosts: all\n  gather_facts: false\n  tasks:\n    - debug:\n        msg: \"{{ mine }} {{ ansible_facts.mine }} {{ ansible_mine | default('none') }} {{ ansible_facts.distribution }} {{ ansible_distribution }}\"\n"
	dir := t.TempDir()
	write(t, filepath.Join(dir, "set.yml"), setting)
	write(t, filepath.Join(dir, "read.yml"), reading)
	env := func(cache string) []string {
		return []string{"ANSIBLE_CACHE_PLUGIN=jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION=" + filepath.Join(dir, cache), "ANSIBLE_TRANSPORT=local"}
	}
	ansible(t, program, dir, "set", "h,", nil, env("theirs")...)
	ours(t, dir, "set", "h,", func(o *Options) { o.Inventory = []string{"h,"} }, env("ours")...)
	var want string
	for _, cache := range []string{"theirs", "ours"} {
		read := map[string]string{"ansible-playbook": ansible(t, program, dir, "read", "h,", nil, env(cache)...).out,
			"pylint-deploy": ours(t, dir, "read", "h,", func(o *Options) { o.Inventory = []string{"h,"} }, env(cache)...).out}
		for who, got := range read {
			if want == "" {
				want = got
			}
			if got != want || !strings.Contains(got, "[1] [1] none ") {
				t.Errorf("%s reads of the cache %s:\n%s\nwant\n%s", who, cache, got, want)
			}
		}
	}
}
