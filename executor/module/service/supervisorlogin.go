package service

import (
	"io/fs"
	"path"
	"strings"

	"pylint-deploy/executor/module"
)

// supervisorConfigs are where a system's supervisorctl looks for its configuration when it is not told.
var supervisorConfigs = []string{"/usr/etc/supervisord.conf", "/usr/supervisord.conf", "supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf",
	"/etc/supervisor/supervisord.conf", "/usr/local/etc/supervisord.conf"}

// login adds to the command how the server is reached. A password goes into a scratch configuration that nobody else can read,
// since the arguments of a program can be read by all; forget removes it.
func (s *supervisor) login() (forget func(), err error) {
	forget = func() {}
	a := s.Args
	password := a.Text("password")
	if password == "" {
		for _, o := range [][2]string{{"config", "-c"}, {"server_url", "-s"}, {"username", "-u"}} {
			if v := a.Str(o[0]); v != "" {
				s.argv = append(s.argv, o[1], v)
			}
		}
		return forget, nil
	}
	for _, v := range []string{password, a.Str("username")} {
		if strings.ContainsAny(v, "\n\r") || strings.Contains(v, " ;") || strings.Contains(v, " #") || v != strings.TrimSpace(v) {
			return forget, module.Fail("supervisorctl cannot be given a username or password with line breaks, spaces at its ends, or a space before ; or #")
		}
	}
	server := a.Str("server_url")
	if server == "" {
		if server, err = s.serverURL(); err != nil {
			return forget, err
		}
	}
	dir, err := s.Sys.TempDir()
	if err != nil {
		return forget, err
	}
	forget = func() { _ = s.Sys.RemoveAll(dir) }
	file, mode := path.Join(dir, "supervisorctl.conf"), fs.FileMode(0o600)
	text := "[supervisorctl]\n"
	for _, kv := range [][2]string{{"serverurl", server}, {"username", a.Str("username")}, {"password", password}} {
		if kv[1] != "" {
			text += kv[0] + " = " + strings.ReplaceAll(kv[1], "%", "%%") + "\n"
		}
	}
	if err := s.Sys.Write(file, strings.NewReader(text), module.WriteSpec{Mode: &mode}); err != nil {
		forget()
		return func() {}, err
	}
	s.argv = append(s.argv, "-c", file)
	return forget, nil
}

// serverURL is the server of supervisor's own configuration.
func (s *supervisor) serverURL() (string, error) {
	files := supervisorConfigs
	if given := s.Path("config"); given != "" {
		files = []string{given}
	}
	for _, file := range files {
		text, err := s.Sys.ReadFile(file)
		if err != nil {
			continue
		}
		if v := ctlSettings(string(text))["serverurl"]; v != "" {
			return strings.ReplaceAll(v, "%%", "%"), nil
		}
		return "http://localhost:9001", nil // supervisorctl's own default
	}
	if given := s.Path("config"); given != "" {
		return "", module.Fail("cannot read supervisor's configuration " + given)
	}
	return "http://localhost:9001", nil
}

// ctlSettings are what supervisor's configuration has for supervisorctl.
func ctlSettings(text string) map[string]string {
	out := map[string]string{}
	section := ""
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), " ;")
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]")
		}
		if key, v, ok := strings.Cut(line, "="); ok && section == "supervisorctl" && line[0] != ';' && line[0] != '#' {
			out[strings.TrimSpace(key)] = strings.TrimSpace(v)
		}
	}
	return out
}
