// Package foreign runs modules that are no part of this program: those in Python, as Ansible's own are, and scripts and programs
// that keep to Ansible's conventions of old. What is run comes from the controller as a blob; arguments go by standard input
// or a file, never by a command line. A packed Python module stays on the target under its hash, where nobody else can write.
package foreign

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
)

// Name is the module's. It is no module of Ansible: playbooks cannot call it.
const Name = module.Internal + "foreign"

// Blob is the name of the content that is run.
const Blob = "program"

// Modules are the modules of this family.
func Modules() []module.Module { return []module.Module{{Name: Name, Run: run, Whole: true}} }

// call is one run of a foreign module.
type call struct {
	*module.Call
	ctx     context.Context
	blob    module.Blob
	name    string // of the module, for messages
	scratch string // a directory that only we can enter
	// facts and warnings are about the interpreter, not the module's.
	facts    map[string]any
	warnings []any
}

// ways are how a module of a kind gets its content and its arguments. They return the program's arguments and standard input.
var ways = map[string]func(*call) (argv []string, stdin []byte, err error){
	"packed":    (*call).packed,
	"filled":    (*call).filled,
	"want_json": (*call).withFile,
	"binary":    (*call).withFile,
	"old":       (*call).withFile,
}

func run(ctx context.Context, c *module.Call) (module.Result, error) {
	k := &call{Call: c, ctx: ctx, name: c.Args.Str("name"), facts: map[string]any{}}
	way, ok := ways[c.Args.Str("kind")]
	if !ok {
		return nil, fmt.Errorf("a module of the kind %q cannot be run", c.Args.Str("kind"))
	}
	var err error
	if k.blob, err = c.Blob(Blob); err != nil {
		return nil, err
	}
	interpreter, err := k.interpreter()
	if err != nil {
		return nil, err
	}
	if k.scratch, err = c.Sys.TempDir(); err != nil {
		return nil, err
	}
	defer c.Sys.RemoveAll(k.scratch)
	argv, stdin, err := way(k)
	if err != nil {
		return nil, err
	}
	argv = append(interpreter, argv...)
	out, err := c.Sys.Run(ctx, module.Cmd{Argv: argv, Stdin: stdin})
	switch {
	case errors.Is(err, fs.ErrNotExist) && len(interpreter) > 0:
		return notStarted(interpreter[0]), nil
	case err != nil:
		return nil, fmt.Errorf("running the module %s: %w", k.name, err)
	}
	return k.result(out), nil
}

// notStarted is what Ansible makes of a shell that does not find the interpreter.
func notStarted(interpreter string) module.Result {
	return module.Result{"failed": true, "msg": "The module failed to execute correctly, you probably need to set the interpreter.\nSee stdout/stderr for the exact error",
		"module_stdout": "", "module_stderr": "/bin/sh: 1: " + interpreter + ": not found\n", "rc": 127}
}

// params are the module's arguments, with the directory for its temporary files.
func (k *call) params() map[string]any {
	params := k.Args.Map("params")
	params["_ansible_tmpdir"] = k.scratch
	return params
}

// packed runs an archive of Python, which is sent once.
func (k *call) packed() ([]string, []byte, error) {
	given := map[string]any{"ANSIBLE_MODULE_ARGS": k.params()}
	if n := k.Args.Int("nofile"); n != 0 {
		given["PYLINT_DEPLOY_NOFILE"] = n
	}
	stdin, err := jsontext.Append(nil, given)
	if err != nil {
		return nil, nil, fmt.Errorf("the arguments of %s: %w", k.name, err)
	}
	file, err := k.stored()
	return []string{file}, stdin, err
}

// filled writes the arguments into the module's text.
func (k *call) filled() ([]string, []byte, error) {
	args, err := jsontext.Append(nil, k.params())
	if err != nil {
		return nil, nil, fmt.Errorf("the arguments of %s: %w", k.name, err)
	}
	text, err := k.content()
	if err != nil {
		return nil, nil, err
	}
	file, err := k.place("module", 0o700, bytes.ReplaceAll(text, []byte(k.Args.Str("mark")), args))
	return []string{file}, nil, err
}

// withFile gives the module a file with its arguments: as JSON, or as the line that the controller made.
func (k *call) withFile() ([]string, []byte, error) {
	text, err := k.content()
	if err != nil {
		return nil, nil, err
	}
	file, err := k.place("module", 0o700, text)
	if err != nil {
		return nil, nil, err
	}
	args := []byte(k.Args.Str("line") + "_ansible_tmpdir=" + k.scratch + " ")
	if k.Args.Str("kind") != "old" {
		if args, err = jsontext.Append(nil, k.params()); err != nil {
			return nil, nil, fmt.Errorf("the arguments of %s: %w", k.name, err)
		}
	}
	argsFile, err := k.place("args", 0o600, args)
	return []string{file, argsFile}, nil, err
}

// place writes a file into the scratch directory.
func (k *call) place(name string, mode fs.FileMode, content []byte) (string, error) {
	file := path.Join(k.scratch, name)
	return file, k.Sys.Write(file, bytes.NewReader(content), module.WriteSpec{Mode: &mode})
}

// result reads what the module printed: a JSON object, which other lines may surround.
func (k *call) result(out module.Output) module.Result {
	object, junk, ok := jsonLines(string(out.Stdout))
	var res module.Result
	if ok {
		v, err := jsontext.Parse([]byte(object))
		m, isObject := v.(map[string]any)
		ok, res = err == nil && isObject, m
	}
	if !ok {
		return k.unreadable(out)
	}
	var said []any // for the controller to show
	if junk != "" {
		said = append(said, "Module invocation had junk after the JSON data: "+junk)
	}
	if results, has := res["results"]; has {
		if _, isList := results.([]any); !isList {
			res["ansible_module_results"] = results
			delete(res, "results")
			said = append(said, "Found internal 'results' key in module return, renamed to 'ansible_module_results'.")
		}
	}
	said = append(said, clean(res)...)
	switch list, _ := res["warnings"].([]any); {
	case len(said) == 0:
	case k.Args.Bool("async"): // whoever asks for the job's status shows them
		res["warnings"] = append(list, said...)
	default:
		res["_ansible_said"] = said
	}
	if k.Args.Bool("async") && len(out.Stderr) > 0 {
		res["stderr"] = string(out.Stderr)
	}
	k.addFacts(res)
	return res
}

// clean takes out what a module has no say in, and tells of it.
func clean(res module.Result) (said []any) {
	for _, key := range slices.Sorted(maps.Keys(res)) {
		if strings.HasPrefix(key, "_ansible_") && key != "_ansible_parsed" || key == "add_host" || key == "add_group" {
			text, err := jsontext.Append(nil, res[key])
			if err != nil {
				text = []byte("?")
			}
			said = append(said, fmt.Sprintf("Removed unexpected internal key in module return: %s = %s", key, text))
			delete(res, key)
		}
	}
	for _, key := range []string{"warnings", "deprecations"} {
		if list, isList := res[key].([]any); isList && len(list) == 0 || res[key] == nil {
			delete(res, key)
		}
	}
	facts, _ := res["ansible_facts"].(map[string]any)
	for key := range facts {
		if strings.HasPrefix(strings.TrimPrefix(key, "ansible_"), "discovered_interpreter_") {
			delete(facts, key)
		}
	}
	return said
}

// addFacts tells of the interpreter that was found.
func (k *call) addFacts(res module.Result) {
	if len(k.warnings) > 0 {
		list, _ := res["warnings"].([]any)
		res["warnings"] = append(list, k.warnings...)
	}
	if len(k.facts) == 0 {
		return
	}
	facts, ok := res["ansible_facts"].(map[string]any)
	if !ok {
		facts = map[string]any{}
		res["ansible_facts"] = facts
	}
	for name, v := range k.facts {
		facts[name] = v
	}
}

// unreadable is the failure of a module that printed no JSON.
func (k *call) unreadable(out module.Output) module.Result {
	stdout, stderr := string(out.Stdout), string(out.Stderr)
	res := module.Result{"failed": true, "module_stdout": stdout, "module_stderr": stderr, "rc": out.RC,
		"msg": "MODULE FAILURE\nSee stdout/stderr for the exact error"}
	if k.Args.Bool("async") { // as Ansible's async_wrapper has them
		res["data"], res["stderr"] = stdout, stderr
	}
	for _, text := range []string{stderr, stdout} {
		if strings.HasPrefix(text, "Traceback") {
			res["exception"] = text
			break
		}
	}
	k.addFacts(res)
	return res
}

// jsonLines cuts out the lines from the first that begins an object to the last that ends one, and what comes after it.
func jsonLines(text string) (object, junk string, ok bool) {
	lines := splitLines(text)
	begin, end := -1, -1
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if begin < 0 && strings.HasPrefix(line, "{") {
			begin = i
		}
		if begin >= 0 && strings.HasSuffix(line, "}") {
			end = i
		}
	}
	if begin < 0 || end < begin {
		return "", "", false
	}
	if rest := strings.Join(lines[end+1:], "\n"); strings.TrimSpace(rest) != "" {
		junk = rest
	}
	return strings.Join(lines[begin:end+1], "\n"), junk, true
}

func splitLines(text string) []string {
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
}
