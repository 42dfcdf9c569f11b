package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

type answer struct {
	dns.ResponseWriter
	msg *dns.Msg
}

func (a *answer) WriteMsg(m *dns.Msg) error { a.msg = m; return nil }

// TestNames: a server's name stands for those below it, every other name for the stand-ins, and nothing has an IPv6 address.
func TestNames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "names")
	if err := os.WriteFile(file, []byte("10.66.0.11 web1.test\n10.66.0.12 www.example.com\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	n := &names{file: file, self: net.IPv4(10, 66, 0, 1).To4()}
	for name, want := range map[string]string{"web1.test.": "10.66.0.11", "WWW.Web1.Test.": "10.66.0.11", "xweb1.test.": "10.66.0.1",
		"www.example.com.": "10.66.0.12", "example.com.": "10.66.0.1", "pypi.org.": "10.66.0.1"} {
		a := &answer{}
		n.ServeDNS(a, new(dns.Msg).SetQuestion(name, dns.TypeA))
		if got := a.msg.Answer[0].(*dns.A).A.String(); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
		n.ServeDNS(a, new(dns.Msg).SetQuestion(name, dns.TypeAAAA))
		if len(a.msg.Answer) > 0 || a.msg.Rcode != dns.RcodeSuccess {
			t.Errorf("%s: %v, want an answer without addresses", name, a.msg)
		}
	}
}

// TestIndex: names of projects are equal as PEP 503 says, and links carry the file's hash.
func TestIndex(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []string{"zope.interface-5.5.2-cp311-cp311-linux_x86_64.whl", "zope_deprecation-4.4-py3-none-any.whl"} {
		if err := os.WriteFile(filepath.Join(dir, f), []byte("wheel"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		wheelIndex(dir).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	for _, name := range []string{"zope-interface", "Zope.Interface", "zope_interface"} {
		body := get("/simple/" + name + "/").Body.String()
		if !strings.Contains(body, "zope.interface-5.5.2-cp311-cp311-linux_x86_64.whl#sha256=") || strings.Contains(body, "deprecation") {
			t.Errorf("/simple/%s/ lists %s", name, body)
		}
	}
	if w := get("/simple/zope/"); w.Code != http.StatusNotFound {
		t.Errorf("a project that is not there: %d", w.Code)
	}
	if w := get("/zope_deprecation-4.4-py3-none-any.whl"); w.Body.String() != "wheel" {
		t.Errorf("the file: %d %s", w.Code, w.Body)
	}
}

// TestSMS: who does not say who he is is asked, as Twilio does; a message is taken with 201 and written down.
func TestSMS(t *testing.T) {
	s := &web{sent: filepath.Join(t.TempDir(), "sms.jsonl")}
	send := func(login bool) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json", strings.NewReader("To=%2B1&From=%2B2&Body=done"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if login {
			r.SetBasicAuth("AC1", "secret")
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	if w := send(false); w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" {
		t.Errorf("without a login: %d %v", w.Code, w.Header())
	}
	if w := send(true); w.Code != http.StatusCreated {
		t.Errorf("with a login: %d %s", w.Code, w.Body)
	}
	sent, err := os.ReadFile(s.sent)
	if want := `{"account":"AC1","body":"done","from":"+2","to":"+1"}` + "\n"; err != nil || string(sent) != want {
		t.Errorf("written down: %s, %v; want %s", sent, err, want)
	}
}
