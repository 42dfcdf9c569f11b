package shell

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestExamples reads testdata/examples.txt: "class<TAB>command" lines, shell scripts unless they begin with "command:".
func TestExamples(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "examples.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		class, command, ok := strings.Cut(line, "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		command = strings.NewReplacer(`\n`, "\n").Replace(command)
		lang := Bash
		if rest, words := strings.CutPrefix(command, "command:"); words {
			command, lang = rest, Words
		}
		a := Analyze(command, lang)
		if a.Class.String() != class || a.Unparsable != "" {
			t.Errorf("%q is %s, want %s %s", command, a.Class, class, a.Unparsable)
		}
	}
}

func TestTheTableParsesAndEveryClassIsUsed(t *testing.T) {
	table, err := parseKnowledge(knowledgeText)
	if err != nil {
		t.Fatal(err)
	}
	used := map[Class]bool{}
	for _, entries := range table {
		for _, e := range entries {
			used[e.class] = true
		}
	}
	for c := Read; c <= Destroy; c++ {
		if !used[c] {
			t.Errorf("no entry of class %s", c)
		}
	}
}

// The corpus' own scripts and one-off programs of a single repository (names with a dot or underscore) are no matter of a table;
// su and runuser hand over to the command that they run; words that are no programs (options, paths, operators) are left out.
func TestMostCommandsOfTheCorpusHaveAClass(t *testing.T) {
	for _, file := range []string{"shell_subcommands.tsv", "shell_all_words.tsv"} {
		text, err := os.ReadFile("../../../../shared/corpus/" + file)
		if err != nil {
			t.Skip("the corpus is not beside the repository: its share is not measured")
		}
		var names, classed, uses, classedUses float64
		var missing []string
		for line := range strings.Lines(string(text)) {
			fields := strings.Split(strings.TrimSpace(line), "\t")
			program, _, _ := strings.Cut(strings.TrimSpace(fields[0]), " ")
			count, err := strconv.ParseFloat(fields[min(1, len(fields)-1)], 64)
			if err != nil || program == "su" || program == "runuser" || !programWord.MatchString(program) || strings.HasSuffix(program, ".sh") {
				continue
			}
			names++
			uses += count
			if _, wraps := wrappers[program]; known(program) || known(versionless(program)) || wraps || shellWords[program] {
				classed++
				classedUses += count
			} else if !slices.Contains(missing, program) {
				missing = append(missing, program)
			}
		}
		t.Logf("%s: %.1f %% of %.0f names, %.1f %% of %.0f uses have a class", file, 100*classed/names, names, 100*classedUses/uses, uses)
		if classed/names < 0.9 || classedUses/uses < 0.9 {
			t.Errorf("%s: less than 90 %% have a class; without: %v", file, missing)
		}
	}
}

var programWord = regexp.MustCompile(`^[a-z][a-z0-9+-]*$`) // others are words of SQL

// shellWords are the shell's own.
var shellWords = map[string]bool{"if": true, "then": true, "elif": true, "else": true, "fi": true, "for": true, "do": true, "done": true, "while": true, "case": true, "esac": true,
	"cd": true, "set": true, "export": true, "eval": true, "exit": true, "return": true, "local": true, "in": true, "break": true, "continue": true, "trap": true, "wait": true, "shift": true, "unset": true, "read": true}

func TestGuardsInsideScripts(t *testing.T) {
	for script, want := range map[string]Guard{
		"test -e /opt/a || mkdir /opt/a":                   {Kind: "path", Path: "/opt/a", Absent: true},
		"[ -f /opt/a ] || touch /opt/a":                    {Kind: "path", Path: "/opt/a", Absent: true},
		"[[ -d {{ d }}/x ]] || git clone u {{ d }}/x":      {Kind: "path", Path: "{{ d }}/x", Absent: true},
		"if [ ! -e /opt/a ]; then mkdir /opt/a; fi":        {Kind: "path", Path: "/opt/a", Absent: true},
		"test ! -e /opt/a && mkdir /opt/a":                 {Kind: "path", Path: "/opt/a", Absent: true},
		"command -v node || npm install -g node":           {Kind: "program", Path: "node", Absent: true},
		"id app || useradd app":                            {Kind: "user", Path: "app", Absent: true, Text: "id app"},
		"getent group app || groupadd app":                 {Kind: "user", Path: "app", Absent: true, Text: "getent group app"},
		"grep -q x /etc/f || echo x >> /etc/f":             {Kind: "content", Path: "/etc/f", Absent: true, Text: "grep -q x /etc/f"},
		"dpkg -s nginx || apt-get install nginx":           {Kind: "package", Path: "nginx", Absent: true, Text: "dpkg -s nginx"},
		"iptables -C INPUT -j A || iptables -A INPUT -j A": {Kind: "state", Absent: true, Text: "iptables -C INPUT -j A"},
		"docker inspect n || docker run --name n i":        {Kind: "state", Absent: true, Text: "docker inspect n"},
		"psql -tAc 'SELECT 1' | grep -q 1 || createdb a":   {Kind: "state", Absent: true, Text: "psql -tAc 'SELECT 1' | grep -q 1"},
		"test -f /done && exit 0\nuseradd bob":             {Kind: "path", Path: "/done", Absent: true},
	} {
		a := Analyze(script, Bash)
		last := a.Calls[len(a.Calls)-1]
		if len(last.Guards) != 1 {
			t.Errorf("%q: guards %v", script, last.Guards)
			continue
		}
		got := last.Guards[0]
		if want.Text == "" {
			got.Text = ""
		}
		if got != want {
			t.Errorf("%q: guard is %+v, want %+v", script, got, want)
		}
	}
}

func TestWrites(t *testing.T) {
	for script, want := range map[string][]string{
		"openssl req -x509 -keyout /k -out /c":       {"/c", "/k"},
		"git clone https://x/app.git":                {"app"},
		"cd /srv && git clone https://x/app.git":     {"/srv/app"},
		"git clone -b v1 --depth 1 u /srv/app":       {"/srv/app"},
		"python3 -m venv {{ venv }}":                 {"{{ venv }}"},
		"tar xzf a.tgz -C /opt":                      {"/opt"},
		"curl -sSL https://x/y -o /usr/bin/y":        {"/usr/bin/y"},
		"wget -O /tmp/x https://x":                   {"/tmp/x"},
		"cat > /etc/f <<EOF\nx\nEOF":                 {"/etc/f"},
		"echo a > /etc/f 2>/dev/null":                {"/etc/f"},
		"D=/srv; mkdir -p $D/a $D/b":                 {"/srv/a", "/srv/b"},
		"ssh-keygen -t rsa -f {{ home }}/.ssh/k":     {"{{ home }}/.ssh/k"},
		"certbot certonly -d a.example -d b":         {"/etc/letsencrypt/live/a.example"},
		"sudo -u app cp a.conf /etc/app.conf":        {"/etc/app.conf"},
		"echo x | sudo tee -a /etc/hosts >/dev/null": {"/etc/hosts"},
	} {
		var got []string
		for _, w := range Analyze(script, Bash).Writes() {
			got = append(got, w.Path)
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%q writes %v, want %v", script, got, want)
		}
	}
}

func TestWhatElseAScriptTells(t *testing.T) {
	for script, ok := range map[string]func(a *Analysis) bool{
		"cd /srv; rm -rf x":                      func(a *Analysis) bool { return a.CdSemicolon == "/srv" && a.CdRest == "rm -rf x" },
		"set -e\ncd /srv\nrm -rf x":              func(a *Analysis) bool { return a.CdSemicolon == "" && a.SetE },
		"cd /srv && rm -rf x":                    func(a *Analysis) bool { return a.CdSemicolon == "" },
		"curl -s https://x | sudo -E bash -":     func(a *Analysis) bool { return a.PipeToShell == "curl | bash" },
		`bash -c "$(curl -fsSL https://x)"`:      func(a *Analysis) bool { return strings.Contains(a.PipeToShell, "curl") },
		"bash <(curl -s https://x)":              func(a *Analysis) bool { return strings.Contains(a.PipeToShell, "curl") },
		"curl -s https://x | grep y":             func(a *Analysis) bool { return a.PipeToShell == "" },
		"pg_dump a | gzip > /b":                  func(a *Analysis) bool { return a.HidesFailure == "pg_dump" },
		"set -o pipefail; pg_dump a | gzip > /b": func(a *Analysis) bool { return a.HidesFailure == "" },
		"createdb a || true":                     func(a *Analysis) bool { return a.OrTrue },
		"sudo -u postgres createdb a":            func(a *Analysis) bool { return a.Sudo == "sudo" && a.SudoUser == "postgres" },
		"ls {{ dir }}":                           func(a *Analysis) bool { return a.NeedsShell == "" },
		"cd {{ dir }}; ls":                       func(a *Analysis) bool { return a.NeedsShell != "" },
		"cd {{ dir }} && ls":                     func(a *Analysis) bool { return a.NeedsShell != "" },
		"ls a\nls b":                             func(a *Analysis) bool { return a.NeedsShell != "" },
		"A=b ls":                                 func(a *Analysis) bool { return a.NeedsShell != "" },
		"ls > /x":                                func(a *Analysis) bool { return a.NeedsShell != "" },
		"echo $HOME":                             func(a *Analysis) bool { return a.NeedsShell != "" },
		"sleep 100 &":                            func(a *Analysis) bool { return a.NeedsShell != "" },
		"(ls)":                                   func(a *Analysis) bool { return a.NeedsShell != "" },
		"ls {a,b}":                               func(a *Analysis) bool { return a.NeedsShell != "" },
		"cat ~/x":                                func(a *Analysis) bool { return a.NeedsShell != "" },
		"ls *.txt":                               func(a *Analysis) bool { return a.NeedsShell != "" },
		"if [ -e x ]; then":                      func(a *Analysis) bool { return a.Unparsable != "" && a.Class == Unknown },
		"{% if a %}ls{% else %}mkdir /x{% endif %} y": func(a *Analysis) bool { return a.Unparsable == "" },
	} {
		if a := Analyze(script, Bash); !ok(a) {
			t.Errorf("%q: %+v", script, *a)
		}
	}
	if a := Analyze("ls /x > /y", Words); a.ShellInWords != ">" {
		t.Errorf("a redirect in command: %+v", *a)
	}
	for _, quoted := range []string{"php -r 'echo 1; echo 2;'", `sh -c "a | b > c"`, `find /x -exec rm {} \;`} {
		if a := Analyze(quoted, Words); a.ShellInWords != "" {
			t.Errorf("%s: %s is quoted, and no operator", quoted, a.ShellInWords)
		}
	}
}

func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{"echo {{ x }} | sh", "a && b || c", "cat <<E\n{{ x\nE", "{{", "$(`'\"", "sed -i s/a/b/ f", "{% if a %}x{% elif b %}y{% else %}z{% endif %}{% for i in j %}{% endfor %}", "find . -exec rm {} \\;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		Analyze(s, Bash) // must not panic
		Analyze(s, Words)
	})
}
