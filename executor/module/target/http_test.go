//go:build target

package target

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// web answers in ways that the modules have to cope with.
func web() http.Handler {
	mux := http.NewServeMux()
	mtime := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	mux.HandleFunc("/file.txt", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Last-Modified", mtime.Format(http.TimeFormat))
		if t, err := http.ParseTime(r.Header.Get("If-Modified-Since")); err == nil && !mtime.After(t) && r.Header.Get("Cache-Control") == "" {
			w.WriteHeader(304)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "hello\n")
	})
	mux.HandleFunc("/named", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="given.bin"`)
		_, _ = io.WriteString(w, "bin")
	})
	mux.HandleFunc("/sums", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03  file.txt\n0000  other\n")
	})
	mux.HandleFunc("/json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"a": 1, "b": [true, null, "x"]}`)
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Some-Header", "v")
		http.SetCookie(w, &http.Cookie{Name: "c", Value: "1"})
		_ = json.NewEncoder(w).Encode(map[string]string{"method": r.Method, "body": string(body), "type": r.Header.Get("Content-Type"), "x": r.Header.Get("X-In"), "auth": r.Header.Get("Authorization"), "agent": r.Header.Get("User-Agent")})
	})
	mux.HandleFunc("/private", func(w http.ResponseWriter, r *http.Request) {
		if u, p, _ := r.BasicAuth(); u != "me" || p != "secret" {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			w.WriteHeader(401)
			return
		}
		_, _ = io.WriteString(w, "welcome")
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/json", 302) })
	return mux
}

func TestHTTP(t *testing.T) {
	srv := httptest.NewServer(web())
	defer srv.Close()
	play(t, httpSteps(srv.URL))
}

// httpSteps are of the server at u.
func httpSteps(u string) []step {
	const get, uri = "ansible.builtin.get_url", "ansible.builtin.uri"
	dates := map[string]string{"date": "the time", "src": "the scratch file"}
	return []step{
		{module: get, args: m{"url": u + "/file.txt", "dest": "/srv/file.txt", "mode": "0640"}, differs: dates},
		{module: get, args: m{"url": u + "/file.txt", "dest": "/srv/file.txt", "force": true}, differs: dates},
		{module: get, args: m{"url": u + "/file.txt", "dest": "/srv/sum.txt", "checksum": "sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"}, differs: dates},
		{module: get, args: m{"url": u + "/file.txt", "dest": "/srv/sum2.txt", "checksum": "sha256:" + u + "/sums"}, differs: dates},
		{module: get, args: m{"url": u + "/file.txt", "dest": "/srv/bad.txt", "checksum": "md5:d41d8cd98f00b204e9800998ecf8427e"}, fails: true, differs: map[string]string{"changed": "a wrong file is never put in place", "src": "the scratch file", "checksum_src": "the scratch file is there no more"}},
		{module: get, args: m{"url": u + "/file.txt", "dest": "/srv/bad.txt", "checksum": "nonsense"}, fails: true, differs: dates},
		{module: get, args: m{"url": u + "/nosuch", "dest": "/srv/none.txt"}, fails: true, differs: dates},
		{module: get, args: m{"url": u + "/file.txt", "dest": "/nosuchdir/x"}, fails: true, differs: dates},
		{module: get, args: m{"url": u + "/named", "dest": "/srv"}, differs: dates},
		{module: get, args: m{"url": u + "/file.txt", "dest": "/srv/"}, differs: dates},
		{module: get, args: m{"url": u + "/json", "dest": "/srv/file.txt", "owner": "daemon", "group": "daemon"}, differs: dates},
		{module: get, args: m{"url": "http://127.0.0.1:1/x", "dest": "/srv/refused"}, fails: true, differs: dates},
		{module: get, args: m{"url": u + "/private", "dest": "/srv/private", "url_username": "me", "url_password": "secret"}, differs: dates},
		{module: get, args: m{"url": u + "/private", "dest": "/srv/private2", "url_username": "me", "url_password": "secret", "force_basic_auth": true}, differs: dates},
		{module: get, args: m{"url": u + "/private", "dest": "/srv/private3"}, fails: true, differs: dates},
		{module: get, args: m{"url": "file:///etc/hostname", "dest": "/srv/hostname"}, differs: map[string]string{"src": "the scratch file", "status_code": "no HTTP"}},
		{module: uri, args: m{"url": u + "/json"}, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/file.txt", "return_content": true}, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/echo", "method": "POST", "body": m{"a": 1, "b": "x"}, "body_format": "json"}, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/echo", "method": "POST", "body": m{"a": "1 2", "b": []any{"x", "y"}}, "body_format": "form-urlencoded"}, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/echo", "method": "PUT", "body": "raw text", "headers": m{"X-In": "yes"}}, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/nosuch"}, fails: true, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/nosuch", "status_code": []any{200, 404}}, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/moved"}, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/moved", "follow_redirects": "none", "status_code": []any{302}}, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/private", "url_username": "me", "url_password": "secret", "force_basic_auth": true, "return_content": true}, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/private", "url_username": "me", "url_password": "secret"}, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/private"}, fails: true, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/named", "dest": "/srv/uri.out", "mode": "0600"}, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/json", "creates": "/etc/hostname"}, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/json", "removes": "/nosuch"}, differs: dates, noCheck: true},
		{module: uri, args: m{"url": "http://127.0.0.1:1/x"}, fails: true, differs: dates, noCheck: true},
		{module: uri, args: m{"url": u + "/echo", "method": "bad method"}, fails: true, differs: dates, noCheck: true},
	}
}
