package output

import (
	"strings"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/template/pyyaml"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pattern"
)

// dump is a result in the manner of CallbackBase._dump_results: as JSON, or as YAML with the setting callback_result_format.
func (d *display) dump(res *value.Dict) string {
	return d.format(d.abridged(res), event.Flag(res, "_ansible_verbose_always"))
}

// format writes a result that was abridged; spread has JSON on several lines.
func (d *display) format(res *value.Dict, spread bool) string {
	if d.ResultFormat == "yaml" {
		return "\n" + indented(d.yaml(res), "    ")
	}
	spread = spread || d.Verbosity > 2
	if d.Pretty != nil {
		spread = *d.Pretty || spread && *d.Pretty
	}
	return toJSON(res, spread)
}

// abridged hides what the verbosity hides.
func (d *display) abridged(res *value.Dict) *value.Dict {
	drop := []string{"exception"}
	if d.Verbosity < 3 {
		drop = append(drop, "invocation", "diff")
	}
	return result(res, drop...)
}

// yaml writes a value as the callbacks of Ansible do; unless results are to be exact, for readers rather than for programs.
func (d *display) yaml(v value.Value) string {
	o := pyyaml.Options{Flow: pyyaml.FlowNever, Block: exactBlock, Indent: 4}
	if d.Pretty == nil || *d.Pretty {
		o.Block = readableBlock
		if res, ok := v.(*value.Dict); ok {
			v = withoutLines(res)
		}
	} else {
		o.Indent = 2
	}
	return toYAML(v, o)
}

func toYAML(v value.Value, o pyyaml.Options) string {
	text, err := pyyaml.Dump(v, o)
	if err != nil { // a value that YAML does not know
		return toJSON(v, true) + "\n"
	}
	return text
}

// withoutLines leaves out the lines of an output that is there as a text.
func withoutLines(res *value.Dict) *value.Dict {
	out := without(res)
	for _, stream := range []string{"stdout", "stderr"} {
		_, has := out.GetStr(stream)
		if _, lines := out.GetStr(stream + "_lines"); has && lines {
			out.SetStr(stream+"_lines", value.Str("<omitted>"))
		}
	}
	return out
}

// indented is textwrap.indent: lines of blanks alone stay as they are.
func indented(text, by string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		if strings.TrimSpace(l) != "" {
			lines[i] = by + l
		}
	}
	return strings.Join(lines, "")
}

const yamlBreaks = "\n\u0085\u2028\u2029"

var spaceBreak = pattern.New(" +([" + yamlBreaks + "])")

// exactBlock has a text of several lines written as one.
func exactBlock(text string) (string, bool) { return text, strings.ContainsAny(text, yamlBreaks) }

// readableBlock is exactBlock without the blanks and the signs for which YAML would have to quote the text.
func readableBlock(text string) (string, bool) {
	if !strings.ContainsAny(text, yamlBreaks) {
		return text, false
	}
	text = expandTabs(strings.TrimRight(text, pythonSpace))
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r >= 32 && r <= 126 || r == 0x85 || r >= 0xa0 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd && r != 0xfeff || r >= 0x10000 && r < 0x10ffff-1 {
			return r
		}
		return -1
	}, text)
	return spaceBreak.ReplaceAllString(text, "$1"), true
}

// pythonSpace is what str.rstrip takes away.
const pythonSpace = " \t\n\v\f\r\x1c\x1d\x1e\x1f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"

// yamlCallback is a result as the callback community.general.yaml writes it: the verdict on the line, the rest below.
func yamlCallback(d *display, res *value.Dict) string {
	rest := withoutLines(d.abridged(res))
	text := ""
	for _, word := range []string{"changed", "skipped"} {
		if v, ok := rest.GetStr(word); ok {
			text += word + "=" + strings.ToLower(toText(v)) + " "
			rest = without(rest, word)
		}
	}
	if rest.Len() > 0 {
		text += "\n" + toYAML(rest, pyyaml.Options{Flow: pyyaml.FlowNever, Width: 1000, Block: printableBlock})
	}
	return strings.TrimRight(strings.ReplaceAll(text, "\n", "\n  "), pythonSpace)
}

var oddBlanks = pattern.New("[\x0b\x0c\r]")
var trailingBlanks = pattern.New(" +\n")

// printableBlock is readableBlock in the way of community.general.yaml.
func printableBlock(text string) (string, bool) {
	if !strings.ContainsAny(text, "\n\r\x1c\x1d\x1e\u0085\u2028\u2029") {
		return text, false
	}
	text = strings.Map(func(r rune) rune {
		if r >= 32 && r <= 126 || r >= '\t' && r <= '\r' || r >= 0xa0 {
			return r
		}
		return -1
	}, strings.TrimRight(text, pythonSpace))
	text = oddBlanks.ReplaceAllString(expandTabs(text), "")
	return trailingBlanks.ReplaceAllString(text, "\n"), true
}

// spelledOut are what debugCallback writes as text.
var spelledOut = []string{"stdout", "stderr", "msg", "module_stdout", "module_stderr"}

// debugCallback is a result as the callback ansible.posix.debug writes it: indented, with what programs said below.
func debugCallback(d *display, res *value.Dict) string {
	text := d.format(d.abridged(without(res, append([]string{"stdout_lines", "stderr_lines"}, spelledOut...)...)), true)
	for _, key := range spelledOut {
		if said, ok := res.GetStr(key); ok && truth(said) {
			text += "\n\n" + strings.ToUpper(key) + ":\n\n" + toText(said) + "\n"
		}
	}
	return text
}

func truth(v value.Value) bool { yes, err := value.Truth(v); return yes && err == nil }
