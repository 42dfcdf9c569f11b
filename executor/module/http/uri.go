package http

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"

	"pylint-deploy/executor/module"
)

var methodName = regexp.MustCompile(`^[A-Z]+$`)

// runURI is ansible.builtin.uri.
func runURI(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	method := strings.ToUpper(a.Str("method"))
	if !methodName.MatchString(method) {
		return nil, module.Fail("Parameter 'method' needs to be a single word in uppercase, like GET or POST.")
	}
	for _, g := range []struct {
		arg  string
		want bool
		text string
	}{{"creates", true, "exists"}, {"removes", false, "does not exist"}} {
		if p := c.Path(g.arg); p != "" {
			if _, err := c.Sys.Stat(p); (err == nil) == g.want {
				return module.Result{"changed": false, "stdout": "skipped, since '" + a.Str(g.arg) + "' " + g.text}, nil
			}
		}
	}
	r := &request{Call: c, url: a.Str("url"), method: method, headers: headersOf(a), redirects: redirectsOf(a.Str("follow_redirects"))}
	body, err := r.payload()
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.rewind = func() io.Reader { return bytes.NewReader(body) }
		r.body, r.size = r.rewind(), int64(len(body))
	} else {
		r.rewind = func() io.Reader { return nil }
	}
	dest := c.Path("dest")
	if st, err := c.Sys.Stat(dest); dest != "" && err == nil && !st.Mode.IsDir() {
		r.since = st.Mtime
	}
	res, err := r.do(ctx)
	if err != nil {
		return nil, failedURI(r, res, err)
	}
	defer func() { _ = res.Body.Close() }()
	return finishURI(ctx, r, res, dest)
}

// redirectsOf maps the old yes and urllib2 to all.
func redirectsOf(s string) string {
	switch s {
	case "yes", "urllib2", "all":
		return "all"
	}
	return s
}

func failedURI(r *request, res *response, err error) error {
	f := module.Fail(fmt.Sprintf("Status code was -1 and not %s: %s", pyList(r.Args.List("status_code")), err), "status", -1, "url", r.url, "redirected", false, "elapsed", 0)
	if res != nil {
		f.Result["elapsed"] = res.elapsed
	}
	return f
}

func pyList(list []any) string {
	words := make([]string, 0, len(list))
	for _, v := range list {
		words = append(words, module.Args{"v": v}.Text("v"))
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// payload builds the request's body by body_format.
func (r *request) payload() ([]byte, error) {
	a := r.Args
	if src := r.Path("src"); src != "" {
		data, err := r.Sys.ReadFile(src)
		if err != nil {
			return nil, module.Fail("Unable to open source file "+src, "elapsed", 0)
		}
		return data, nil
	}
	if !a.Has("body") && a.Str("body_format") != "json" {
		return nil, nil
	}
	text, isText := a["body"].(string)
	kind := ""
	var data []byte
	var err error
	switch strings.ToLower(a.Str("body_format")) {
	case "json":
		kind, data = "application/json", []byte(text)
		if !isText {
			data, err = marshal(a["body"])
		}
	case "form-urlencoded":
		kind, data = "application/x-www-form-urlencoded", []byte(text)
		if !isText {
			data, err = formEncode(a["body"])
		}
	case "form-multipart":
		data, kind, err = r.multipart(a.Map("body"))
		r.setHeader("Content-Type", "")
	default:
		if data = []byte(text); !isText {
			data, err = marshal(a["body"])
		}
	}
	if err != nil {
		return nil, module.Fail("failed to parse body as "+a.Str("body_format")+": "+err.Error(), "elapsed", 0)
	}
	if kind != "" {
		r.setHeader("Content-Type", kind)
	}
	return data, nil
}

// setHeader adds a header unless the task gives it; with "" it drops the task's.
func (r *request) setHeader(name, value string) {
	for k := range r.headers {
		if strings.EqualFold(k, name) {
			if value == "" {
				delete(r.headers, k)
			}
			return
		}
	}
	if value != "" {
		r.headers[name] = value
	}
}

// formEncode writes a dict, or a list of pairs, as a form.
func formEncode(v any) ([]byte, error) {
	var parts []string
	add := func(k string, v any) {
		list, many := v.([]any)
		if !many {
			list = []any{v}
		}
		for _, x := range list {
			if x != nil {
				parts = append(parts, url.QueryEscape(k)+"="+url.QueryEscape(scalar(x)))
			}
		}
	}
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			add(k, v[k])
		}
	case []any:
		for _, p := range v {
			pair, ok := p.([]any)
			if !ok || len(pair) != 2 {
				return nil, fmt.Errorf("expected pairs of key and value")
			}
			add(scalar(pair[0]), pair[1])
		}
	default:
		return nil, fmt.Errorf("cannot form-urlencode body, expect list or dict")
	}
	return []byte(strings.Join(parts, "&")), nil
}

// scalar is a value as Python's str gives it.
func scalar(v any) string {
	switch v := v.(type) {
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case nil:
		return "None"
	}
	return module.Args{"v": v}.Text("v")
}

// multipart builds a form with files: a field is text, or a dict of filename, content and mime_type.
func (r *request) multipart(fields map[string]any) ([]byte, string, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	keys := make([]string, 0, len(fields))
	for k := range fields {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		m, isMap := fields[k].(map[string]any)
		if !isMap {
			if err := w.WriteField(k, scalar(fields[k])); err != nil {
				return nil, "", err
			}
			continue
		}
		if err := r.part(w, k, module.Args(m)); err != nil {
			return nil, "", err
		}
	}
	err := w.Close()
	return b.Bytes(), w.FormDataContentType(), err
}

func (r *request) part(w *multipart.Writer, field string, m module.Args) error {
	name := m.Str("filename")
	content := []byte(m.Str("content"))
	if !m.Has("content") {
		data, err := r.Sys.ReadFile(r.ExpandPath(name))
		if err != nil {
			return err
		}
		content = data
	}
	kind := m.Str("mime_type")
	if kind == "" {
		if kind = mime.TypeByExtension(path.Ext(name)); kind == "" {
			kind = "application/octet-stream"
		}
	}
	h := textproto.MIMEHeader{}
	disposition := map[string]string{"name": field}
	if name != "" {
		disposition["filename"] = path.Base(name)
	}
	h.Set("Content-Disposition", mime.FormatMediaType("form-data", disposition))
	h.Set("Content-Type", kind)
	p, err := w.CreatePart(h)
	if err == nil {
		_, err = p.Write(content)
	}
	return err
}

// wanted tells whether the status is one of status_code.
func wanted(a module.Args, status int) bool {
	list := a.List("status_code")
	if len(list) == 0 {
		list = []any{int64(200)}
	}
	return slices.ContainsFunc(list, func(v any) bool { return module.Args{"v": v}.Text("v") == fmt.Sprint(status) })
}

// isJSON tells whether a media type is JSON's or Javascript's.
func isJSON(contentType string) bool {
	t, _, _ := mime.ParseMediaType(contentType)
	_, sub, _ := strings.Cut(strings.ToLower(t), "/")
	if i := strings.IndexByte(sub, '+'); i >= 0 {
		sub = sub[i+1:]
	}
	return sub == "json" || sub == "javascript"
}

// finishURI reads the answer, writes it where dest asks for it, and builds the result.
func finishURI(ctx context.Context, r *request, res *response, dest string) (module.Result, error) {
	a := r.Args
	out := module.Result{"redirected": res.info["url"] != r.url, "elapsed": res.elapsed, "changed": false}
	for k, v := range res.info {
		out[strings.ReplaceAll(k, "-", "_")] = v
	}
	if loc, ok := out["location"].(string); ok {
		if base, err := url.Parse(r.url); err == nil {
			if abs, err := base.Parse(loc); err == nil {
				out["location"] = abs.String()
			}
		}
	}
	ok := wanted(a, res.StatusCode)
	maybeJSON := isJSON(res.Header.Get("Content-Type"))
	var content []byte
	var reader io.Reader = res.Body
	if maybeJSON || a.Bool("return_content") || !ok {
		var err error
		if content, err = io.ReadAll(res.Body); err != nil {
			return nil, module.Fail("reading the answer of "+res.info["url"].(string)+": "+err.Error(), "elapsed", res.elapsed)
		}
		reader = bytes.NewReader(content)
	}
	if content == nil && res.StatusCode >= 300 { // the answer is no content: it is told as the error's body
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return nil, module.Fail("reading the answer of "+res.info["url"].(string)+": "+err.Error(), "elapsed", res.elapsed)
		}
		out["body"], reader = string(body), bytes.NewReader(body)
	}
	if dest != "" {
		if err := saveURI(ctx, r, res, dest, reader, ok, out); err != nil {
			return nil, err
		}
	}
	if maybeJSON {
		var v any
		if json.Unmarshal(content, &v) == nil { // the whole of it
			out["json"] = v
		}
	}
	if a.Bool("return_content") {
		out["content"] = string(content)
	}
	if !ok {
		msg := fmt.Sprintf("Status code was %d and not %s: %v", res.StatusCode, pyList(a.List("status_code")), out["msg"])
		return nil, &module.Failure{Msg: msg, Result: out}
	}
	return out, nil
}

// saveURI writes the answer to dest where it differs from what is there.
func saveURI(ctx context.Context, r *request, res *response, dest string, content io.Reader, ok bool, out module.Result) error {
	if st, err := r.Sys.Stat(dest); err == nil && st.Mode.IsDir() {
		name := fileName(res.Request.URL.String())
		if m := attachment.FindStringSubmatch(res.Header.Get("Content-Disposition")); m != nil {
			name = path.Base(m[1])
		}
		dest = path.Join(dest, name)
	}
	out["path"] = dest
	if !ok || res.StatusCode == 304 {
		return nil
	}
	out["changed"] = true
	data, err := io.ReadAll(content)
	if err != nil {
		return module.Fail("Failed to create temporary content file: " + err.Error())
	}
	fa := r.FileArgs(dest)
	if old, err := r.Sys.ReadFile(dest); err == nil && bytes.Equal(old, data) {
		_, err = r.SetAttrs(ctx, fa, nil)
		return err
	}
	_, err = r.PutFile(ctx, module.Put{Args: fa, Content: bytes.NewReader(data), Unsafe: r.UnsafeWrites()})
	return err
}
