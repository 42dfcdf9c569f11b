package module

import (
	"io/fs"
	"path"
	"strings"
)

// Glob lists the paths that a pattern matches, as Python's glob.glob: "*", "?" and "[...]" within a name, hidden names
// only where the pattern's name begins with a dot, "**" as "*". Relative patterns start at dir ("" is the working
// directory of programs), and give relative paths.
func (c *Call) Glob(dir, pattern string) ([]string, error) {
	start := "/"
	if !path.IsAbs(pattern) {
		start = dir
		if start == "" {
			start = "."
		}
	}
	matches := []string{""}
	parts := strings.FieldsFunc(pattern, func(r rune) bool { return r == '/' })
	for _, part := range parts {
		var next []string
		for _, m := range matches {
			found, err := c.globIn(path.Join(start, m), part)
			if err != nil {
				return nil, err
			}
			for _, name := range found {
				next = append(next, path.Join(m, name))
			}
		}
		matches = next
	}
	if path.IsAbs(pattern) {
		for i := range matches {
			matches[i] = "/" + matches[i]
		}
	}
	return matches, nil
}

// globIn matches one name of a pattern in a directory.
func (c *Call) globIn(dir, part string) ([]string, error) {
	if !strings.ContainsAny(part, "*?[") {
		if _, err := c.Sys.Lstat(path.Join(dir, part)); err != nil {
			return nil, nil
		}
		return []string{part}, nil
	}
	info, err := c.Sys.Stat(dir)
	if err != nil || !info.Mode.IsDir() {
		return nil, nil
	}
	entries, err := c.Sys.ReadDir(dir)
	if err != nil {
		return nil, nil // a directory that may not be read matches nothing, as in Python
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name, ".") && !strings.HasPrefix(part, ".") {
			continue
		}
		if Fnmatch(part, e.Name) {
			names = append(names, e.Name)
		}
	}
	return names, nil
}

// Fnmatch tells whether a name matches a pattern as a whole, as Python's fnmatch: "*" matches slashes too, "[!...]"
// negates, and an unclosed bracket means itself.
func Fnmatch(pattern, name string) bool { return fnmatch([]rune(pattern), []rune(name)) }

// fnmatch goes back to the last star only, which is enough and keeps it from exploding.
func fnmatch(p, s []rune) bool {
	star, from := -1, 0 // the last star, and how much of s it is followed by
	i, j := 0, 0
	for j < len(s) {
		if i < len(p) && p[i] == '*' {
			star, from = i, j
			i++
			continue
		}
		if width := one(p[i:], s[j]); width > 0 {
			i += width
			j++
			continue
		}
		if star < 0 {
			return false
		}
		from++
		i, j = star+1, from
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}

// one tells how long the head of a pattern is that matches a character, 0 where it does not.
func one(p []rune, r rune) int {
	if len(p) == 0 {
		return 0
	}
	switch p[0] {
	case '?':
		return 1
	case '[':
		if end := bracketEnd(p); end > 0 {
			if inSet(p[1:end], r) {
				return end + 1
			}
			return 0
		}
	}
	if p[0] == r {
		return 1
	}
	return 0
}

// bracketEnd finds the bracket that closes a set, -1 where there is none.
func bracketEnd(p []rune) int {
	i := 1
	if i < len(p) && p[i] == '!' {
		i++
	}
	if i < len(p) && p[i] == ']' {
		i++
	}
	for ; i < len(p); i++ {
		if p[i] == ']' {
			return i
		}
	}
	return -1
}

func inSet(set []rune, r rune) bool {
	negate := len(set) > 0 && set[0] == '!'
	if negate {
		set = set[1:]
	}
	in := false
	for i := 0; i < len(set); i++ {
		if i+2 < len(set) && set[i+1] == '-' {
			in = in || set[i] <= r && r <= set[i+2]
			i += 2
			continue
		}
		in = in || set[i] == r
	}
	return in != negate
}

// WriteBlob puts content that came with the call into a file.
func (c *Call) WriteBlob(name, to string, mode fs.FileMode) error {
	b, err := c.Blob(name)
	if err != nil {
		return err
	}
	f, err := b.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	return c.Sys.Write(to, f, WriteSpec{Mode: &mode, Fresh: true})
}
