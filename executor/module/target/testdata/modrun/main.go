// Command modrun runs native modules on the machine that it is started on, for the tests of this folder: one JSON object
// {"module", "args", "check", "diff"} a line on standard input, one result a line on standard output.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/all"
	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
)

type request struct {
	Module      string
	Args        map[string]any
	Check, Diff bool
}

func main() {
	reg, err := all.Registry()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	in := json.NewDecoder(os.Stdin)
	in.UseNumber()
	enc := json.NewEncoder(os.Stdout)
	for {
		var r request
		switch err := in.Decode(&r); {
		case err == io.EOF:
			return
		case err != nil:
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		_ = enc.Encode(answer(reg, r))
	}
}

// answer checks the arguments as the controller does, and runs the module.
func answer(reg *module.Registry, r request) any {
	m, ok := catalog.Lookup(r.Module)
	if !ok {
		return map[string]any{"failed": true, "msg": r.Module + " is not in the catalog"}
	}
	given, err := value.FromGo(r.Args)
	if err != nil {
		return map[string]any{"failed": true, "msg": err.Error()}
	}
	args, err := action.Check(m, given.(*value.Dict))
	if err != nil {
		return map[string]any{"failed": true, "changed": false, "msg": err.Error()}
	}
	sys, err := module.NewReal("/", nil)
	if err != nil {
		return map[string]any{"failed": true, "msg": err.Error()}
	}
	return reg.Do(context.Background(), m.FQCN, &module.Call{Args: args, Check: r.Check, Diff: r.Diff, Sys: sys})
}
