package template

import "strings"

// doubleBackslashes writes each backslash in a string literal between "{{" and "}}" twice, so that the author of a playbook
// writes '\1' or '\d' once. Ansible does so for text of playbooks and variables, not for template files, and not in
// statements.
func doubleBackslashes(text string, syntax Syntax) string {
	open, end := orText(syntax.VariableStart, "{{"), orText(syntax.VariableEnd, "}}")
	if !strings.Contains(text, `\`) || !strings.Contains(text, open) {
		return text
	}
	comment, commentEnd := orText(syntax.CommentStart, "{#"), orText(syntax.CommentEnd, "#}")
	block, blockEnd := orText(syntax.BlockStart, "{%"), orText(syntax.BlockEnd, "%}")
	var out strings.Builder
	for text != "" {
		switch {
		case strings.HasPrefix(text, open):
			text = copyExpression(&out, text, len(open), end, true)
		case strings.HasPrefix(text, comment):
			text = copyUntil(&out, text, commentEnd)
		case strings.HasPrefix(text, block):
			if raw, isRaw := rawBlock(text, block, blockEnd); isRaw {
				out.WriteString(raw)
				text = text[len(raw):]
				continue
			}
			text = copyExpression(&out, text, len(block), blockEnd, false)
		default:
			out.WriteByte(text[0])
			text = text[1:]
		}
	}
	return out.String()
}

func orText(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// copyUntil copies through the end mark and gives the rest.
func copyUntil(out *strings.Builder, text, end string) string {
	i := strings.Index(text, end)
	if i < 0 {
		out.WriteString(text)
		return ""
	}
	out.WriteString(text[:i+len(end)])
	return text[i+len(end):]
}

// copyExpression copies a tag, whose string literals may hold anything, and gives the rest.
func copyExpression(out *strings.Builder, text string, from int, end string, double bool) string {
	out.WriteString(text[:from])
	quote := byte(0)
	for i := from; i < len(text); i++ {
		c := text[i]
		if quote == 0 && strings.HasPrefix(text[i:], end) {
			out.WriteString(end)
			return text[i+len(end):]
		}
		out.WriteByte(c)
		switch {
		case c == '\\' && quote != 0:
			if double {
				out.WriteByte('\\')
			}
			if i+1 < len(text) { // an escaped quote does not end the literal
				i++
				out.WriteByte(text[i])
				if double && text[i] == '\\' {
					out.WriteByte('\\')
				}
			}
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		}
	}
	return ""
}

// rawBlock gives a whole {% raw %} ... {% endraw %}, in which nothing is an expression.
func rawBlock(text, block, blockEnd string) (string, bool) {
	head := strings.TrimLeft(strings.TrimPrefix(text, block), "-+ \t\n")
	if !strings.HasPrefix(head, "raw") {
		return "", false
	}
	i := strings.Index(text, "endraw")
	if i < 0 {
		return text, true
	}
	if j := strings.Index(text[i:], blockEnd); j >= 0 {
		return text[:i+j+len(blockEnd)], true
	}
	return text, true
}
