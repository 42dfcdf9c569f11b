package pymodule

import (
	"fmt"
	"strings"
	"testing"
)

func TestImports(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"plain", "import os, ansible.module_utils.basic as b\n", "os|ansible.module_utils.basic"},
		{"from", "from ansible.module_utils.basic import AnsibleModule\n", "ansible.module_utils.basic:AnsibleModule"},
		{"several names over lines", "from a.b import (\n  c,  # why\n  d as e,\n)\n", "a.b:c|a.b:d"},
		{"a continued line", "from a \\\n  import b\n", "a:b"},
		{"everything", "from a import *", "a:*"},
		{"relative", "from . import x\nfrom ..module_utils.y import z\n", ".:x|..module_utils.y:z"},
		{"in a try", "try:\n    import a\nexcept ImportError:\n    import b\nimport c\n", "(a)|(b)|c"},
		{"on the line of a condition", "if x: import a; import b\nimport c; import d\n", "(a)|(b)|c|d"},
		{"in a function", "def f():\n\tfrom a import b\n", "(a:b)"},
		{"not in strings and comments", "'''\nimport a\n'''\n\"\\\"import b\"\n# import c\nr'\\'import d'\nx = b'''it's\nimport e'''\nimport f\n", "f"},
		{"no statement", "x = [\nimport_it,\n]\nraise A from b\ny.import_ = 1\n", ""},
		{"windows line ends", "import a\r\nfrom b import \\\r\n c\r\n", "a|b:c"},
		{"no end", "'''", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, i := range importsOf(c.source) {
				text := strings.Repeat(".", i.level) + i.module
				if i.name != "" {
					text += ":" + i.name
				}
				if i.nested {
					text = fmt.Sprintf("(%s)", text)
				}
				got = append(got, text)
			}
			if s := strings.Join(got, "|"); s != c.want {
				t.Errorf("imports %q, want %q", s, c.want)
			}
		})
	}
}
