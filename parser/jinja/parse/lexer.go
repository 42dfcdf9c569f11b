package parse

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

// lexer turns a text into tokens. It walks once over the text; line and lineStart follow pos.
type lexer struct {
	o         *Options
	src       string
	pos       int
	line      int
	lineStart int
	ascii     bool
	rules     []beginRule
	first     *[256]bool // bytes with which some tag can begin
	tokens    []token
	balance   []byte // closing brackets awaited
	// atLineStart tells whether the token before ended with a newline, for lstrip_blocks.
	atLineStart bool
	// printing is set within {{ }}.
	printing bool
}

// beginRule is one way in which template text turns into something else.
type beginRule struct {
	name   string // comment, block, variable, line statement, line comment
	prefix string
}

// tokenize reads a whole template.
func tokenize(src string, o *Options) ([]token, string, error) {
	lx := newLexer(normalize(src, o.KeepTrailingNewline), o)
	err := lx.template()
	return lx.tokens, lx.src, err
}

// tokenizeExpr reads a bare expression.
func tokenizeExpr(src string, o *Options) ([]token, string, error) {
	lx := newLexer(normalize(src, true), o)
	for lx.pos < len(lx.src) {
		if err := lx.code(); err != nil {
			return nil, lx.src, err
		}
	}
	lx.emit(tokEOF, lx.pos, "")
	return lx.tokens, lx.src, nil
}

func newLexer(src string, o *Options) *lexer {
	lx := &lexer{o: o, src: src, line: 1, ascii: len(src) == utf8.RuneCountInString(src), atLineStart: true}
	lx.tokens = tokenRoom.Get().([]token)
	lx.rules, lx.first = commonRules, commonFirst
	if !o.commonDelimiters() {
		lx.rules = beginRules(o)
		lx.first = firstBytes(lx.rules)
	}
	return lx
}

// tokenRoom keeps the room for tokens from one parse to the next: nothing refers to them once the tree stands.
var tokenRoom = sync.Pool{New: func() any { return make([]token, 0, 64) }}

func release(tokens []token) {
	clear(tokens)
	tokenRoom.Put(tokens[:0])
}

// What nearly all templates use is worked out once.
var (
	commonRules = beginRules(Defaults())
	commonFirst = firstBytes(commonRules)
)

func (o *Options) commonDelimiters() bool {
	return o.BlockStart == "{%" && o.VariableStart == "{{" && o.CommentStart == "{#" && o.LineStatementPrefix == "" && o.LineCommentPrefix == ""
}

func firstBytes(rules []beginRule) *[256]bool {
	var first [256]bool
	for _, r := range rules {
		first[r.prefix[0]] = true
	}
	return &first
}

// normalize makes every line end a newline and drops the last one unless it is to be kept.
func normalize(src string, keepTrailing bool) string {
	if strings.IndexByte(src, '\r') >= 0 {
		src = strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n")
	}
	if !keepTrailing {
		src = strings.TrimSuffix(src, "\n")
	}
	return src
}

// beginRules orders the rules as jinja2.lexer.compile_rules: the longest prefix first, then by name from the end of the alphabet.
func beginRules(o *Options) []beginRule {
	rules := []beginRule{{"variable", o.VariableStart}, {"comment", o.CommentStart}, {"block", o.BlockStart}}
	if o.LineStatementPrefix != "" {
		rules = append(rules, beginRule{"linestatement", o.LineStatementPrefix})
	}
	if o.LineCommentPrefix != "" {
		rules = append(rules, beginRule{"linecomment", o.LineCommentPrefix})
	}
	sort.SliceStable(rules, func(i, j int) bool {
		a, b := rules[i], rules[j]
		if len(a.prefix) != len(b.prefix) {
			return len(a.prefix) > len(b.prefix)
		}
		return a.name > b.name
	})
	return rules
}

// position is the place of an offset at or after the start of the current line.
func (lx *lexer) position(offset int) ast.Pos {
	column := offset - lx.lineStart
	if !lx.ascii {
		column = utf8.RuneCountInString(lx.src[lx.lineStart:offset])
	}
	return ast.Pos{Offset: offset, Line: lx.line, Column: column + 1}
}

// advance moves to an offset and counts the lines passed.
func (lx *lexer) advance(to int) {
	for {
		i := strings.IndexByte(lx.src[lx.pos:to], '\n')
		if i < 0 {
			break
		}
		lx.pos += i + 1
		lx.line++
		lx.lineStart = lx.pos
	}
	lx.pos = to
}

// emit adds the token from pos to an offset and moves there.
func (lx *lexer) emit(k kind, to int, text string) *token {
	start := lx.position(lx.pos)
	lx.advance(to)
	lx.tokens = append(lx.tokens, token{kind: k, text: text, at: ast.Span{Start: start, End: lx.position(to)}})
	return &lx.tokens[len(lx.tokens)-1]
}

func (lx *lexer) fail(format string, args ...any) error {
	here := lx.position(lx.pos)
	return errorAt(ast.Span{Start: here, End: here}, format, args...)
}

// template reads text and tags up to the end.
func (lx *lexer) template() error {
	for {
		tag, ok := lx.nextTag()
		if !ok {
			if lx.pos < len(lx.src) {
				lx.data(len(lx.src))
			}
			lx.emit(tokEOF, len(lx.src), "")
			return nil
		}
		if err := lx.tag(tag); err != nil {
			return err
		}
	}
}

// tagStart is where a tag begins: text up to start, then the opening up to end. Sign is '-', '+' or 0.
type tagStart struct {
	rule       string
	start, end int
	sign       byte
}

func (lx *lexer) nextTag() (tagStart, bool) {
	lines := lx.o.LineStatementPrefix != "" || lx.o.LineCommentPrefix != ""
	for i := lx.pos; i < len(lx.src); i++ {
		if !lx.first[lx.src[i]] && !(lines && isBlank(lx.src[i])) {
			continue
		}
		if t, ok := lx.tagAt(i); ok {
			return t, true
		}
	}
	return tagStart{}, false
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\v' || c == '\f' }

func (lx *lexer) tagAt(i int) (tagStart, bool) {
	if end, sign, ok := lx.rawBegin(i); ok {
		return tagStart{"raw", i, end, sign}, true
	}
	for _, r := range lx.rules {
		at := i
		switch r.name {
		case "linestatement":
			if i > 0 && lx.src[i-1] != '\n' {
				continue
			}
			for at < len(lx.src) && (lx.src[at] == ' ' || lx.src[at] == '\t' || lx.src[at] == '\v') {
				at++
			}
		case "linecomment":
			if i > 0 && lx.src[i-1] != '\n' && isSpaceByte(lx.src[i-1]) {
				continue
			}
			for at < len(lx.src) && isBlank(lx.src[at]) {
				at++
			}
		}
		if strings.HasPrefix(lx.src[at:], r.prefix) {
			end := at + len(r.prefix)
			sign := lx.signAt(end)
			if sign != 0 {
				end++
			}
			return tagStart{r.name, i, end, sign}, true
		}
	}
	return tagStart{}, false
}

func (lx *lexer) signAt(i int) byte {
	if i < len(lx.src) && (lx.src[i] == '-' || lx.src[i] == '+') {
		return lx.src[i]
	}
	return 0
}

// rawBegin matches {% raw %} at i.
func (lx *lexer) rawBegin(i int) (end int, sign byte, ok bool) {
	if !strings.HasPrefix(lx.src[i:], lx.o.BlockStart) {
		return 0, 0, false
	}
	at := i + len(lx.o.BlockStart)
	if sign = lx.signAt(at); sign != 0 {
		at++
	}
	at = lx.skipSpace(at)
	if !strings.HasPrefix(lx.src[at:], "raw") {
		return 0, 0, false
	}
	at = lx.skipSpace(at + len("raw"))
	if rest, trims := strings.CutPrefix(lx.src[at:], "-"+lx.o.BlockEnd); trims {
		return lx.skipSpace(len(lx.src) - len(rest)), sign, true
	}
	if strings.HasPrefix(lx.src[at:], lx.o.BlockEnd) {
		return at + len(lx.o.BlockEnd), sign, true
	}
	return 0, 0, false
}

func (lx *lexer) skipSpace(i int) int {
	return len(lx.src) - len(strings.TrimLeftFunc(lx.src[i:], value.IsSpace))
}

func isSpaceByte(c byte) bool { return value.IsSpace(rune(c)) }

// tag emits the text before a tag, stripped as its sign says, and then the tag itself.
func (lx *lexer) tag(t tagStart) error {
	text := lx.src[lx.pos:t.start]
	kept := len(text)
	switch {
	case t.sign == '-':
		kept = len(strings.TrimRightFunc(text, value.IsSpace))
	case t.sign != '+' && lx.o.LstripBlocks && t.rule != "variable":
		line := strings.LastIndexByte(text, '\n') + 1
		if (line > 0 || lx.atLineStart) && line < len(text) && strings.TrimLeftFunc(text[line:], value.IsSpace) == "" {
			kept = line
		}
	}
	if kept > 0 {
		lx.data(lx.pos + kept)
	}
	lx.advance(t.start)
	lx.atLineStart = strings.HasSuffix(lx.src[:t.end], "\n")
	switch t.rule {
	case "comment":
		lx.advance(t.end)
		return lx.comment()
	case "raw":
		lx.advance(t.end)
		return lx.raw()
	case "linecomment":
		end := strings.IndexByte(lx.src[t.end:], '\n')
		if end < 0 {
			end = len(lx.src) - t.end
		}
		lx.advance(t.end + end)
		lx.atLineStart = false
		return nil
	case "variable":
		lx.emit(tokVariableBegin, t.end, "")
		lx.printing = true
		err := lx.expression(tokVariableEnd, lx.variableEnd)
		lx.printing = false
		return err
	case "linestatement":
		lx.emit(tokBlockBegin, t.end, "")
		return lx.expression(tokBlockEnd, lx.lineEnd)
	}
	lx.emit(tokBlockBegin, t.end, "")
	return lx.expression(tokBlockEnd, lx.blockEnd)
}

func (lx *lexer) data(to int) {
	text := lx.src[lx.pos:to]
	if lx.o.NewlineSequence != "\n" {
		text = strings.ReplaceAll(text, "\n", lx.o.NewlineSequence)
	}
	lx.emit(tokData, to, text)
}

// comment skips to the end of a comment whose opening has been read.
func (lx *lexer) comment() error {
	i := strings.Index(lx.src[lx.pos:], lx.o.CommentEnd)
	if i < 0 {
		return lx.fail("Missing end of comment tag")
	}
	start, sign := lx.pos+i, byte(0)
	if i > 0 {
		sign = lx.signAt(start - 1)
	}
	lx.close(start+len(lx.o.CommentEnd), sign)
	return nil
}

// close moves behind a closing delimiter that ends at i, and over the white space that its sign or trim_blocks removes.
func (lx *lexer) close(i int, sign byte) {
	start := lx.pos
	switch {
	case sign == '-':
		i = lx.skipSpace(i)
	case sign == 0 && lx.o.TrimBlocks && strings.HasPrefix(lx.src[i:], "\n"):
		i++
	}
	lx.atLineStart = i > start && lx.src[i-1] == '\n'
	lx.advance(i)
}

// raw emits the text up to {% endraw %}.
func (lx *lexer) raw() error {
	for i := lx.pos; ; {
		found := strings.Index(lx.src[i:], lx.o.BlockStart)
		if found < 0 {
			return lx.fail("Missing end of raw directive")
		}
		i += found
		at := i + len(lx.o.BlockStart)
		sign := lx.signAt(at)
		if sign != 0 {
			at++
		}
		at = lx.skipSpace(at)
		if strings.HasPrefix(lx.src[at:], "endraw") {
			at = lx.skipSpace(at + len("endraw"))
			if end, endSign, ok := lx.blockEnd(at); ok {
				lx.rawText(i, sign)
				lx.advance(i)
				lx.close(end, endSign)
				return nil
			}
		}
		i++
	}
}

func (lx *lexer) rawText(end int, sign byte) {
	text := lx.src[lx.pos:end]
	switch {
	case sign == '-':
		text = strings.TrimRightFunc(text, value.IsSpace)
	case sign != '+' && lx.o.LstripBlocks:
		line := strings.LastIndexByte(text, '\n') + 1
		if (line > 0 || lx.atLineStart) && line < len(text) && strings.TrimLeftFunc(text[line:], value.IsSpace) == "" {
			text = text[:line]
		}
	}
	if text != "" {
		lx.data(lx.pos + len(text))
	}
}

// blockEnd matches the end of a tag at i: where it ends, and its sign.
func (lx *lexer) blockEnd(i int) (end int, sign byte, ok bool) {
	sign = lx.signAt(i)
	if sign != 0 && strings.HasPrefix(lx.src[i+1:], lx.o.BlockEnd) {
		return i + 1 + len(lx.o.BlockEnd), sign, true
	}
	return i + len(lx.o.BlockEnd), 0, strings.HasPrefix(lx.src[i:], lx.o.BlockEnd)
}

func (lx *lexer) variableEnd(i int) (end int, sign byte, ok bool) {
	if strings.HasPrefix(lx.src[i:], "-"+lx.o.VariableEnd) {
		return i + 1 + len(lx.o.VariableEnd), '-', true
	}
	// The end of a print never takes the newline with it: '+' says so to close.
	return i + len(lx.o.VariableEnd), '+', strings.HasPrefix(lx.src[i:], lx.o.VariableEnd)
}

// lineEnd matches the end of a line statement: the white space up to the last newline of it, or to the end of the text.
func (lx *lexer) lineEnd(i int) (end int, sign byte, ok bool) {
	end = lx.skipSpace(i)
	if end == len(lx.src) {
		return end, '+', true
	}
	newline := strings.LastIndexByte(lx.src[i:end], '\n')
	return i + newline + 1, '+', newline >= 0
}

// expression reads the tokens of a tag up to its end.
func (lx *lexer) expression(end kind, match func(i int) (int, byte, bool)) error {
	for {
		if len(lx.balance) == 0 {
			if to, sign, ok := match(lx.pos); ok {
				start := lx.position(lx.pos)
				closing := to
				lx.tokens = append(lx.tokens, token{kind: end, at: ast.Span{Start: start, End: start}})
				lx.tokens[len(lx.tokens)-1].at.End.Offset = closing
				lx.tokens[len(lx.tokens)-1].at.End.Column += utf8.RuneCountInString(strings.TrimRight(lx.src[lx.pos:closing], "\n"))
				lx.close(to, sign)
				return nil
			}
		}
		if lx.pos >= len(lx.src) {
			lx.emit(tokEOF, len(lx.src), "")
			return nil
		}
		if err := lx.code(); err != nil {
			return err
		}
	}
}
