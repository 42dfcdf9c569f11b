package shell

import (
	"regexp"
	"strings"

	"pylint-deploy/parser/pattern"
)

// sedCall: -i edits in place; otherwise sed only prints.
func sedCall(w *walker, c *Call, sc scope) bool {
	c.Class = Read
	if !inPlace(c.Args) {
		return true
	}
	scripts, files := sedParts(c.Args)
	c.Class, c.Module = Overwrite, "replace"
	verdict := sedFixpoint(scripts)
	for _, f := range files {
		c.Writes = append(c.Writes, Write{Path: f, Line: c.Line})
		w.out.Edits = append(w.out.Edits, Edit{Program: "sed", Path: joinDir(sc.dir, f), Fixpoint: verdict, Script: strings.Join(scripts, "; "), Guarded: len(sc.guards) > 0})
	}
	if verdict == "no" {
		c.Class, c.Why = Accumulate, "applied to its own result the edit changes the file again"
	}
	return true
}

func inPlace(args []string) bool {
	for _, a := range args {
		if a == "--in-place" || strings.HasPrefix(a, "--in-place=") || len(a) > 1 && a[0] == '-' && a[1] != '-' && strings.Contains(strings.SplitN(a[1:], ".", 2)[0], "i") {
			return true
		}
	}
	return false
}

// sedParts separates scripts from files.
func sedParts(args []string) (scripts, files []string) {
	given := false
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "-e" || a == "--expression":
			if i+1 < len(args) {
				scripts = append(scripts, args[i+1])
				given = true
			}
			i++
		case strings.HasPrefix(a, "--expression="):
			scripts = append(scripts, strings.TrimPrefix(a, "--expression="))
			given = true
		case a == "-f" || a == "--file":
			scripts, given = append(scripts, ""), true
			i++
		case len(a) > 2 && a[0] == '-' && a[1] != '-' && strings.HasSuffix(a, "e") && strings.Contains(a, "i") && i+1 < len(args):
			scripts, given = append(scripts, args[i+1]), true
			i++
		case strings.HasPrefix(a, "-") && len(a) > 1:
		case !given && len(scripts) == 0:
			scripts = append(scripts, a)
			given = true
		case a == "":
		default:
			files = append(files, a)
		}
	}
	return scripts, files
}

// sedFixpoint applies the scripts twice in thought: "yes", "no" or "unknown".
func sedFixpoint(scripts []string) string {
	verdict := "yes"
	for _, s := range scripts {
		switch sedCommand(strings.TrimSpace(s)) {
		case "no":
			return "no"
		case "unknown":
			verdict = "unknown"
		}
	}
	if len(scripts) == 0 {
		return "unknown"
	}
	return verdict
}

var (
	sedAdd    = pattern.New(`^(\$|\d+|/(?:[^/\\]|\\.)*/)?\s*[aic](\\|\s|$)`)
	sedDelete = pattern.New(`^/(?:[^/\\]|\\.)*/[I!]?\s*d$`)
	sedLineNo = pattern.New(`^\d+(,\d+|,\$)?d$|^\$d$`)
)

func sedCommand(s string) string {
	switch {
	case sedDelete.MatchString(s):
		return "yes"
	case sedLineNo.MatchString(s):
		return "no"
	case sedAdd.MatchString(s):
		if strings.Contains(s, "{{") {
			return "unknown"
		}
		if m := sedAdd.FindStringSubmatch(s); strings.Contains(s[:strings.Index(s, m[0])+len(m[0])], "c") && strings.HasSuffix(strings.TrimRight(m[0], " \\"), "c") {
			return "unknown"
		}
		return "no"
	}
	pattern, replacement, flags, ok := substitution(s)
	if !ok {
		return "unknown"
	}
	return SubstituteFixpoint(pattern, replacement, strings.Contains(flags, "I") || strings.Contains(flags, "i"))
}

// substitution takes s/pattern/replacement/flags apart; an address before it is dropped.
func substitution(s string) (pattern, replacement, flags string, ok bool) {
	i := strings.IndexByte(s, 's')
	if i < 0 || i+1 >= len(s) || i > 0 && !sedAddress.MatchString(s[:i]) {
		return "", "", "", false
	}
	delim := s[i+1]
	if delim == ' ' || delim == '\\' || delim >= 'a' && delim <= 'z' {
		return "", "", "", false
	}
	var parts []string
	var b strings.Builder
	for j := i + 2; j < len(s); j++ {
		switch {
		case s[j] == '\\' && j+1 < len(s):
			if s[j+1] != delim {
				b.WriteByte('\\')
			}
			j++
			b.WriteByte(s[j])
		case s[j] == delim && len(parts) < 2:
			parts = append(parts, b.String())
			b.Reset()
		default:
			b.WriteByte(s[j])
		}
	}
	if len(parts) != 2 {
		return "", "", "", false
	}
	return parts[0], parts[1], b.String(), !strings.ContainsAny(b.String(), ";{}")
}

// SubstituteFixpoint decides whether replacing pattern (a basic or extended regular expression) by replacement leaves
// something that the pattern changes again. Templates, shell variables and anchors around unknown context give "unknown".
func SubstituteFixpoint(pattern, replacement string, fold bool) string {
	for _, s := range []string{pattern, replacement} {
		if strings.Contains(s, "{{") || strings.Contains(s, "$(") || strings.Contains(s, "${") || shellVariable.MatchString(s) {
			return "unknown"
		}
	}
	if groups.MatchString(pattern) || strings.Contains(replacement, `\1`) {
		return "unknown"
	}
	expr := breToGo(pattern)
	if fold {
		expr = "(?i)" + expr
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return "unknown"
	}
	literal := regexp.QuoteMeta(pattern) == pattern
	whole := strings.Contains(unescapedAmp(replacement, "\x00"), "\x00")
	switch {
	case whole && literal:
		return "no" // s/x/x y/: the & keeps what matches
	case whole && strings.HasPrefix(pattern, "^") && !strings.HasPrefix(strings.TrimPrefix(replacement, `\`), "&"):
		result := unescapedAmp(replacement, strings.TrimPrefix(pattern, "^"))
		if !re.MatchString(result) {
			return "yes" // s/^x/#&/: no line begins with x any more
		}
		return "unknown"
	case whole:
		return "unknown"
	}
	result := escaped.ReplaceAllString(replacement, "$1")
	found := re.FindStringIndex(result)
	if found == nil {
		if strings.HasPrefix(pattern, "^") || strings.HasSuffix(pattern, "$") || literal && !overlaps(pattern, result) {
			return "yes"
		}
		return "unknown"
	}
	if re.ReplaceAllLiteralString(result, result) == result {
		return "yes"
	}
	if literal || !strings.ContainsAny(pattern, "*+?") {
		return "no"
	}
	return "unknown"
}

// overlaps tells that text around the replacement could complete the pattern again.
func overlaps(pattern, result string) bool {
	for i := 1; i < len(pattern); i++ {
		if strings.HasSuffix(result, pattern[:i]) || strings.HasPrefix(result, pattern[i:]) {
			return true
		}
	}
	return result == ""
}

// sedAddress is what may stand before a command of sed.
var sedAddress = pattern.New(`^(\d+|\$|/.*/)\s*$`)

var (
	shellVariable = pattern.New(`\$\w`)
	escaped       = pattern.New(`\\(.)`)
)

var groups = pattern.New(`\\?\(`)

// unescapedAmp replaces & (but not \&).
func unescapedAmp(s, by string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == '&':
			b.WriteString(by)
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

var basicOperators = strings.NewReplacer(`\+`, `+`, `\?`, `?`, `\|`, `|`, `\{`, `{`, `\}`, `}`)

// breToGo turns the basic operators \+ \? \| into extended ones.
func breToGo(p string) string {
	return basicOperators.Replace(p)
}

// perlCall: -pi edits in place.
func perlCall(w *walker, c *Call, sc scope) bool {
	if !inPlace(c.Args) {
		return false
	}
	c.Class, c.Module = Overwrite, "replace"
	scripts, files := sedParts(c.Args)
	verdict := sedFixpoint(scripts)
	for _, f := range files {
		c.Writes = append(c.Writes, Write{Path: f, Line: c.Line})
		w.out.Edits = append(w.out.Edits, Edit{Program: "perl", Path: joinDir(sc.dir, f), Fixpoint: verdict, Script: strings.Join(scripts, "; "), Guarded: len(sc.guards) > 0})
	}
	return true
}

// edCall: ed and ex edit a file by a script on standard input.
func edCall(w *walker, c *Call, sc scope) bool {
	c.Class, c.Module = Overwrite, "lineinfile"
	for _, f := range positionals(c.Program, c.Args) {
		c.Writes = append(c.Writes, Write{Path: f, Line: c.Line})
		w.out.Edits = append(w.out.Edits, Edit{Program: c.Program, Path: joinDir(sc.dir, f), Fixpoint: "unknown", Script: sc.stdin, Guarded: len(sc.guards) > 0})
	}
	return true
}
