// Command modrun runs native modules on the machine that it is started on, for the tests of this folder: one JSON object
// {"module", "args", "check", "diff"} a line on standard input, one result a line on standard output.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/all"
	"pylint-deploy/parser/catalog"
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
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	enc := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var r request
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		sys, err := module.NewReal("/", nil)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		c := &module.Call{Args: normalize(r), Check: r.Check, Diff: r.Diff, Sys: sys}
		m, _ := catalog.Lookup(r.Module)
		name := r.Module
		if m != nil {
			name = m.FQCN
		}
		_ = enc.Encode(reg.Do(context.Background(), name, c))
	}
}

// normalize types and defaults the arguments by the catalog.
func normalize(r request) module.Args {
	out := module.Args{}
	m, ok := catalog.Lookup(r.Module)
	if !ok {
		return r.Args
	}
	for _, a := range m.AllArgs() {
		if a.Default != "" || a.EmptyDefault {
			out[a.Name] = typed(a, a.Default)
		}
		for _, n := range append([]string{a.Name}, a.Aliases...) {
			if v, ok := r.Args[n]; ok && v != nil {
				out[a.Name] = typed(a, v)
			}
		}
	}
	return out
}

func typed(a catalog.Arg, v any) any {
	s := fmt.Sprint(v)
	switch a.Type {
	case catalog.Bool:
		b, ok := v.(bool)
		return ok && b || s == "true" || s == "yes" || s == "True"
	case catalog.Int:
		if f, ok := v.(float64); ok {
			return int64(f)
		}
		n, _ := strconv.ParseInt(s, 10, 64)
		return n
	case catalog.Float:
		n, _ := strconv.ParseFloat(s, 64)
		return n
	case catalog.List:
		if l, ok := v.([]any); ok {
			return l
		}
		l := []any{}
		if s == "" || json.Unmarshal([]byte(s), &l) == nil {
			return l
		}
		for _, x := range strings.Split(s, ",") {
			l = append(l, x)
		}
		return l
	case catalog.Str, catalog.Path:
		if f, ok := v.(float64); ok {
			return strconv.FormatFloat(f, 'f', -1, 64)
		}
		return s
	}
	return v
}
