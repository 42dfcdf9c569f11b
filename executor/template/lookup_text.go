package template

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/kv"
)

// inline splits a term of the older form "key file=x col=2" into the key and the options, which it adds to those given.
func (l *lookupCall) inline(term string) (string, error) {
	args, err := kv.Parse(term, false)
	if err != nil {
		return "", err
	}
	for _, a := range args.List {
		if err := l.setOption(a.Key, a.Value); err != nil {
			return "", err
		}
	}
	return args.Free, nil
}

// setOption takes an option out of a term.
func (l *lookupCall) setOption(name, text string) error {
	if known, _, _ := findLookup(l.name); !known.takes(name) {
		return value.Errorf(value.TypeError, "%s is not a valid option%s", name, optionHint(name, known.options))
	}
	l.options.SetStr(name, value.Str(text))
	return nil
}

// inlineWords is the way in which the lookup ini reads such a term: words that start with the name of an option and "=" begin
// it, the words up to the next one belong to it.
func (l *lookupCall) inlineWords(term string) (key string, err error) {
	known, _, _ := findLookup(l.name)
	var parts []string
	for _, word := range strings.Fields(term) {
		name, _, isOption := strings.Cut(word, "=")
		if len(parts) == 0 || isOption && known.takes(name) {
			parts = append(parts, word)
			continue
		}
		parts[len(parts)-1] += " " + word
	}
	for _, part := range parts {
		name, text, isOption := strings.Cut(part, "=")
		if !isOption {
			if key == "" {
				key = part
			}
			continue
		}
		if err := l.setOption(name, text); err != nil {
			return "", err
		}
	}
	if key == "" {
		return "", fmt.Errorf("No key to lookup was provided as first term with in string inline options: %s", term)
	}
	return key, nil
}

func csvLookup(l *lookupCall) ([]value.Value, error) {
	terms, err := l.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, term := range terms {
		key, err := l.inline(term)
		if err != nil {
			return nil, err
		}
		if key == "" {
			return nil, fmt.Errorf("Search key is required but was not found")
		}
		v, err := l.csvCell(key)
		if err != nil {
			return nil, err
		}
		if items, ok := isSequence(v); ok {
			out = append(out, items...)
		} else if v != nil {
			out = append(out, v)
		}
	}
	return out, nil
}

// csvCell finds the row whose first cell is key; nil where there is none and no default.
func (l *lookupCall) csvCell(key string) (value.Value, error) {
	name, err := l.textOption("file", "ansible.csv")
	if err != nil {
		return nil, err
	}
	delimiter, err := l.textOption("delimiter", "TAB")
	if err != nil {
		return nil, err
	}
	if delimiter == "TAB" || delimiter == "t" {
		delimiter = "\t"
	}
	text, err := l.located(name, "utf-8")
	if err != nil {
		return nil, err
	}
	rows, err := readCSV(text, csvDialect{delimiter: delimiter})
	if err != nil {
		return nil, fmt.Errorf("csvfile: %w", err)
	}
	for _, row := range rows {
		if len(row) == 0 || row[0] != key {
			continue
		}
		column, err := l.intOption("col", 1)
		if err != nil {
			return nil, err
		}
		if column < 0 {
			column += int64(len(row))
		}
		if column < 0 || column >= int64(len(row)) {
			return nil, fmt.Errorf("csvfile: list index out of range: row %q of %s has %d columns", key, name, len(row))
		}
		return value.Str(row[column]), nil
	}
	return l.option("default")
}

// located reads a file of the search path as text.
func (l *lookupCall) located(name, encoding string) (string, error) {
	path := l.find("files", name)
	if path == "" {
		return "", fmt.Errorf("No such file or directory: '%s' (searched in %s)", name, strings.Join(l.searchPath(), ", "))
	}
	data, err := l.read(path)
	if err != nil {
		return "", err
	}
	c, err := codecOf(encoding)
	if err != nil {
		return "", err
	}
	return c.decode(data)
}

func iniLookup(l *lookupCall) ([]value.Value, error) {
	terms, err := l.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, term := range terms {
		key := term
		if strings.Contains(term, "=") || strings.Contains(strings.TrimSpace(term), " ") {
			if key, err = l.inlineWords(term); err != nil {
				return nil, err
			}
		}
		found, err := l.iniValues(key)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func (l *lookupCall) iniValues(key string) ([]value.Value, error) {
	name, err := l.textOption("file", "ansible.ini")
	if err != nil {
		return nil, err
	}
	encoding, err := l.textOption("encoding", "utf-8")
	if err != nil {
		return nil, err
	}
	section, err := l.textOption("section", "global")
	if err != nil {
		return nil, err
	}
	kind, err := l.textOption("type", "ini")
	if err != nil {
		return nil, err
	}
	text, err := l.located(name, encoding)
	if err != nil {
		return nil, err
	}
	if kind == "properties" {
		section = "java_properties"
		text = "[java_properties]\n" + text
	}
	rules := iniRules{}
	for option, target := range map[string]*bool{"case_sensitive": &rules.caseSensitive, "allow_no_value": &rules.noValue} {
		if *target, err = l.flag(option, false); err != nil {
			return nil, err
		}
	}
	if alias, err := l.flag("allow_none", false); err != nil {
		return nil, err
	} else if alias {
		rules.noValue = true
	}
	file, err := parseINI(text, rules)
	var twice *duplicateOption
	if errors.As(err, &twice) {
		return nil, fmt.Errorf("Duplicate option in '%s': %w", name, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	options, ok := file.section(section)
	if !ok {
		return nil, fmt.Errorf("No section '%s' in %s", section, name)
	}
	return l.pickINI(options, key, rules)
}

// pickINI gives the value under a key, or those of all keys that a regular expression matches.
func (l *lookupCall) pickINI(options []iniOption, key string, rules iniRules) ([]value.Value, error) {
	asRegex, err := l.flag("re", false)
	if err != nil {
		return nil, err
	}
	if !asRegex {
		key = rules.key(key)
		for _, o := range options {
			if o.key == key {
				return o.values(), nil
			}
		}
		def, err := l.textOption("default", "")
		return []value.Value{value.Str(def)}, err
	}
	re, err := compileRegex(key, false, false)
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, o := range options {
		m, err := re.Match(o.key)
		if err != nil {
			return nil, err
		}
		if m != nil {
			out = append(out, o.values()...)
		}
	}
	return out, nil
}

// iniRules are the settings of configparser that the lookup exposes.
type iniRules struct{ caseSensitive, noValue bool }

func (r iniRules) key(s string) string {
	if r.caseSensitive {
		return s
	}
	return strings.ToLower(s)
}

type iniOption struct {
	key, val string
	has      bool
}

func (o iniOption) values() []value.Value {
	if !o.has {
		return nil
	}
	return []value.Value{value.Str(o.val)}
}

type iniFile struct {
	names   []string
	options map[string][]iniOption
}

// section gives the options of a section with those of DEFAULT that it does not set itself, references expanded.
func (f *iniFile) section(name string) ([]iniOption, bool) {
	own, ok := f.options[name]
	if !ok {
		return nil, false
	}
	all := append([]iniOption{}, own...)
	for _, d := range f.options["DEFAULT"] {
		if _, had := findOption(own, d.key); !had && name != "DEFAULT" {
			all = append(all, d)
		}
	}
	for i := range all {
		all[i].val = expandReferences(all[i].val, all, 0)
	}
	return all, true
}

func findOption(options []iniOption, key string) (int, bool) {
	for i, o := range options {
		if o.key == key {
			return i, true
		}
	}
	return 0, false
}

// expandReferences is configparser's basic interpolation: %(name)s and %%.
func expandReferences(text string, options []iniOption, depth int) string {
	const deepest = 10
	if depth > deepest || !strings.Contains(text, "%") {
		return text
	}
	var out strings.Builder
	for rest := text; rest != ""; {
		i := strings.IndexByte(rest, '%')
		if i < 0 || i+1 >= len(rest) {
			out.WriteString(rest)
			break
		}
		out.WriteString(rest[:i])
		rest = rest[i:]
		if rest[1] == '%' {
			out.WriteByte('%')
			rest = rest[2:]
			continue
		}
		end := strings.Index(rest, ")s")
		if rest[1] == '(' && end > 0 {
			if j, ok := findOption(options, strings.ToLower(rest[2:end])); ok {
				out.WriteString(expandReferences(options[j].val, options, depth+1))
				rest = rest[end+2:]
				continue
			}
		}
		out.WriteByte('%')
		rest = rest[1:]
	}
	return out.String()
}

// parseINI reads what Python's configparser reads: sections, "key = value" or "key: value", comment lines, indented
// continuation lines.
func parseINI(text string, rules iniRules) (*iniFile, error) {
	f := &iniFile{options: map[string][]iniOption{}}
	section, open := "", -1
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "":
			continue
		case trimmed[0] == '#' || trimmed[0] == ';':
			continue
		case open >= 0 && (line[0] == ' ' || line[0] == '\t'):
			f.options[section][open].val += "\n" + trimmed
			continue
		case trimmed[0] == '[' && strings.Contains(trimmed, "]"):
			section, open = trimmed[1:strings.LastIndexByte(trimmed, ']')], -1
			if _, had := f.options[section]; had && section != "DEFAULT" {
				return nil, fmt.Errorf("line %d: section '%s' already exists", n, section)
			}
			f.names = append(f.names, section)
			f.options[section] = append(f.options[section], []iniOption{}...)
			if f.options[section] == nil {
				f.options[section] = []iniOption{}
			}
			continue
		case section == "":
			return nil, fmt.Errorf("line %d: File contains no section headers: %q", n, line)
		}
		option, err := parseOption(trimmed, rules)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if _, had := findOption(f.options[section], option.key); had {
			return nil, &duplicateOption{line: n, key: option.key, section: section}
		}
		f.options[section] = append(f.options[section], option)
		open = len(f.options[section]) - 1
	}
	return f, lines.Err()
}

// duplicateOption is an option that stands in a section twice.
type duplicateOption struct {
	line         int
	key, section string
}

func (e *duplicateOption) Error() string {
	return fmt.Sprintf("line %d: option '%s' in section '%s' already exists", e.line, e.key, e.section)
}

func parseOption(line string, rules iniRules) (iniOption, error) {
	i := strings.IndexAny(line, "=:")
	if i < 0 {
		if !rules.noValue {
			return iniOption{}, fmt.Errorf("%q has no value (allow_no_value=true accepts that)", line)
		}
		return iniOption{key: rules.key(line)}, nil
	}
	return iniOption{key: rules.key(strings.TrimSpace(line[:i])), val: strings.TrimSpace(line[i+1:]), has: true}, nil
}

// csvDialect is a dialect of Python's csv module.
type csvDialect struct {
	delimiter   string
	skipInitial bool
	strict      bool
}

// readCSV reads all rows; a blank line is an empty row.
func readCSV(text string, d csvDialect) ([][]string, error) {
	if r := []rune(d.delimiter); len(r) != 1 {
		return nil, value.Errorf(value.TypeError, "\"delimiter\" must be a 1-character string")
	}
	delimiter := []rune(d.delimiter)[0]
	var rows [][]string
	var row []string
	var cell strings.Builder
	const (
		start = iota
		plain
		quoted
		quoteEnd
	)
	state := start
	endCell := func() {
		row = append(row, cell.String())
		cell.Reset()
		state = start
	}
	reader := strings.NewReader(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"))
	for {
		r, _, err := reader.ReadRune()
		if err == io.EOF {
			break
		}
		switch {
		case state == quoted && r != '"':
			cell.WriteRune(r)
		case state == quoted:
			state = quoteEnd
		case state == quoteEnd && r == '"':
			cell.WriteRune(r)
			state = quoted
		case r == delimiter:
			endCell()
		case r == '\n':
			if state != start || len(row) > 0 {
				endCell()
			}
			rows = append(rows, row)
			row = nil
		case state == start && r == '"':
			state = quoted
		case state == start && r == ' ' && d.skipInitial:
		case state == quoteEnd && d.strict:
			return nil, value.Errorf(value.ValueError, "'%s' expected after '\"'", d.delimiter)
		default:
			cell.WriteRune(r)
			state = plain
		}
	}
	if state == quoted && d.strict {
		return nil, value.Errorf(value.ValueError, "unexpected end of data")
	}
	if state != start || len(row) > 0 {
		endCell()
		rows = append(rows, row)
	}
	return rows, nil
}

// encodeText is base64 of text.
func encodeText(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
