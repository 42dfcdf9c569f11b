package agent_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/connection/ssh"
	"pylint-deploy/executor/connection/sshdtest"
)

// loginAs starts an agent over sshd for a throw-away user.
func loginAs(t *testing.T, user sshdtest.User) agent.Client {
	t.Helper()
	client, err := start(t, connect(t, sshdtest.Start(t), user.Name), func(o *agent.Options) { o.Dirs = nil })
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func connect(t testing.TB, server *sshdtest.Server, user string) connection.Conn {
	t.Helper()
	target := server.Target()
	if user != "" {
		target.User = user
	}
	conn, err := ssh.New(ssh.Options{}).Dial(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func as(call wire.Call, become wire.Become) wire.Call {
	call.Become = &become
	return call
}

func TestAgentOverTheServerOfDebian(t *testing.T) {
	server := sshdtest.Start(t)
	client, err := start(t, connect(t, server, ""), nil)
	if err != nil {
		t.Fatal(err)
	}
	replies := do(t, client, nil, shell("echo $PLD_TEST"), shell("readlink /proc/self/fd/0; cat"))
	if stdout(replies[0]) != "1" || stdout(replies[1]) != "/dev/null" {
		t.Errorf("replies %v", replies)
	}
}

func TestBecome(t *testing.T) {
	free := sshdtest.NewUser(t, "ALL=(ALL) NOPASSWD: ALL")
	asked := sshdtest.NewUser(t, "ALL=(ALL) ALL")
	nobody := sshdtest.NewUser(t)
	terminal := sshdtest.NewUser(t, "ALL=(ALL) NOPASSWD: ALL", "Defaults requiretty")
	both := sshdtest.NewUser(t, "ALL=(ALL) ALL", "Defaults requiretty")

	clients := map[string]agent.Client{}
	for _, user := range []sshdtest.User{free, asked, nobody, terminal, both} {
		clients[user.Name] = loginAs(t, user)
	}
	for name, test := range map[string]struct {
		login  sshdtest.User
		become wire.Become
		want   string // what whoami says
		fails  string // what the message says
	}{
		"root":                     {login: free, become: wire.Become{}, want: "root"},
		"root by name":             {login: free, become: wire.Become{User: "root", Method: "sudo"}, want: "root"},
		"somebody without a home":  {login: free, become: wire.Become{User: "nobody", Method: "sudo"}, want: "nobody"},
		"another user":             {login: free, become: wire.Become{User: asked.Name, Method: "sudo"}, want: asked.Name},
		"oneself":                  {login: nobody, become: wire.Become{User: nobody.Name, Method: "sudo"}, want: nobody.Name},
		"with a password":          {login: asked, become: wire.Become{User: "root", Method: "sudo", Password: asked.Password}, want: "root"},
		"without the password":     {login: asked, become: wire.Become{User: "root", Method: "sudo", Flags: "-S -n -k"}, fails: "Missing sudo password"},
		"with a wrong password":    {login: asked, become: wire.Become{User: "root", Method: "sudo", Flags: "-H -S -k", Password: "wrong"}, fails: "Incorrect sudo password"},
		"without the right":        {login: nobody, become: wire.Become{User: "root", Method: "sudo", Password: nobody.Password}, fails: "is not in the sudoers file"},
		"nobody of that name":      {login: free, become: wire.Become{User: "no-such-user", Method: "sudo"}, fails: "no-such-user"},
		"requiretty":               {login: terminal, become: wire.Become{User: "root", Method: "sudo"}, want: "root"},
		"requiretty with password": {login: both, become: wire.Become{User: "root", Method: "sudo", Password: both.Password}, want: "root"},
		"su":                       {login: nobody, become: wire.Become{User: asked.Name, Method: "su", Password: asked.Password}, want: asked.Name},
		"su with a wrong password": {login: nobody, become: wire.Become{User: asked.Name, Method: "su", Flags: "-p", Password: "wrong"}, fails: "Incorrect su password"},
		"su without a password":    {login: nobody, become: wire.Become{User: asked.Name, Method: "su", Flags: "-m"}, fails: "Missing su password"},
		"a way that is not there":  {login: free, become: wire.Become{User: "root", Method: "sudo", Exe: "/nonexistent/sudo"}, fails: "/nonexistent/sudo is not installed"},
		"a method of Ansible's":    {login: free, become: wire.Become{User: "root", Method: "pbrun"}, fails: "pbrun is not supported"},
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			replies := do(t, clients[test.login.Name], nil, shell("whoami"), as(shell("whoami"), test.become))
			if stdout(replies[0]) != test.login.Name {
				t.Errorf("without become it is %v", replies[0].Result)
			}
			if got := replies[1]; stdout(got) != test.want || failed(got) != (test.fails != "") || !strings.Contains(msg(got), test.fails) {
				t.Errorf("result %v, want %q or the message %q", got.Result, test.want, test.fails)
			}
			if strings.Contains(msg(replies[1]), "\n") {
				t.Errorf("message of several lines: %q", msg(replies[1]))
			}
			if time.Since(begin) > 10*time.Second {
				t.Errorf("took %s", time.Since(begin))
			}
		})
	}
}

func TestBecomeStartsOneChildAndEndsIt(t *testing.T) {
	user := sshdtest.NewUser(t, "ALL=(ALL) NOPASSWD: ALL")
	client := loginAs(t, user)
	root := wire.Become{User: "root", Method: "sudo"}
	replies := do(t, client, nil, as(shell("echo $PPID"), root), as(shell("echo $PPID"), root), as(shell("echo $LC_ALL; stat -c %U:%a /proc/$PPID/exe; readlink /proc/$PPID/exe"), root))
	child := stdout(replies[0])
	if child == "" || child != stdout(replies[1]) {
		t.Errorf("children %q and %q, want the same", child, stdout(replies[1]))
	}
	lines := strings.Split(stdout(replies[2]), "\n")
	if len(lines) != 3 || lines[0] != "" || strings.HasPrefix(lines[2], user.Home) {
		t.Errorf("root runs %q: want a program of its own, without our locale", lines)
	}
	if info, err := os.Stat(lines[len(lines)-1]); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("root's program: %v, %v", info, err)
	}
	client.Close()
	for range 50 {
		if _, err := os.Stat("/proc/" + child); err != nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("process %s of root is still there", child)
}

// An account of which something runs can neither be removed nor renamed.
func TestAccountsThatAreChangedRunNoChild(t *testing.T) {
	user, other := sshdtest.NewUser(t, "ALL=(ALL) NOPASSWD: ALL"), sshdtest.NewUser(t, "")
	client := loginAs(t, user)
	become := wire.Become{User: other.Name, Method: "sudo"}
	change := wire.Call{Module: "ansible.builtin.user", Args: map[string]any{"name": other.Name, "state": "absent"}}
	child := func() string { return stdout(do(t, client, nil, as(shell("echo $PPID"), become))[0]) }
	first := child()
	change.Check = true
	do(t, client, nil, as(change, wire.Become{User: "root", Method: "sudo"}))
	if again := child(); again != first {
		t.Errorf("check mode ended the child %s, now it is %s", first, again)
	}
	change.Check = false
	change.Args["state"] = "present"
	do(t, client, nil, as(change, wire.Become{User: "root", Method: "sudo"}))
	if _, err := os.Stat("/proc/" + first); err == nil {
		t.Errorf("process %s of %s is still there", first, other.Name)
	}
	if again := child(); again == "" || again == first {
		t.Errorf("afterwards the child is %q", again)
	}
}

func TestSecretsAreNotInSight(t *testing.T) {
	user := sshdtest.NewUser(t, "ALL=(ALL) ALL")
	client := loginAs(t, user)
	root := wire.Become{User: "root", Method: "sudo", Password: user.Password}
	look := "all=$(for p in /proc/[0-9]*; do cat $p/cmdline $p/environ 2>/dev/null | tr '\\0' '\\n'; done); echo \"$all\" | grep -c -- '" + user.Password[:6] + "'\"" + user.Password[6:] + "\""
	reply := do(t, client, nil, as(shell(look), root))[0]
	if stdout(reply) != "0" {
		t.Errorf("the password is in %s lines of argv and environ", stdout(reply))
	}
}

func TestDirectoriesWithoutExec(t *testing.T) {
	if os.Getuid() != 0 {
		sshdtest.Skip(t, "only root can mount")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "noexec,mode=0755", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("mount: %s", out)
	}
	t.Cleanup(func() { exec.Command("umount", dir).Run() })
	conn := connect(t, sshdtest.Start(t), "")
	_, err := start(t, conn, func(o *agent.Options) { o.Dirs = []string{dir} })
	wantUnreachable(t, err, connection.StageAgent, dir, "programs cannot be started there, noexec", "without noexec")
	if left, _ := filepath.Glob(filepath.Join(dir, "*", "*")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	good := t.TempDir()
	client, err := start(t, conn, func(o *agent.Options) { o.Dirs = []string{dir, good} })
	if err != nil {
		t.Fatal(err)
	}
	do(t, client, nil, shell("true"))
	find(t, good)
}

func TestDirectoryThatIsFull(t *testing.T) {
	if os.Getuid() != 0 {
		sshdtest.Skip(t, "only root can mount")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k,mode=0755", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("mount: %s", out)
	}
	t.Cleanup(func() { exec.Command("umount", dir).Run() })
	_, err := start(t, localConn(t), func(o *agent.Options) { o.Dirs = []string{dir} })
	wantUnreachable(t, err, connection.StageAgent, dir, "KiB are free")
}

func TestLoginsWithOtherShells(t *testing.T) {
	user := sshdtest.NewUser(t)
	server := sshdtest.Start(t)
	for shellName, starts := range map[string]bool{"/bin/dash": true, "/usr/bin/fish": true, "/bin/tcsh": true, "/usr/bin/zsh": true, "/usr/sbin/nologin": false} {
		t.Run(filepath.Base(shellName), func(t *testing.T) {
			if _, err := os.Stat(shellName); err != nil {
				t.Skip(shellName + " is not installed")
			}
			if out, err := exec.Command("usermod", "-s", shellName, user.Name).CombinedOutput(); err != nil {
				t.Fatalf("usermod: %s", out)
			}
			_, err := start(t, connect(t, server, user.Name), func(o *agent.Options) { o.Dirs = nil })
			if !starts {
				wantUnreachable(t, err, connection.StageAgent, "not available")
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// running are the processes of a user. What has ended and waits for init to take note of it (Z) is gone.
func running(user string) string {
	out, _ := exec.Command("ps", "-o", "stat=,pid=,args=", "-u", user).Output()
	var left strings.Builder
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "Z") {
			left.WriteString(line)
		}
	}
	return left.String()
}

func TestSSHThatIsCutInTheMiddleLeavesNothing(t *testing.T) {
	user := sshdtest.NewUser(t, "ALL=(ALL) NOPASSWD: ALL")
	conn := connect(t, sshdtest.Start(t), user.Name)
	client, err := start(t, conn, func(o *agent.Options) { o.Dirs = nil })
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	dest, mark := filepath.Join(dir, "file"), filepath.Join(t.TempDir(), "mark")
	os.WriteFile(dest, []byte("old"), 0o600)
	root := wire.Become{User: "root", Method: "sudo"}
	do(t, client, nil, as(shell("true"), root))
	write := as(wire.Call{Module: "test.write", Args: map[string]any{"dest": dest}, Blobs: map[string]wire.Blob{"src": {SHA256: hexSum(nil), Size: 1 << 30}}}, root)
	errs := make(chan error, 2)
	go func() { errs <- client.Do(t.Context(), []wire.Call{write}, trickle{}, ignore) }()
	go func() {
		errs <- client.Do(t.Context(), []wire.Call{as(shell("sleep 3; touch "+mark), root)}, nil, ignore)
	}()
	time.Sleep(700 * time.Millisecond)
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("files %v: nothing is being written", entries)
	}
	conn.Close()
	for range 2 {
		wantUnreachable(t, <-errs, connection.StageLost, "connection was lost")
	}
	time.Sleep(3 * time.Second)
	if _, err := os.Stat(mark); err == nil {
		t.Error("root's command went on")
	}
	entries, _ := os.ReadDir(dir)
	if got, _ := os.ReadFile(dest); string(got) != "old" || len(entries) != 1 {
		t.Errorf("content %q, files %v", got, entries)
	}
	left := running(user.Name)
	for deadline := time.Now().Add(20 * time.Second); left != "" && time.Now().Before(deadline); left = running(user.Name) {
		time.Sleep(100 * time.Millisecond)
	}
	if left != "" {
		t.Errorf("processes of the user are left: %s", left)
	}
}
