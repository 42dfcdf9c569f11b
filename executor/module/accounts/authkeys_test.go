package accounts

import "testing"

func TestAuthKeysKeepWhatTheyDoNotUnderstand(t *testing.T) {
	text := "# mine\n\nssh-ed25519 AAAA one two\nno-pty,from=\"a,b\" ssh-rsa BBBB x\nrubbish\n"
	if got := parseAuthKeys(text).String(); got != text {
		t.Errorf("read and written again:\n%s\nwant\n%s", got, text)
	}
}

func TestParseKeyLine(t *testing.T) {
	l, ok := parseKeyLine(`command="echo, hi",no-pty ssh-rsa BBBB me@host`)
	if !ok || l.key != "BBBB" || l.typ != "ssh-rsa" || l.comment != "me@host" || len(l.options) != 2 || l.options[0].value != `"echo, hi"` {
		t.Errorf("got %+v, %v", l, ok)
	}
	for _, bad := range []string{"", "# ssh-rsa AAAA", "ssh-rsa", "nothing at all"} {
		if _, ok := parseKeyLine(bad); ok {
			t.Errorf("%q is taken for a key", bad)
		}
	}
}

func FuzzParseAuthKeys(f *testing.F) {
	f.Add("no-pty,from=\"a,b\" ssh-rsa BBBB x\n")
	f.Fuzz(func(t *testing.T, text string) {
		once := parseAuthKeys(text).String()
		if again := parseAuthKeys(once).String(); again != once {
			t.Errorf("writing is not stable:\n%q\n%q", once, again)
		}
	})
}

func TestLooksHashed(t *testing.T) {
	for p, want := range map[string]bool{"!": true, "*": true, "secret": false, "$6$salt$short": false, "$y$j9T$abc$def": true, "a:b": false,
		"$1$abcdefgh$0123456789012345678901": true} {
		if got := looksHashed(p); got != want {
			t.Errorf("looksHashed(%q) = %v", p, got)
		}
	}
}
