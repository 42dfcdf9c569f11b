package content

import (
	"context"
	"fmt"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/parser/pyre"
)

// replace is ansible.builtin.replace.
//
// Known difference: of encodings utf-8, ascii and latin-1 are known; another is refused.
func replace(ctx context.Context, c *module.Call) (module.Result, error) {
	decode, encode, err := coding(c.Args.Str("encoding"))
	if err != nil {
		return nil, err
	}
	e, err := open(c, c.Path("path"), false, "Path %s does not exist !")
	if err != nil {
		return nil, err
	}
	text := decode(string(e.before))
	head, section, tail, none, err := cut(c, text)
	if err != nil {
		return nil, err
	}
	if none != "" {
		return module.Result{"rc": 0, "changed": false, "msg": none}, nil
	}
	re, err := pyre.Compile(c.Args.Text("regexp"), pyre.Multiline)
	if err != nil {
		return nil, module.Fail(fmt.Sprintf("regexp: the regular expression %q is not valid: %v", c.Args.Text("regexp"), err))
	}
	replaced, n, err := re.Subn(c.Args.Text("replace"), section, 0)
	if err != nil {
		return nil, module.Fail("replace: " + err.Error())
	}
	after := head + replaced + tail
	res := module.Result{"rc": 0}
	changed := n > 0 && replaced != section
	msg := ""
	if changed {
		msg = plural(n, "replacements made")
		if c.Diff {
			res["diff"] = module.TextDiff(text, after, e.path, e.path)
		}
	}
	out, err := e.save(ctx, []byte(encode(after)), changed, msg)
	if err != nil {
		return nil, err
	}
	if out.backup != "" {
		res["backup_file"] = out.backup
	}
	res["changed"], res["msg"] = out.changed, out.msg
	return res, nil
}

func plural(n int, what string) string { return fmt.Sprintf("%d %s", n, what) }

// cut finds the section between after and before, and what surrounds it; none says that there is no such section.
func cut(c *module.Call, text string) (head, section, tail, none string, err error) {
	after, before := c.Args.Text("after"), c.Args.Text("before")
	pattern := ""
	switch {
	case after != "" && before != "":
		pattern = after + "(?P<subsection>.*?)" + before
	case after != "":
		pattern = after + "(?P<subsection>.*)"
	case before != "":
		pattern = "(?P<subsection>.*)" + before
	default:
		return "", text, "", "", nil
	}
	re, err := pyre.Compile(pattern, pyre.DotAll)
	if err != nil {
		return "", "", "", "", module.Fail(fmt.Sprintf("after, before: the regular expression %q is not valid: %v", pattern, err))
	}
	m, err := re.Search(text)
	if err != nil {
		return "", "", "", "", err
	}
	if m == nil {
		return "", "", "", "Pattern for before/after params did not match the given file: " + pattern, nil
	}
	group, _ := re.GroupIndex("subsection")
	head, tail = m.Around(group)
	return head, m.Text(group), tail, "", nil
}

// coding turns a file's bytes into text and back.
func coding(name string) (decode, encode func(string) string, err error) {
	same := func(s string) string { return s }
	switch strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name)) {
	case "", "utf8", "ascii", "usascii":
		return same, same, nil
	case "latin1", "iso88591":
		decode = func(s string) string {
			var b strings.Builder
			for i := range len(s) {
				b.WriteRune(rune(s[i]))
			}
			return b.String()
		}
		encode = func(s string) string {
			var b strings.Builder
			for _, r := range s {
				if r > 0xff {
					r = '?'
				}
				b.WriteByte(byte(r))
			}
			return b.String()
		}
		return decode, encode, nil
	}
	return nil, nil, module.Fail(fmt.Sprintf("encoding %q is not supported; utf-8, ascii and latin-1 are", name))
}
