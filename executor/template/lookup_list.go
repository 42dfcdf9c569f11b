package template

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/kv"
	"pylint-deploy/parser/pattern"
)

func listLookup(l *lookupCall) ([]value.Value, error) { return l.terms, nil }

// itemsLookup dissolves one level of lists.
func itemsLookup(l *lookupCall) ([]value.Value, error) { return oneLevel(l.terms) }

func oneLevel(items []value.Value) ([]value.Value, error) {
	var out []value.Value
	for _, item := range items {
		item, err := value.Force(item)
		if err != nil {
			return nil, err
		}
		if _, ok := isSequence(item); !ok {
			out = append(out, item)
			continue
		}
		inner, err := value.ToSlice(item)
		if err != nil {
			return nil, err
		}
		out = append(out, inner...)
	}
	return out, nil
}

func flattenedLookup(l *lookupCall) ([]value.Value, error) {
	out, err := flatten(l.terms, -1, true)
	return out, err
}

func dictLookup(l *lookupCall) ([]value.Value, error) {
	var out []value.Value
	for _, term := range l.terms {
		d, ok := term.(*value.Dict)
		if !ok {
			if d, ok = asDict(term); !ok {
				return nil, value.Errorf(value.TypeError, "with_dict expects a dict, got %s", pyClass(term))
			}
		}
		for _, e := range unforced(d) {
			item := value.NewDict()
			item.SetStr("key", e.key)
			item.SetStr("value", e.val)
			out = append(out, item)
		}
	}
	return out, nil
}

// columns reads the terms as lists; a term that is no list is a list of itself.
func (l *lookupCall) columns() ([][]value.Value, error) {
	var out [][]value.Value
	for _, term := range l.terms {
		items := []value.Value{term}
		if _, ok := isSequence(term); ok {
			var err error
			if items, err = value.ToSlice(term); err != nil {
				return nil, err
			}
		}
		out = append(out, items)
	}
	return out, nil
}

func nestedLookup(l *lookupCall) ([]value.Value, error) {
	columns, err := l.columns()
	if err != nil {
		return nil, err
	}
	if len(columns) == 0 {
		return nil, fmt.Errorf("with_nested requires at least one element in the nested list")
	}
	return crossed(columns)
}

func cartesianLookup(l *lookupCall) ([]value.Value, error) {
	columns, err := l.columns()
	if err != nil {
		return nil, err
	}
	if len(columns) == 0 {
		return nil, fmt.Errorf("with_cartesian requires at least one element in each list")
	}
	return crossed(columns)
}

// crossed gives every combination as a flat list, the last column running fastest.
func crossed(columns [][]value.Value) ([]value.Value, error) {
	rows := [][]value.Value{nil}
	for _, column := range columns {
		var next [][]value.Value
		for _, row := range rows {
			for _, item := range column {
				next = append(next, join(row, []value.Value{item}))
			}
		}
		rows = next
	}
	var out []value.Value
	for _, row := range rows {
		flat, err := flatten(row, -1, false)
		if err != nil {
			return nil, err
		}
		out = append(out, list(flat))
	}
	return out, nil
}

func togetherLookup(l *lookupCall) ([]value.Value, error) {
	columns, err := l.columns()
	if err != nil {
		return nil, err
	}
	if len(columns) == 0 {
		return nil, fmt.Errorf("with_together requires at least one element in each list")
	}
	n := 0
	for _, c := range columns {
		n = max(n, len(c))
	}
	var out []value.Value
	for _, row := range zipped(columns, n, value.None) {
		flat, err := oneLevel(row.(value.Tuple))
		if err != nil {
			return nil, err
		}
		out = append(out, list(flat))
	}
	return out, nil
}

func indexedLookup(l *lookupCall) ([]value.Value, error) {
	items, err := oneLevel(l.terms)
	if err != nil {
		return nil, err
	}
	out := make([]value.Value, len(items))
	for i, item := range items {
		out[i] = value.Tuple{value.Int(i), item}
	}
	return out, nil
}

func randomChoiceLookup(l *lookupCall) ([]value.Value, error) {
	if len(l.terms) == 0 {
		return nil, nil
	}
	return []value.Value{l.terms[rand.IntN(len(l.terms))]}, nil
}

func subelementsLookup(l *lookupCall) ([]value.Value, error) {
	const wants = "subelements lookup expects a list of two or three items, "
	if len(l.terms) < 2 || len(l.terms) > 3 {
		return nil, value.Errorf(value.TypeError, "%snot %d", wants, len(l.terms))
	}
	path, isText := textOf(l.terms[1])
	first := l.terms[0]
	d, isDict := first.(*value.Dict)
	elements, isList := isSequence(first)
	if !isList && !isDict { // one element is a list of it, and will be refused as such
		elements, isList = []value.Value{first}, true
	}
	if !isText || !isList && !isDict {
		return nil, value.Errorf(value.TypeError, "%sfirst a dict or a list, second a string pointing to the subkey", wants)
	}
	if isDict {
		if skipped, err := get(d, "skipped"); err != nil {
			return nil, err
		} else if skipped != nil && skipped != value.Value(value.Bool(false)) {
			return nil, nil // a registered result of a task that was skipped
		}
		elements = nil
		for _, e := range unforced(d) {
			elements = append(elements, e.val)
		}
	}
	skip := false
	if len(l.terms) == 3 {
		flags, ok := l.terms[2].(*value.Dict)
		if !ok {
			return nil, value.Errorf(value.TypeError, "%sthe optional third item must be a dict with flags (skip_missing)", wants)
		}
		one := &lookupCall{session: l.session, options: flags}
		var err error
		if skip, err = one.flag("skip_missing", false); err != nil {
			return nil, err
		}
	}
	var keys []value.Value
	for _, k := range strings.Split(path, ".") {
		keys = append(keys, value.Str(k))
	}
	return subelementPairs(elements, keys, skip)
}

func subelementPairs(elements, keys []value.Value, skip bool) ([]value.Value, error) {
	var out []value.Value
	for _, element := range elements {
		element, err := value.Force(element)
		if err != nil {
			return nil, err
		}
		item, ok := element.(*value.Dict)
		if !ok {
			return nil, value.Errorf(value.TypeError, "subelements lookup expects a dictionary, got '%s'", shown(element))
		}
		if skipped, err := get(item, "skipped"); err != nil {
			return nil, err
		} else if skipped != nil && skipped != value.Value(value.Bool(false)) {
			continue
		}
		subs, err := subList(item, keys, skip)
		if err != nil {
			return nil, err
		}
		rest, err := withoutKey(item, keys)
		if err != nil {
			return nil, err
		}
		for _, sub := range subs {
			out = append(out, value.Tuple{rest, sub})
		}
	}
	return out, nil
}

// withoutKey is a copy of a dict without what is at the end of a path of keys: the lookup takes the list out of its element.
func withoutKey(d *value.Dict, keys []value.Value) (*value.Dict, error) {
	out := copyDict(d)
	if len(keys) == 1 {
		out.Delete(keys[0])
		return out, nil
	}
	raw, ok := out.Get(keys[0])
	if !ok {
		return out, nil
	}
	inner, err := value.Force(raw)
	if err != nil {
		return nil, err
	}
	if sub, ok := inner.(*value.Dict); ok {
		if sub, err = withoutKey(sub, keys[1:]); err != nil {
			return nil, err
		}
		err = out.Set(keys[0], sub)
	}
	return out, err
}

// sequence is the arguments of the lookup sequence.
type sequence struct {
	start, end, count, stride int64
	hasEnd, hasCount          bool
	format                    string
}

var sequenceShortcut = pattern.New(`(?i)^(?:(0?x?[0-9a-f]+)-)?(0?x?[0-9a-f]+)(?:/(0?x?[0-9a-f]+))?(?::(.+))?$`)

func sequenceLookup(l *lookupCall) ([]value.Value, error) {
	terms, err := l.texts()
	if err != nil {
		return nil, err
	}
	if len(terms) == 0 && l.options.Len() > 0 {
		terms = []string{""}
	}
	var out []value.Value
	for _, term := range terms {
		s := sequence{start: 1, stride: 1, format: "%d"}
		args, err := l.sequenceArgs(term)
		if err != nil {
			return nil, err
		}
		if err := s.read(args); err != nil {
			return nil, err
		}
		if out, err = s.appendTo(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sequenceArgs reads "start=1 end=3", the shortcut "1-10/2:host%02d", or options.
func (l *lookupCall) sequenceArgs(term string) (kv.Args, error) {
	var args kv.Args
	if m := sequenceShortcut.FindStringSubmatch(term); m != nil {
		for i, name := range []string{"start", "end", "stride", "format"} {
			if m[i+1] != "" {
				args.List = append(args.List, kv.Arg{Key: name, Value: m[i+1]})
			}
		}
		return args, nil
	}
	args, err := kv.Parse(term, false)
	if err != nil {
		return args, err
	}
	for _, e := range unforced(l.options) {
		text, err := value.ToStr(e.val)
		if err != nil {
			return args, err
		}
		args.List = append(args.List, kv.Arg{Key: keyLabel(e.key), Value: text})
	}
	return args, nil
}

func (s *sequence) read(args kv.Args) error {
	for _, arg := range args.List {
		if arg.Key == "format" {
			s.format = arg.Value
			continue
		}
		v, err := value.ParseInt(arg.Value, 0)
		n, ok := v.(value.Int)
		if octal := strings.TrimLeft(arg.Value, "0"); err != nil && octal != arg.Value {
			if o, e := strconv.ParseInt(octal, 8, 64); e == nil {
				n, ok, err = value.Int(o), true, nil
			}
		}
		if err != nil || !ok {
			return value.Errorf(value.ValueError, "can't parse %s=%s as integer", arg.Key, arg.Value)
		}
		switch arg.Key {
		case "start":
			s.start = int64(n)
		case "end":
			s.end, s.hasEnd = int64(n), true
		case "count":
			s.count, s.hasCount = int64(n), true
		case "stride":
			s.stride = int64(n)
		default:
			return value.Errorf(value.TypeError, "unrecognized arguments to with_sequence: ['%s']", arg.Key)
		}
	}
	if args.Free != "" {
		return value.Errorf(value.TypeError, "unrecognized arguments to with_sequence: '%s'", args.Free)
	}
	return s.check()
}

func (s *sequence) check() error {
	switch {
	case !s.hasCount && !s.hasEnd:
		return value.Errorf(value.ValueError, "must specify count or end in with_sequence")
	case s.hasCount && s.hasEnd:
		return value.Errorf(value.ValueError, "can't specify both count and end in with_sequence")
	case s.hasCount && s.count == 0:
		s.start, s.end, s.stride = 0, 0, 0
	case s.hasCount:
		s.end = s.start + s.count*s.stride - 1
	}
	switch {
	case s.stride > 0 && s.end < s.start:
		return value.Errorf(value.ValueError, "to count backwards make stride negative")
	case s.stride < 0 && s.end > s.start:
		return value.Errorf(value.ValueError, "to count forward don't make stride negative")
	case strings.Count(s.format, "%") != 1:
		return value.Errorf(value.ValueError, "bad formatting string: %s", s.format)
	}
	return nil
}

func (s *sequence) appendTo(out []value.Value) ([]value.Value, error) {
	const most = 10_000_000
	if s.stride == 0 {
		return out, nil
	}
	if (s.end-s.start)/s.stride > most {
		return nil, value.Errorf(value.BudgetError, "a sequence of more than %d items", most)
	}
	for i := s.start; s.stride > 0 && i <= s.end || s.stride < 0 && i >= s.end; i += s.stride {
		text, err := value.Percent(s.format, value.Int(i))
		if err != nil {
			return nil, value.Errorf(value.ValueError, "problem formatting %d with '%s'", i, s.format)
		}
		out = append(out, value.Str(text))
	}
	return out, nil
}

// filetreeLookup lists a directory tree with the attributes of each entry, as community.general.filetree.
func filetreeLookup(l *lookupCall) ([]value.Value, error) {
	dirs, err := l.texts()
	if err != nil {
		return nil, err
	}
	exclude, err := l.textOption("exclude", "")
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, dir := range dirs {
		root := l.find("files", dir)
		if root == "" {
			continue
		}
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || path == root {
				return err
			}
			if exclude != "" {
				re, err := compileRegex(exclude, false, false)
				if err != nil {
					return err
				}
				if m, err := re.Match(d.Name()); m != nil || err != nil {
					return err
				}
			}
			entry, err := fileEntry(root, path)
			if err == nil && entry != nil {
				out = append(out, entry)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func fileEntry(root, path string) (value.Value, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return nil, err
	}
	d := value.NewDict()
	d.SetStr("root", value.Str(root))
	d.SetStr("path", value.Str(rel))
	state := "file"
	switch info.Mode().Type() {
	case 0:
		abs, _ := filepath.Abs(path)
		d.SetStr("src", value.Str(abs))
	case fs.ModeDir:
		state = "directory"
	case fs.ModeSymlink:
		state = "link"
		target, err := os.Readlink(path)
		if err != nil {
			return nil, err
		}
		d.SetStr("src", value.Str(target))
	default:
		return nil, nil
	}
	d.SetStr("state", value.Str(state))
	st := info.Sys().(*syscall.Stat_t)
	d.SetStr("uid", value.Int(st.Uid))
	d.SetStr("gid", value.Int(st.Gid))
	owner, group := strconv.Itoa(int(st.Uid)), strconv.Itoa(int(st.Gid))
	if u, err := user.LookupId(owner); err == nil {
		owner = u.Username
	}
	if g, err := user.LookupGroupId(group); err == nil {
		group = g.Name
	}
	d.SetStr("owner", value.Str(owner))
	d.SetStr("group", value.Str(group))
	d.SetStr("mode", value.Str(fmt.Sprintf("0%o", st.Mode&0o7777)))
	d.SetStr("size", value.Int(st.Size))
	d.SetStr("mtime", value.Float(float64(info.ModTime().UnixNano())/1e9))
	d.SetStr("ctime", value.Float(float64(inodeTime(st).UnixNano())/1e9))
	return d, nil
}
