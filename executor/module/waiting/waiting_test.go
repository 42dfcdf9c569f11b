package waiting

import (
	"io"
	"net"
	"strings"
	"testing"

	"pylint-deploy/executor/module"
)

func wait(t *testing.T, args module.Args) module.Result {
	t.Helper()
	sys, err := module.NewReal("/", nil)
	if err != nil {
		t.Fatal(err)
	}
	reg, err := module.NewRegistry(Modules())
	if err != nil {
		t.Fatal(err)
	}
	return reg.Do(t.Context(), "ansible.builtin.wait_for", &module.Call{Args: args, Sys: sys})
}

func TestWaitForAPortThatSpeaks(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(c, "SSH-2.0-Test\r\n")
			c.Close()
		}
	}()
	port := int64(l.Addr().(*net.TCPAddr).Port)
	args := module.Args{"host": "127.0.0.1", "port": port, "timeout": int64(5), "connect_timeout": int64(1), "sleep": int64(1), "state": "started"}
	if res := wait(t, args); res["failed"] == true || res["state"] != "started" {
		t.Errorf("open port: %v", res)
	}
	args["search_regex"] = "^SSH-2"
	if res := wait(t, args); res["failed"] == true || res["search_regex"] != "^SSH-2" {
		t.Errorf("banner: %v", res)
	}
	args["search_regex"], args["timeout"] = "HTTP", int64(2)
	if res := wait(t, args); res["failed"] != true ||
		!strings.HasPrefix(res["msg"].(string), "Timeout when waiting for search string HTTP in 127.0.0.1:") {
		t.Errorf("other banner: %v", res)
	}
	args = module.Args{"host": "127.0.0.1", "port": port, "timeout": int64(1), "connect_timeout": int64(1), "sleep": int64(1), "state": "stopped"}
	if res := wait(t, args); res["failed"] != true || !strings.HasSuffix(res["msg"].(string), " to stop.") {
		t.Errorf("still open: %v", res)
	}
}
