package pymodule

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/parser/pattern"
)

// Kind is how a module wants to be run.
type Kind string

// The kinds.
const (
	// Packed is a module for Python that imports module_utils: an archive that Python runs, with the arguments on standard input.
	Packed Kind = "packed"
	// Filled has its arguments as JSON in its own text.
	Filled Kind = "filled"
	// WantJSON and Binary get the name of a file with their arguments as JSON.
	WantJSON Kind = "want_json"
	Binary   Kind = "binary"
	// Old gets the name of a file with its arguments as key=value.
	Old Kind = "old"
)

// Program is a module as it is sent.
type Program struct {
	*File
	Kind    Kind
	Content []byte
	SHA256  string
	// Interpreter are the words of the module's first line; those of a Binary are none.
	Interpreter []string
	// Version is that of the ansible-core that is installed here; "" where there is none.
	Version string

	takes string // where ansible.module_utils says which internal parameters it takes, "" where any may be given
}

// Takes tells whether the module takes an internal parameter of that name. Which there are depends on ansible-core's version.
func (p *Program) Takes(name string) bool {
	return p.takes == "" || strings.Contains(p.takes, "'"+name+"'") || strings.Contains(p.takes, `"`+name+`"`)
}

// Python tells that the target's Python runs it.
func (p *Program) Python() bool {
	return p.Kind == Packed || len(p.Interpreter) > 0 && strings.HasPrefix(path.Base(p.Interpreter[0]), "python")
}

// Marks in a module's text.
const (
	markOfCommon = "#<<INCLUDE_ANSIBLE_MODULE_COMMON>>"
	// MarkOfArgs stands for the arguments of a Filled.
	MarkOfArgs = "<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>"
	wantJSON   = "WANT_JSON"
)

// importsUtils tells a module for Python from other scripts.
var importsUtils = pattern.New(`from +\.{2,} *module_utils.* +import |` +
	`(?:from|import) +ansible_collections\.[^.]+\.[^.]+\.plugins\.module_utils|` +
	`from +ansible\.module_utils.* +import |import +ansible\.module_utils\.`)

// powershell tells a module for Windows.
var powershell = pattern.New(`(?i)#<<INCLUDE_ANSIBLE_MODULE_WINDOWS>>|# POWERSHELL_COMMON|#Requires -(?:Module|Version)|#AnsibleRequires -(?:OSVersion|Powershell|CSharpUtil)`)

// Pack makes a program of a module. It is made once.
func (l *Library) Pack(f *File) (*Program, error) {
	l.mu.Lock()
	p := l.packed[f.Name+"\x00"+f.Path]
	l.mu.Unlock()
	if p != nil {
		return p, nil
	}
	p, err := l.pack(f)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(p.Content)
	p.SHA256 = hex.EncodeToString(sum[:])
	l.mu.Lock()
	defer l.mu.Unlock()
	l.packed[f.Name+"\x00"+f.Path] = p
	return p, nil
}

func (l *Library) pack(f *File) (*Program, error) {
	if f.Action != "" {
		return nil, fmt.Errorf("Ansible runs an action plugin on the controller for it (%s), which is Python within Ansible itself", f.Action)
	}
	text, err := os.ReadFile(f.Path)
	if err != nil {
		return nil, fmt.Errorf("reading the module %s: %w", f.Name, err)
	}
	p := &Program{File: f, Content: text, Interpreter: interpreterOf(text)}
	if core, err := l.core(); err == nil {
		p.Version, _ = released(core)
	}
	switch {
	case isBinary(text):
		p.Kind, p.Interpreter = Binary, nil
		return p, nil
	case bytes.Contains(text, []byte(markOfCommon)):
		return p, l.python(p, strings.ReplaceAll(string(text), markOfCommon, "from ansible.module_utils.basic import *"))
	case importsUtils.Match(text):
		return p, l.python(p, string(text))
	case powershell.Match(text):
		return nil, fmt.Errorf("%s is a module for Windows", f.Path)
	case bytes.Contains(text, []byte(MarkOfArgs)):
		p.Kind = Filled
	case bytes.Contains(text, []byte(wantJSON)):
		p.Kind = WantJSON
	default:
		p.Kind = Old
	}
	if len(p.Interpreter) == 0 {
		return nil, fmt.Errorf("%s has no first line such as #!/usr/bin/python that names its interpreter", f.Path)
	}
	return p, nil
}

//go:embed main.py
var start string

// python packs a module for Python.
func (l *Library) python(p *Program, source string) error {
	core, err := l.core()
	if err != nil {
		return err
	}
	name := l.dotted(p.File)
	files, err := l.gather(core, p.Name, name, source)
	if err != nil {
		return err
	}
	parts := strings.Split(name, ".")
	for n := 1; n < len(parts); n++ {
		if file := path.Join(append(slices.Clone(parts[:n]), "__init__.py")...); files[file] == "" {
			files[file] = ""
		}
	}
	files[path.Join(parts...)+".py"] = source
	files["__main__.py"] = start + fmt.Sprintf("run(%q)\n", name)
	p.Kind, p.takes = Packed, files["ansible/module_utils/common/parameters.py"]
	p.Content, err = archive(files)
	return err
}

// dotted is the name by which Python imports a module.
func (l *Library) dotted(f *File) string {
	collection, short := splitName(f.FQCN)
	if collection == "ansible.legacy" || collection == "ansible.builtin" {
		return "ansible.modules." + short
	}
	plugins := filepath.Join(l.collectionDir(collection), "plugins/modules")
	inside, err := filepath.Rel(plugins, f.Path)
	if err != nil {
		inside = filepath.Base(f.Path)
	}
	inside = strings.TrimSuffix(inside, filepath.Ext(inside))
	return "ansible_collections." + collection + ".plugins.modules." + strings.ReplaceAll(inside, "/", ".")
}

// archive is a zip file that is the same for the same files.
func archive(files map[string]string) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err == nil {
			_, err = w.Write([]byte(files[name]))
		}
		if err != nil {
			return nil, fmt.Errorf("packing %s: %w", name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("packing: %w", err)
	}
	return out.Bytes(), nil
}

// isBinary tells that a file is no text, by its begin.
func isBinary(content []byte) bool {
	for _, c := range content[:min(len(content), 1024)] {
		if c < ' ' && !bytes.ContainsRune([]byte("\a\b\t\n\f\r\x1b"), rune(c)) || c == 0x7f {
			return true
		}
	}
	return false
}
