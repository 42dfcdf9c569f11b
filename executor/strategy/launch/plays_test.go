package launch

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
)

// writer writes random playbooks for three hosts: what keywords, blocks, loops, handlers, includes, roles and failures mean together is
// more than a list of cases could say. The same seed gives the same playbook.
type writer struct {
	*rand.Rand
	count      int
	registered []string
	facts      []string
	inRole     bool           // roles that include roles may never end
	files      map[string]any // by name
	args       []string       // of the command line
	options    Options        // the same
}

type dict = map[string]any

func newWriter(seed uint64) *writer {
	return &writer{Rand: rand.New(rand.NewPCG(seed, 1)), files: map[string]any{}}
}

// pick chooses one of several.
func pick[T any](w *writer, of ...T) T { return of[w.IntN(len(of))] }

// chance is true in so many of a hundred cases.
func (w *writer) chance(percent int) bool { return w.IntN(100) < percent }

func (w *writer) name(prefix string) string {
	w.count++
	return fmt.Sprintf("%s%d", prefix, w.count)
}

// book writes a playbook, and the options that it is run with.
func (w *writer) book() any {
	var plays []any
	for range pick(w, 1, 1, 1, 2, 3) {
		plays = append(plays, w.play())
	}
	for _, o := range commandLine {
		if w.chance(o.percent) {
			text := pick(w, o.values...)
			w.args = append(w.args, strings.TrimSuffix(o.name+"="+text, "="))
			o.set(&w.options, text)
		}
	}
	return plays
}

// commandLine is what a playbook may be run with.
var commandLine = []struct {
	percent int
	name    string
	values  []string
	set     func(*Options, string)
}{
	{12, "--tags", []string{"x", "y", "x,y", "never", "untagged", "tagged"}, func(o *Options, s string) { o.Tags = []string{s} }},
	{12, "--skip-tags", []string{"x", "y", "always", "untagged"}, func(o *Options, s string) { o.SkipTags = []string{s} }},
	{10, "--limit", []string{"a", "a:b", "!a", "c"}, func(o *Options, s string) { o.Limit = s }},
	{6, "--start-at-task", []string{"t1", "t2", "t5"}, func(o *Options, s string) { o.StartAt = s }},
	{10, "--check", []string{""}, func(o *Options, _ string) { o.Check = true }},
	{8, "--force-handlers", []string{""}, func(o *Options, _ string) { o.ForceHandlers = true }},
	{15, "-v", []string{""}, func(o *Options, _ string) { o.Verbosity = 1 }},
}

func (w *writer) play() dict {
	p := dict{"hosts": pick(w, "all", "all", "a,b", "b", "all:!b", "g1"), "gather_facts": false}
	w.maybe(p, 15, "name", w.name("Play "))
	w.maybe(p, 20, "serial", 1, 2, "50%", []any{1, 2})
	w.maybe(p, 10, "any_errors_fatal", true)
	w.maybe(p, 12, "max_fail_percentage", 0, 30, 50, 100)
	w.maybe(p, 15, "force_handlers", true)
	w.maybe(p, 10, "ignore_errors", true)
	w.maybe(p, 10, "order", "reverse_inventory", "sorted")
	w.maybe(p, 15, "vars", dict{"v": "{{ inventory_hostname }}"})
	w.maybe(p, 10, "tags", []string{"x"})
	w.maybe(p, 5, "run_once", true)
	if w.chance(25) {
		p["roles"] = []any{w.role()}
	}
	if w.chance(20) {
		p["pre_tasks"] = w.tasks(1+w.IntN(2), 0)
	}
	p["tasks"] = w.tasks(2+w.IntN(5), 0)
	if w.chance(20) {
		p["post_tasks"] = w.tasks(1+w.IntN(2), 0)
	}
	handlers := []any{}
	for _, name := range []string{"H1", "H2", "H3"} {
		h := w.task(true, 0)
		h["name"] = name
		delete(h, "tags")
		w.maybe(h, 40, "listen", "L")
		if name == "H1" {
			w.maybe(h, 30, "notify", "H3")
		}
		handlers = append(handlers, h)
	}
	p["handlers"] = handlers
	return p
}

// maybe gives a keyword one of some values, in so many of a hundred cases.
func (w *writer) maybe(d dict, percent int, key string, values ...any) {
	if w.chance(percent) {
		d[key] = pick(w, values...)
	}
}

func (w *writer) tasks(n, depth int) []any {
	var out []any
	for range n {
		if depth < 2 && w.chance(22) {
			out = append(out, w.block(depth))
		} else {
			out = append(out, w.task(false, depth))
		}
	}
	return out
}

func (w *writer) block(depth int) dict {
	b := dict{"block": w.tasks(1+w.IntN(3), depth+1)}
	w.maybe(b, 70, "name", w.name("b"))
	if w.chance(60) {
		b["rescue"] = w.tasks(1+w.IntN(2), depth+1)
	}
	if w.chance(50) {
		b["always"] = w.tasks(1+w.IntN(2), depth+1)
	}
	w.maybe(b, 25, "when", w.condition())
	w.maybe(b, 15, "tags", []string{"y"})
	w.maybe(b, 15, "ignore_errors", true)
	w.maybe(b, 10, "any_errors_fatal", true)
	w.maybe(b, 10, "notify", "H2")
	w.maybe(b, 10, "run_once", true)
	w.maybe(b, 10, "delegate_to", "a", "b", "c")
	return b
}

func (w *writer) condition() string {
	of := []string{"inventory_hostname == 'a'", "inventory_hostname != 'b'", "inventory_hostname in ['a', 'b']", "false", "true"}
	for _, r := range w.registered {
		r := "(" + r + " | default({}))"
		of = append(of, r+" is failed", r+" is changed", r+" is skipped", r+".rc | default(0) == 0")
	}
	for _, f := range w.facts {
		of = append(of, f+" is defined")
	}
	return pick(w, of...)
}

// role writes one of two roles, at most once, and gives what a play's list of roles has.
func (w *writer) role() dict {
	name := pick(w, "ra", "rb")
	if w.files["roles/"+name+"/tasks/main.yml"] == nil {
		w.inRole = true
		w.files["roles/"+name+"/tasks/main.yml"] = w.tasks(1+w.IntN(3), 1)
		w.inRole = false
		w.files["roles/"+name+"/handlers/main.yml"] = []any{dict{"name": "HR", "debug": dict{"msg": "role handler"}}}
		w.files["roles/"+name+"/defaults/main.yml"] = dict{"v": "default"}
	}
	r := dict{"role": name}
	w.maybe(r, 25, "when", w.condition())
	w.maybe(r, 25, "tags", []string{"y"})
	w.maybe(r, 20, "vars", dict{"v": "role"})
	return r
}

// modules are what tasks do, and how often.
var modules = []struct {
	weight int
	write  func(w *writer, t dict)
}{
	{22, func(w *writer, t dict) {
		t["debug"] = dict{"msg": pick(w, "hello", "{{ inventory_hostname }} {{ v | default(1) }}", "x", "x", "{{ nosuch }}")}
	}},
	{33, (*writer).command},
	{8, func(w *writer, t dict) { t["fail"] = dict{"msg": "no"} }},
	{9, func(w *writer, t dict) {
		f := w.name("f")
		t["set_fact"] = dict{f: pick[any](w, 1, "text", "{{ inventory_hostname }}")}
		w.facts = append(w.facts, f)
	}},
	{6, func(w *writer, t dict) { t["assert"] = dict{"that": []string{w.condition()}} }},
	{4, func(w *writer, t dict) { t["ping"] = dict{} }},
	{4, func(w *writer, t dict) { t["add_host"] = dict{"name": "a", "groups": pick(w, "g1", "g2")} }},
	{4, func(w *writer, t dict) { t["group_by"] = dict{"key": "k_{{ inventory_hostname }}"} }},
	{4, func(w *writer, t dict) {
		t["meta"] = pick(w, "flush_handlers", "clear_host_errors", "noop", "end_host", "end_play", "end_batch", "clear_facts", "refresh_inventory")
	}},
	{6, nil}, // an include
}

// tasksOnly is where in modules begins what handlers cannot be.
const tasksOnly = 8

func (w *writer) task(handler bool, depth int) dict {
	of := modules
	if handler {
		of = modules[:tasksOnly]
	}
	total := 0
	for _, m := range of {
		total += m.weight
	}
	n, at := w.IntN(total), 0
	for n >= of[at].weight {
		n -= of[at].weight
		at++
	}
	t := dict{"name": w.name("t")}
	switch {
	case of[at].write != nil:
		of[at].write(w, t)
	case depth > 2:
		t["debug"] = dict{"msg": "deep"}
	default:
		return w.include(depth)
	}
	if what, is := t["meta"].(string); is {
		delete(t, "name")
		w.maybe(t, 30, "when", w.condition())
		if strings.HasPrefix(what, "end") {
			t["when"] = w.condition()
		}
		return t
	}
	w.keywords(t)
	if r, is := t["register"].(string); is {
		w.registered = append(w.registered, r)
	}
	return t
}

func (w *writer) command(t dict) {
	t["command"] = pick(w, "true", "true", "true", "false", "echo hi", "echo {{ item | default(inventory_hostname) }}", "sh -c 'exit 3'", "/nonexistent")
	w.maybe(t, 25, "changed_when", false, true, w.condition())
	w.maybe(t, 20, "failed_when", false, w.condition())
	w.maybe(t, 35, "register", w.name("r"))
	w.maybe(t, 30, "notify", []string{"H1"}, []string{"H2"}, []string{"L"}, []string{"H1", "H3"}, []string{"L", "H3"})
	if w.chance(10) {
		maps.Copy(t, dict{"until": pick(w, "true", "false"), "retries": pick(w, 1, 2), "delay": 0})
	}
}

// keywords are those that any task may have.
func (w *writer) keywords(t dict) {
	if t["add_host"] == nil && t["group_by"] == nil && w.chance(20) {
		t["loop"] = pick[any](w, []any{1, 2}, []any{"p", "q", "r"}, []any{}, "{{ ['u', inventory_hostname] }}")
		w.maybe(t, 25, "loop_control", dict{"label": "L{{ item }}"}, dict{"loop_var": "it"})
		if control, is := t["loop_control"].(dict); is && control["loop_var"] == nil {
			control["label"] = "L{{ item }}"
		}
	}
	w.maybe(t, 30, "when", w.condition(), []string{w.condition(), w.condition()})
	w.maybe(t, 20, "ignore_errors", true)
	w.maybe(t, 20, "tags", []string{"x"}, []string{"y"}, []string{"x", "y"}, []string{"never"}, []string{"always"}, "x,z")
	w.maybe(t, 12, "run_once", true)
	w.maybe(t, 10, "any_errors_fatal", true, false)
	w.maybe(t, 8, "delegate_to", "a", "b", "c")
	w.maybe(t, 6, "no_log", true)
	w.maybe(t, 6, "check_mode", true, false)
	w.maybe(t, 10, "vars", dict{"v": "one"}, dict{"v": "{{ inventory_hostname }}"})
}

// include writes a file of tasks, or a role, and what brings it in.
func (w *writer) include(depth int) dict {
	t := dict{"name": w.name("t")}
	word := pick(w, "include_tasks", "include_tasks", "import_tasks", "import_tasks", "include_role", "import_role")
	if strings.HasSuffix(word, "role") && !w.inRole {
		r := w.role()
		t[word] = dict{"name": r["role"]}
		delete(r, "role")
		maps.Copy(t, r)
	} else {
		word = strings.Replace(word, "role", "tasks", 1)
		file := w.name("more") + ".yml"
		w.files[file] = w.tasks(1+w.IntN(3), depth+1)
		t[word] = file
		w.maybe(t, 30, "when", w.condition())
		w.maybe(t, 20, "tags", []string{"x"})
	}
	if strings.HasPrefix(word, "include") {
		w.maybe(t, 25, "loop", []any{1, 2})
	}
	return t
}
