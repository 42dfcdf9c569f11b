package module

import (
	"bufio"
	"bytes"
	"context"
	"strconv"
	"strings"
	"sync"
)

// Account is a line of passwd.
type Account struct {
	Name  string
	UID   int
	GID   int
	Gecos string
	Home  string
	Shell string
}

// Group is a line of group.
type Group struct {
	Name    string
	GID     int
	Members []string
}

// The databases of accounts. Names are looked up in the target's own files first and then by getent, which knows
// directories such as LDAP (NSS).
const (
	passwdFile = "/etc/passwd"
	groupFile  = "/etc/group"
)

// LookupUser finds an account by name.
func (c *Call) LookupUser(name string) (Account, bool) {
	fields, ok := c.dbLine(passwdFile, "passwd", name, 0)
	return parseAccount(fields), ok
}

// LookupUID finds an account by number.
func (c *Call) LookupUID(uid int) (Account, bool) {
	fields, ok := c.dbLine(passwdFile, "passwd", strconv.Itoa(uid), 2)
	return parseAccount(fields), ok
}

// LookupGroup finds a group by name.
func (c *Call) LookupGroup(name string) (Group, bool) {
	fields, ok := c.dbLine(groupFile, "group", name, 0)
	return parseGroup(fields), ok
}

// LookupGID finds a group by number.
func (c *Call) LookupGID(gid int) (Group, bool) {
	fields, ok := c.dbLine(groupFile, "group", strconv.Itoa(gid), 2)
	return parseGroup(fields), ok
}

// dbLine finds the line whose field is key.
func (c *Call) dbLine(file, database, key string, field int) ([]string, bool) {
	data, err := c.Sys.ReadFile(file)
	if err == nil {
		if f, ok := findLine(data, key, field); ok {
			return f, true
		}
	}
	// A number is no name for getent where names are sought, and the other way round.
	if _, err := strconv.Atoi(key); (err == nil) != (field == 2) || key == "" {
		return nil, false
	}
	ask := func() []string {
		out, err := c.Sys.Run(context.Background(), Cmd{Argv: []string{"getent", database, key}, Reads: true})
		if err != nil || out.RC != 0 {
			return nil
		}
		f, _ := findLine(out.Stdout, key, field)
		return f
	}
	if field == 2 && c.numbers != nil {
		f := c.numbers.get(database+" "+key, ask)
		return f, f != nil
	}
	f := ask()
	return f, f != nil
}

// numberCache remembers what getent said of numbers during a call: a tree of files may belong to one that has no name.
type numberCache struct {
	mu    sync.Mutex
	lines map[string][]string
}

func (n *numberCache) get(key string, ask func() []string) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	f, known := n.lines[key]
	if !known {
		f = ask()
		n.lines[key] = f
	}
	return f
}

func findLine(data []byte, key string, field int) ([]string, bool) {
	sc := bufio.NewScanner(bytes.NewReader(data))
	for sc.Scan() {
		f := strings.Split(sc.Text(), ":")
		if len(f) > 2 && f[field] == key {
			return f, true
		}
	}
	return nil, false
}

func parseAccount(f []string) Account {
	at := func(i int) string {
		if i < len(f) {
			return f[i]
		}
		return ""
	}
	uid, _ := strconv.Atoi(at(2))
	gid, _ := strconv.Atoi(at(3))
	return Account{Name: at(0), UID: uid, GID: gid, Gecos: at(4), Home: at(5), Shell: at(6)}
}

func parseGroup(f []string) Group {
	if len(f) < 3 {
		return Group{}
	}
	g := Group{Name: f[0]}
	g.GID, _ = strconv.Atoi(f[2])
	if len(f) > 3 && f[3] != "" {
		g.Members = strings.Split(f[3], ",")
	}
	return g
}

// UserName is the account's name, or the number where it has none.
func (c *Call) UserName(uid int) string {
	if a, ok := c.LookupUID(uid); ok {
		return a.Name
	}
	return strconv.Itoa(uid)
}

// GroupName is the group's name, or the number where it has none.
func (c *Call) GroupName(gid int) string {
	if g, ok := c.LookupGID(gid); ok {
		return g.Name
	}
	return strconv.Itoa(gid)
}
