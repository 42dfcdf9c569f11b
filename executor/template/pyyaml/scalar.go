package pyyaml

import (
	"strings"
	"unicode/utf8"

	"pylint-deploy/parser/pattern"
)

// otherTypes are the implicit resolvers of YAML 1.1 in PyYAML: plain text that would not be read as a string.
var otherTypes = pattern.New(`^(?:` + strings.Join([]string{
	`yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF`,
	`~|null|Null|NULL|`,
	`=|<<`,
	`[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?`,
	`[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)`,
	`[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+`,
	`[0-9]{4}-[0-9]{2}-[0-9]{2}`,
	`[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?`,
}, "|") + `)$`)

func plainMeansOther(text string) bool { return otherTypes.MatchString(text) }

// analysis says in which styles a text can be written (libyaml's yaml_emitter_analyze_scalar).
type analysis struct {
	multiline                                    bool
	flowPlain, blockPlain, singleQuoted, literal bool
}

func analyze(text string) analysis {
	if text == "" {
		return analysis{blockPlain: true, singleQuoted: true}
	}
	s := scan(text)
	a := analysis{multiline: s.lineBreaks, flowPlain: true, blockPlain: true, singleQuoted: true, literal: true}
	if s.leadingSpace || s.trailingSpace || s.leadingBreak || s.trailingBreak || s.breakSpace || s.lineBreaks {
		a.flowPlain, a.blockPlain = false, false
	}
	if s.trailingSpace {
		a.literal = false
	}
	if s.breakSpace {
		a.singleQuoted = false
	}
	if s.spaceBreak || s.special {
		a.flowPlain, a.blockPlain, a.singleQuoted, a.literal = false, false, false, false
	}
	a.flowPlain = a.flowPlain && !s.flowIndicators
	a.blockPlain = a.blockPlain && !s.blockIndicators
	return a
}

type scanned struct {
	flowIndicators, blockIndicators, special, lineBreaks                             bool
	leadingSpace, trailingSpace, leadingBreak, trailingBreak, breakSpace, spaceBreak bool
	previousSpace, previousBreak                                                     bool
}

func scan(text string) scanned {
	var s scanned
	if strings.HasPrefix(text, "---") || strings.HasPrefix(text, "...") {
		s.flowIndicators, s.blockIndicators = true, true
	}
	runes := []rune(text)
	for i, r := range runes {
		first, last := i == 0, i == len(runes)-1
		s.indicators(r, first, first || isBlank(runes[i-1]), last || isBlank(runes[i+1]))
		if !printable(r) {
			s.special = true
		}
		switch {
		case r == ' ':
			s.leadingSpace = s.leadingSpace || first
			s.trailingSpace = s.trailingSpace || last
			s.breakSpace = s.breakSpace || s.previousBreak
			s.previousSpace, s.previousBreak = true, false
		case isBreak(r):
			s.lineBreaks = true
			s.leadingBreak = s.leadingBreak || first
			s.trailingBreak = s.trailingBreak || last
			s.spaceBreak = s.spaceBreak || s.previousSpace
			s.previousSpace, s.previousBreak = false, true
		default:
			s.previousSpace, s.previousBreak = false, false
		}
	}
	if !utf8.ValidString(text) {
		s.special = true
	}
	return s
}

func (s *scanned) indicators(r rune, first, afterBlank, beforeBlank bool) {
	switch {
	case first && strings.ContainsRune("#,[]{}&*!|>'\"%@`", r), r == '-' && first && beforeBlank, r == '#' && afterBlank:
		s.flowIndicators, s.blockIndicators = true, true
	case r == ':', r == '?' && first:
		s.flowIndicators = true
		s.blockIndicators = s.blockIndicators || beforeBlank
	case strings.ContainsRune(",?[]{}", r):
		s.flowIndicators = true
	}
}

func isBreak(r rune) bool { return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029 }

func isBlank(r rune) bool { return r == ' ' || r == '\t' || isBreak(r) }

// printable is libyaml's, which leaves out everything beyond the Basic Multilingual Plane.
func printable(r rune) bool {
	switch {
	case r == utf8.RuneError:
		return false
	case r == '\n', r >= 0x20 && r <= 0x7e, r >= 0xa0 && r <= 0xd7ff:
		return true
	}
	return r >= 0xe000 && r <= 0xfffd && r != 0xfeff
}
