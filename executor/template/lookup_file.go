package template

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"pylint-deploy/parser/jinja/value"
)

// contents reads each term as a file of the search path.
func (l *lookupCall) contents(use func(name, path string, data []byte) (value.Value, error)) ([]value.Value, error) {
	names, err := l.texts()
	if err != nil {
		return nil, err
	}
	subdir := "files"
	if l.name == "template" {
		subdir = "templates"
	}
	var out []value.Value
	for _, name := range names {
		path := l.find(subdir, name)
		if path == "" {
			return nil, fmt.Errorf("could not locate file in lookup: %s (searched in %s)", name, strings.Join(l.searchPath(), ", "))
		}
		data, err := l.read(path)
		if err != nil {
			return nil, err
		}
		v, err := use(name, path, data)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func fileLookup(l *lookupCall) ([]value.Value, error) {
	left, err := l.flag("lstrip", false)
	if err != nil {
		return nil, err
	}
	right, err := l.flag("rstrip", true)
	if err != nil {
		return nil, err
	}
	return l.contents(func(_, _ string, data []byte) (value.Value, error) {
		text := string(data)
		if left {
			text = strings.TrimLeft(text, pythonSpace)
		}
		if right {
			text = strings.TrimRight(text, pythonSpace)
		}
		return value.Str(text), nil
	})
}

// pythonSpace is what str.strip takes away, of ASCII.
const pythonSpace = " \t\n\r\v\f\x1c\x1d\x1e\x1f"

func unvaultLookup(l *lookupCall) ([]value.Value, error) {
	return l.contents(func(_, _ string, data []byte) (value.Value, error) { return value.Str(data), nil })
}

func templateLookup(l *lookupCall) ([]value.Value, error) {
	syntax, err := l.syntax()
	if err != nil {
		return nil, err
	}
	convert, err := l.flag("convert_data", true)
	if err != nil {
		return nil, err
	}
	more, err := l.option("template_vars")
	if err != nil {
		return nil, err
	}
	return l.contents(func(name, path string, data []byte) (value.Value, error) {
		scope := l.FileScope(l.scope, name, path, "")
		if d, ok := more.(*value.Dict); ok {
			scope = overlay{Vars{d}, scope}
		}
		text, err := l.Templar.session(l.ctx, scope).file(Document{Path: path, Text: string(data), SearchPath: l.templateDirs(), Syntax: syntax})
		if err != nil {
			return nil, err
		}
		if convert && l.cfg.Compat == Classic {
			return literal(text), nil
		}
		return value.Str(text), nil
	})
}

func (s *session) templateDirs() []string {
	var out []string
	for _, dir := range s.searchPath() {
		out = append(out, filepath.Join(dir, "templates"), dir)
	}
	return out
}

func (l *lookupCall) syntax() (Syntax, error) {
	var x Syntax
	for _, name := range []string{"variable_start_string", "variable_end_string", "comment_start_string", "comment_end_string", "trim_blocks", "lstrip_blocks"} {
		v, err := l.option(name)
		if err != nil {
			return x, err
		}
		if v == nil {
			continue
		}
		if err := x.set(name, v); err != nil {
			return x, err
		}
	}
	return x, nil
}

// overlay is a scope over another.
type overlay struct{ top, base Scope }

// Lookup implements Scope.
func (o overlay) Lookup(name string) (value.Value, bool) {
	if v, ok := o.top.Lookup(name); ok {
		return v, true
	}
	return o.base.Lookup(name)
}

// Names implements Scope.
func (o overlay) Names() []string { return append(o.top.Names(), o.base.Names()...) }

func fileglobLookup(l *lookupCall) ([]value.Value, error) {
	patterns, err := l.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, pattern := range patterns {
		dir, base := filepath.Split(pattern)
		var dirs []string
		if dir != "" {
			dirs = []string{l.find("files", dir)}
		} else {
			for _, d := range l.searchPath() {
				dirs = append(dirs, filepath.Join(d, "files"), d)
			}
		}
		for _, d := range dirs {
			if d == "" {
				continue
			}
			if found := globFiles(filepath.Join(d, base)); len(found) > 0 {
				for _, f := range found {
					out = append(out, value.Str(f))
				}
				break
			}
		}
	}
	return out, nil
}

func firstFoundLookup(l *lookupCall) ([]value.Value, error) {
	names, skip, err := l.candidates(l.terms)
	if err != nil {
		return nil, err
	}
	subdir := "files"
	if l.subdir != "" {
		subdir = l.subdir
	}
	for _, name := range names {
		if path := l.find(subdir, name); path != "" {
			return []value.Value{value.Str(path)}, nil
		}
	}
	if skip {
		return nil, nil
	}
	return nil, fmt.Errorf("No file was found when using first_found. Tried: %s", strings.Join(names, ", "))
}

// candidates spreads the terms of first_found: names, lists of names, dicts with files, paths and skip.
func (l *lookupCall) candidates(terms []value.Value) (names []string, skip bool, err error) {
	for _, term := range terms {
		options := l.options
		switch t := term.(type) {
		case *value.Undefined:
			continue
		case *value.Dict:
			options = t
		case *value.List:
			items, err := value.ToSlice(t)
			if err != nil {
				return nil, false, err
			}
			more, s, err := l.candidates(items)
			if err != nil {
				return nil, false, err
			}
			names, skip = append(names, more...), s
			continue
		case value.Str:
		default:
			return nil, false, fmt.Errorf("Invalid term supplied, can handle string, mapping or list of strings but got: %s for %s", pyClass(term), shown(term))
		}
		one := &lookupCall{session: l.session, options: options}
		files, err := one.splitOption("files", ",;")
		if err != nil {
			return nil, false, err
		}
		paths, err := one.splitOption("paths", ",:;")
		if err != nil {
			return nil, false, err
		}
		if skip, err = one.flag("skip", false); err != nil {
			return nil, false, err
		}
		names = append(names, combined(files, paths, term)...)
	}
	return names, skip, nil
}

func combined(files, paths []string, term value.Value) []string {
	switch {
	case len(paths) > 0:
		var out []string
		for _, p := range paths {
			for _, f := range files {
				out = append(out, joinPaths([]string{p, f}))
			}
		}
		return out
	case len(files) > 0:
		return files
	}
	if s, ok := textOf(term); ok {
		return []string{s}
	}
	return nil
}

// splitOption reads an option that is a list, or text split at any of the characters.
func (l *lookupCall) splitOption(name, at string) ([]string, error) {
	v, err := l.option(name)
	if v == nil || err != nil {
		return nil, err
	}
	items, isList := isSequence(v)
	if !isList {
		items = []value.Value{v}
	}
	var out []string
	for _, item := range items {
		if item, err = value.Force(item); err != nil {
			return nil, err
		}
		if _, missing := item.(*value.Undefined); missing {
			continue
		}
		s, err := value.ToStr(item)
		if err != nil {
			return nil, err
		}
		for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(at, r) }) {
			out = append(out, strings.TrimSpace(part))
		}
	}
	return out, nil
}

func envLookup(l *lookupCall) ([]value.Value, error) {
	names, err := l.texts()
	if err != nil {
		return nil, err
	}
	def, err := get(l.options, "default")
	if err != nil {
		return nil, err
	}
	if def == nil {
		def = value.Str("")
	}
	var out []value.Value
	for _, name := range names {
		if v, ok := os.LookupEnv(firstWord(name)); ok {
			out = append(out, value.Str(v))
		} else if u, undefined := def.(*value.Undefined); undefined {
			return nil, u.Err()
		} else {
			out = append(out, def)
		}
	}
	return out, nil
}

// shell runs a command of the playbook's author on the controller, in the directory of the playbook.
func (l *lookupCall) shell(command string) (string, error) {
	cmd := exec.CommandContext(l.ctx, "/bin/sh", "-c", command)
	cmd.Dir = l.cfg.BaseDir
	cmd.Stderr = os.Stderr
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); ok {
		return "", fmt.Errorf("lookup_plugin.%s(%s) returned %d", l.name, command, exit.ExitCode())
	}
	return string(out), err
}

func pipeLookup(l *lookupCall) ([]value.Value, error) {
	commands, err := l.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, command := range commands {
		text, err := l.shell(command)
		if err != nil {
			return nil, err
		}
		out = append(out, value.Str(strings.TrimRight(text, pythonSpace)))
	}
	return out, nil
}

func linesLookup(l *lookupCall) ([]value.Value, error) {
	commands, err := l.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, command := range commands {
		text, err := l.shell(command)
		if err != nil {
			return nil, err
		}
		out = append(out, splitLines(text)...)
	}
	return out, nil
}

// splitLines is bytes.splitlines.
func splitLines(text string) []value.Value {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	text = strings.TrimSuffix(text, "\n")
	if text == "" {
		return nil
	}
	var out []value.Value
	for _, line := range strings.Split(text, "\n") {
		out = append(out, value.Str(line))
	}
	return out
}

func urlLookup(l *lookupCall) ([]value.Value, error) {
	addresses, err := l.texts()
	if err != nil {
		return nil, err
	}
	client, err := l.httpClient()
	if err != nil {
		return nil, err
	}
	split, err := l.flag("split_lines", true)
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, address := range addresses {
		text, err := l.fetch(client, address)
		if err != nil {
			return nil, err
		}
		if split {
			out = append(out, splitLines(text)...)
		} else {
			out = append(out, value.Str(text))
		}
	}
	return out, nil
}

func (l *lookupCall) httpClient() (*http.Client, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	verify, err := l.flag("validate_certs", true)
	if err != nil {
		return nil, err
	}
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: !verify} //nolint:gosec // the playbook says validate_certs: false
	if ca, err := l.textOption("ca_path", ""); err != nil {
		return nil, err
	} else if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return nil, err
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("no certificates in ca_path %s", ca)
		}
		transport.TLSClientConfig.RootCAs = pool
	}
	if proxy, err := l.flag("use_proxy", true); err != nil {
		return nil, err
	} else if !proxy {
		transport.Proxy = nil
	}
	seconds, err := l.intOption("timeout", 10)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Transport: transport, Timeout: time.Duration(seconds) * time.Second}
	if follow, err := l.textOption("follow_redirects", "urllib2"); err != nil {
		return nil, err
	} else if lower := strings.ToLower(follow); lower == "none" || lower == "no" || lower == "false" {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return client, nil
}

func (l *lookupCall) fetch(client *http.Client, address string) (string, error) {
	request, err := http.NewRequestWithContext(l.ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	agent, err := l.textOption("http_agent", "ansible-httpget")
	if err != nil {
		return "", err
	}
	request.Header.Set("User-Agent", agent)
	user, err := l.textOption("username", "")
	if err != nil {
		return "", err
	}
	password, err := l.textOption("password", "")
	if err != nil {
		return "", err
	}
	if user != "" {
		request.SetBasicAuth(user, password)
	}
	headers, err := l.option("headers")
	if err != nil {
		return "", err
	}
	if d, ok := headers.(*value.Dict); ok {
		pairs, err := entries(d)
		if err != nil {
			return "", err
		}
		for _, e := range pairs {
			v, err := value.ToStr(e.val)
			if err != nil {
				return "", err
			}
			request.Header.Set(keyLabel(e.key), v)
		}
	}
	response, err := client.Do(request)
	if err != nil {
		return "", fmt.Errorf("Failed lookup url for %s : %w", address, err)
	}
	defer response.Body.Close()
	if response.StatusCode >= 400 {
		return "", fmt.Errorf("Received HTTP error for %s : HTTP Error %s", address, response.Status)
	}
	const most = 64 << 20
	body, err := io.ReadAll(io.LimitReader(response.Body, most))
	return string(body), err
}

func firstWord(s string) string {
	if words := strings.Fields(s); len(words) > 0 {
		return words[0]
	}
	return ""
}
