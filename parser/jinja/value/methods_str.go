package value

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

func strTable() map[string]MethodFunc {
	return map[string]MethodFunc{
		"lower":        mapText("lower", strings.ToLower),
		"upper":        mapText("upper", ToUpper),
		"casefold":     mapText("casefold", caseFold),
		"capitalize":   mapText("capitalize", Capitalize),
		"title":        mapText("title", Title),
		"swapcase":     mapText("swapcase", swapCase),
		"strip":        stripMethod("strip", true, true),
		"lstrip":       stripMethod("lstrip", true, false),
		"rstrip":       stripMethod("rstrip", false, true),
		"split":        bound(NewSignature("split", "sep=", "maxsplit="), strSplit),
		"rsplit":       bound(NewSignature("rsplit", "sep=", "maxsplit="), strRsplit),
		"splitlines":   bound(NewSignature("splitlines", "keepends="), strSplitlines),
		"partition":    positional("partition", 1, 1, func(s Str, a []Value) (Value, error) { return partition(s, a[0], false) }),
		"rpartition":   positional("rpartition", 1, 1, func(s Str, a []Value) (Value, error) { return partition(s, a[0], true) }),
		"join":         positional("join", 1, 1, strJoin),
		"replace":      positional("replace", 2, 3, strReplace),
		"removeprefix": positional("removeprefix", 1, 1, cutMethod("removeprefix", strings.TrimPrefix)),
		"removesuffix": positional("removesuffix", 1, 1, cutMethod("removesuffix", strings.TrimSuffix)),
		"startswith":   positional("startswith", 1, 3, affixMethod("startswith", strings.HasPrefix)),
		"endswith":     positional("endswith", 1, 3, affixMethod("endswith", strings.HasSuffix)),
		"find":         positional("find", 1, 3, searchMethod(strings.Index, false)),
		"rfind":        positional("rfind", 1, 3, searchMethod(strings.LastIndex, false)),
		"index":        positional("index", 1, 3, searchMethod(strings.Index, true)),
		"rindex":       positional("rindex", 1, 3, searchMethod(strings.LastIndex, true)),
		"count":        positional("count", 1, 3, strCount),
		"center":       positional("center", 1, 2, padMethod("center", centerText)),
		"ljust":        positional("ljust", 1, 2, padMethod("ljust", func(s string, n int, fill string) string { return s + strings.Repeat(fill, n) })),
		"rjust":        positional("rjust", 1, 2, padMethod("rjust", func(s string, n int, fill string) string { return strings.Repeat(fill, n) + s })),
		"zfill":        positional("zfill", 1, 1, strZfill),
		"expandtabs":   bound(NewSignature("expandtabs", "tabsize="), strExpandtabs),
		"encode":       bound(NewSignature("encode", "encoding=", "errors="), strEncode),
		"format": func(self Value, a *Args) (Value, error) {
			s, err := StrFormat(string(self.(Str)), a)
			return Str(s), err
		},
		"format_map": positional("format_map", 1, 1, strFormatMap),
		"translate":  positional("translate", 1, 1, strTranslate),
		"maketrans":  positional("maketrans", 1, 3, strMaketrans),

		"isalpha":      charTest("isalpha", unicode.IsLetter),
		"isalnum":      charTest("isalnum", isAlnum),
		"isdigit":      charTest("isdigit", isDigitRune),
		"isdecimal":    charTest("isdecimal", func(r rune) bool { return unicode.Is(unicode.Nd, r) }),
		"isnumeric":    charTest("isnumeric", unicode.IsNumber),
		"isspace":      charTest("isspace", IsSpace),
		"isascii":      textTest("isascii", func(s string) bool { return isASCII(s) }),
		"isprintable":  textTest("isprintable", func(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return !printable(r) }) < 0 }),
		"isidentifier": textTest("isidentifier", IsIdentifier),
		"islower":      textTest("islower", func(s string) bool { return hasCase(s, unicode.IsLower) }),
		"isupper":      textTest("isupper", func(s string) bool { return hasCase(s, unicode.IsUpper) }),
		"istitle":      textTest("istitle", isTitle),
	}
}

func mapText(name string, fn func(string) string) MethodFunc {
	return unary(name, func(s Str) (Value, error) { return Str(fn(string(s))), nil })
}

func textTest(name string, fn func(string) bool) MethodFunc {
	return unary(name, func(s Str) (Value, error) { return Bool(fn(string(s))), nil })
}

// charTest is true of texts that are not empty and whose characters all pass.
func charTest(name string, is func(rune) bool) MethodFunc {
	return textTest(name, func(s string) bool {
		return s != "" && strings.IndexFunc(s, func(r rune) bool { return !is(r) }) < 0
	})
}

func stripMethod(name string, left, right bool) MethodFunc {
	return positional(name, 0, 1, func(s Str, a []Value) (Value, error) {
		is := IsSpace
		if len(a) > 0 && a[0] != None {
			chars, err := text(a[0], name+" arg")
			if err != nil {
				return nil, Errorf(TypeError, "%s arg must be None or str", name)
			}
			is = func(r rune) bool { return strings.ContainsRune(chars, r) }
		}
		t := string(s)
		if left {
			t = strings.TrimLeftFunc(t, is)
		}
		if right {
			t = strings.TrimRightFunc(t, is)
		}
		return Str(t), nil
	})
}

func strList(parts []string) *List {
	items := make([]Value, len(parts))
	for i, p := range parts {
		items[i] = Str(p)
	}
	return NewList(items...)
}

// splitArgs reads sep and maxsplit; sep "" stands for white space.
func splitArgs(b Bound) (sep string, limit int, err error) {
	limit = -1
	if v := b.Values[1]; v != nil {
		if limit, err = Index(v); err != nil {
			return "", 0, err
		}
	}
	if v := b.Values[0]; v != nil && v != None {
		if sep, err = plainText(v); err != nil {
			return "", 0, err
		}
		if sep == "" {
			return "", 0, Errorf(ValueError, "empty separator")
		}
	}
	return sep, limit, nil
}

func strSplit(s Str, b Bound) (Value, error) {
	sep, limit, err := splitArgs(b)
	if err != nil {
		return nil, err
	}
	if sep != "" {
		if limit >= 0 {
			limit++
		}
		return strList(strings.SplitN(string(s), sep, limit)), nil
	}
	var parts []string
	rest := strings.TrimLeftFunc(string(s), IsSpace)
	for rest != "" {
		end := strings.IndexFunc(rest, IsSpace)
		if end < 0 || limit >= 0 && len(parts) >= limit {
			end = len(rest)
		}
		if end == len(rest) && limit >= 0 && len(parts) >= limit {
			parts = append(parts, strings.TrimRightFunc(rest, IsSpace))
			break
		}
		parts = append(parts, rest[:end])
		rest = strings.TrimLeftFunc(rest[end:], IsSpace)
	}
	return strList(parts), nil
}

func strRsplit(s Str, b Bound) (Value, error) {
	sep, limit, err := splitArgs(b)
	if err != nil {
		return nil, err
	}
	if limit < 0 {
		return strSplit(s, b)
	}
	var parts []string
	rest := string(s)
	if sep == "" {
		rest = strings.TrimRightFunc(rest, IsSpace)
	}
	for ; limit > 0; limit-- {
		cut, size := strings.LastIndex(rest, sep), len(sep)
		if sep == "" {
			cut, size = strings.LastIndexFunc(rest, IsSpace), 0
		}
		if cut < 0 {
			break
		}
		if sep == "" {
			_, size = utf8.DecodeRuneInString(rest[cut:])
		}
		parts = append(parts, rest[cut+size:])
		rest = rest[:cut]
		if sep == "" {
			rest = strings.TrimRightFunc(rest, IsSpace)
		}
	}
	if sep == "" {
		rest = strings.TrimLeftFunc(rest, IsSpace)
	}
	if sep != "" || rest != "" {
		parts = append(parts, rest)
	}
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return strList(parts), nil
}

func strSplitlines(s Str, b Bound) (Value, error) {
	keep, err := b.Flag(0, false)
	if err != nil {
		return nil, err
	}
	return strList(SplitLines(string(s), keep)), nil
}

// SplitLines is str.splitlines.
func SplitLines(s string, keepEnds bool) []string {
	var lines []string
	for s != "" {
		end := strings.IndexFunc(s, isLineEnd)
		if end < 0 {
			return append(lines, s)
		}
		_, n := utf8.DecodeRuneInString(s[end:])
		if strings.HasPrefix(s[end:], "\r\n") {
			n = 2
		}
		if keepEnds {
			lines = append(lines, s[:end+n])
		} else {
			lines = append(lines, s[:end])
		}
		s = s[end+n:]
	}
	return lines
}

func isLineEnd(r rune) bool {
	return r >= '\n' && r <= '\r' || r >= 0x1c && r <= 0x1e || r == 0x85 || r == 0x2028 || r == 0x2029
}

func partition(s Str, by Value, last bool) (Value, error) {
	sep, err := plainText(by)
	if err != nil {
		return nil, err
	}
	if sep == "" {
		return nil, Errorf(ValueError, "empty separator")
	}
	i := strings.Index(string(s), sep)
	if last {
		i = strings.LastIndex(string(s), sep)
	}
	switch {
	case i >= 0:
		return Tuple{s[:i], Str(sep), s[i+len(sep):]}, nil
	case last:
		return Tuple{Str(""), Str(""), s}, nil
	}
	return Tuple{s, Str(""), Str("")}, nil
}

func strJoin(sep Str, a []Value) (Value, error) {
	items, err := ToSlice(a[0])
	if err != nil {
		if IsKind(err, TypeError) {
			err = Errorf(TypeError, "can only join an iterable")
		}
		return nil, err
	}
	parts := make([]string, len(items))
	for i, item := range items {
		s, ok := item.(Str)
		if !ok {
			if u, ok := item.(*Undefined); ok {
				return nil, u.Err()
			}
			return nil, Errorf(TypeError, "sequence item %d: expected str instance, %s found", i, item.TypeName())
		}
		parts[i] = string(s)
	}
	return Str(strings.Join(parts, string(sep))), nil
}

func strReplace(s Str, a []Value) (Value, error) {
	old, err := text(a[0], "replace() argument 1")
	if err != nil {
		return nil, err
	}
	by, err := text(a[1], "replace() argument 2")
	if err != nil {
		return nil, err
	}
	n := -1
	if len(a) > 2 {
		if n, err = Index(a[2]); err != nil {
			return nil, err
		}
	}
	r, err := Replace(string(s), old, by, n)
	return Str(r), err
}

// Replace is str.replace. It fails where the result would be larger than a template may make.
func Replace(s, old, by string, n int) (string, error) {
	if grows := len(by) - len(old); grows > 0 && strings.Count(s, old) > MaxLength/grows {
		return "", Errorf(BudgetError, "the result of replace is larger than a template may make")
	}
	return strings.Replace(s, old, by, n), nil
}

func cutMethod(name string, cut func(s, part string) string) func(Str, []Value) (Value, error) {
	return func(s Str, a []Value) (Value, error) {
		part, err := text(a[0], name+"() argument")
		return Str(cut(string(s), part)), err
	}
}

// window is the part of s that optional start and end arguments select; ok is false where start lies behind the end.
func window(s string, a []Value) (part string, start int, ok bool, err error) {
	if len(a) == 0 {
		return s, 0, true, nil
	}
	sl := &Slice{Start: a[0]}
	if len(a) > 1 {
		sl.Stop = a[1]
	}
	n := runeCount(s)
	from, to, _, err := sl.bounds(n)
	if err != nil {
		return "", 0, false, err
	}
	if first, isInt := smallInt(a[0]); isInt && first > int64(n) || from > to {
		return "", from, false, nil
	}
	if n == len(s) {
		return s[from:to], from, true, nil
	}
	return string([]rune(s)[from:to]), from, true, nil
}

func affixMethod(name string, has func(s, affix string) bool) func(Str, []Value) (Value, error) {
	return func(s Str, a []Value) (Value, error) {
		part, _, ok, err := window(string(s), a[1:])
		if err != nil {
			return nil, err
		}
		affixes, isTuple := a[0].(Tuple)
		if !isTuple {
			affixes = Tuple{a[0]}
		}
		for _, affix := range affixes {
			t, isStr := affix.(Str)
			if u, undefined := affix.(*Undefined); undefined {
				return nil, u.Err()
			}
			if !isStr && isTuple {
				return nil, Errorf(TypeError, "tuple for %s must only contain str, not %s", name, affix.TypeName())
			}
			if !isStr {
				return nil, Errorf(TypeError, "%s first arg must be str or a tuple of str, not %s", name, affix.TypeName())
			}
			if ok && has(part, string(t)) {
				return Bool(true), nil
			}
		}
		return Bool(false), nil
	}
}

func searchMethod(find func(s, sub string) int, must bool) func(Str, []Value) (Value, error) {
	return func(s Str, a []Value) (Value, error) {
		sub, err := plainText(a[0])
		if err != nil {
			return nil, err
		}
		part, start, ok, err := window(string(s), a[1:])
		if err != nil {
			return nil, err
		}
		if i := find(part, sub); ok && i >= 0 {
			return Int(start + runeCount(part[:i])), nil
		}
		if must {
			return nil, Errorf(ValueError, "substring not found")
		}
		return Int(-1), nil
	}
}

func strCount(s Str, a []Value) (Value, error) {
	sub, err := plainText(a[0])
	if err != nil {
		return nil, err
	}
	part, _, ok, err := window(string(s), a[1:])
	if err != nil || !ok {
		return Int(0), err
	}
	return Int(strings.Count(part, sub)), nil
}

// padMethod fills a text up to a width with a character.
func padMethod(name string, pad func(s string, n int, fill string) string) func(Str, []Value) (Value, error) {
	return func(s Str, a []Value) (Value, error) {
		width, err := Index(a[0])
		if err != nil {
			return nil, err
		}
		fill := " "
		if len(a) > 1 {
			f, ok := a[1].(Str)
			if !ok {
				return nil, Errorf(TypeError, "The fill character must be a unicode character, not %s", a[1].TypeName())
			}
			if runeCount(string(f)) != 1 {
				return nil, Errorf(TypeError, "The fill character must be exactly one character long")
			}
			fill = string(f)
		}
		if err := checkWidth(int64(width)); err != nil {
			return nil, err
		}
		n := width - runeCount(string(s))
		if n <= 0 {
			return s, nil
		}
		return Str(pad(string(s), n, fill)), nil
	}
}

// centerText puts the odd blank where CPython does: on the left if the width is odd.
func centerText(s string, n int, fill string) string {
	width := n + runeCount(s)
	left := n/2 + (n & width & 1)
	return strings.Repeat(fill, left) + s + strings.Repeat(fill, n-left)
}

func strZfill(s Str, a []Value) (Value, error) {
	width, err := Index(a[0])
	if err != nil {
		return nil, err
	}
	if err := checkWidth(int64(width)); err != nil {
		return nil, err
	}
	n := width - runeCount(string(s))
	if n <= 0 {
		return s, nil
	}
	sign := 0
	if s != "" && (s[0] == '+' || s[0] == '-') {
		sign = 1
	}
	return s[:sign] + Str(strings.Repeat("0", n)) + s[sign:], nil
}

func strExpandtabs(s Str, b Bound) (Value, error) {
	size, err := Index(b.Or(0, Int(8)))
	if err != nil {
		return nil, err
	}
	if err := checkWidth(int64(size)); err != nil {
		return nil, err
	}
	var out strings.Builder
	column := 0
	for _, r := range string(s) {
		switch {
		case r == '\t' && size > 0:
			n := size - column%size
			out.WriteString(strings.Repeat(" ", n))
			column += n
		case r == '\t':
		default:
			out.WriteRune(r)
			if column++; r == '\n' || r == '\r' {
				column = 0
			}
		}
		if out.Len() > MaxLength {
			return nil, checkWidth(MaxLength + 1)
		}
	}
	return Str(out.String()), nil
}

func strFormatMap(s Str, a []Value) (Value, error) {
	args := &Args{}
	d, ok := a[0].(*Dict)
	if !ok {
		return nil, Errorf(TypeError, "'%s' object is not a mapping", a[0].TypeName())
	}
	for k, v := range d.All() {
		if name, ok := k.(Str); ok {
			args.Kw = append(args.Kw, Kwarg{string(name), v})
		}
	}
	out, err := StrFormat(string(s), args)
	return Str(out), err
}

func strMaketrans(_ Str, a []Value) (Value, error) {
	table := NewDict()
	if len(a) == 1 {
		d, ok := a[0].(*Dict)
		if !ok {
			return nil, Errorf(TypeError, "if you give only one argument to maketrans it must be a dict")
		}
		for k, v := range d.All() {
			if s, ok := k.(Str); ok {
				if runeCount(string(s)) != 1 {
					return nil, Errorf(ValueError, "string keys in translate table must be of length 1")
				}
				k = Int([]rune(string(s))[0])
			}
			if err := table.Set(k, v); err != nil {
				return nil, err
			}
		}
		return table, nil
	}
	from, err := text(a[0], "maketrans() argument 1")
	if err != nil {
		return nil, err
	}
	to, err := text(a[1], "maketrans() argument 2")
	if err != nil {
		return nil, err
	}
	if runeCount(from) != runeCount(to) {
		return nil, Errorf(ValueError, "the first two maketrans arguments must have equal length")
	}
	targets := []rune(to)
	for i, r := range []rune(from) {
		table.put(Int(r), Int(r), Int(targets[i]))
	}
	if len(a) > 2 {
		drop, err := text(a[2], "maketrans() argument 3")
		if err != nil {
			return nil, err
		}
		for _, r := range drop {
			table.put(Int(r), Int(r), None)
		}
	}
	return table, nil
}

func strTranslate(s Str, a []Value) (Value, error) {
	var b strings.Builder
	for _, r := range string(s) {
		v, err := GetItem(a[0], Int(r))
		if IsKind(err, KeyError, IndexError) {
			b.WriteRune(r)
			continue
		}
		if err != nil {
			return nil, err
		}
		switch v := v.(type) {
		case NoneType:
		case Str:
			b.WriteString(string(v))
		case Int:
			b.WriteRune(rune(v))
		default:
			return nil, Errorf(TypeError, "character mapping must return integer, None or str")
		}
	}
	return Str(b.String()), nil
}
