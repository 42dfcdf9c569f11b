// Package dbtest starts database servers for tests.
package dbtest

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// Postgres starts a PostgreSQL server of its own that listens on a Unix socket alone, and returns the socket's directory.
// The password of its superuser postgres is boss.
func Postgres(t *testing.T) string {
	t.Helper()
	bins, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(bins) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("PostgreSQL is not installed")
		}
		t.Skip("PostgreSQL is not installed")
	}
	bin := filepath.Dir(bins[len(bins)-1])
	dir, err := os.MkdirTemp("/tmp", "pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	attr := &syscall.SysProcAttr{}
	if os.Geteuid() == 0 { // the server refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Skip("no account for the server: ", err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	init := exec.Command(filepath.Join(bin, "initdb"), "-D", dir+"/data", "-U", "postgres", "--auth-local=scram-sha-256", "--pwfile=/dev/stdin", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
	init.Dir, init.SysProcAttr = dir, attr
	pw := filepath.Join(dir, "pw")
	if err := os.WriteFile(pw, []byte("boss\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	init.Args[6] = "--pwfile=" + pw
	if out, err := init.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	srv := exec.Command(filepath.Join(bin, "postgres"), "-D", dir+"/data", "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off")
	srv.Dir, srv.SysProcAttr = dir, attr
	if err := srv.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Process.Signal(syscall.SIGQUIT); _ = srv.Wait() })
	for range 600 { // the socket is there before the server takes connections
		if exec.Command(filepath.Join(bin, "pg_isready"), "-q", "-h", dir).Run() == nil {
			return dir
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the server did not start")
	return ""
}

// MariaDB starts a MariaDB server of its own and returns its socket; TARGET_MYSQL_SOCKET names one that runs already,
// whose contents the test may change.
func MariaDB(t *testing.T) string {
	t.Helper()
	if s := os.Getenv("TARGET_MYSQL_SOCKET"); s != "" {
		return s
	}
	server, err := exec.LookPath("/usr/sbin/mariadbd")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("MariaDB is not installed")
		}
		t.Skip("MariaDB is not installed")
	}
	dir := t.TempDir()
	data, socket := filepath.Join(dir, "data"), filepath.Join(dir, "s.sock")
	owner := "--user=root"
	if out, err := exec.Command("mariadb-install-db", "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", owner).CombinedOutput(); err != nil {
		t.Fatalf("mariadb-install-db: %v\n%s", err, out)
	}
	srv := exec.Command(server, "--no-defaults", "--datadir="+data, "--socket="+socket, "--skip-networking", "--pid-file="+dir+"/pid", owner)
	if err := srv.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Process.Signal(syscall.SIGTERM); _ = srv.Wait() })
	for range 200 {
		if _, err := os.Stat(socket); err == nil {
			return socket
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the server did not start")
	return ""
}
