package pyyaml

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// emitter is libyaml's emitter as far as it shows: where it is on the line and what was just written.
type emitter struct {
	out         strings.Builder
	step, width int
	lineBreak   string
	indent      int
	flowLevel   int
	column      int
	whitespace  bool // the last character was white space
	indention   bool // nothing but indentation on the line so far
	openEnded   bool // the last scalar keeps its line breaks, so that only a mark can end the document
}

// context is where a node stands.
type context struct{ inMapping, simpleKey bool }

func newEmitter(o Options) *emitter {
	e := &emitter{step: o.Indent, width: o.Width, lineBreak: o.LineBreak, indent: -1, whitespace: true, indention: true}
	if e.step < 2 || e.step > 9 {
		e.step = 2
	}
	switch {
	case e.width < 0:
		e.width = int(^uint(0) >> 1)
	case e.width <= e.step*2:
		e.width = 80
	}
	if e.lineBreak == "" {
		e.lineBreak = "\n"
	}
	return e
}

func (e *emitter) put(r rune) {
	e.out.WriteRune(r)
	e.column++
}

func (e *emitter) breakLine() {
	e.out.WriteString(e.lineBreak)
	e.column = 0
}

// writeBreak copies a line break of the text.
func (e *emitter) writeBreak(r rune) {
	if r == '\n' {
		e.breakLine()
		return
	}
	e.out.WriteRune(r)
	e.column = 0
}

func (e *emitter) writeIndent() {
	indent := max(e.indent, 0)
	if !e.indention || e.column > indent || e.column == indent && !e.whitespace {
		e.breakLine()
	}
	for e.column < indent {
		e.put(' ')
	}
	e.whitespace, e.indention = true, true
}

func (e *emitter) indicator(text string, needSpace, isSpace, isIndention bool) {
	if needSpace && !e.whitespace {
		e.put(' ')
	}
	for _, r := range text {
		e.put(r)
	}
	e.whitespace = isSpace
	e.indention = e.indention && isIndention
	e.openEnded = false
}

// deeper runs f one level of indentation further in.
func (e *emitter) deeper(flow, indentless bool, f func()) {
	saved := e.indent
	switch {
	case e.indent < 0 && flow:
		e.indent = e.step
	case e.indent < 0:
		e.indent = 0
	case !indentless:
		e.indent += e.step
	}
	f()
	e.indent = saved
}

func (e *emitter) node(n *node, c context) {
	if n.anchor != "" {
		if n.shown {
			e.indicator("*"+n.anchor, true, false, false)
			return
		}
		n.shown = true
		e.indicator("&"+n.anchor, true, false, false)
	}
	switch {
	case n.kind == scalar:
		e.scalar(n, c)
		return
	case n.tag != "":
		e.indicator(n.tag, true, false, false)
	}
	inFlow := e.flowLevel > 0 || n.flow || len(n.items) == 0
	switch {
	case n.kind == sequence && inFlow:
		e.flow("[", "]", func() { e.flowSequence(n) })
	case n.kind == sequence:
		e.deeper(false, c.inMapping && !e.indention, func() { e.blockSequence(n) })
	case inFlow:
		e.flow("{", "}", func() { e.flowMapping(n) })
	default:
		e.deeper(false, false, func() { e.blockMapping(n) })
	}
}

func (e *emitter) flow(open, end string, items func()) {
	e.indicator(open, true, true, false)
	e.flowLevel++
	e.deeper(true, false, items)
	e.flowLevel--
	e.indicator(end, false, false, false)
}

func (e *emitter) foldFlow() {
	if e.column > e.width {
		e.writeIndent()
	}
}

func (e *emitter) flowSequence(n *node) {
	for i, item := range n.items {
		if i > 0 {
			e.indicator(",", false, false, false)
		}
		e.foldFlow()
		e.node(item, context{})
	}
}

func (e *emitter) flowMapping(n *node) {
	for i := 0; i < len(n.items); i += 2 {
		if i > 0 {
			e.indicator(",", false, false, false)
		}
		e.foldFlow()
		if e.simpleKey(n.items[i]) {
			e.node(n.items[i], context{inMapping: true, simpleKey: true})
			e.indicator(":", false, false, false)
		} else {
			e.indicator("?", true, false, false)
			e.node(n.items[i], context{inMapping: true})
			e.foldFlow()
			e.indicator(":", true, false, false)
		}
		e.node(n.items[i+1], context{inMapping: true})
	}
}

func (e *emitter) blockSequence(n *node) {
	for _, item := range n.items {
		e.writeIndent()
		e.indicator("-", true, false, true)
		e.node(item, context{})
	}
}

func (e *emitter) blockMapping(n *node) {
	for i := 0; i < len(n.items); i += 2 {
		e.writeIndent()
		if e.simpleKey(n.items[i]) {
			e.node(n.items[i], context{inMapping: true, simpleKey: true})
			e.indicator(":", false, false, false)
		} else {
			e.indicator("?", true, false, true)
			e.node(n.items[i], context{inMapping: true})
			e.writeIndent()
			e.indicator(":", true, false, true)
		}
		e.node(n.items[i+1], context{inMapping: true})
	}
}

// simpleKey tells whether a key can stand before its colon without a "?".
func (e *emitter) simpleKey(n *node) bool {
	const longest = 128
	length := len(n.anchor) + len(n.tag)
	switch {
	case n.shown:
		return length <= longest
	case n.kind == scalar:
		return !analyze(n.text).multiline && length+len(n.text) <= longest
	}
	return len(n.items) == 0 && length <= longest
}

func (e *emitter) scalar(n *node, c context) {
	a := analyze(n.text)
	style := e.style(n, a, c)
	if n.tag != "" {
		e.indicator(n.tag, true, false, false)
	}
	e.deeper(true, false, func() {
		switch style {
		case '\'':
			e.singleQuoted(n.text, !c.simpleKey)
		case '"':
			e.doubleQuoted(n.text, !c.simpleKey)
		case '|':
			e.literal(n.text)
		default:
			e.plain(n.text, !c.simpleKey)
		}
	})
}

// style is libyaml's yaml_emitter_select_scalar_style.
func (e *emitter) style(n *node, a analysis, c context) byte {
	style := n.style
	if c.simpleKey && a.multiline {
		style = '"'
	}
	if style == 0 {
		plain := a.blockPlain
		if e.flowLevel > 0 {
			plain = a.flowPlain
		}
		empty := n.text == "" && (e.flowLevel > 0 || c.simpleKey)
		if !plain || empty || n.quoted {
			style = '\''
		}
	}
	if style == '\'' && !a.singleQuoted || style == '|' && (!a.literal || e.flowLevel > 0 || c.simpleKey) {
		style = '"'
	}
	return style
}

// lineWalker copies text that is folded at spaces and whose line breaks are doubled.
type lineWalker struct{ spaces, breaks bool }

func (e *emitter) walk(w *lineWalker, r rune, foldable bool, write func(rune)) {
	switch {
	case r == ' ':
		if foldable && !w.spaces && e.column > e.width {
			e.writeIndent()
		} else {
			e.put(r)
		}
		w.spaces = true
	case isBreak(r):
		if !w.breaks && r == '\n' {
			e.breakLine()
		}
		e.writeBreak(r)
		e.indention, w.breaks = true, true
	default:
		if w.breaks {
			e.writeIndent()
		}
		write(r)
		e.indention = false
		w.spaces, w.breaks = false, false
	}
}

func (e *emitter) plain(text string, fold bool) {
	if !e.whitespace && (text != "" || e.flowLevel > 0) {
		e.put(' ')
	}
	runes, w := []rune(text), &lineWalker{}
	for i, r := range runes {
		e.walk(w, r, fold && (i+1 == len(runes) || runes[i+1] != ' '), e.put)
	}
	e.whitespace, e.indention = false, false
}

func (e *emitter) singleQuoted(text string, fold bool) {
	e.indicator("'", true, false, false)
	runes, w := []rune(text), &lineWalker{}
	for i, r := range runes {
		inside := i > 0 && i < len(runes)-1 && runes[i+1] != ' '
		e.walk(w, r, fold && inside, func(r rune) {
			if r == '\'' {
				e.put(r)
			}
			e.put(r)
		})
	}
	if w.breaks {
		e.writeIndent()
	}
	e.indicator("'", false, false, false)
}

var shortEscapes = map[rune]string{
	0: "0", 7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 27: "e", '"': `"`, '\\': `\`,
	0x85: "N", 0xa0: "_", 0x2028: "L", 0x2029: "P",
}

func (e *emitter) doubleQuoted(text string, fold bool) {
	e.indicator(`"`, true, false, false)
	spaces := false
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		last := i+size == len(text)
		switch {
		case !printable(r) || isBreak(r) || r == '"' || r == '\\':
			if r == utf8.RuneError && size == 1 { // a byte that was not UTF-8: Python's lone surrogate
				r = 0xdc00 + rune(text[i])
			}
			e.escape(r)
			spaces = false
		case r == ' ':
			if fold && !spaces && e.column > e.width && i > 0 && !last {
				e.writeIndent()
				if text[i+1] == ' ' {
					e.put('\\')
				}
			} else {
				e.put(r)
			}
			spaces = true
		default:
			e.put(r)
			spaces = false
		}
	}
	e.indicator(`"`, false, false, false)
}

func (e *emitter) escape(r rune) {
	esc, ok := shortEscapes[r]
	switch {
	case ok:
	case r <= 0xff:
		esc = fmt.Sprintf("x%02X", r)
	case r <= 0xffff:
		esc = fmt.Sprintf("u%04X", r)
	default:
		esc = fmt.Sprintf("U%08X", r)
	}
	e.put('\\')
	for _, c := range esc {
		e.put(c)
	}
}

func (e *emitter) literal(text string) {
	hints := e.blockHints(text)
	e.indicator("|"+hints, true, false, false)
	e.openEnded = strings.HasSuffix(hints, "+")
	e.breakLine()
	e.whitespace, e.indention = true, true
	atBreak := true
	for _, r := range text {
		if isBreak(r) {
			e.writeBreak(r)
			e.indention, atBreak = true, true
			continue
		}
		if atBreak {
			e.writeIndent()
		}
		e.put(r)
		e.indention, atBreak = false, false
	}
}

// blockHints are the indentation and chomping indicators of a block scalar.
func (e *emitter) blockHints(text string) string {
	runes := []rune(text)
	if len(runes) == 0 {
		return "-"
	}
	hints := ""
	if runes[0] == ' ' || isBreak(runes[0]) {
		hints = fmt.Sprint(e.step)
	}
	switch n := len(runes); {
	case !isBreak(runes[n-1]):
		hints += "-"
	case n == 1 || isBreak(runes[n-2]):
		hints += "+"
	}
	return hints
}
