package ssh

import (
	"fmt"
	"strings"
)

// flagKeywords are the options of the ssh program that stand for a keyword with the option's argument.
var flagKeywords = map[byte]string{
	'p': "Port", 'l': "User", 'i': "IdentityFile", 'J': "ProxyJump", 'F': "-F", 'c': "Ciphers", 'm': "MACs", 'b': "BindAddress",
}

// flagSettings are those that stand for a keyword and a value.
var flagSettings = map[byte][2]string{
	'A': {"ForwardAgent", "yes"}, 'a': {"ForwardAgent", "no"}, '4': {"AddressFamily", "inet"}, '6': {"AddressFamily", "inet6"},
}

// flagsWithoutEffect change nothing that matters to a command without a terminal.
const flagsWithoutEffect = "CqvTxnkt"

// parseArgs reads the words of ansible_ssh_common_args and its like into keywords. "-F" is a keyword here too.
func parseArgs(args []string) (map[string][]string, error) {
	found := map[string][]string{}
	set := func(keyword, value string) {
		keyword = strings.ToLower(keyword)
		found[keyword] = append(found[keyword], value)
	}
	for i := 0; i < len(args); i++ {
		word := args[i]
		if len(word) < 2 || word[0] != '-' {
			return nil, fmt.Errorf("ssh argument %q is not an option", word)
		}
		flag, value := word[1], word[2:]
		switch keyword, takes := flagKeywords[flag]; {
		case takes || flag == 'o':
			if value == "" {
				if i++; i == len(args) {
					return nil, fmt.Errorf("ssh option %s needs a value", word)
				}
				value = args[i]
			}
			if flag == 'o' {
				keyword, value = splitOption(value)
				if value == "" {
					return nil, fmt.Errorf("ssh option -o %s needs a value", keyword)
				}
			}
			set(keyword, value)
		default:
			if err := parseFlags(word[1:], set); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// parseFlags reads flags that stand together, as in -4C.
func parseFlags(letters string, set func(keyword, value string)) error {
	for _, letter := range []byte(letters) {
		if setting, ok := flagSettings[letter]; ok {
			set(setting[0], setting[1])
		} else if strings.IndexByte(flagsWithoutEffect, letter) < 0 {
			return fmt.Errorf("ssh option -%c is not supported by the built-in client", letter)
		}
	}
	return nil
}

// splitOption takes "Keyword=value", "Keyword = value" or "Keyword value" apart.
func splitOption(text string) (keyword, value string) {
	at := strings.IndexAny(text, "= \t")
	if at < 0 {
		return text, ""
	}
	value = strings.TrimLeft(text[at:], " \t")
	value = strings.TrimLeft(strings.TrimPrefix(value, "="), " \t")
	return text[:at], strings.Trim(value, `"`)
}

// jumpOf recognises the ProxyCommand that is ProxyJump by another name, "ssh -W %h:%p [options] host", and returns the
// jump host and the options.
func jumpOf(command string) (jump string, options []string, ok bool) {
	fields := strings.Fields(command)
	if len(fields) < 4 || fields[0] != "ssh" && fields[0] != "/usr/bin/ssh" || strings.ContainsAny(command, "|&;<>$`\"'") {
		return "", nil, false
	}
	through := false
	for i := 1; i < len(fields); i++ {
		word := fields[i]
		switch {
		case word == "-W" && i+1 < len(fields):
			i++
			through = fields[i] == "%h:%p" || fields[i] == "[%h]:%p"
		case strings.HasPrefix(word, "-W"):
			through = word == "-W%h:%p" || word == "-W[%h]:%p"
		case len(word) == 2 && word[0] == '-' && (flagKeywords[word[1]] != "" || word[1] == 'o') && i+1 < len(fields):
			options = append(options, word, fields[i+1])
			i++
		case word[0] == '-':
			options = append(options, word)
		case jump == "":
			jump = word
		default:
			return "", nil, false
		}
	}
	return jump, options, through && jump != ""
}
