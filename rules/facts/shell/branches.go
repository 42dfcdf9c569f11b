package shell

import (
	"slices"
	"strings"
)

// maxBranches bounds the texts that one command can become.
const maxBranches = 16

// branches are the texts that a command can become by the {% if %} in it, other statements dropped. Conditions that are written alike are
// decided alike. Where there are too many, all branches are read as if they followed each other.
func branches(text string) []string {
	if !strings.Contains(text, "{%") {
		return []string{text}
	}
	p := &branchParser{rest: text}
	nodes := p.sequence()
	if len(p.sizes) == 0 || p.rest != "" {
		return []string{text}
	}
	total := 1
	for _, key := range p.order {
		if total *= p.sizes[key]; total > maxBranches {
			return []string{text}
		}
	}
	var out []string
	for n := range total {
		choice := map[string]int{}
		for _, key := range p.order {
			choice[key], n = n%p.sizes[key], n/p.sizes[key]
		}
		var b strings.Builder
		render(&b, nodes, choice)
		if s := b.String(); strings.TrimSpace(s) != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return []string{text}
	}
	return out
}

// branchNode is a piece of text, or a choice between sequences: the branches of an if, the last one empty without an else.
type branchNode struct {
	text    string
	key     string
	choices [][]branchNode
}

func render(b *strings.Builder, nodes []branchNode, choice map[string]int) {
	for _, n := range nodes {
		b.WriteString(n.text)
		if n.choices != nil {
			render(b, n.choices[choice[n.key]], choice)
		}
	}
}

type branchParser struct {
	rest  string
	last  string // the statement that ended a sequence
	order []string
	sizes map[string]int // of each choice, by the text of its conditions
}

// sequence reads up to a statement that ends or divides a block, or to the end of the text.
func (p *branchParser) sequence() []branchNode {
	var out []branchNode
	for {
		text, ok := p.upToStatement()
		out = append(out, branchNode{text: text})
		if !ok {
			p.last = ""
			return out
		}
		word, _, _ := strings.Cut(p.last, " ")
		switch word {
		case "if":
			out = append(out, p.choice())
		case "for":
			body := p.sequence()
			for p.last == "else" {
				body = append(body, p.sequence()...)
			}
			out = append(out, body...)
		case "elif", "else", "endif", "endfor":
			return out
		}
	}
}

// choice reads the branches of an if.
func (p *branchParser) choice() branchNode {
	n := branchNode{key: p.last}
	closed := false
	for !closed {
		n.choices = append(n.choices, p.sequence())
		switch word, _, _ := strings.Cut(p.last, " "); word {
		case "elif":
			n.key += "\x00" + p.last
		case "else":
			n.choices = append(n.choices, p.sequence())
			closed = true
		default:
			n.choices = append(n.choices, nil)
			closed = true
		}
	}
	if p.sizes == nil {
		p.sizes = map[string]int{}
	}
	if _, known := p.sizes[n.key]; !known {
		p.order = append(p.order, n.key)
	}
	p.sizes[n.key] = max(p.sizes[n.key], len(n.choices))
	return n
}

// upToStatement is the text before the next {% %}, whose words are then in last; expressions are passed over.
func (p *branchParser) upToStatement() (string, bool) {
	for i := 0; i < len(p.rest); {
		switch tail := p.rest[i:]; {
		case strings.HasPrefix(tail, "{{"):
			i += templateEnd(tail, "}}")
		case strings.HasPrefix(tail, "{#") && strings.Contains(tail, "#}"):
			i += strings.Index(tail, "#}") + 2
		case strings.HasPrefix(tail, "{%"):
			text, n := p.rest[:i], templateEnd(tail, "%}")
			p.last = strings.Join(strings.Fields(strings.Trim(strings.TrimSuffix(strings.TrimPrefix(tail[:n], "{%"), "%}"), "+- \t\r\n")), " ")
			p.rest = tail[n:]
			return text, true
		default:
			i++
		}
	}
	text := p.rest
	p.rest = ""
	return text, false
}

// anyOf is the analysis of a command that a template makes one of several. What not every one of them does is not known.
func anyOf(text string, each []*Analysis) *Analysis {
	if parsed := slices.DeleteFunc(slices.Clone(each), func(a *Analysis) bool { return a.Unparsable != "" }); len(parsed) > 0 {
		each = parsed // what the shell cannot read is no branch that its author has in mind
	}
	out := Together(text, each)
	mildest := each[0].Class
	for _, a := range each {
		mildest = min(mildest, a.Class)
	}
	seen := map[string]bool{}
	out.Calls = slices.DeleteFunc(out.Calls, func(c *Call) bool {
		key := strings.Join(append([]string{c.Path}, c.Args...), "\x00")
		again := seen[key]
		seen[key] = true
		return again
	})
	if mildest > Unknown || out.Class <= Unknown {
		return out
	}
	return out.Reclassified(func(c *Call) Class {
		if c.Effective() > Unknown {
			return Unknown
		}
		return c.Class
	})
}
