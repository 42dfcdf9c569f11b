package passhash

import (
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// The expected texts come from glibc's and libxcrypt's crypt(3) and from ansible-core with passlib.
var known = []struct {
	secret, algorithm string
	opts              Options
	want              string
}{
	{"secret", "sha512", Options{Salt: "mysalt"}, "$6$rounds=656000$mysalt$cDA0t8lm/qt.LT6DzpoHxJ.NwTpx.WTkOPwhseSva8pRixDSH2./ffedCjAMbTX1Uo1QNT7jJPJ6FIzU2i59K/"},
	{"secret", "sha512", Options{Salt: "mysalt", Rounds: 5000}, "$6$mysalt$UX6P1VKOf6dr0s2pg4pLNvIUB6hLXvP6M5f/Yj9hJgMPdAJ4oArvk5YUD9/XWtk1JOpVwt/JTsczMJr8sFVML1"},
	{"secret", "sha512_crypt", Options{Salt: "mysalt", Rounds: 1000}, "$6$rounds=1000$mysalt$GWqo/Lq3SURYGcNVPiffI5Ic1x2WLu.e2sf9owxedsXuZK/w2K89mrRPOcDayUvRWxd/x1F1WhRLB4W89a23d."},
	{"secret", "sha256", Options{Salt: "mysalt", Rounds: 1000}, "$5$rounds=1000$mysalt$HyQtH/.Tl8uXiyh5QP.PEsqejYiGVt.ah3d9QmFB7i7"},
	{"secret", "md5", Options{Salt: "mysalt"}, "$1$mysalt$n/EfEiV74OYgBdqhKQzSW/"},
	{"", "md5", Options{Salt: "mysalt"}, "$1$mysalt$VI9bXrMhLdRvj1lW3XeMd/"},
	{"pässwörd that is longer than the digest's size, to reach the repetition", "sha512", Options{Salt: "0123456789abcdef", Rounds: 1000}, "$6$rounds=1000$0123456789abcdef$2SSwtFmiBZcgu5qEfvVDrX9mKBUmbxfQ.64MkBjIZ3pZkGkUyd/ne55EdrKHrZlPFxg0Vm1uao3AiXDmI9DDW."},
	{"secret", "bcrypt", Options{Salt: "1234567890123456789012", Rounds: 4}, "$2b$04$123456789012345678901u//h8y7tq3SNKU3W0iQ9NrkyT8n5fXPS"},
	{"secret", "blowfish", Options{Salt: "1234567890123456789012", Rounds: 4, Ident: "2y"}, "$2y$04$123456789012345678901u//h8y7tq3SNKU3W0iQ9NrkyT8n5fXPS"},
}

func TestHash(t *testing.T) {
	for _, c := range known {
		got, err := Hash(c.secret, c.algorithm, c.opts)
		if err != nil {
			t.Errorf("Hash(%q, %s, %+v): %v", c.secret, c.algorithm, c.opts, err)
		} else if got != c.want {
			t.Errorf("Hash(%q, %s, %+v)\n got %s\nwant %s", c.secret, c.algorithm, c.opts, got, c.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		secret, algorithm string
		opts              Options
	}{
		"unknown algorithm":   {"x", "rot13", Options{}},
		"salt too long":       {"x", "md5", Options{Salt: "123456789"}},
		"salt too short":      {"x", "bcrypt", Options{Salt: "short"}},
		"foreign salt":        {"x", "sha512", Options{Salt: "a$b"}},
		"too few rounds":      {"x", "sha512", Options{Salt: "a", Rounds: 10}},
		"too many rounds":     {"x", "bcrypt", Options{Rounds: 32}},
		"NUL in the password": {"a\x00b", "sha512", Options{Salt: "a"}},
		"unknown ident":       {"x", "bcrypt", Options{Ident: "3"}},
	} {
		if got, err := Hash(c.secret, c.algorithm, c.opts); err == nil {
			t.Errorf("%s: hashed to %s", name, got)
		}
	}
}

func TestRandomSalt(t *testing.T) {
	a, _ := Hash("x", "sha512", Options{Rounds: 1000})
	b, _ := Hash("x", "sha512", Options{Rounds: 1000})
	if a == b || len(strings.Split(a, "$")[3]) != 16 {
		t.Errorf("salts are not random or not 16 long: %s, %s", a, b)
	}
	h, _ := Hash("secret", "bcrypt", Options{Rounds: 4})
	if err := bcrypt.CompareHashAndPassword([]byte(h), []byte("secret")); err != nil {
		t.Errorf("x/crypto/bcrypt does not accept %s: %v", h, err)
	}
}
