package shell

import "testing"

func TestInward(t *testing.T) {
	for _, c := range []struct {
		line string
		lang Language
		want bool
	}{
		{"cd /srv/app; ~/venv/bin/pip3 install --upgrade -e .", Bash, true},
		{"'pip' 'install' 'flask'", Bash, true},
		{"ufw status verbose", Words, true},
		{"nginx -t && systemctl is-active nginx", Bash, true},
		{"grep -q x /etc/hosts 2>/dev/null", Bash, true},
		{"", Bash, false},
		{"pip freeze > /etc/apt/sources.list.d/x.list", Bash, false},
		{"echo deb x > /etc/apt/sources.list.d/x.list", Bash, false},
		{"ufw enable", Words, false},
		{"curl -fsS http://builder/publish", Bash, false},
		{"sleep 60", Words, false},
		{"until test -e /srv/mirror/ready; do true; done", Bash, false},
		{"nc -z mirror 80", Words, false},
		{"git ls-remote origin", Words, false},
		{"pip install x && dput mirror x.changes", Bash, false},
		{"pip install $(reprepro update)", Bash, false},
		{"eval $x", Bash, false},
		{"curl -X POST https://mirror/publish", Bash, false},
		{"sh -c 'reprepro update'", Words, false},
		{"pip install ( x", Bash, false},
		{"systemctl restart nginx", Words, false},
		{"some-program", Words, false},
	} {
		if got := Analyze(c.line, c.lang).Inward(); got != c.want {
			t.Errorf("%s: inward %t, want %t", c.line, got, c.want)
		}
	}
}
