package template

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pylint-deploy/parser/jinja/value"
)

// playbookDir makes a directory with files and gives a Templar that runs in it.
func playbookDir(t *testing.T, files map[string]string) (string, *Templar) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, New(Config{
		BaseDir: dir,
		Decrypt: func(sealed []byte) ([]byte, error) { return []byte("opened"), nil },
		Hosts:   func(pattern string) ([]string, error) { return strings.Split(pattern, ":"), nil },
		Setting: func(name string) (value.Value, bool) { return value.Int(5), name == "DEFAULT_FORKS" },
	})
}

func TestLookupsOverFiles(t *testing.T) {
	dir, templar := playbookDir(t, map[string]string{
		"files/motd": "  hi\n\n", "here.txt": "here\n", "role/files/motd": "role\n", "sealed": "$ANSIBLE_VAULT;1.1;AES256\n00\n",
		"templates/t.j2": "{% if who %}\nhello {{ who }}{{ extra | default('') }}\n{% endif %}\n", "templates/square.j2": "[% who %]",
		"files/users.csv": "bob,1000,\"x, y\"\nal,1001,z\n", "files/tab.csv": "k\tv\n",
		"files/app.ini": "[global]\nName = app\nurl: http://x\n[db]\nhost = h\nhosts = a\n  b\n[DEFAULT]\nport = 5\n", "files/p.properties": "a=1\nb.c = 2\n",
		"conf.d/b.conf": "", "conf.d/a.conf": "", "conf.d/.hidden.conf": "",
	})
	scope := Vars{dictOf("who", value.Template{Text: "bob"})}
	for expr, want := range map[string]string{
		"lookup('file', 'motd')":                                                                "'  hi'",
		"lookup('file', 'motd', lstrip=true)":                                                   "'hi'",
		"lookup('file', 'motd', rstrip=false)":                                                  `'  hi\n\n'`,
		"lookup('file', 'here.txt')":                                                            "'here'",
		"lookup('ansible.builtin.file', 'here.txt', 'here.txt')":                                "'here,here'",
		"lookup('file', 'sealed')":                                                              "'opened'",
		"lookup('unvault', 'here.txt')":                                                         `'here\n'`,
		"query('file', 'nosuch', errors='ignore')":                                              "[]",
		"lookup('file', 'nosuch', errors='warn')":                                               "''",
		"lookup('template', 't.j2')":                                                            `'hello bob\n'`,
		"lookup('template', 't.j2', template_vars={'extra': '!'})":                              `'hello bob!\n'`,
		"lookup('template', 'square.j2', variable_start_string='[%', variable_end_string='%]')": "'bob'",
		"lookup('csvfile', 'bob', file='users.csv', delimiter=',')":                             "'1000'",
		"lookup('csvfile', 'bob file=users.csv delimiter=, col=2')":                             "'x, y'",
		"lookup('csvfile', 'zz', file='users.csv', delimiter=',', default='none')":              "'none'",
		"lookup('csvfile', 'k', file='tab.csv')":                                                "'v'",
		"lookup('ini', 'name', file='app.ini')":                                                 "'app'",
		"lookup('ini', 'host', section='db', file='app.ini')":                                   "'h'",
		"lookup('ini', 'host section=db file=app.ini')":                                         "'h'",
		"lookup('ini', 'hosts', section='db', file='app.ini')":                                  `'a\nb'`,
		"lookup('ini', 'port', section='db', file='app.ini')":                                   "'5'",
		"lookup('ini', 'nosuch', section='db', file='app.ini', default='d')":                    "'d'",
		"query('ini', '^h', section='db', file='app.ini', re=true)":                             `['h', 'a\nb']`,
		"lookup('ini', 'b.c', file='p.properties', type='properties')":                          "'2'",
		"query('fileglob', 'conf.d/*.conf') | map('basename') | list":                           "['a.conf', 'b.conf']",
		"lookup('first_found', ['nosuch', 'motd']) | basename":                                  "'motd'",
		"lookup('first_found', {'files': 'motd', 'paths': 'role/files'}) | dirname | basename":  "'files'",
		"lookup('pipe', 'pwd') | basename":                                                      "'" + filepath.Base(dir) + "'",
		"query('inventory_hostnames', 'a:b')":                                                   "['a', 'b']",
		"lookup('config', 'DEFAULT_FORKS')":                                                     "5",
		"query('config', 'NOSUCH', on_missing='skip')":                                          "[]",
		"query('filetree', 'conf.d') | map(attribute='path') | sort":                            "['.hidden.conf', 'a.conf', 'b.conf']",
		"lookup('community.general.random_string', length=12, special=false) | length":          "12",
	} {
		v, _, err := templar.Print(context.Background(), scope, value.Template{Text: expr})
		if err != nil {
			t.Errorf("%s: %v", expr, err)
		} else if got := repr(t, v); got != want {
			t.Errorf("%s = %s, want %s", expr, got, want)
		}
	}
}

func TestSearchPathOfATaskComesFirst(t *testing.T) {
	dir, templar := playbookDir(t, map[string]string{"files/motd": "play", "role/files/motd": "role"})
	scope := Vars{dictOf("ansible_search_path", list([]value.Value{value.Str(filepath.Join(dir, "role"))}))}
	v, _, err := templar.Print(context.Background(), scope, value.Template{Text: "lookup('file', 'motd')"})
	if err != nil || repr(t, v) != "'role'" {
		t.Errorf("got %v %v", v, err)
	}
}

func TestPasswordsAreDrawnOnceAndKept(t *testing.T) {
	dir, templar := playbookDir(t, nil)
	ask := func(term string) string {
		v, err := templar.Lookup(context.Background(), Vars{value.NewDict()}, "password", []value.Value{value.Str(term)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return string(v[0].(value.Str))
	}
	var both [2]string
	var wait sync.WaitGroup
	for i := range both {
		wait.Go(func() { both[i] = ask("creds/db length=15 chars=ascii_letters") })
	}
	wait.Wait()
	if both[0] != both[1] || len(both[0]) != 15 {
		t.Errorf("two hosts drew %q", both)
	}
	info, err := os.Stat(filepath.Join(dir, "creds/db"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file of the password: %v %v", info, err)
	}
	first := ask("creds/db encrypt=md5_crypt")
	if again := ask("creds/db encrypt=md5_crypt"); first != again || !strings.HasPrefix(first, "$1$") {
		t.Errorf("hashes %q and %q", first, again)
	}
}

func TestURL(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _, _ := r.BasicAuth()
		if r.URL.Path != "/x" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte("a\n" + user + r.Header.Get("X-Y") + "\n"))
	}))
	defer server.Close()
	_, templar := playbookDir(t, nil)
	scope := Vars{dictOf("at", value.Str(server.URL))}
	v, _, err := templar.Print(context.Background(), scope, value.Template{Text: "query('url', at ~ '/x', username='u', password='p', headers={'X-Y': 'z'})"})
	if err != nil || repr(t, v) != "['a', 'uz']" {
		t.Errorf("got %v %v", v, err)
	}
	if _, _, err = templar.Print(context.Background(), scope, value.Template{Text: "query('url', at ~ '/no')"}); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a missing page: %v", err)
	}
}

func TestLoops(t *testing.T) {
	_, templar := playbookDir(t, map[string]string{"files/a.txt": "A", "files/b.txt": "B"})
	scope := scopeOf(t, "users: [{name: bob, keys: [k1, k2]}, {name: al}]\nd: {x: 1, y: '{{ 1 + 1 }}'}\nnames: [p, q]\n")
	for name, c := range map[string]struct{ lookup, terms, want string }{
		"items":       {"items", "terms: ['{{ names }}', r, [s, [t]]]", "['p', 'q', 'r', 's', ['t']]"},
		"one item":    {"items", "terms: '{{ names }}'", "['p', 'q']"},
		"text":        {"items", "terms: just", "['just']"},
		"dict":        {"dict", "terms: '{{ d }}'", "[{'key': 'x', 'value': 1}, {'key': 'y', 'value': 2}]"},
		"nested":      {"nested", "terms: ['{{ names }}', [1, 2]]", "[['p', 1], ['p', 2], ['q', 1], ['q', 2]]"},
		"together":    {"together", "terms: ['{{ names }}', [1]]", "[['p', 1], ['q', None]]"},
		"sequence":    {"sequence", "terms: start=1 end=3 format=h%02d", "['h01', 'h02', 'h03']"},
		"subelements": {"subelements", "terms: ['{{ users }}', keys, {skip_missing: true}]", "[[{'name': 'bob'}, 'k1'], [{'name': 'bob'}, 'k2']]"},
		"indexed":     {"indexed_items", "terms: '{{ names }}'", "[[0, 'p'], [1, 'q']]"},
		"file":        {"file", "terms: [a.txt, b.txt]", "['A', 'B']"},
		"flattened":   {"community.general.flattened", "terms: [[1, [2]], 3]", "[1, 2, 3]"},
	} {
		t.Run(name, func(t *testing.T) {
			terms, _ := scopeOf(t, c.terms).Lookup("terms")
			items, err := templar.Items(context.Background(), scope, c.lookup, terms)
			if err != nil {
				t.Fatal(err)
			}
			if got := repr(t, list(items)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	found, err := templar.Items(context.Background(), scope, "first_found", list([]value.Value{
		value.Template{Text: "{{ nosuch }}.txt"}, value.Template{Text: "b.txt"},
	}))
	if err != nil || len(found) != 1 || !strings.HasSuffix(repr(t, found[0]), "files/b.txt'") {
		t.Errorf("first_found passes over undefined names: %v %v", found, err)
	}
}

func TestTemplateFiles(t *testing.T) {
	dir, templar := playbookDir(t, map[string]string{"part.j2": "part {{ n }}\n"})
	scope := scopeOf(t, "n: 5\nnone: null\nl: [a, b]\n")
	for name, c := range map[string]struct {
		text   string
		syntax Syntax
		want   string
	}{
		"blocks eat their newline":  {"{% for i in l %}\n{{ i }}\n{% endfor %}\n", Syntax{}, "a\nb\n"},
		"blocks keep their newline": {"{% if n %}\nx\n{% endif %}\n", Syntax{KeepBlockNewline: true}, "\nx\n"},
		"header":                    {"#jinja2: trim_blocks: False, lstrip_blocks: True\n  {% if n %}\nx\n  {% endif %}\n", Syntax{}, "\nx\n"},
		"header with delimiters":    {"#jinja2: variable_start_string: '[[', variable_end_string: ']]'\n[[ n ]] {{ n }}\n", Syntax{}, "5 {{ n }}\n"},
		"newlines":                  {"a\n{{ n }}\n", Syntax{NewlineSequence: "\r\n"}, "a\r\n5\r\n"},
		"none prints nothing":       {"<{{ none }}>\n", Syntax{}, "<>\n"},
		"trailing newlines":         {"x\n\n\n", Syntax{}, "x\n\n\n"},
		"backslashes":               {`{{ 'a\\b' }} {{ 'x1' | regex_replace('\\d', '') }}`, Syntax{}, `a\b x`},
		"include":                   {"{% include 'part.j2' %}!\n", Syntax{}, "part 5!\n"},
		"range":                     {"{{ range(2) }}", Syntax{}, "[0, 1]"},
	} {
		got, err := templar.File(context.Background(), scope, Document{Path: filepath.Join(dir, "t.j2"), Text: c.text, Syntax: c.syntax})
		if err != nil || got != c.want {
			t.Errorf("%s: got %q %v, want %q", name, got, err, c.want)
		}
	}
	_, err := templar.File(context.Background(), scope, Document{Path: "t.j2", Text: "ok\nx {{ nosuch }}\n"})
	if err == nil || !strings.HasPrefix(err.Error(), "t.j2:2:6: 'nosuch' is undefined") {
		t.Errorf("an error in a file: %v", err)
	}
}

// Playbooks write templates within the texts that they give to lookups. What a variable holds is never one.
func TestTemplatesWithinTheArgumentsOfLookups(t *testing.T) {
	scope := overlay{scopeOf(t, "dir: /srv\nlist: [a]\n"), Vars{dictOf("fact", value.Str("{{ dir }}/fact"))}}
	for text, want := range map[string]string{
		`{{ lookup('vars', '{{ "d" ~ "ir" }}') }}`:               "'/srv'",
		`{{ query('items', ['{{ dir }}/a', 'b']) | join(',') }}`: "'/srv/a,b'",
		`{{ lookup('items', fact) }}`:                            "'{{ dir }}/fact'",
	} {
		got, err := quietly(Modern).Value(context.Background(), scope, value.Template{Text: text})
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if repr(t, got) != want {
			t.Errorf("%s: got %s, want %s", text, repr(t, got), want)
		}
	}
}
