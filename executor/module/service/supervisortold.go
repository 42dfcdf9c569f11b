package service

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// A start of supervisorctl takes Python longer than all else that a task does that finds its processes as they should be. So they are
// asked for where supervisorctl would ask: at the server's socket, by the same call. That is done where it is plain what supervisorctl does; for
// all else, and for what goes wrong, it is run, and has its own words.

const (
	ofSystem = "/usr/bin/supervisorctl"
	question = "<methodCall><methodName>supervisor.getAllProcessInfo</methodName></methodCall>"
)

// told asks the server for its processes; false where supervisorctl has to be run.
func (s *supervisor) told() ([]process, bool) {
	if p, err := s.Sys.LookPath(s.argv[0]); len(s.argv) > 1 || err != nil || p != ofSystem {
		return nil, false
	}
	socket := s.socket()
	if socket == "" {
		return nil, false
	}
	answer, err := s.Sys.Ask(socket, fmt.Appendf(nil, "POST /RPC2 HTTP/1.0\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s", len(question), question))
	status, body, whole := strings.Cut(string(answer), "\r\n\r\n")
	if err != nil || !whole || !strings.HasPrefix(status, "HTTP/1.0 200 ") || !strings.Contains(body, "</methodResponse>") {
		return nil, false
	}
	var list []process
	for i, text := range strings.Split(body, "<struct>") {
		if i == 0 {
			continue
		}
		name, group, state := member(text, "name"), member(text, "group"), member(text, "statename")
		if name == "" || group == "" || state == "" || strings.ContainsAny(name+group, "& ") {
			return nil, false
		}
		if group != name {
			name = group + ":" + name
		}
		list = append(list, process{name, state})
	}
	return list, !strings.Contains(body, "<fault>")
}

// member is a text of a struct of XML-RPC.
func member(text, name string) string {
	_, text, _ = strings.Cut(text, "<name>"+name+"</name>")
	text, _, _ = strings.Cut(text, "</value>")
	_, text, _ = strings.Cut(text, "<string>")
	text, _, _ = strings.Cut(text, "</string>")
	return text
}

// socket is where supervisorctl reaches the server; "" where that is not as plain as in a configuration that comes with supervisor.
func (s *supervisor) socket() string {
	for _, file := range supervisorConfigs {
		data, err := s.Sys.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		set := ctlSettings(string(data))
		socket, isSocket := strings.CutPrefix(set["serverurl"], "unix:///")
		for _, harmless := range []string{"serverurl", "prompt", "history_file"} {
			delete(set, harmless)
		}
		if !isSocket || len(set) > 0 || strings.ContainsAny(socket, "% \t#;") || strings.Contains(string(data), "[ctlplugin") {
			break
		}
		return "/" + socket
	}
	return ""
}
