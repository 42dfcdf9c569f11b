package builtin

import (
	"html"
	"strings"
	"unicode"

	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/value"
)

func textFilters() map[string]call.Func {
	return map[string]call.Func{
		"upper":      onText("do_upper", value.ToUpper),
		"lower":      onText("do_lower", strings.ToLower),
		"capitalize": onText("do_capitalize", value.Capitalize),
		"title":      onText("do_title", title),
		"string":     onText("soft_str", func(s string) string { return s }),
		"striptags":  onText("do_striptags", stripTags),
		"wordcount": bind(value.NewSignature("do_wordcount", "s"), func(_ *call.Call, a value.Bound) (value.Value, error) {
			s, err := value.ToStr(a.Values[0])
			return value.Int(countWords(s)), err
		}),
		"trim":     bind(value.NewSignature("do_trim", "value", "chars="), trim),
		"replace":  bind(value.NewSignature("do_replace", "s", "old", "new", "count="), replace),
		"center":   bind(value.NewSignature("do_center", "value", "width="), center),
		"indent":   bind(value.NewSignature("do_indent", "s", "width=", "first=", "blank="), indent),
		"truncate": bind(value.NewSignature("do_truncate", "s", "length=", "killwords=", "end=", "leeway="), truncate),
		"wordwrap": bind(value.NewSignature("do_wordwrap", "s", "width=", "break_long_words=", "wrapstring=", "break_on_hyphens="), wordwrap),
		"format":   format,
	}
}

// wordStarts are the characters behind which |title starts a word.
func wordStart(r rune) bool { return strings.ContainsRune("-({[<", r) || value.IsSpace(r) }

func title(s string) string {
	var b strings.Builder
	for s != "" {
		sep := strings.IndexFunc(s, func(r rune) bool { return !wordStart(r) })
		if sep < 0 {
			sep = len(s)
		}
		b.WriteString(s[:sep])
		s = s[sep:]
		end := strings.IndexFunc(s, wordStart)
		if end < 0 {
			end = len(s)
		}
		if word := s[:end]; word != "" {
			first := string([]rune(word)[0])
			b.WriteString(value.ToUpper(first) + strings.ToLower(word[len(first):]))
		}
		s = s[end:]
	}
	return b.String()
}

var tagPattern = onDemand(`<!--[^\n]*?-->|<[^>]*>`)

func stripTags(s string) string {
	return html.UnescapeString(strings.Join(strings.FieldsFunc(tagPattern().ReplaceAllString(s, ""), value.IsSpace), " "))
}

func countWords(s string) int {
	n, inWord := 0, false
	for _, r := range s {
		is := r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r)
		if is && !inWord {
			n++
		}
		inWord = is
	}
	return n
}

func trim(_ *call.Call, a value.Bound) (value.Value, error) {
	s, err := value.ToStr(a.Values[0])
	if err != nil {
		return nil, err
	}
	return value.FindMethod(value.Str(""), "strip")(value.Str(s), &value.Args{Pos: []value.Value{a.Or(1, value.None)}})
}

func replace(_ *call.Call, a value.Bound) (value.Value, error) {
	var parts [3]string
	for i := range parts {
		var err error
		if parts[i], err = value.ToStr(a.Values[i]); err != nil {
			return nil, err
		}
	}
	n, err := intArg(a, 3, -1)
	if err != nil {
		return nil, err
	}
	s, err := value.Replace(parts[0], parts[1], parts[2], n)
	return value.Str(s), err
}

func center(_ *call.Call, a value.Bound) (value.Value, error) {
	s, err := value.ToStr(a.Values[0])
	if err != nil {
		return nil, err
	}
	return value.FindMethod(value.Str(""), "center")(value.Str(s), &value.Args{Pos: []value.Value{a.Or(1, value.Int(80))}})
}

// mustText is an argument of a filter that works on str alone and would fail in Python with the message of a missing method.
func mustText(v value.Value, needs string) (string, error) {
	switch v := v.(type) {
	case value.Str:
		return string(v), nil
	case *value.Undefined:
		return "", v.Err()
	}
	return "", value.Errorf(value.TypeError, "%s", strings.ReplaceAll(needs, "TYPE", v.TypeName()))
}

func indent(_ *call.Call, a value.Bound) (value.Value, error) {
	s, err := mustText(a.Values[0], "unsupported operand type(s) for +=: 'TYPE' and 'str'")
	if err != nil {
		return nil, err
	}
	by := ""
	switch w := a.Or(1, value.Int(4)).(type) {
	case value.Str:
		by = string(w)
	default:
		n, err := value.Index(w)
		if err != nil {
			return nil, err
		}
		if n > value.MaxLength {
			return nil, value.Errorf(value.BudgetError, "an indentation of %d is larger than a template may ask for", n)
		}
		by = strings.Repeat(" ", max(n, 0))
	}
	first, err := a.Flag(2, false)
	if err != nil {
		return nil, err
	}
	blank, err := a.Flag(3, false)
	if err != nil {
		return nil, err
	}
	lines := value.SplitLines(s+"\n", false)
	if size := len(s) + len(lines)*len(by); size > value.MaxLength {
		return nil, value.Errorf(value.BudgetError, "the indented text is larger than a template may make")
	}
	for i := range lines {
		if i > 0 && (blank || lines[i] != "") || i == 0 && first {
			lines[i] = by + lines[i]
		}
	}
	return value.Str(strings.Join(lines, "\n")), nil
}

func truncate(_ *call.Call, a value.Bound) (value.Value, error) {
	size, err := value.Len(a.Values[0])
	if err != nil {
		return nil, err
	}
	length, err := intArg(a, 1, 255)
	if err != nil {
		return nil, err
	}
	kill, err := a.Flag(2, false)
	if err != nil {
		return nil, err
	}
	end, err := strArg(a, 3, "...")
	if err != nil {
		return nil, err
	}
	leeway, err := intArg(a, 4, 5)
	if err != nil {
		return nil, err
	}
	tail := len([]rune(end))
	switch {
	case length < tail:
		return nil, value.Errorf(value.AssertionError, "expected length >= %d, got %d", tail, length)
	case leeway < 0:
		return nil, value.Errorf(value.AssertionError, "expected leeway >= 0, got %d", leeway)
	case size <= length+leeway:
		return a.Values[0], nil
	}
	s, err := mustText(a.Values[0], "'TYPE' object has no attribute 'rsplit'")
	if err != nil {
		return nil, err
	}
	text := []rune(s)
	cut := string(text[:length-tail])
	if i := strings.LastIndexByte(cut, ' '); !kill && i >= 0 {
		cut = cut[:i]
	}
	return value.Str(cut + end), nil
}

// format is |format: printf style with the arguments as a tuple, or as a mapping where they are named.
func format(c *call.Call) (value.Value, error) {
	if len(c.Pos) == 0 {
		return nil, value.Errorf(value.TypeError, "do_format() missing 1 required positional argument: 'value'")
	}
	pattern, err := value.ToStr(c.Pos[0])
	if err != nil {
		return nil, err
	}
	args := c.Pos[1:]
	if len(args) > 0 && len(c.Kw) > 0 {
		return nil, value.Errorf(value.FilterArgumentError, "can't handle positional and keyword arguments at the same time")
	}
	var arg value.Value = append(value.Tuple{}, args...)
	if len(c.Kw) > 0 {
		d := value.NewDict()
		for _, kw := range c.Kw {
			d.SetStr(kw.Name, kw.Value)
		}
		arg = d
	}
	s, err := value.Percent(pattern, arg)
	return value.Str(s), err
}
