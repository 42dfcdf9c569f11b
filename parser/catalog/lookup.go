package catalog

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:generate env PYTHONHASHSEED=0 /usr/bin/python3 gen/specs.py

// redirects are the short names that ansible-core sends into collections: "collection: name old=new ...".
//
//go:embed names.txt
var redirects string

type index struct {
	byName map[string]*Module
	all    []*Module
}

var tables = sync.OnceValue(func() *index {
	ix := &index{byName: map[string]*Module{}}
	where := map[string]Where{}
	for w, table := range native {
		for fqcn := range words(table) {
			where[fqcn] = w
		}
	}
	for _, table := range [][]Module{builtinModules, posixModules, generalModules, dockerModules, mysqlModules, postgresqlModules,
		cryptoModules, rabbitmqModules, mongodbModules, kubernetesModules, grafanaModules, newerModules} {
		for i := range table {
			m := table[i] // a copy: the tables stay as generated
			former := m.FQCN
			if to, ok := renamed[m.FQCN]; ok {
				m.FQCN = to
			}
			m.Where = where[m.FQCN]
			m.FreeForm = freeForm[m.FQCN]
			m.Args = marked(&m)
			ix.add(&m, former)
		}
	}
	ix.handOver()
	return ix
})

// marked are a module's arguments with what the tables of native.go say of them.
func marked(m *Module) []Arg {
	refused := strings.Fields(unsupported[m.FQCN])
	collection := m.FQCN[:strings.LastIndexByte(m.FQCN, '.')]
	args := make([]Arg, 0, len(m.Args))
	for _, a := range m.Args {
		if slices.Contains(documented, a.Name) {
			continue
		}
		a.Unsupported = slices.Contains(refused, a.Name)
		a.Refused = strings.Fields(refusedValues[m.FQCN+" "+a.Name])
		a.Ordered = slices.Contains(strings.Fields(ordered[m.FQCN]), a.Name)
		if a.Pointless = pointless[collection+"."+a.Name]; a.Pointless {
			a.Required = false
		}
		args = append(args, a)
	}
	return args
}

// handOver adds to the generic modules the arguments of those that they may hand over to, without defaults: only the
// target knows which one it is. The first module's spelling of an argument wins.
func (ix *index) handOver() {
	for fqcn, to := range handsOver {
		m := ix.byName[fqcn]
		for i := range m.Args {
			if optionalIn[fqcn] == m.Args[i].Name {
				m.Args[i].Required = false
			}
		}
		for _, other := range strings.Fields(to) {
			for _, a := range ix.byName[other].Args {
				m.take(a)
			}
		}
		m.RequiredOneOf = nil
	}
}

// take adds an argument, or its names to the argument that it is.
func (m *Module) take(a Arg) {
	names := append([]string{a.Name}, a.Aliases...)
	for _, name := range names {
		if have := find(m.Args, name); have != nil {
			if have.Type == Str && a.Type == List {
				have.Type, have.Elem = List, a.Elem
			}
			for _, name := range names {
				if name != have.Name && !slices.Contains(have.Aliases, name) {
					have.Aliases = append(slices.Clone(have.Aliases), name)
				}
			}
			return
		}
	}
	a.Required, a.Default, a.EmptyDefault = false, "", false
	m.Args = append(m.Args, a)
}

// add enters a module under every name that means it. A short name belongs to ansible.builtin first, then to the
// collection that ansible-core redirects it to; since no two entries of the tables share one, the first wins.
func (ix *index) add(m *Module, former string) {
	ix.all = append(ix.all, m)
	for _, fqcn := range []string{m.FQCN, former} {
		ix.byName[fqcn] = m
		collection, short := fqcn[:strings.LastIndexByte(fqcn, '.')], fqcn[strings.LastIndexByte(fqcn, '.')+1:]
		names := []string{short}
		if collection == "ansible.builtin" {
			names = append(names, "ansible.legacy."+short)
		}
		if collection == "community.docker" || collection == "community.mysql" || collection == "community.postgresql" {
			names = append(names, "community.general."+short) // where they lived before
		}
		for _, name := range names {
			if ix.byName[name] == nil {
				ix.byName[name] = m
			}
		}
	}
}

// Lookup finds a module by any of its names: short, FQCN, or a former one. It reports whether the module is known in full.
func Lookup(name string) (*Module, bool) {
	ix := tables()
	if m := ix.byName[name]; m != nil {
		return m, true
	}
	if fqcn, ok := former()[name]; ok {
		m := ix.byName[fqcn]
		return m, m != nil
	}
	return nil, false
}

// Known tells whether name is a module that Ansible's distribution has, and its FQCN, even if its arguments are not in
// the catalog.
func Known(name string) (fqcn string, ok bool) {
	if m, ok := Lookup(name); ok {
		return m.FQCN, true
	}
	if fqcn, ok := former()[name]; ok {
		return fqcn, true
	}
	if strings.Count(name, ".") >= 2 && knownFQCN()[name] {
		return name, true
	}
	return "", false
}

// All lists every module of the catalog by FQCN.
func All() []*Module {
	all := slices.Clone(tables().all)
	slices.SortFunc(all, func(a, b *Module) int { return strings.Compare(a.FQCN, b.FQCN) })
	return all
}

// former maps redirected short names to FQCNs. It is read when an unknown name turns up, not at each start.
var former = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(redirects) {
		collection, names, _ := strings.Cut(line, ":")
		for _, name := range strings.Fields(names) {
			short, to, renamed := strings.Cut(name, "=")
			if !renamed {
				to = short
			}
			out[short] = collection + "." + to
		}
	}
	return out
})

var knownFQCN = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, fqcn := range former() {
		out[fqcn] = true
	}
	return out
})

// Arg finds an argument by its name or an alias, those of the common groups included.
func (m *Module) Arg(name string) (*Arg, bool) {
	if a := find(m.Args, name); a != nil {
		return a, true
	}
	for _, group := range m.Common {
		if a := find(commonArgs[group], name); a != nil {
			return a, true
		}
	}
	return nil, false
}

// AllArgs are the module's own arguments and those of its common groups.
func (m *Module) AllArgs() []Arg {
	args := slices.Clone(m.Args)
	for _, group := range m.Common {
		args = append(args, commonArgs[group]...)
	}
	return args
}

// Short is the last part of the FQCN.
func (m *Module) Short() string { return m.FQCN[strings.LastIndexByte(m.FQCN, '.')+1:] }

func find(args []Arg, name string) *Arg {
	for i := range args {
		if args[i].Name == name || slices.Contains(args[i].Aliases, name) {
			return &args[i]
		}
	}
	return nil
}

// commonArgs are the shared groups; "file" is FILE_COMMON_ARGUMENTS of ansible.module_utils.basic.
var commonArgs = map[string][]Arg{
	"file": {
		{Name: "mode", Type: Raw},
		{Name: "owner"},
		{Name: "group"},
		{Name: "seuser"},
		{Name: "serole"},
		{Name: "selevel"},
		{Name: "setype"},
		{Name: "attributes", Aliases: []string{"attr"}},
		{Name: "unsafe_writes", Type: Bool}, // false, unless ANSIBLE_UNSAFE_WRITES in the environment says otherwise
	},
}
