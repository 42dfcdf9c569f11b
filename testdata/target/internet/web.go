package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// web answers for every host name.
type web struct {
	acme  http.Handler
	index http.Handler
	files string // a directory for each host name
	sent  string // the messages sent, a JSON object a line

	mu sync.Mutex // over sent
}

func (s *web) serve(address string) error { return http.ListenAndServe(address, s) }

func (s *web) serveTLS(address string, a *authority) error {
	server := &http.Server{Addr: address, Handler: s, TLSConfig: &tls.Config{GetCertificate: a.certificate}}
	return server.ListenAndServeTLS("", "")
}

// ServeHTTP implements http.Handler.
func (s *web) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := strings.ToLower(r.Host)
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	log.Printf("http: %s %s %s%s", r.RemoteAddr, r.Method, host, r.URL.Path)
	switch host {
	case "acme-v02.api.letsencrypt.org", "acme-staging-v02.api.letsencrypt.org":
		s.acme.ServeHTTP(w, r)
	case "pypi.org", "files.pythonhosted.org":
		s.index.ServeHTTP(w, r)
	case "api.twilio.com":
		s.sms(w, r)
	default:
		http.FileServer(http.Dir(filepath.Join(s.files, filepath.Base(host)))).ServeHTTP(w, r)
	}
}

// sms takes a message as Twilio does, and writes down what would have been sent.
func (s *web) sms(w http.ResponseWriter, r *http.Request) {
	account, _, authorised := r.BasicAuth()
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/Messages.json") {
		http.NotFound(w, r)
		return
	}
	if !authorised {
		w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`) // who does not send the password at first, sends it then
		http.Error(w, `{"code": 20003, "message": "Authenticate", "status": 401}`, http.StatusUnauthorized)
		return
	}
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	line, err := json.Marshal(map[string]string{"account": account, "to": r.PostForm.Get("To"), "from": r.PostForm.Get("From"), "body": r.PostForm.Get("Body")})
	if err == nil {
		err = s.record(line)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `{"sid": "SM00000000000000000000000000000000", "status": "queued"}`)
}

func (s *web) record(line []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := os.OpenFile(s.sent, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s\n", line)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
