package template

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"pylint-deploy/executor/template/passhash"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/kv"
)

// characterSets are the names of Python's module string that chars= may use.
var characterSets = map[string]string{
	"ascii_lowercase": "abcdefghijklmnopqrstuvwxyz",
	"ascii_uppercase": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
	"ascii_letters":   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
	"digits":          "0123456789",
	"hexdigits":       "0123456789abcdefABCDEF",
	"octdigits":       "01234567",
	"punctuation":     "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
	"whitespace":      " \t\n\r\x0b\x0c",
	"printable":       "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\n\r\x0b\x0c",
}

// saltSizes are the lengths of the salts that the lookup password draws and stores.
var saltSizes = map[string]int{"md5_crypt": 8, "bcrypt": 22, "sha256_crypt": 16, "sha512_crypt": 16}

// passwordFiles serialises the lookups of a process, so that two hosts that need the same password draw one.
var passwordFiles sync.Mutex

// passwordSpec is what a term of the lookup password asks for.
type passwordSpec struct {
	path           string
	length         int
	chars          string
	encrypt, ident string
	seed           value.Value
}

// stored is the content of a password file: "password salt=... ident=...".
type stored struct{ password, salt, ident string }

func passwordLookup(l *lookupCall) ([]value.Value, error) {
	terms, err := l.texts()
	if err != nil {
		return nil, err
	}
	passwordFiles.Lock()
	defer passwordFiles.Unlock()
	var out []value.Value
	for _, term := range terms {
		spec, err := l.passwordSpec(term)
		if err != nil {
			return nil, err
		}
		text, err := spec.obtain()
		if err != nil {
			return nil, err
		}
		out = append(out, value.Str(text))
	}
	return out, nil
}

func (l *lookupCall) passwordSpec(term string) (passwordSpec, error) {
	args, err := kv.Parse(term, false)
	if err != nil {
		return passwordSpec{}, err
	}
	options := copyDict(l.options)
	for _, a := range args.List {
		if !strings.Contains(" length encrypt chars ident seed ", " "+a.Key+" ") {
			return passwordSpec{}, fmt.Errorf("Unrecognized parameter(s) given to password lookup: %s", a.Key)
		}
		options.SetStr(a.Key, value.Str(a.Value))
	}
	if !strings.HasPrefix(term, args.Free) {
		return passwordSpec{}, fmt.Errorf("Unrecognized value after key=value parameters given to password lookup")
	}
	one := &lookupCall{session: l.session, options: options}
	spec := passwordSpec{path: expandUser(args.Free)}
	if dirs := l.searchPath(); !filepath.IsAbs(spec.path) {
		spec.path = filepath.Join(dirs[len(dirs)-1], spec.path)
	}
	length, err := one.intOption("length", 20)
	if err != nil {
		return spec, err
	}
	spec.length = int(length)
	if spec.encrypt, err = one.textOption("encrypt", ""); err != nil {
		return spec, err
	}
	if spec.ident, err = one.textOption("ident", ""); err != nil {
		return spec, err
	}
	if spec.seed, err = one.option("seed"); err != nil {
		return spec, err
	}
	spec.chars, err = one.candidateChars()
	return spec, err
}

// candidateChars are the characters to draw from: named sets and literal ones, quotes taken out.
func (l *lookupCall) candidateChars() (string, error) {
	v, err := l.option("chars")
	if err != nil {
		return "", err
	}
	specs := []string{"ascii_letters", "digits", ".,:-_"}
	if text, ok := textOf(v); ok && text != "" {
		specs = nil
		if strings.Contains(text, ",,") {
			specs = []string{","}
		}
		for _, part := range strings.Split(strings.ReplaceAll(text, ",,", ","), ",") {
			if part != "" {
				specs = append(specs, part)
			}
		}
	} else if items, ok := isSequence(v); ok {
		specs = nil
		for _, item := range items {
			s, err := value.ToStr(item)
			if err != nil {
				return "", err
			}
			specs = append(specs, s)
		}
	}
	var chars strings.Builder
	for _, s := range specs {
		if set, ok := characterSets[s]; ok {
			s = set
		}
		chars.WriteString(s)
	}
	return strings.NewReplacer(`"`, "", "'", "").Replace(chars.String()), nil
}

// obtain reads the password from its file or draws one and stores it, and hashes it where that is asked for.
func (p passwordSpec) obtain() (string, error) {
	kept, found, err := p.load()
	if err != nil {
		return "", err
	}
	changed := !found
	if !found {
		if kept.password, err = drawText(p.chars, p.length, p.seed); err != nil {
			return "", err
		}
	}
	if p.encrypt != "" && kept.salt == "" {
		size, ok := saltSizes[p.encrypt]
		if !ok {
			size = 8
		}
		if kept.salt, err = drawText(characterSets["ascii_letters"]+characterSets["digits"]+"./", size, nil); err != nil {
			return "", err
		}
		changed = true
	}
	if kept.ident != "" && p.ident != "" && kept.ident != p.ident {
		return "", fmt.Errorf("The ident parameter provided (%s) does not match the stored one (%s).", p.ident, kept.ident)
	}
	if kept.ident == "" && p.encrypt != "" {
		if kept.ident = p.ident; kept.ident == "" && p.encrypt == "bcrypt" {
			kept.ident = "2b"
		}
		changed = changed || kept.ident != ""
	}
	if changed && p.path != os.DevNull {
		if err := p.store(kept); err != nil {
			return "", err
		}
	}
	if p.encrypt == "" {
		return kept.password, nil
	}
	return passhash.Hash(kept.password, p.encrypt, passhash.Options{Salt: kept.salt, Ident: kept.ident})
}

func (p passwordSpec) load() (stored, bool, error) {
	if p.path == os.DevNull {
		return stored{}, false, nil
	}
	data, err := os.ReadFile(p.path)
	if errors.Is(err, fs.ErrNotExist) {
		return stored{}, false, nil
	}
	if err != nil {
		return stored{}, false, err
	}
	s := stored{password: strings.TrimRight(string(data), pythonSpace)}
	if i := strings.LastIndex(s.password, " salt="); i >= 0 {
		s.salt = s.password[i+len(" salt="):]
		s.password = s.password[:i]
		if j := strings.LastIndex(s.salt, " ident="); j >= 0 {
			s.ident = s.salt[j+len(" ident="):]
			s.salt = s.salt[:j]
		}
	}
	return s, true, nil
}

// store writes the file whole and readable by its owner alone, before anybody can see it.
func (p passwordSpec) store(s stored) error {
	text := s.password
	if s.salt != "" {
		text += " salt=" + s.salt
		if s.ident != "" {
			text += " ident=" + s.ident
		}
	}
	dir := filepath.Dir(p.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".password-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.WriteString(text + "\n"); err == nil {
		err = tmp.Sync()
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), p.path)
}

// drawText draws n characters, by Python's generator where there is a seed.
func drawText(chars string, n int, seed value.Value) (string, error) {
	set := []rune(chars)
	if len(set) == 0 || n < 0 {
		return "", value.Errorf(value.ValueError, "there are no characters to draw a password from")
	}
	if s, ok := textOf(seed); ok && s == "" {
		seed = nil
	}
	r, err := seeded(seed)
	if err != nil {
		return "", err
	}
	out := make([]rune, n)
	for i := range out {
		if r != nil {
			out[i] = set[r.Below(int64(len(set)))]
			continue
		}
		k, err := rand.Int(rand.Reader, big.NewInt(int64(len(set))))
		if err != nil {
			return "", err
		}
		out[i] = set[k.Int64()]
	}
	return string(out), nil
}

func randomStringLookup(l *lookupCall) ([]value.Value, error) {
	length, err := l.intOption("length", 8)
	if err != nil {
		return nil, err
	}
	special, err := l.textOption("override_special", characterSets["punctuation"])
	if err != nil {
		return nil, err
	}
	available, err := l.textOption("override_all", "")
	if err != nil {
		return nil, err
	}
	seed, err := l.option("seed")
	if err != nil {
		return nil, err
	}
	if seed != nil {
		return nil, fmt.Errorf("random_string with a seed is not supported")
	}
	drawn := ""
	if available == "" {
		for _, set := range []struct{ use, least, chars string }{
			{"upper", "min_upper", characterSets["ascii_uppercase"]}, {"lower", "min_lower", characterSets["ascii_lowercase"]},
			{"numbers", "min_numeric", characterSets["digits"]}, {"special", "min_special", special},
		} {
			use, err := l.flag(set.use, true)
			if err != nil {
				return nil, err
			}
			if use {
				available += set.chars
			}
			least, err := l.intOption(set.least, 0)
			if err != nil {
				return nil, err
			}
			text, err := drawText(set.chars, int(least), nil)
			if err != nil {
				return nil, err
			}
			drawn += text
		}
	}
	rest := max(0, int(length)-len([]rune(drawn)))
	text, err := drawText(available, rest, nil)
	if err != nil {
		return nil, err
	}
	return l.mixed([]rune(drawn + text))
}

// mixed puts drawn characters in random order.
func (l *lookupCall) mixed(runes []rune) ([]value.Value, error) {
	for i := len(runes) - 1; i > 0; i-- {
		k, err := rand.Int(rand.Reader, big.NewInt(int64(i+1)))
		if err != nil {
			return nil, err
		}
		runes[i], runes[k.Int64()] = runes[k.Int64()], runes[i]
	}
	encode, err := l.flag("base64", false)
	if err != nil {
		return nil, err
	}
	if encode {
		return []value.Value{value.Str(encodeText(string(runes)))}, nil
	}
	return []value.Value{value.Str(runes)}, nil
}
