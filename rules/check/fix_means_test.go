package check

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"pylint-deploy/parser/kv"
	"pylint-deploy/rules"
	"pylint-deploy/rules/engine"
	"pylint-deploy/rules/fix"
	"pylint-deploy/rules/policy"
	"pylint-deploy/rules/settings"
)

// plainTask is what a task says, as another YAML reader has it: whether its arguments are a mapping or one string makes no difference.
type plainTask struct {
	play         bool
	module, free string
	args         map[string]string
	keywords     map[string]string
}

// edits are the fixes once more, as changes of what a task says. Rules that are not here put another call in the task's place: its
// keywords stay.
var edits = map[string]func(t *plainTask){
	"shell/read-only-reports-changed": func(t *plainTask) { t.keywords["changed_when"] = "false" },
	"rerun/check-mode-breaks":         func(t *plainTask) { t.keywords["check_mode"] = "false" },
	"rerun/user-groups-replaced":      func(t *plainTask) { t.args["append"] = "true" },
	"package/cache-refresh-each-run":  func(t *plainTask) { t.args["cache_valid_time"] = "3600" },
	"package/state-latest":            func(t *plainTask) { t.args["state"] = "present" },
	"compat/free-form-args":           func(*plainTask) {},
	"compat/removed-include": func(t *plainTask) {
		to := "import_tasks"
		if slices.ContainsFunc(slices.Collect(maps.Keys(t.keywords)), func(k string) bool { return k == "loop" || strings.HasPrefix(k, "with_") }) || strings.Contains(t.free, "{{") {
			to = "include_tasks"
		}
		t.module = strings.Replace(t.module, "include", to, 1)
	},
	"compat/deprecated-alias": func(t *plainTask) {
		rename(t.args, map[string]string{"dest": "path", "destfile": "path"})
		if t.play {
			rename(t.keywords, map[string]string{"user": "remote_user", "sudo": "become", "sudo_user": "become_user"})
		}
	},
	"file/touch": func(t *plainTask) {
		for _, k := range []string{"access_time", "modification_time"} {
			if t.args[k] == "" {
				t.args[k] = "preserve"
			}
		}
	},
	"shell/needless-shell": func(t *plainTask) { t.module = strings.Replace(t.module, "shell", "command", 1) },
}

func rename(in, names map[string]string) {
	for old, now := range names {
		if v, ok := in[old]; ok {
			delete(in, old)
			in[now] = v
		}
	}
}

// TestFixesMeanWhatTheySay mends each finding of the rules' examples, of the scenarios, of the sample site, of the course and of the corpus, where those are, and
// reads the files before and after with another YAML reader: the mended tasks say what they said with the rule's edit made, all others what
// they said.
func TestFixesMeanWhatTheySay(t *testing.T) {
	dirs := []string{"../../testdata/site"}
	for _, s := range scenarios {
		dirs = append(dirs, tree(t, s.archive))
	}
	set, err := engine.Load(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range set.Rules() {
		if m.Fix {
			dirs = append(dirs, avoided(t, m))
		}
	}
	if course := "../../../shared/course"; isDir(course) {
		dirs = append(dirs, course)
	}
	if corpus := os.Getenv("CORPUS"); corpus != "" {
		repos, _ := filepath.Glob(filepath.Join(corpus, "*__*"))
		dirs = append(dirs, repos...)
	} else {
		t.Log("CORPUS does not name the public repositories: their files are not mended")
	}
	mended := map[string]int{}
	for _, dir := range dirs {
		r, err := Run(context.Background(), []string{dir}, Options{Profile: "strict", NoBaseline: true, Settings: &settings.Settings{}})
		if err != nil {
			t.Fatal(err)
		}
		type batch struct{ rule, file string }
		findings := map[batch][]rules.Finding{}
		for _, f := range r.Findings {
			if fix.Fixable(f.Rule) {
				findings[batch{f.Rule, f.Pos.File}] = append(findings[batch{f.Rule, f.Pos.File}], f)
			}
		}
		for b, list := range findings {
			done, err := fix.File(r.Sources[b.file], list, r.Task)
			if err != nil {
				t.Fatal(err)
			}
			if done.Mended == 0 {
				continue
			}
			mended[b.rule] += done.Mended
			if err := sameBut(b.rule, list, r.Sources[b.file].Text, string(done.Text)); err != nil {
				t.Errorf("%s in %s: %v", b.rule, b.file, err)
			}
		}
	}
	for _, rule := range fix.Rules() {
		if t.Logf("%s: %d mended", rule, mended[rule]); mended[rule] == 0 {
			t.Errorf("%s has mended nothing", rule)
		}
	}
}

// sameBut compares two texts: the mappings at findings differ by the rule's edit, everything else not at all.
func sameBut(rule string, findings []rules.Finding, before, after string) error {
	at := map[[2]int]bool{}
	for _, f := range findings {
		at[[2]int{f.Pos.Line, f.Pos.Column}] = true
	}
	var a, b yaml.Node
	if err := yaml.Unmarshal([]byte(before), &a); err != nil {
		return nil // a file that this reader does not know to read
	}
	if err := yaml.Unmarshal([]byte(after), &b); err != nil {
		return err
	}
	return alike(rule, at, &a, &b)
}

func alike(rule string, at map[[2]int]bool, a, b *yaml.Node) error {
	if a.Kind == yaml.MappingNode && len(a.Content) > 0 && at[[2]int{a.Content[0].Line, a.Content[0].Column}] {
		return edited(rule, a, b)
	}
	if a.Kind == yaml.SequenceNode && rule == "state/parent-not-created" {
		b = withoutAdded(a, b)
	}
	if a.Kind != b.Kind || a.Value != b.Value || a.Tag != b.Tag || len(a.Content) != len(b.Content) {
		return fmt.Errorf("line %d is another: %q, %q", a.Line, a.Value, b.Value)
	}
	for i := range a.Content {
		if err := alike(rule, at, a.Content[i], b.Content[i]); err != nil {
			return err
		}
	}
	return nil
}

// withoutAdded is a list without the tasks that make a directory and that the other list does not have.
func withoutAdded(a, b *yaml.Node) *yaml.Node {
	out := *b
	for len(out.Content) > len(a.Content) {
		i := slices.IndexFunc(out.Content, func(n *yaml.Node) bool {
			t := plain(n)
			return strings.HasSuffix(t.module, "file") && t.args["state"] == "directory" && !slices.ContainsFunc(a.Content, func(o *yaml.Node) bool { return fmt.Sprint(plain(o)) == fmt.Sprint(t) })
		})
		if i < 0 {
			return b
		}
		out.Content = slices.Delete(slices.Clone(out.Content), i, i+1)
	}
	return &out
}

func edited(rule string, a, b *yaml.Node) error {
	was, is := plain(a), plain(b)
	if fmt.Sprint(was) == fmt.Sprint(is) && rule != "compat/free-form-args" {
		return nil // refused
	}
	if edit := edits[rule]; edit != nil {
		edit(was)
		if fmt.Sprint(was) != fmt.Sprint(is) {
			return fmt.Errorf("line %d says\n%v\nwant\n%v", a.Line, *is, *was)
		}
		return nil
	}
	for k, v := range was.keywords {
		if is.keywords[k] != v && k != "changed_when" && k != "when" && k != "loop" && k != "with_items" {
			return fmt.Errorf("line %d: %s was %q and is %q", a.Line, k, v, is.keywords[k])
		}
	}
	return nil
}

// taskWords are the keys of a task that are not its module.
var taskWords = strings.Fields("name when register tags become become_user become_method vars environment notify listen loop loop_control until retries delay changed_when failed_when check_mode delegate_to delegate_facts run_once ignore_errors ignore_unreachable no_log async poll args block rescue always sudo sudo_user remote_user connection diff throttle any_errors_fatal collections hosts roles tasks handlers pre_tasks post_tasks vars_files gather_facts serial static")

func plain(n *yaml.Node) *plainTask {
	t := &plainTask{args: map[string]string{}, keywords: map[string]string{}}
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		t.play = t.play || n.Content[i].Value == "hosts"
	}
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		key, value := n.Content[i].Value, n.Content[i+1]
		switch {
		case t.play:
			t.keywords[key] = flat(value)
		case key == "args":
			t.take(value)
		case slices.Contains(taskWords, key) || strings.HasPrefix(key, "with_"):
			t.keywords[key] = flat(value)
		default:
			t.module = key
			t.take(value)
		}
	}
	return t
}

// take reads arguments, in whatever form they are.
func (t *plainTask) take(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		command := slices.Contains([]string{"command", "shell", "raw", "script"}, t.module[strings.LastIndexByte(t.module, '.')+1:])
		parsed, err := kv.Parse(n.Value, command)
		if err != nil || command || len(parsed.List) == 0 {
			t.free = n.Value
			return
		}
		for _, a := range parsed.List {
			t.args[a.Key] = oneSpelling(a.Value)
		}
		t.free = parsed.Free
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		t.args[n.Content[i].Value] = flat(n.Content[i+1])
	}
}

// flat is a value as text.
func flat(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return oneSpelling(n.Value)
	}
	var out []string
	for _, c := range n.Content {
		out = append(out, flat(c))
	}
	return fmt.Sprintf("%q", out)
}

// oneSpelling is a text, truth values in one spelling.
func oneSpelling(s string) string {
	switch strings.ToLower(s) {
	case "yes", "on", "true":
		return "true"
	case "no", "off", "false":
		return "false"
	}
	return s
}
