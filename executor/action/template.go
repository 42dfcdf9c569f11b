package action

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"pylint-deploy/executor/template"
)

// templateFile renders a file on the controller and sends it as copy does (ansible.builtin.template).
func templateFile(ctx context.Context, c *Call) (Step, error) {
	args, err := c.checked()
	if err != nil {
		return Step{}, err
	}
	if c.has("state") {
		return Step{}, &Failed{Msg: "'state' cannot be specified on a template"}
	}
	src, dest := c.str("src"), c.str("dest")
	if src == "" || dest == "" {
		return Step{}, &Failed{Msg: "src and dest are required"}
	}
	path, err := c.find("templates", src)
	if err != nil {
		return Step{}, err
	}
	text, err := c.render(ctx, path, src, dest)
	if err != nil {
		return Step{}, err
	}
	content, err := template.Encode(text, firstOf(c.str("output_encoding"), "utf-8"))
	if err != nil {
		return Step{}, &Failed{Msg: err.Error()}
	}
	if args["mode"] == "preserve" {
		info, err := os.Stat(path)
		if err != nil {
			return Step{}, err
		}
		args["mode"] = fmt.Sprintf("0%03o", info.Mode().Perm())
	}
	for _, own := range []string{"src", "newline_sequence", "block_start_string", "block_end_string", "variable_start_string", "variable_end_string",
		"comment_start_string", "comment_end_string", "trim_blocks", "lstrip_blocks", "output_encoding"} {
		delete(args, own)
	}
	if _, ok := args["follow"]; !ok {
		args["follow"] = false
	}
	args["_original_basename"] = filepath.Base(path)
	args["_original_path"] = path
	c.limitDiff(args)
	return Step{Request: &Request{Module: "ansible.builtin.copy", Args: args, Blobs: map[string]Blob{"src": Bytes(content)}}}, nil
}

// render is the text of a template file for this task.
func (c *Call) render(ctx context.Context, path, src, dest string) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", &Failed{Msg: fmt.Sprintf("could not find src=%s, %v", path, err)}
	}
	if c.Run.Decrypt != nil {
		if raw, err = c.Run.Decrypt(path, raw); err != nil {
			return "", err
		}
	}
	syntax, err := c.syntax()
	if err != nil {
		return "", err
	}
	var search []string
	for _, dir := range append(c.SearchPath[:len(c.SearchPath):len(c.SearchPath)], c.BaseDir, filepath.Dir(path)) {
		search = append(search, filepath.Join(dir, "templates"), dir)
	}
	doc := template.Document{Path: path, Text: string(raw), SearchPath: search, Syntax: syntax}
	text, err := c.Templar.File(ctx, c.Templar.FileScope(c.Vars, src, path, dest), doc)
	if err != nil {
		return "", &Failed{Msg: err.Error()}
	}
	return text, nil
}

func (c *Call) syntax() (template.Syntax, error) {
	trim, err := c.boolean("trim_blocks", true)
	if err != nil {
		return template.Syntax{}, &Failed{Msg: err.Error()}
	}
	lstrip, err := c.boolean("lstrip_blocks", false)
	if err != nil {
		return template.Syntax{}, &Failed{Msg: err.Error()}
	}
	newline := c.str("newline_sequence")
	if unescaped, ok := map[string]string{`\n`: "\n", `\r`: "\r", `\r\n`: "\r\n"}[newline]; ok {
		newline = unescaped
	}
	switch newline {
	case "", "\n", "\r", "\r\n":
	default:
		return template.Syntax{}, &Failed{Msg: `newline_sequence needs to be one of: \n, \r or \r\n`}
	}
	return template.Syntax{BlockStart: c.str("block_start_string"), BlockEnd: c.str("block_end_string"), VariableStart: c.str("variable_start_string"),
		VariableEnd: c.str("variable_end_string"), CommentStart: c.str("comment_start_string"), CommentEnd: c.str("comment_end_string"),
		NewlineSequence: newline, KeepBlockNewline: !trim, LstripBlocks: lstrip}, nil
}
