package template

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"
	"golang.org/x/text/encoding/charmap"

	"pylint-deploy/executor/template/passhash"
	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pattern"
)

// encodeFilters turn text into other text: base64, digests, password hashes, UUIDs, shell quoting, URLs.
var encodeFilters = map[string]jinja.Filter{
	"b64encode":     def("b64encode", "string encoding=", b64encode),
	"b64decode":     def("b64decode", "string encoding=", b64decode),
	"md5":           digestFilter("md5"),
	"sha1":          digestFilter("sha1"),
	"checksum":      digestFilter("sha1"),
	"hash":          def("get_hash", "data hashtype=", hashFilter),
	"password_hash": def("get_encrypted_password", "password hashtype= salt= salt_size= rounds= ident=", passwordHash),
	"to_uuid":       def("to_uuid", "string namespace=", toUUID),
	"quote":         def("quote", "a", quoteFilter),
	"urldecode":     def("unquote_plus", "string encoding= errors=", urldecode),
	"urlsplit":      def("split_url", "value query= alias=", urlsplitFilter),
}

// codec converts between text and bytes of one encoding.
type codec struct {
	encode func(string) ([]byte, error)
	decode func([]byte) (string, error)
}

var codecs = map[string]codec{
	"utf8":    {func(s string) ([]byte, error) { return []byte(s), nil }, func(b []byte) (string, error) { return string(b), nil }},
	"ascii":   {narrow(0x7f, "ascii"), func(b []byte) (string, error) { return string(b), nil }},
	"latin1":  {narrow(0xff, "latin-1"), widen},
	"utf16le": {func(s string) ([]byte, error) { return utf16Bytes(s, false), nil }, utf16Text(false)},
	"utf16be": {func(s string) ([]byte, error) { return utf16Bytes(s, true), nil }, utf16Text(true)},
	"utf16":   {func(s string) ([]byte, error) { return append([]byte{0xff, 0xfe}, utf16Bytes(s, false)...), nil }, utf16Marked},
}

func codecOf(name string) (codec, error) {
	key := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name))
	if known, ok := map[string]string{"iso88591": "latin1", "usascii": "ascii"}[key]; ok {
		key = known
	}
	if c, ok := codecs[key]; ok {
		return c, nil
	}
	if m, ok := codePages()[key]; ok {
		return paged(m), nil
	}
	return codec{}, value.Errorf(value.ValueError, "unknown encoding: %s (utf-8, utf-16, utf-16-le, utf-16-be, latin-1, ascii and code pages such as windows-1252 and iso8859-15 are known)", name)
}

// codePages are the encodings of one byte a character, by the names that Python has for them without hyphens.
var codePages = sync.OnceValue(func() map[string]*charmap.Charmap {
	out := map[string]*charmap.Charmap{"koi8r": charmap.KOI8R, "koi8u": charmap.KOI8U, "macroman": charmap.Macintosh}
	for _, page := range charmap.All {
		m, ok := page.(*charmap.Charmap)
		if !ok {
			continue
		}
		name := strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(m.String()))
		for prefix, others := range map[string][]string{"windows": {"windows", "cp"}, "ibmcodepage": {"cp", "ibm"}, "iso8859": {"iso8859"}} {
			if rest, ok := strings.CutPrefix(name, prefix); ok {
				for _, other := range others {
					out[other+rest] = m
				}
			}
		}
	}
	return out
})

func paged(m *charmap.Charmap) codec {
	return codec{
		encode: func(s string) ([]byte, error) {
			b, err := m.NewEncoder().Bytes([]byte(s))
			if err != nil {
				return nil, value.Errorf(value.UnicodeError, "%s can't encode the text: %w", m, err)
			}
			return b, nil
		},
		decode: func(b []byte) (string, error) {
			text, err := m.NewDecoder().Bytes(b)
			return string(text), err
		},
	}
}

// Encode writes text in an encoding of Python's name.
func Encode(text, encoding string) ([]byte, error) {
	c, err := codecOf(encoding)
	if err != nil {
		return nil, err
	}
	return c.encode(text)
}

func narrow(limit rune, name string) func(string) ([]byte, error) {
	return func(s string) ([]byte, error) {
		var out []byte
		for i, r := range []rune(s) {
			if r > limit {
				return nil, value.Errorf(value.UnicodeError, "'%s' codec can't encode character %q in position %d: ordinal not in range(%d)", name, r, i, limit+1)
			}
			out = append(out, byte(r))
		}
		return out, nil
	}
}

func widen(b []byte) (string, error) {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes), nil
}

func utf16Bytes(s string, big bool) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		hi, lo := byte(u>>8), byte(u)
		if big {
			out = append(out, hi, lo)
		} else {
			out = append(out, lo, hi)
		}
	}
	return out
}

func utf16Text(big bool) func([]byte) (string, error) {
	return func(b []byte) (string, error) {
		if len(b)%2 != 0 {
			return "", value.Errorf(value.UnicodeError, "'utf-16' codec can't decode byte 0x%02x in position %d: truncated data", b[len(b)-1], len(b)-1)
		}
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
			if big {
				units[i] = units[i]>>8 | units[i]<<8
			}
		}
		return string(utf16.Decode(units)), nil
	}
}

func utf16Marked(b []byte) (string, error) {
	switch {
	case len(b) >= 2 && b[0] == 0xfe && b[1] == 0xff:
		return utf16Text(true)(b[2:])
	case len(b) >= 2 && b[0] == 0xff && b[1] == 0xfe:
		b = b[2:]
	}
	return utf16Text(false)(b)
}

func (a *arguments) codec(i int) (codec, error) {
	name, err := a.textOr(i, "utf-8")
	if err != nil {
		return codec{}, err
	}
	return codecOf(name)
}

func b64encode(a *arguments) (value.Value, error) {
	c, err := a.codec(1)
	if err != nil {
		return nil, err
	}
	s, err := a.text(0)
	if err != nil {
		return nil, err
	}
	raw, err := c.encode(s)
	return value.Str(base64.StdEncoding.EncodeToString(raw)), err
}

func b64decode(a *arguments) (value.Value, error) {
	c, err := a.codec(1)
	if err != nil {
		return nil, err
	}
	s, err := a.text(0)
	if err != nil {
		return nil, err
	}
	raw, err := lenientBase64(s)
	if err != nil {
		return nil, err
	}
	text, err := c.decode(raw)
	return value.Str(text), err
}

// lenientBase64 is Python's base64.b64decode: foreign characters are skipped, what follows the padding is dropped.
func lenientBase64(s string) ([]byte, error) {
	var data []byte
	padding := 0
scan:
	for _, c := range []byte(s) {
		switch {
		case c == '=':
			if padding++; len(data)%4 >= 2 && len(data)%4+padding >= 4 {
				break scan
			}
		case c == '+', c == '/', c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
			data, padding = append(data, c), 0
		}
	}
	switch over := len(data) % 4; {
	case over == 1:
		return nil, value.Errorf(value.ValueError, "Invalid base64-encoded string: number of data characters (%d) cannot be 1 more than a multiple of 4", len(data))
	case over != 0 && over+padding < 4:
		return nil, value.Errorf(value.ValueError, "Incorrect padding")
	}
	return base64.RawStdEncoding.DecodeString(string(data))
}

// digests are those of Python's hashlib that have a fixed length.
var digests = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
	"sha512_224": sha512.New512_224, "sha512_256": sha512.New512_256,
	"sha3_224": func() hash.Hash { return sha3.New224() }, "sha3_256": func() hash.Hash { return sha3.New256() },
	"sha3_384": func() hash.Hash { return sha3.New384() }, "sha3_512": func() hash.Hash { return sha3.New512() },
	"blake2b": func() hash.Hash { h, _ := blake2b.New512(nil); return h },
	"blake2s": func() hash.Hash { h, _ := blake2s.New256(nil); return h },
}

func digest(v value.Value, name string) (value.Value, error) {
	newHash, ok := digests[strings.ReplaceAll(strings.ToLower(name), "-", "_")]
	if !ok {
		return nil, value.Errorf(value.ValueError, "unsupported hash type %s", name)
	}
	s, err := value.ToStr(v)
	if err != nil {
		return nil, err
	}
	h := newHash()
	h.Write([]byte(s))
	return value.Str(hex.EncodeToString(h.Sum(nil))), nil
}

func digestFilter(name string) jinja.Filter {
	return def(name, "data", func(a *arguments) (value.Value, error) { return digest(a.Values[0], name) })
}

func hashFilter(a *arguments) (value.Value, error) {
	name, err := a.textOr(1, "sha1")
	if err != nil {
		return nil, err
	}
	return digest(a.Values[0], name)
}

func passwordHash(a *arguments) (value.Value, error) {
	secret, err := a.text(0)
	if err != nil {
		return nil, err
	}
	algorithm, err := a.textOr(1, "sha512")
	if err != nil {
		return nil, err
	}
	opts := passhash.Options{}
	for i, target := range map[int]*string{2: &opts.Salt, 5: &opts.Ident} {
		if a.has(i) {
			if *target, err = a.text(i); err != nil {
				return nil, err
			}
		}
	}
	for i, target := range map[int]*int{3: &opts.SaltSize, 4: &opts.Rounds} {
		n, err := a.intOr(i, 0)
		if err != nil {
			return nil, err
		}
		*target = int(n)
	}
	text, err := passhash.Hash(secret, algorithm, opts)
	if err != nil {
		return nil, value.Errorf(value.ValueError, "password_hash: %w", err)
	}
	return value.Str(text), nil
}

// ansibleNamespace is the UUID namespace of to_uuid.
const ansibleNamespace = "361E6D51-FAEC-444A-9079-341386DA8E2E"

var uuidText = pattern.New(`^[0-9a-fA-F]{32}$`)

func toUUID(a *arguments) (value.Value, error) {
	name, err := a.text(0)
	if err != nil {
		return nil, err
	}
	space, err := a.textOr(1, ansibleNamespace)
	if err != nil {
		return nil, err
	}
	digits := strings.Trim(strings.NewReplacer("urn:", "", "uuid:", "").Replace(space), "{}")
	digits = strings.ReplaceAll(digits, "-", "")
	if !uuidText.MatchString(digits) {
		return nil, value.Errorf(value.ValueError, "Invalid value '%s' for 'namespace': badly formed hexadecimal UUID string", space)
	}
	raw, _ := hex.DecodeString(digits)
	sum := sha1.Sum(append(raw, name...))
	sum[6] = sum[6]&0x0f | 0x50
	sum[8] = sum[8]&0x3f | 0x80
	u := hex.EncodeToString(sum[:16])
	return value.Str(strings.Join([]string{u[:8], u[8:12], u[12:16], u[16:20], u[20:]}, "-")), nil
}

var shellUnsafe = pattern.New(`[^\w@%+=:,./-]`)

// shellQuote is shlex.quote.
func shellQuote(s string) string {
	if s != "" && !shellUnsafe.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'"'"'`) + "'"
}

func quoteFilter(a *arguments) (value.Value, error) {
	if !a.has(0) {
		return value.Str("''"), nil
	}
	s, err := a.text(0)
	return value.Str(shellQuote(s)), err
}

func urldecode(a *arguments) (value.Value, error) {
	s, err := a.text(0)
	if err != nil {
		return nil, err
	}
	return value.Str(unquotePlus(s)), nil
}

// unquotePlus is urllib.parse.unquote_plus: a percent sign that starts no escape stays, bytes that are no UTF-8 become U+FFFD.
func unquotePlus(s string) string {
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if b, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				out = append(out, b[0])
				i += 2
				continue
			}
		}
		c := s[i]
		if c == '+' {
			c = ' '
		}
		out = append(out, c)
	}
	return strings.ToValidUTF8(string(out), string(utf8.RuneError))
}

func urlsplitFilter(a *arguments) (value.Value, error) {
	s, err := a.text(0)
	if err != nil {
		return nil, err
	}
	u, err := urlsplit(s)
	if err != nil {
		return nil, err
	}
	d := value.NewDict()
	for _, field := range u.fields() {
		d.SetStr(field.name, field.val)
	}
	query, err := a.textOr(1, "")
	if err != nil || query == "" {
		return d, err
	}
	if v, ok := d.GetStr(query); ok {
		return v, nil
	}
	return nil, value.Errorf(value.ValueError, "unknown URL component: %s", query)
}

// splitURL is the result of urllib.parse.urlsplit.
type splitURL struct{ scheme, netloc, path, query, fragment string }

// urlsplit is Python's, which has looser ideas of a URL than net/url.
func urlsplit(s string) (splitURL, error) {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return r <= ' ' })
	s = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(s)
	var u splitURL
	if i := strings.IndexByte(s, ':'); i > 0 && schemeText.MatchString(s[:i]) {
		u.scheme, s = strings.ToLower(s[:i]), s[i+1:]
	}
	if strings.HasPrefix(s, "//") {
		end := 2 + strings.IndexAny(s[2:]+"/", "/?#")
		u.netloc, s = s[2:end], s[end:]
		if strings.Contains(u.netloc, "[") != strings.Contains(u.netloc, "]") {
			return u, value.Errorf(value.ValueError, "Invalid IPv6 URL")
		}
	}
	s, u.fragment, _ = strings.Cut(s, "#")
	u.path, u.query, _ = strings.Cut(s, "?")
	return u, nil
}

var schemeText = pattern.New(`^[a-zA-Z][a-zA-Z0-9+.-]*$`)

type namedValue struct {
	name string
	val  value.Value
}

// fields are the components in the order of their names; absent parts of the netloc are None.
func (u splitURL) fields() []namedValue {
	userinfo, host, hasUser := "", u.netloc, false
	if i := strings.LastIndexByte(u.netloc, '@'); i >= 0 {
		userinfo, host, hasUser = u.netloc[:i], u.netloc[i+1:], true
	}
	user, password, hasPassword := strings.Cut(userinfo, ":")
	var port value.Value = value.None
	hostname, portText := host, ""
	if end := strings.IndexByte(host, ']'); strings.HasPrefix(host, "[") && end > 0 {
		hostname, portText = host[1:end], strings.TrimPrefix(host[end+1:], ":")
	} else if i := strings.IndexByte(host, ':'); i >= 0 {
		hostname, portText = host[:i], host[i+1:]
	}
	if n, err := parseDigits(portText); err == nil {
		port = value.Int(n)
	}
	return []namedValue{
		{"fragment", value.Str(u.fragment)}, {"hostname", orNone(strings.ToLower(hostname), hostname != "")},
		{"netloc", value.Str(u.netloc)}, {"password", orNone(password, hasPassword)}, {"path", value.Str(u.path)}, {"port", port},
		{"query", value.Str(u.query)}, {"scheme", value.Str(u.scheme)}, {"username", orNone(user, hasUser)},
	}
}

func parseDigits(s string) (int, error) {
	n := 0
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) || len(s) > 9 {
		return 0, fmt.Errorf("%q is no number", s)
	}
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n, nil
}

func orNone(s string, given bool) value.Value {
	if !given {
		return value.None
	}
	return value.Str(s)
}

// uriTests are the tests uri, url and urn.
var uriTests = map[string]jinja.Filter{
	"uri": def("is_uri", "value schemes=", func(a *arguments) (value.Value, error) { return isURI(a, a.Values[1], false) }),
	"url": def("is_url", "value schemes=", func(a *arguments) (value.Value, error) { return isURI(a, a.Values[1], true) }),
	"urn": def("is_urn", "value", func(a *arguments) (value.Value, error) { return isURI(a, strs([]string{"urn"}), false) }),
}

func isURI(a *arguments, schemes value.Value, needHost bool) (value.Value, error) {
	s, ok := textOf(a.Values[0])
	if !ok {
		_, err := a.defined(0)
		return value.Bool(false), err
	}
	u, err := urlsplit(s)
	if err != nil {
		return value.Bool(false), nil
	}
	if schemes != nil {
		if given, err := value.Truth(schemes); err != nil {
			return nil, err
		} else if given {
			allowed, err := value.ToSlice(schemes)
			if err != nil {
				return nil, err
			}
			if !slices.Contains(allowed, value.Value(value.Str(u.scheme))) {
				return value.Bool(false), nil
			}
		}
	}
	return value.Bool(!needHost || u.netloc != "" || u.scheme == "file"), nil
}
