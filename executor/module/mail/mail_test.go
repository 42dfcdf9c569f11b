package mail

import (
	"context"
	"net/mail"
	"strings"
	"testing"

	"pylint-deploy/executor/module"
)

// Nothing that is given can end a header and begin another.
func TestNothingGetsOutOfItsHeader(t *testing.T) {
	sys, err := module.NewReal("/", nil)
	if err != nil {
		t.Fatal(err)
	}
	const evil = "x\r\nBcc: all@example.org"
	c := &module.Call{Sys: sys, Args: module.Args{"subject": evil, "charset": "utf-8", "subtype": "plain", "to": []any{evil + " <a@example.org>"},
		"headers": []any{"X-Mine=" + evil, "X\r\nBcc=b@example.org"}}}
	m, err := compose(c, parseAddress(evil+" <b@example.org>"))
	if err != nil {
		t.Fatal(err)
	}
	msg, err := mail.ReadMessage(strings.NewReader(string(m.bytes())))
	if err != nil {
		t.Fatal(err)
	}
	if got := msg.Header.Get("Bcc"); got != "" || msg.Header.Get("X-Mine") == "" {
		t.Errorf("Bcc is %q, the header %v", got, msg.Header)
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	sys, err := module.NewReal("/", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"a@example.org>\r\nRCPT TO:<b@example.org", "a b"} {
		args := module.Args{"subject": "s", "charset": "utf-8", "subtype": "plain", "to": []any{to}, "host": "192.0.2.1", "port": int64(25), "sender": "root"}
		_, err := run(context.Background(), &module.Call{Sys: sys, Args: args})
		if err == nil || !strings.Contains(err.Error(), "is no address") {
			t.Errorf("%q: %v", to, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"root":                           "root",
		"Me <me@example.org>":            "Me <me@example.org>",
		`"Me, I" <me@example.org>`:       `"Me, I" <me@example.org>`,
		"me@example.org (Me)":            "Me <me@example.org>",
		" me@example.org ":               "me@example.org",
		"Jörg <j@example.org>":           "=?utf-8?b?SsO2cmc=?= <j@example.org>",
		`"A \"B\" \\ C" <a@example.org>`: `"A \"B\" \\ C" <a@example.org>`,
	} {
		if got := parseAddress(in).String(); got != want {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
	}
}
