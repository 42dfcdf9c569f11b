package module

import (
	"errors"
	"strings"
)

// SplitWords splits a command line into words as Python's shlex.split does: POSIX quoting, and nothing else of a shell.
func SplitWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	in := false // within a word, be it empty as in ''
	for i := 0; i < len(line); i++ {
		switch ch := line[i]; ch {
		case ' ', '\t', '\r', '\n':
			if in {
				words = append(words, word.String())
				word.Reset()
				in = false
			}
		case '\'':
			end := strings.IndexByte(line[i+1:], '\'')
			if end < 0 {
				return nil, errors.New("No closing quotation")
			}
			word.WriteString(line[i+1 : i+1+end])
			i += 1 + end
			in = true
		case '"':
			width, err := doubleQuoted(&word, line[i+1:])
			if err != nil {
				return nil, err
			}
			i += width
			in = true
		case '\\':
			if i+1 == len(line) {
				return nil, errors.New("No escaped character")
			}
			i++
			word.WriteByte(line[i])
			in = true
		default:
			word.WriteByte(ch)
			in = true
		}
	}
	if in {
		words = append(words, word.String())
	}
	return words, nil
}

// doubleQuoted reads up to and including the closing quote and returns how much it read.
func doubleQuoted(word *strings.Builder, s string) (int, error) {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return i + 1, nil
		case s[i] == '\\' && i+1 < len(s):
			i++
			if s[i] != '"' && s[i] != '\\' {
				word.WriteByte('\\')
			}
			word.WriteByte(s[i])
		default:
			word.WriteByte(s[i])
		}
	}
	return 0, errors.New("No closing quotation")
}
