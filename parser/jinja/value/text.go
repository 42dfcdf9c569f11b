package value

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ToUpper is str.upper, which unlike Go's knows that some letters become several.
func ToUpper(s string) string {
	return specialUpper.Replace(strings.ToUpper(s))
}

var specialUpper = strings.NewReplacer("ß", "SS", "ŉ", "ʼN", "ﬀ", "FF", "ﬁ", "FI", "ﬂ", "FL", "ﬃ", "FFI", "ﬄ", "FFL", "ﬅ", "ST", "ﬆ", "ST")

// Capitalize is str.capitalize.
func Capitalize(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return titleChar(s[:n]) + strings.ToLower(s[n:])
}

// titleChar is the first letter of a word: one letter that becomes several keeps only the first of them large.
func titleChar(s string) string {
	up := specialUpper.Replace(s)
	if up != s {
		_, n := utf8.DecodeRuneInString(up)
		return up[:n] + strings.ToLower(up[n:])
	}
	return strings.ToTitle(s)
}

// Title is str.title: a word starts at each letter that does not follow a cased character.
func Title(s string) string {
	var b strings.Builder
	inWord := false
	for _, r := range s {
		switch {
		case inWord:
			b.WriteString(strings.ToLower(string(r)))
		default:
			b.WriteString(titleChar(string(r)))
		}
		inWord = isCased(r)
	}
	return b.String()
}

func isCased(r rune) bool { return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r) }

func swapCase(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			b.WriteString(strings.ToLower(string(r)))
		case unicode.IsLower(r):
			b.WriteString(ToUpper(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func caseFold(s string) string {
	return strings.NewReplacer("ß", "ss", "ſ", "s", "ς", "σ", "ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl").Replace(strings.ToLower(s))
}

func isTitle(s string) bool {
	inWord, found := false, false
	for _, r := range s {
		switch {
		case unicode.IsUpper(r) || unicode.IsTitle(r):
			if inWord {
				return false
			}
			inWord, found = true, true
		case unicode.IsLower(r):
			if !inWord {
				return false
			}
			found = true
		default:
			inWord = false
		}
	}
	return found
}

// hasCase is islower and isupper: at least one cased character, all of them of the case.
func hasCase(s string, is func(rune) bool) bool {
	found := false
	for _, r := range s {
		if is(r) {
			found = true
		} else if isCased(r) {
			return false
		}
	}
	return found
}

func isAlnum(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// isDigitRune is str.isdigit: decimals, and the superscripts and circled digits.
func isDigitRune(r rune) bool {
	switch {
	case unicode.Is(unicode.Nd, r):
		return true
	case r == 0xb2 || r == 0xb3 || r == 0xb9 || r == 0x2070:
		return true
	}
	return r >= 0x2074 && r <= 0x2079 || r >= 0x2080 && r <= 0x2089 || r >= 0x2460 && r <= 0x2468
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// IsIdentifier is str.isidentifier.
func IsIdentifier(s string) bool {
	for i, r := range s {
		if !IsNameChar(r) || i == 0 && !unicode.IsLetter(r) && r != '_' && !unicode.Is(unicode.Nl, r) {
			return false
		}
	}
	return s != ""
}

// IsNameChar tells whether a character can stand within an identifier.
func IsNameChar(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Nl, unicode.Pc) || r == 0xb7
}
