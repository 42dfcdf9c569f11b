package builtin

import (
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"

	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/value"
)

func markupFilters() map[string]call.Func {
	escape := onText("escape", Escape)
	return map[string]call.Func{
		"e": escape, "escape": escape, "forceescape": escape,
		"safe":      onText("do_mark_safe", func(s string) string { return s }),
		"urlencode": bind(value.NewSignature("do_urlencode", "value"), urlencode),
		"xmlattr":   bind(value.NewSignature("do_xmlattr", "d", "autospace="), xmlattr),
		"urlize":    bind(value.NewSignature("do_urlize", "value", "trim_url_limit=", "nofollow=", "target=", "rel=", "extra_schemes="), urlize),
		"tojson":    bind(value.NewSignature("do_tojson", "value", "indent="), tojson),
		"pprint": bind(value.NewSignature("do_pprint", "value"), func(_ *call.Call, a value.Bound) (value.Value, error) {
			s, err := PrettyPrint(a.Values[0])
			return value.Str(s), err
		}),
	}
}

var escaper = strings.NewReplacer("&", "&amp;", ">", "&gt;", "<", "&lt;", "'", "&#39;", "\"", "&#34;")

// Escape makes a text safe for HTML, as markupsafe does.
func Escape(s string) string { return escaper.Replace(s) }

// quoteURL is urllib.parse.quote: "/" stays. For a query string it does not, and a blank is a plus.
func quoteURL(v value.Value, query bool) (string, error) {
	s := ""
	if b, ok := v.(value.Bytes); ok {
		s = string(b)
	} else {
		var err error
		if s, err = value.ToStr(v); err != nil {
			return "", err
		}
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("_.-~", c) >= 0, c == '/' && !query:
			out.WriteByte(c)
		case c == ' ' && query:
			out.WriteByte('+')
		default:
			out.WriteString("%" + strings.ToUpper(strconv.FormatInt(int64(c)+0x100, 16)[1:]))
		}
	}
	return out.String(), nil
}

func urlencode(_ *call.Call, a value.Bound) (value.Value, error) {
	v := a.Values[0]
	if u, ok := v.(*value.Undefined); ok {
		return nil, u.Err()
	}
	_, err := value.Iterate(v)
	if value.IsStr(v) || err != nil {
		s, err := quoteURL(v, false)
		return value.Str(s), err
	}
	if d, ok := v.(*value.Dict); ok {
		v = &value.DictView{Dict: d, Kind: value.ItemsView}
	}
	pairs, err := value.ToSlice(v)
	if err != nil {
		return nil, err
	}
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		pair, err := value.Unpack(p, 2)
		if err != nil {
			return nil, err
		}
		k, err := quoteURL(pair[0], true)
		if err != nil {
			return nil, err
		}
		val, err := quoteURL(pair[1], true)
		if err != nil {
			return nil, err
		}
		parts[i] = k + "=" + val
	}
	return value.Str(strings.Join(parts, "&")), nil
}

func xmlattr(_ *call.Call, a value.Bound) (value.Value, error) {
	d, ok := a.Values[0].(*value.Dict)
	if !ok {
		if u, ok := a.Values[0].(*value.Undefined); ok {
			return nil, u.Err()
		}
		return nil, value.Errorf(value.AttributeError, "'%s' object has no attribute 'items'", a.Values[0].TypeName())
	}
	var parts []string
	for k, v := range d.All() {
		v, err := value.Force(v)
		if err != nil {
			return nil, err
		}
		if v == value.Value(value.None) || undefined(v) {
			continue
		}
		key, err := value.ToStr(k)
		if err != nil {
			return nil, err
		}
		if strings.ContainsAny(key, " \t\n\r\f\v/>=") {
			r, _ := value.Repr(k)
			return nil, value.Errorf(value.ValueError, "Invalid character in attribute name: %s", r)
		}
		text, err := value.ToStr(v)
		if err != nil {
			return nil, err
		}
		parts = append(parts, Escape(key)+`="`+Escape(text)+`"`)
	}
	space, err := a.Flag(1, true)
	if err != nil {
		return nil, err
	}
	out := strings.Join(parts, " ")
	if space && out != "" {
		out = " " + out
	}
	return value.Str(out), nil
}

var (
	httpPattern = onDemand(`(?i)^((https?://|www\.)(([\w%-]+\.)+)?([a-z]{2,63}|xn--[\w%]{2,59})|([\w%-]{2,63}\.)+(com|net|int|edu|gov|org|info|mil)` +
		`|(https?://)((([\d]{1,3})(\.[\d]{1,3}){3})|(\[([\da-f]{0,4}:){2}([\da-f]{0,4}:?){1,6}])))(?::[\d]{1,5})?(?:[/?#]\S*)?$`)
	emailPattern  = onDemand(`^\S+@\w[\w.-]*\.\w+$`)
	headPattern   = onDemand(`^([(<]|&lt;)+`)
	tailPattern   = onDemand(`([)>.,\n]|&gt;)+$`)
	blankPattern  = onDemand(`\s+|\S+`)
	schemePattern = onDemand(`^([\w.+-]{2,}:(/){0,2})$`)
)

// onDemand compiles an expression when it is first used: few programs use any of these.
func onDemand(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// linker turns URLs in a text into HTML links.
type linker struct {
	limit       int // characters shown of a URL; -1: all
	rel, target string
	schemes     []string
}

func urlize(_ *call.Call, a value.Bound) (value.Value, error) {
	text, err := value.ToStr(a.Values[0])
	if err != nil {
		return nil, err
	}
	l := linker{}
	if l.limit, err = intArg(a, 1, -1); err != nil {
		return nil, err
	}
	if err := l.attributes(a); err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, word := range blankPattern().FindAllString(Escape(text), -1) {
		b.WriteString(l.word(word))
	}
	return value.Str(b.String()), nil
}

func (l *linker) attributes(a value.Bound) error {
	rel, err := strArg(a, 4, "")
	if err != nil {
		return err
	}
	nofollow, err := a.Flag(2, false)
	if err != nil {
		return err
	}
	words := map[string]bool{"noopener": true}
	for _, w := range strings.Fields(rel) {
		words[w] = true
	}
	if nofollow {
		words["nofollow"] = true
	}
	var sorted []string
	for w := range words {
		sorted = append(sorted, w)
	}
	sort.Strings(sorted)
	l.rel = ` rel="` + Escape(strings.Join(sorted, " ")) + `"`
	target, err := strArg(a, 3, "")
	if err != nil {
		return err
	}
	if target != "" {
		l.target = ` target="` + Escape(target) + `"`
	}
	if v := a.Or(5, value.None); v != value.None {
		schemes, err := value.ToSlice(v)
		if err != nil {
			return err
		}
		for _, s := range schemes {
			text, err := value.ToStr(s)
			if err != nil {
				return err
			}
			if !schemePattern().MatchString(text) {
				r, _ := value.Repr(s)
				return value.Errorf(value.FilterArgumentError, "%s is not a valid URI scheme prefix.", r)
			}
			l.schemes = append(l.schemes, text)
		}
	}
	return nil
}

func (l *linker) word(word string) string {
	head := headPattern().FindString(word)
	middle := word[len(head):]
	tail := tailPattern().FindString(middle)
	middle = middle[:len(middle)-len(tail)]
	for _, pair := range [][2]string{{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}} {
		open := strings.Count(middle, pair[0])
		if open <= strings.Count(middle, pair[1]) {
			continue
		}
		for n := min(open, strings.Count(tail, pair[1])); n > 0; n-- {
			end := strings.Index(tail, pair[1]) + len(pair[1])
			middle, tail = middle+tail[:end], tail[end:]
		}
	}
	return head + l.link(middle) + tail
}

func (l *linker) link(s string) string {
	switch {
	case httpPattern().MatchString(s):
		href := s
		if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
			href = "https://" + s
		}
		return `<a href="` + href + `"` + l.rel + l.target + ">" + l.shown(s) + "</a>"
	case strings.HasPrefix(s, "mailto:") && emailPattern().MatchString(s[7:]):
		return `<a href="` + s + `">` + s[7:] + "</a>"
	case strings.Contains(s, "@") && !strings.HasPrefix(s, "www.") && !strings.Contains(s, ":") && emailPattern().MatchString(s):
		return `<a href="mailto:` + s + `">` + s + "</a>"
	}
	for _, scheme := range l.schemes {
		if s != scheme && strings.HasPrefix(s, scheme) {
			return `<a href="` + s + `"` + l.rel + l.target + ">" + s + "</a>"
		}
	}
	return s
}

func (l *linker) shown(url string) string {
	if r := []rune(url); l.limit >= 0 && len(r) > l.limit {
		return string(r[:l.limit]) + "..."
	}
	return url
}
