package value

import "strings"

// StrFormat is str.format(*args, **kwargs).
func StrFormat(format string, args *Args) (string, error) {
	f := &strFormatter{args: args}
	return f.expand(format, 2)
}

type strFormatter struct {
	args *Args
	auto int
	mode byte // 'a' automatic, 'm' manual field numbering, 0 undecided
}

func (f *strFormatter) expand(format string, depth int) (string, error) {
	if depth < 0 {
		return "", Errorf(ValueError, "Max string recursion exceeded")
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		c := format[i]
		switch {
		case c != '{' && c != '}':
			b.WriteByte(c)
		case i+1 < len(format) && format[i+1] == c:
			b.WriteByte(c)
			i++
		case c == '}':
			return "", Errorf(ValueError, "Single '}' encountered in format string")
		default:
			end, err := closingBrace(format, i+1)
			if err != nil {
				return "", err
			}
			text, err := f.field(format[i+1:end], depth)
			if err != nil {
				return "", err
			}
			b.WriteString(text)
			i = end
		}
		if b.Len() > MaxLength {
			return "", Errorf(BudgetError, "a formatted text is longer than a template may make")
		}
	}
	return b.String(), nil
}

// closingBrace finds the brace that ends the field which starts at i. Braces within [] do not count.
func closingBrace(s string, start int) (int, error) {
	depth, bracket := 1, false
	for i := start; i < len(s); i++ {
		switch s[i] {
		case '[':
			bracket = depth == 1
		case ']':
			bracket = false
		case '{':
			if !bracket {
				depth++
			}
		case '}':
			if !bracket {
				depth--
			}
		}
		if depth == 0 {
			return i, nil
		}
	}
	if start == len(s) {
		return 0, Errorf(ValueError, "Single '{' encountered in format string")
	}
	return 0, Errorf(ValueError, "expected '}' before end of string")
}

// field formats one replacement field: name!conversion:spec.
func (f *strFormatter) field(text string, depth int) (string, error) {
	name, spec, conversion, err := splitField(text)
	if err != nil {
		return "", err
	}
	v, err := f.lookup(name)
	if err != nil {
		return "", err
	}
	switch conversion {
	case 0:
	case 's', 'r', 'a':
		c := conversionOf(conversion)
		s, err := c.text(v)
		if err != nil {
			return "", err
		}
		v = Str(s)
	default:
		return "", Errorf(ValueError, "Unknown conversion specifier '%c'", conversion)
	}
	if strings.ContainsAny(spec, "{}") {
		if spec, err = f.expand(spec, depth-1); err != nil {
			return "", err
		}
	}
	return Format(v, spec)
}

func conversionOf(verb byte) *conversion { return &conversion{verb: rune(verb), precision: -1} }

func splitField(text string) (name, spec string, conversion byte, err error) {
	bracket := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case c == '{' || c == '}':
			return "", "", 0, Errorf(ValueError, "unexpected '%c' in field name", c)
		case c == ':':
			return text[:i], text[i+1:], 0, nil
		case c == '!':
			rest := text[i+1:]
			if rest == "" {
				return "", "", 0, Errorf(ValueError, "end of string while looking for conversion specifier")
			}
			if len(rest) > 1 && rest[1] != ':' {
				return "", "", 0, Errorf(ValueError, "expected ':' after conversion specifier")
			}
			return text[:i], rest[min(2, len(rest)):], rest[0], nil
		}
	}
	return text, "", 0, nil
}

// lookup finds the value of a field name such as `0`, `name.attr` or `[key]`.
func (f *strFormatter) lookup(name string) (Value, error) {
	i := strings.IndexAny(name, ".[")
	if i < 0 {
		i = len(name)
	}
	v, err := f.argument(name[:i])
	for rest := name[i:]; rest != "" && err == nil; {
		var part string
		if rest[0] == '.' {
			end := strings.IndexAny(rest[1:], ".[") + 1
			if end == 0 {
				end = len(rest)
			}
			part, rest = rest[1:end], rest[end:]
			if part == "" {
				return nil, Errorf(ValueError, "Empty attribute in format string")
			}
			v, err = formatAttr(v, part)
			continue
		}
		end := strings.IndexByte(rest, ']')
		if end < 0 {
			return nil, Errorf(ValueError, "Missing ']' in format string")
		}
		part, rest = rest[1:end], rest[end+1:]
		if part == "" {
			return nil, Errorf(ValueError, "Empty attribute in format string")
		}
		if rest != "" && rest[0] != '.' && rest[0] != '[' {
			return nil, Errorf(ValueError, "Only '.' or '[' may follow ']' in format field specifier")
		}
		var key Value = Str(part)
		if n, ok := fieldNumber(part); ok {
			key = Int(n)
		}
		v, err = GetItem(v, key)
	}
	return v, err
}

// formatAttr reads an attribute with the sandbox's rules; methods are of no use in a format string.
func formatAttr(v Value, name string) (Value, error) {
	v, err := Force(v)
	if err != nil {
		return nil, err
	}
	if u, ok := v.(*Undefined); ok {
		return u, nil
	}
	if attr, ok := GetAttr(v, name); ok {
		return attr, nil
	}
	return nil, Errorf(AttributeError, "'%s' object has no attribute '%s'", v.TypeName(), name)
}

func fieldNumber(s string) (int, bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func (f *strFormatter) argument(name string) (Value, error) {
	n, numbered := fieldNumber(name)
	switch {
	case name == "":
		if f.mode == 'm' {
			return nil, Errorf(ValueError, "cannot switch from manual field specification to automatic field numbering")
		}
		f.mode, n = 'a', f.auto
		f.auto++
	case numbered:
		if f.mode == 'a' {
			return nil, Errorf(ValueError, "cannot switch from automatic field numbering to manual field specification")
		}
		f.mode = 'm'
	default:
		for _, kw := range f.args.Kw {
			if kw.Name == name {
				return kw.Value, nil
			}
		}
		return nil, Errorf(KeyError, "%s", appendQuoted(nil, name))
	}
	if n >= len(f.args.Pos) {
		return nil, Errorf(IndexError, "Replacement index %d out of range for positional args tuple", n)
	}
	return f.args.Pos[n], nil
}
