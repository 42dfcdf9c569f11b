package vars

import (
	"fmt"
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/kv"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// Extra reads one -e option: @FILE, JSON or YAML in braces or brackets, or key=value pairs whose values are strings.
// Place names the option in messages and as the origin of templates.
func Extra(option, place string, decrypt Decrypt) (*value.Dict, error) {
	switch {
	case strings.HasPrefix(option, "@"):
		return File(option[1:], decrypt)
	case strings.HasPrefix(option, "/") || strings.HasPrefix(option, "."):
		return nil, fmt.Errorf("%s %s: write @%s to read variables from a file", place, option, option)
	case strings.HasPrefix(option, "{") || strings.HasPrefix(option, "["):
		return extraYAML(option, place, decrypt)
	}
	args, err := kv.Parse(option, false)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", place, option, err)
	}
	out := value.NewDict()
	pos := source.Pos{File: place}
	for _, a := range args.List {
		if playbook.HasTemplate(a.Value) {
			out.SetStr(a.Key, value.Template{Text: a.Value, Origin: pos})
		} else {
			out.SetStr(a.Key, value.Str(a.Value))
		}
	}
	if args.Free != "" {
		return out, &Wordy{fmt.Sprintf("%s %s: %q is no key=value, no {YAML} and no @file", place, option, strings.TrimSpace(args.Free))}
	}
	return out, nil
}

// Wordy is the error of an option with words that set nothing. What the option sets beside them is there; Ansible passes over
// the words in silence.
type Wordy struct{ Why string }

func (w *Wordy) Error() string { return w.Why }

func extraYAML(option, place string, decrypt Decrypt) (*value.Dict, error) {
	f, err := source.Parse(place, []byte(option))
	if err != nil {
		return nil, err
	}
	if len(f.Docs) != 1 || f.Docs[0].Kind != source.Mapping {
		return nil, fmt.Errorf("%s %s: variables must be a mapping", place, option)
	}
	return Dict(f.Docs[0], decrypt), nil
}
