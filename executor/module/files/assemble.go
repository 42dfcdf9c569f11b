package files

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/parser/pyre"
)

// assemble is ansible.builtin.assemble with remote_src: a file put together from the fragments of a directory.
//
// Known differences: it predicts in check mode; there is no key "validation"; text in delimiter knows the escapes \n, \r, \t, \\ and \xNN.
func assemble(ctx context.Context, c *module.Call) (module.Result, error) {
	src, dest := c.Path("src"), c.Path("dest")
	info, err := c.Sys.Stat(src)
	if err != nil {
		return nil, module.Fail(fmt.Sprintf("Source (%s) does not exist", src))
	}
	if !info.Mode.IsDir() {
		return nil, module.Fail(fmt.Sprintf("Source (%s) is not a directory", src))
	}
	var only *pyre.Regexp
	if text := c.Args.Text("regexp"); c.Args.Has("regexp") {
		if only, err = pyre.Compile(text, 0); err != nil {
			return nil, module.Fail(fmt.Sprintf(`Invalid Regexp (%v) in "%s"`, err, text))
		}
	}
	res := module.Result{"src": src, "dest": dest, "msg": "OK"}
	validate, err := c.Validator(ctx, c.Args.Str("validate"), module.EditRefused)
	if err != nil {
		return nil, err
	}
	content, err := fragments(c, src, only)
	if err != nil {
		return nil, err
	}
	sum, sum5 := sha1.Sum(content), md5.Sum(content)
	res["checksum"], res["md5sum"] = hex.EncodeToString(sum[:]), hex.EncodeToString(sum5[:])
	have, err := c.Checksum(dest, "sha1")
	fa := c.FileArgs(dest)
	if err == nil && have == res["checksum"] {
		res["changed"], err = c.SetAttrs(ctx, fa, nil)
		return res, err
	}
	res["changed"] = true
	if c.Diff {
		before, _ := c.Sys.ReadFile(dest)
		res["diff"] = module.TextDiff(string(before), string(content), dest, src)
	}
	placed, err := c.PutFile(ctx, module.Put{Args: fa, Content: bytes.NewReader(content), Backup: c.Args.Bool("backup"),
		Validate: validate, Unsafe: c.UnsafeWrites()})
	if placed.Backup != "" {
		res["backup_file"] = placed.Backup
	}
	return res, err
}

// fragments joins the files of a directory in the order of their names, each beginning on a line of its own.
func fragments(c *module.Call, src string, only *pyre.Regexp) ([]byte, error) {
	entries, err := c.Sys.ReadDir(src)
	if err != nil {
		return nil, err
	}
	delimiter := unescape(c.Args.Text("delimiter"))
	if delimiter != "" && !strings.HasSuffix(delimiter, "\n") {
		delimiter += "\n"
	}
	var out bytes.Buffer
	first := true
	for _, e := range entries {
		if only != nil {
			if m, err := only.Search(e.Name); m == nil || err != nil {
				if err != nil {
					return nil, err
				}
				continue
			}
		}
		info, err := c.Sys.Stat(e.Path)
		if err != nil || !info.Mode.IsRegular() || c.Args.Bool("ignore_hidden") && strings.HasPrefix(e.Name, ".") {
			continue
		}
		data, err := c.Sys.ReadFile(e.Path)
		if err != nil {
			return nil, err
		}
		if !first {
			if b := out.Bytes(); len(b) == 0 || b[len(b)-1] != '\n' {
				out.WriteByte('\n')
			}
			out.WriteString(delimiter)
		}
		first = false
		out.Write(data)
	}
	return out.Bytes(), nil
}

// unescape reads the escapes of a delimiter.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case '\\', '\'', '"':
			b.WriteByte(s[i])
		case 'x':
			if raw, err := hex.DecodeString(s[min(i+1, len(s)):min(i+3, len(s))]); err == nil && len(raw) == 1 {
				b.Write(raw)
				i += 2
				continue
			}
			b.WriteString(`\x`)
		default:
			b.WriteString(s[i-1 : i+1])
		}
	}
	return b.String()
}
