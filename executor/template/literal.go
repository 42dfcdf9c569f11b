package template

import (
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pyliteral"
)

// literal reads text that looks like a list, dict or bool as one, as ansible did up to 2.18 (ast.literal_eval over the
// text, JSON's true, false and null allowed). Text that is no literal stays text.
func literal(text string) value.Value {
	if text != "True" && text != "False" && !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return value.Str(text)
	}
	if v, ok := pyliteral.Parse(pythonWords(text)); ok {
		return v
	}
	return value.Str(text)
}

// jsonWords are JSON's names for Python's constants.
var jsonWords = map[string]string{"true": "True", "false": "False", "null": "None"}

// pythonWords writes JSON's constants as Python's, outside of strings.
func pythonWords(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); {
		start := i
		switch c := text[i]; {
		case c == '\'' || c == '"':
			for i++; i < len(text) && text[i] != c; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			i = min(i+1, len(text))
		case isWord(c):
			for i < len(text) && isWord(text[i]) {
				i++
			}
			if word, ok := jsonWords[text[start:i]]; ok {
				out.WriteString(word)
				continue
			}
		default:
			i++
		}
		out.WriteString(text[start:i])
	}
	return out.String()
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// stringFilters give text that Classic does not read as a literal (ansible's STRING_TYPE_FILTERS).
var stringFilters = map[string]bool{
	"string": true, "to_json": true, "to_nice_json": true, "to_yaml": true, "to_nice_yaml": true, "ppretty": true, "json": true,
}
