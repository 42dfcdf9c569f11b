package settings

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/rules"
)

// Baseline are findings that a project has accepted for now. An entry is keyed by rule, file and the task's own text, so
// it survives tasks that move and ends when its task is edited. An entry whose file is gone counts for the same task in another file: files
// are renamed.
type Baseline struct {
	entries map[baselineKey]int
}

type baselineKey struct {
	Rule        string `json:"rule"`
	File        string `json:"file"`
	Fingerprint string `json:"fingerprint"`
}

type baselineEntry struct {
	baselineKey
	Count int    `json:"count"`
	Task  string `json:"task,omitempty"` // for the reader
}

type baselineFile struct {
	Version  int             `json:"version"`
	Findings []baselineEntry `json:"findings"`
}

// Fingerprint identifies a task by its text: leading white space, blank lines and comment lines do not count. text is the file,
// first and last are the task's lines.
func Fingerprint(text string, first, last int) string {
	h := sha256.New()
	n := 0
	for line := range strings.Lines(text) {
		if n++; n < first {
			continue
		}
		if n > last {
			break
		}
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			io.WriteString(h, line+"\n")
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// key is a finding's place in a baseline whose file lies in dir.
func key(f rules.Finding, dir string) baselineKey {
	file := f.Pos.File
	if abs, err := filepath.Abs(file); err == nil {
		if rel, err := filepath.Rel(dir, abs); err == nil {
			file = rel
		}
	}
	print := f.Fingerprint
	if print == "" {
		sum := sha256.Sum256([]byte(f.Message))
		print = hex.EncodeToString(sum[:12])
	}
	return baselineKey{f.Rule, filepath.ToSlash(file), print}
}

// ReadBaseline reads a baseline file. A missing file is an error: a gate must not pass because of a typing error.
func ReadBaseline(path string) (*Baseline, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("baseline %s is not there: write it with --write-baseline", path)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the baseline: %w", err)
	}
	var file baselineFile
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("baseline %s: %w", path, err)
	}
	if file.Version != 1 {
		return nil, fmt.Errorf("baseline %s: version %d is not known: write it anew with --write-baseline", path, file.Version)
	}
	b := &Baseline{entries: map[baselineKey]int{}}
	for _, e := range file.Findings {
		b.entries[e.baselineKey] += e.Count
	}
	return b, nil
}

// Filter drops the findings that the baseline accepts, at most as many of each as it counts. path is the baseline's own
// file, to which entries are relative. Enforced rules are never dropped.
func (s *Settings) Filter(b *Baseline, path string, findings []rules.Finding) (kept []rules.Finding, dropped int) {
	left := map[baselineKey]int{}
	for k, n := range b.entries {
		left[k] = n
	}
	dir := absDir(path)
	var rest []rules.Finding
	for _, f := range findings {
		if k := key(f, dir); left[k] > 0 && !s.Enforced(f.Rule) {
			left[k]--
			dropped++
			continue
		}
		rest = append(rest, f)
	}
	moved := movedFiles(left, dir)
	for _, f := range rest {
		k := key(f, dir)
		k.File = ""
		if moved[k] > 0 && !s.Enforced(f.Rule) {
			moved[k]--
			dropped++
			continue
		}
		kept = append(kept, f)
	}
	return kept, dropped
}

// movedFiles are the entries left over whose files are no longer there, without the file.
func movedFiles(left map[baselineKey]int, dir string) map[baselineKey]int {
	moved := map[baselineKey]int{}
	gone := map[string]bool{}
	for k, n := range left {
		if n == 0 {
			continue
		}
		if _, asked := gone[k.File]; !asked {
			_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(k.File)))
			gone[k.File] = errors.Is(err, fs.ErrNotExist)
		}
		if gone[k.File] {
			k.File = ""
			moved[k] += n
		}
	}
	return moved
}

// WriteBaseline accepts all findings from now on. The file is replaced atomically and sorted, so that changes of it read well.
func WriteBaseline(path string, findings []rules.Finding) error {
	count := map[baselineKey]*baselineEntry{}
	dir := absDir(path)
	for _, f := range findings {
		k := key(f, dir)
		if count[k] == nil {
			count[k] = &baselineEntry{baselineKey: k, Task: f.Task}
		}
		count[k].Count++
	}
	file := baselineFile{Version: 1, Findings: []baselineEntry{}}
	for _, e := range count {
		file.Findings = append(file.Findings, *e)
	}
	slices.SortFunc(file.Findings, func(a, b baselineEntry) int {
		return strings.Compare(a.File+"\x00"+a.Rule+"\x00"+a.Fingerprint, b.File+"\x00"+b.Rule+"\x00"+b.Fingerprint)
	})
	text, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".baseline-*")
	if err != nil {
		return fmt.Errorf("writing the baseline: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(append(text, '\n'))
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing the baseline: %w", err)
	}
	return nil
}

func absDir(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return filepath.Dir(path)
	}
	return filepath.Dir(abs)
}
