package packaging

import (
	"path"
	"sort"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/regexp"
)

const (
	sourcesFile = "/etc/apt/sources.list"
	sourcesDir  = "/etc/apt/sources.list.d"
)

// sourceLine is a line of a sources.list(5) file.
type sourceLine struct {
	valid, enabled  bool
	source, comment string
}

// sources are all one-line sources of apt, by file.
type sources map[string][]sourceLine

// readSources reads sources.list and the *.list files.
func readSources(sys module.System) (sources, error) {
	out := sources{}
	files := []string{sourcesFile}
	entries, _ := sys.ReadDir(sourcesDir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name, ".list") && e.Name[0] != '.' {
			files = append(files, path.Join(sourcesDir, e.Name))
		}
	}
	for _, f := range files {
		data, err := sys.ReadFile(f)
		if err != nil {
			continue
		}
		out[f] = []sourceLine{}
		for _, l := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
			if string(data) != "" {
				out[f] = append(out[f], parseSource(l))
			}
		}
	}
	return out, nil
}

func parseSource(line string) sourceLine {
	s := sourceLine{enabled: true}
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "#") {
		s.enabled, line = false, line[1:]
	}
	if i := strings.IndexByte(line, '#'); i > 0 {
		s.comment, line = strings.TrimSpace(line[i+1:]), line[:i]
	}
	s.source = strings.TrimSpace(line)
	if f := strings.Fields(s.source); len(f) > 0 && (f[0] == "deb" || f[0] == "deb-src") {
		s.valid, s.source = true, strings.Join(f, " ")
	}
	return s
}

func (s sourceLine) String() string {
	text := s.source
	if !s.enabled {
		text = "# " + text
	}
	if s.comment != "" {
		text += " # " + s.comment
	}
	return text + "\n"
}

// dump is the text of each file that has lines.
func (s sources) dump() map[string]string {
	out := map[string]string{}
	for f, lines := range s {
		text := ""
		for _, l := range lines {
			text += l.String()
		}
		if len(lines) > 0 {
			out[f] = text
		}
	}
	return out
}

// files lists the files in a fixed order.
func (s sources) files() []string {
	out := make([]string, 0, len(s))
	for f := range s {
		out = append(out, f)
	}
	sort.Strings(out)
	return out
}

// add enables a source, or writes it into file. It tells whether file is new to the source.
func (s sources) add(source, file string) {
	found := false
	for _, lines := range s {
		for i := range lines {
			if lines[i].valid && lines[i].source == source {
				lines[i].enabled, found = true, true
			}
		}
	}
	if !found {
		s[file] = append(s[file], sourceLine{valid: true, enabled: true, source: source})
	}
}

// remove drops an enabled source wherever it stands.
func (s sources) remove(source string) {
	for f, lines := range s {
		var kept []sourceLine
		for _, l := range lines {
			if !(l.valid && l.enabled && l.source == source) {
				kept = append(kept, l)
			}
		}
		s[f] = kept
	}
}

var (
	sourceOptions  = regexp.MustCompile(`\[[^\]]+\]`)
	sourceProtocol = regexp.MustCompile(`\w+://`)
	notWord        = regexp.MustCompile(`[^a-zA-Z0-9]+`)
)

// suggestFile is the file for a new source: named by the caller or after the source's address.
func suggestFile(source, name string) string {
	if name == "" {
		text := sourceProtocol.ReplaceAllString(sourceOptions.ReplaceAllString(source, ""), "")
		for _, w := range strings.Fields(text) {
			if w == "deb" || w == "deb-src" {
				continue
			}
			if i := strings.IndexByte(w, '@'); i >= 0 { // no user names and passwords in file names
				w = w[i+1:]
			}
			name = strings.Trim(notWord.ReplaceAllString(w, "_"), "_")
			break
		}
	}
	if name += ".list"; strings.Contains(name, "/") {
		return name
	}
	return path.Join(sourcesDir, name)
}
