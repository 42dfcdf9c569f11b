package output

import (
	"fmt"
	"strconv"

	"pylint-deploy/parser/pattern"
)

// color is what a text is coloured for; plain texts are not.
type color string

// The colours by what they mean, under the names of the section "colors" of ansible.cfg.
const (
	plain        color = ""
	colorVerbose color = "verbose"
	colorWarn    color = "warn"
	colorError   color = "error"
	colorDebug   color = "debug"
	colorDepr    color = "deprecate"
	colorSkip    color = "skip"
	colorUnreach color = "unreachable"
	colorOK      color = "ok"
	colorChanged color = "changed"
	colorAdd     color = "diff_add"
	colorRemove  color = "diff_remove"
	colorLines   color = "diff_lines"
)

// initialColors are Ansible's.
var initialColors = map[color]string{
	colorVerbose: "blue", colorWarn: "bright purple", colorError: "red", colorDebug: "dark gray", colorDepr: "purple", colorSkip: "cyan",
	colorUnreach: "bright red", colorOK: "green", colorChanged: "yellow", colorAdd: "green", colorRemove: "red", colorLines: "cyan",
}

// sgr are the parameters of the escape sequence of a colour's name.
var sgr = map[string]string{
	"black": "0;30", "bright gray": "0;37", "blue": "0;34", "white": "1;37", "green": "0;32", "bright blue": "1;34", "cyan": "0;36",
	"bright green": "1;32", "red": "0;31", "bright cyan": "1;36", "purple": "0;35", "bright red": "1;31", "yellow": "0;33",
	"bright purple": "1;35", "dark gray": "1;30", "bright yellow": "1;33", "magenta": "0;35", "bright magenta": "1;35", "normal": "0",
}

// paletteColor is a colour of the 256 that terminals have: by number, by the amounts of red, green and blue, or of gray.
var paletteColor = pattern.New(`^(?:color([0-9]+)|rgb([0-5])([0-5])([0-5])|gray([0-9]+))`)

// Colors lists the names of what is coloured.
func Colors() []string {
	var out []string
	for c := range initialColors {
		out = append(out, string(c))
	}
	return out
}

// CheckColor tells whether there is a colour of that name.
func CheckColor(name string) error {
	if _, ok := parameters(name); !ok {
		return fmt.Errorf("unknown colour %q", name)
	}
	return nil
}

func palette(chosen map[string]string) map[color]string {
	out := map[color]string{}
	for c, name := range initialColors {
		if other := chosen[string(c)]; other != "" {
			name = other
		}
		out[c], _ = parameters(name)
	}
	return out
}

func parameters(name string) (string, bool) {
	if s, ok := sgr[name]; ok {
		return s, true
	}
	m := paletteColor.FindStringSubmatch(name)
	if m == nil {
		return "", false
	}
	number := func(i int) int { n, _ := strconv.Atoi(m[i]); return n }
	switch {
	case m[1] != "":
		return "38;5;" + m[1], true
	case m[5] != "":
		return fmt.Sprintf("38;5;%d", 232+number(5)), true
	}
	return fmt.Sprintf("38;5;%d", 16+36*number(2)+6*number(3)+number(4)), true
}
