package template

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/spelling"
)

// lookupCall is one run of a lookup: its terms and options, and the session it runs in. Lookups run on the controller.
type lookupCall struct {
	*session
	name    string
	terms   []value.Value
	options *value.Dict
	inLoop  bool // as with_<lookup>
}

// lookup gives the list that query() returns. Options it does not know are refused by the caller.
type lookup struct {
	run func(l *lookupCall) ([]value.Value, error)
	// options are the keyword arguments it takes beside errors and wantlist; "*" for any.
	options string
}

func builtinLookups() map[string]lookup {
	return map[string]lookup{
		"config":              {configLookup, "on_missing plugin_type plugin_name"},
		"csvfile":             {csvLookup, "file col default delimiter encoding"},
		"dict":                {dictLookup, ""},
		"env":                 {envLookup, "default"},
		"file":                {fileLookup, "lstrip rstrip"},
		"fileglob":            {fileglobLookup, ""},
		"first_found":         {firstFoundLookup, "files paths skip"},
		"indexed_items":       {indexedLookup, ""},
		"ini":                 {iniLookup, "file section default re type encoding case_sensitive allow_no_value allow_none"},
		"inventory_hostnames": {inventoryLookup, ""},
		"items":               {itemsLookup, ""},
		"lines":               {linesLookup, ""},
		"list":                {listLookup, ""},
		"nested":              {nestedLookup, ""},
		"password":            {passwordLookup, "length chars encrypt ident seed"},
		"pipe":                {pipeLookup, ""},
		"random_choice":       {randomChoiceLookup, ""},
		"sequence":            {sequenceLookup, "start end count stride format"},
		"subelements":         {subelementsLookup, ""},
		"template": {templateLookup, "convert_data variable_start_string variable_end_string comment_start_string comment_end_string " +
			"jinja2_native template_vars trim_blocks lstrip_blocks"},
		"together": {togetherLookup, ""},
		"unvault":  {unvaultLookup, ""},
		"url": {urlLookup, "validate_certs split_lines use_proxy username password headers force timeout http_agent force_basic_auth " +
			"follow_redirects ca_path"},
		"varnames": {varnamesLookup, ""},
		"vars":     {varsLookup, "default"},
	}
}

func communityLookups() map[string]lookup {
	return map[string]lookup{
		"community.general.cartesian":     {cartesianLookup, ""},
		"community.general.flattened":     {flattenedLookup, ""},
		"community.general.filetree":      {filetreeLookup, "exclude"},
		"community.general.random_string": {randomStringLookup, "length upper lower numbers special min_lower min_upper min_special min_numeric override_special override_all base64 ignore_similar_chars similar_chars seed"},
		"flattened":                       {flattenedLookup, ""},
		"cartesian":                       {cartesianLookup, ""},
		"filetree":                        {filetreeLookup, "exclude"},
	}
}

// findLookup finds a lookup by its short or full name.
func findLookup(name string) (lookup, string, bool) {
	short := strings.TrimPrefix(strings.TrimPrefix(name, "ansible.builtin."), "ansible.legacy.")
	if l, ok := builtinLookups()[short]; ok {
		return l, short, true
	}
	l, ok := communityLookups()[name]
	return l, name, ok
}

// LookupNames lists the lookups under all their names.
func LookupNames() []string {
	var out []string
	for name := range builtinLookups() {
		out = append(out, name, "ansible.builtin."+name)
	}
	for name := range communityLookups() {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

// lookupError is a failure that errors="ignore" and "warn" forgive.
type lookupError struct{ err error }

func (e *lookupError) Error() string { return e.err.Error() }
func (e *lookupError) Unwrap() error { return e.err }

// lookupGlobal is lookup(), and query() where wantlist is set.
func lookupGlobal(c *jinja.Call, wantlist bool) (value.Value, error) {
	s := sessionOf(c)
	if s == nil || len(c.Pos) == 0 {
		return nil, value.Errorf(value.TypeError, "lookup() missing 1 required positional argument: 'name'")
	}
	name, err := value.ToStr(c.Pos[0])
	if err != nil {
		return nil, err
	}
	terms := c.Pos[1:]
	if len(s.nested) > 0 {
		terms = slices.Clone(terms)
		for i := range terms {
			if terms[i], err = s.renderEmbedded(terms[i]); err != nil {
				return nil, err
			}
		}
	}
	options, mode := value.NewDict(), "strict"
	for _, kw := range c.Kw {
		switch kw.Name {
		case "wantlist":
			if wantlist {
				break
			}
			wantlist, err = value.Truth(kw.Value)
		case "errors":
			mode, err = value.ToStr(kw.Value)
		case "allow_unsafe": // results are data here, always
		default:
			options.SetStr(kw.Name, kw.Value)
		}
		if err != nil {
			return nil, err
		}
	}
	ran, err := s.lookup(name, terms, options, false)
	var forgivable *lookupError
	if err != nil && mode != "strict" && errors.As(err, &forgivable) && !IsUndefined(err) {
		if mode == "warn" {
			s.warn("Lookup failed but the error is being ignored: " + err.Error())
		}
		if wantlist {
			return list(nil), nil
		}
		return value.None, nil
	}
	if err != nil {
		return nil, err
	}
	if wantlist {
		return list(ran), nil
	}
	return joined(ran), nil
}

// joined is what lookup() makes of a list: text joined by commas, the only item, or the list.
func joined(ran []value.Value) value.Value {
	if len(ran) == 0 {
		return list(nil)
	}
	var texts []string
	for _, v := range ran {
		s, ok := v.(value.Str)
		if !ok {
			if len(ran) == 1 {
				return ran[0]
			}
			return list(ran)
		}
		texts = append(texts, string(s))
	}
	return value.Str(strings.Join(texts, ","))
}

// lookup runs a lookup over computed terms.
func (s *session) lookup(name string, terms []value.Value, options *value.Dict, inLoop bool) ([]value.Value, error) {
	if s.noLookups {
		return nil, value.Errorf(value.SecurityError, "The lookup `%s` was found, however lookups were disabled from templating", name)
	}
	l, short, ok := findLookup(name)
	if !ok {
		return nil, value.Errorf(value.TemplateRuntimeError, "lookup plugin (%s) not found%s", name, lookupHint(name))
	}
	for _, o := range (Vars{options}).Names() {
		if !l.takes(o) {
			return nil, value.Errorf(value.TypeError, "lookup %s: %s is not a valid option%s", name, o, optionHint(o, l.options))
		}
	}
	call := &lookupCall{session: s, name: short, terms: make([]value.Value, len(terms)), options: options, inLoop: inLoop}
	for i, t := range terms {
		v, err := value.Force(t)
		if err == nil {
			v, err = unroll(v)
		}
		if err != nil {
			return nil, err
		}
		if u, ok := v.(*value.Undefined); ok && short != "first_found" {
			return nil, u.Err()
		}
		call.terms[i] = v
	}
	out, err := l.run(call)
	switch {
	case err == nil:
		return out, nil
	case inLoop: // with_items and the like name the lookup
		return nil, &lookupError{err}
	}
	return nil, &lookupError{fmt.Errorf("lookup %s: %w", name, err)}
}

func (l lookup) takes(option string) bool { return strings.Contains(" "+l.options+" ", " "+option+" ") }

func lookupHint(name string) string {
	if best := spelling.Nearest(name, LookupNames()); best != "" {
		return ", did you mean '" + best + "'?"
	}
	return "; this program runs the lookups of ansible.builtin and a few of community.general"
}

func optionHint(name, options string) string {
	if best := spelling.Nearest(name, strings.Fields(options)); best != "" {
		return ", did you mean '" + best + "'?"
	}
	return ""
}

// Items gives the items of a loop written as with_<lookup>: terms are rendered and handed to the lookup. A lookup of
// ansible.builtin is named without its collection, others by their full name.
func (t *Templar) Items(ctx context.Context, s Scope, lookup string, terms value.Value) ([]value.Value, error) {
	return t.ItemsFor(ctx, s, "", lookup, terms)
}

// ItemsFor is Items for a task with some action: with_first_found looks in templates, vars or files, as the action's name has
// "template", "var" or neither in it (TaskExecutor._get_loop_items).
func (t *Templar) ItemsFor(ctx context.Context, s Scope, action, lookup string, terms value.Value) ([]value.Value, error) {
	session := t.session(ctx, s)
	for _, kind := range []string{"template", "var"} {
		if session.subdir == "" && strings.Contains(action, kind) {
			session.subdir = kind + "s"
		}
	}
	source, _ := terms.(value.Template)
	v, err := session.loopTerms(lookup, terms)
	if err != nil {
		return nil, session.fail(err, source)
	}
	items, isList := isSequence(v)
	if !isList {
		items = []value.Value{v}
	}
	if _, isDict := v.(*value.Dict); isDict && wantsList[strings.TrimPrefix(lookup, "ansible.builtin.")] {
		return nil, session.fail(value.Errorf(value.TypeError, "with_%s expects a list", strings.TrimPrefix(lookup, "ansible.builtin.")), source)
	}
	if strings.TrimPrefix(lookup, "ansible.builtin.") == "first_found" {
		items = []value.Value{list(items)}
	}
	out, err := session.lookup(lookup, items, value.NewDict(), true)
	if err != nil {
		return nil, session.fail(err, source)
	}
	return session.finishItems(out, source)
}

// wantsList are lookups that take no dict for a loop.
var wantsList = map[string]bool{"indexed_items": true, "list": true}

func (s *session) finishItems(items []value.Value, source value.Template) ([]value.Value, error) {
	out, err := s.finishAll(items, 0)
	if err != nil {
		return nil, s.fail(err, source)
	}
	return out, nil
}

// loopTerms renders the terms of a loop. first_found may meet undefined variables, which are names that are not there.
func (s *session) loopTerms(lookup string, terms value.Value) (value.Value, error) {
	l, ok := terms.(*value.List)
	if !ok || strings.TrimPrefix(lookup, "ansible.builtin.") != "first_found" {
		return s.value(terms)
	}
	var out []value.Value
	for _, item := range l.Items {
		v, err := s.value(item)
		if IsUndefined(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return list(out), nil
}

// Lookup runs a lookup as query() does and returns its list. kwargs may be nil. Results are never templates.
func (t *Templar) Lookup(ctx context.Context, s Scope, name string, terms []value.Value, kwargs *value.Dict) ([]value.Value, error) {
	session := t.session(ctx, s)
	if kwargs == nil {
		kwargs = value.NewDict()
	}
	out, err := session.lookup(name, terms, kwargs, false)
	if err != nil {
		return nil, session.fail(err, value.Template{})
	}
	return session.finishItems(out, value.Template{})
}

// option reads an option of the lookup; nil where it is not given or None.
func (l *lookupCall) option(name string) (value.Value, error) {
	v, err := get(l.options, name)
	if v == value.None {
		return nil, err
	}
	if u, ok := v.(*value.Undefined); ok {
		return nil, u.Err()
	}
	return v, err
}

func (l *lookupCall) textOption(name, def string) (string, error) {
	v, err := l.option(name)
	if v == nil || err != nil {
		return def, err
	}
	return value.ToStr(v)
}

func (l *lookupCall) intOption(name string, def int64) (int64, error) {
	v, err := l.option(name)
	if v == nil || err != nil {
		return def, err
	}
	if s, ok := textOf(v); ok {
		if v, err = value.ParseInt(strings.TrimSpace(s), 10); err != nil {
			return 0, err
		}
	}
	return toInt(v)
}

func (l *lookupCall) flag(name string, def bool) (bool, error) {
	v, err := l.option(name)
	if v == nil || err != nil {
		return def, err
	}
	if s, ok := textOf(v); ok {
		switch strings.ToLower(s) {
		case "yes", "on", "1", "true", "y", "t":
			return true, nil
		}
		return false, nil
	}
	return value.Truth(v)
}

// names are terms that must be text.
func (l *lookupCall) names() ([]string, error) {
	out := make([]string, len(l.terms))
	for i, t := range l.terms {
		name, ok := textOf(t)
		if !ok {
			return nil, value.Errorf(value.TypeError, "Invalid setting identifier, \"%s\" is not a string, its a %s", shown(t), pyClass(t))
		}
		out[i] = name
	}
	return out, nil
}

// texts are the terms as text.
func (l *lookupCall) texts() ([]string, error) {
	out := make([]string, len(l.terms))
	for i, t := range l.terms {
		s, ok := textOf(t)
		if !ok {
			if _, isNumber := toFloat(t); !isNumber {
				return nil, value.Errorf(value.TypeError, "expects text, got %s %s", t.TypeName(), shown(t))
			}
			s, _ = value.ToStr(t)
		}
		out[i] = s
	}
	return out, nil
}

// searchPath lists where relative files are searched: the task's search path, then the directory of the playbook.
func (s *session) searchPath() []string {
	var out []string
	if v, ok, err := s.Lookup("ansible_search_path"); ok && err == nil {
		items, _ := value.ToSlice(v)
		for _, item := range items {
			if dir, ok := textOf(item); ok {
				out = append(out, dir)
			}
		}
	}
	base := s.cfg.BaseDir
	if base == "" {
		base = "."
	}
	if abs, err := filepath.Abs(base); err == nil {
		base = abs
	}
	for _, dir := range out {
		if dir == base {
			return out
		}
	}
	return append(out, base)
}

// find looks for a file in the sub-directory of each place of the search path, then in the place itself; "" where there is none.
func (s *session) find(subdir, name string) string {
	name = expandUser(name)
	if filepath.IsAbs(name) {
		if _, err := os.Stat(name); err == nil {
			return name
		}
		return ""
	}
	for _, dir := range s.searchPath() {
		for _, candidate := range []string{filepath.Join(dir, subdir, name), filepath.Join(dir, name)} {
			if _, err := os.Stat(candidate); err == nil {
				return candidate
			}
		}
	}
	return ""
}

// read reads a file of the controller, opening the vault where it is encrypted.
func (s *session) read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(string(data), "$ANSIBLE_VAULT;") {
		return data, nil
	}
	if s.cfg.Decrypt == nil {
		return nil, fmt.Errorf("%s is encrypted with ansible-vault and no vault password was given (--vault-password-file)", path)
	}
	plain, err := s.cfg.Decrypt(data)
	if err != nil {
		return nil, fmt.Errorf("opening the vault of %s: %w", path, err)
	}
	return plain, nil
}
