package content

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"path"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/regexp"
)

// hostKey is a line of known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
type hostKey struct{ marker, hosts, kind, key string }

func parseHostKey(line string) (hostKey, bool) {
	f := strings.Fields(line)
	var k hostKey
	if len(f) > 0 && strings.HasPrefix(f[0], "@") {
		k.marker, f = f[0], f[1:]
	}
	if len(f) < 3 || strings.HasPrefix(f[0], "#") {
		return k, false
	}
	k.hosts, k.kind, k.key = f[0], f[1], f[2]
	return k, true
}

// names tells whether the line is for a host: by hash, or by a list of patterns.
func (k hostKey) names(host string) bool {
	if rest, ok := strings.CutPrefix(k.hosts, "|1|"); ok {
		salt, sum, _ := strings.Cut(rest, "|")
		key, err := base64.StdEncoding.DecodeString(salt)
		return err == nil && sum == base64.StdEncoding.EncodeToString(hostHash(key, host))
	}
	named := false
	for p := range strings.SplitSeq(strings.ToLower(k.hosts), ",") {
		not := strings.HasPrefix(p, "!")
		if matchHost(strings.TrimPrefix(p, "!"), host) {
			if not {
				return false
			}
			named = true
		}
	}
	return named
}

// matchHost matches a pattern in which only "*" and "?" are special.
func matchHost(pattern, host string) bool {
	return module.Fnmatch(strings.ReplaceAll(pattern, "[", "[[]"), host)
}

func hostHash(key []byte, host string) []byte {
	mac := hmac.New(sha1.New, key)
	mac.Write([]byte(host))
	return mac.Sum(nil)
}

// hashed hides the host's name, as HashKnownHosts does.
func hashed(host, line string) string {
	var salt [20]byte
	rand.Read(salt[:])
	f := strings.Fields(line)
	i := 0
	if len(f) > 1 && strings.HasPrefix(f[0], "@") {
		i = 1
	}
	b64 := base64.StdEncoding.EncodeToString
	f[i] = "|1|" + b64(salt[:]) + "|" + b64(hostHash(salt[:], host))
	return strings.Join(f, " ")
}

var hostList = regexp.MustCompile(`\S+\s?,\s?`)

// knownHosts is ansible.builtin.known_hosts. Lines are found as ssh-keygen -F does, without running it.
//
// Known differences: removing a host without a key leaves no file with the suffix .old behind, and its diff shows what
// is removed.
func knownHosts(ctx context.Context, c *module.Call) (module.Result, error) {
	host, key, p := strings.ToLower(c.Args.Str("name")), c.Args.Str("key"), c.Path("path")
	absent := c.Args.Str("state") == "absent"
	if key == "" && !absent {
		return nil, module.Fail("No key specified when adding a host")
	}
	if key != "" && c.Args.Bool("hash_host") {
		key = hashed(host, key)
	}
	if key != "" && !strings.HasSuffix(key, "\n") {
		key += "\n"
	}
	want, err := checkKey(host, key)
	if err != nil {
		return nil, err
	}
	e, err := open(c, p, true, "%s")
	if err != nil {
		return nil, err
	}
	all := lines(e.before)
	found, other, at := search(all, host, want, key != "")
	after := edited(all, absent, key, host, found, other, at)
	changed := !bytes.Equal(after, e.before)
	res := module.Result{"changed": changed, "diff": hostDiff(e, after)}
	for _, arg := range []string{"name", "key", "path", "hash_host", "state"} {
		res[arg] = c.Args[arg]
	}
	if key != "" {
		res["key"] = c.Args.Str("key")
	}
	res["name"], res["path"] = c.Args.Str("name"), p
	if c.Sys.DryRun() {
		return module.Result{"changed": changed, "diff": res["diff"]}, nil
	}
	if !changed {
		return res, nil
	}
	if !e.exists {
		if err := c.MkdirAll(path.Dir(p)); err != nil {
			return nil, module.Fail(fmt.Sprintf("Failed to write to file %s: %s", p, module.Errno(err)))
		}
	}
	_, err = c.PutFile(ctx, module.Put{Args: module.FileArgs{Path: p}, Content: bytes.NewReader(after)})
	return res, err
}

// checkKey refuses a key that is not the host's.
func checkKey(host, key string) (hostKey, error) {
	if key == "" {
		return hostKey{}, nil
	}
	if hostList.MatchString(host) {
		return hostKey{}, module.Fail("Comma separated list of names is not supported. Please pass a single name to lookup in the known_hosts file.")
	}
	k, ok := parseHostKey(strings.TrimSpace(key))
	if !ok || !k.names(host) {
		return k, module.Fail("Host parameter does not match hashed host field in supplied key")
	}
	return k, nil
}

// search looks for the host: whether it is there, whether with another key of the same kind or none of the kind, and in
// which line (from 0; -1 for none).
func search(all []string, host string, want hostKey, haveKey bool) (found, other bool, at int) {
	for i, line := range all {
		have, ok := parseHostKey(strings.TrimSpace(line))
		if !ok || !have.names(host) {
			continue
		}
		found = true
		if !haveKey {
			return true, false, -1
		}
		if strings.HasPrefix(want.hosts, "|1|") && strings.HasPrefix(have.hosts, "|1|") {
			want.hosts = have.hosts // hashed twice, the salts differ
		}
		if have == want {
			return true, false, i
		}
		if have.kind == want.kind {
			return true, true, i
		}
	}
	return found, found, -1
}

// edited is the file's new text.
func edited(all []string, absent bool, key, host string, found, other bool, at int) []byte {
	var out []string
	for i, line := range all {
		switch {
		case absent && key == "":
			if k, ok := parseHostKey(strings.TrimSpace(line)); ok && k.names(host) {
				continue
			}
		case i == at && (absent || other):
			continue
		}
		out = append(out, line)
	}
	if !absent && (!found || other) {
		if n := len(out); n > 0 && !strings.HasSuffix(out[n-1], "\n") {
			out[n-1] += "\n"
		}
		out = append(out, key)
	}
	return []byte(strings.Join(out, ""))
}

func hostDiff(e *edit, after []byte) map[string]any {
	before := e.path
	if !e.exists {
		before = "/dev/null"
	}
	return module.TextDiff(string(e.before), string(after), before, e.path)
}
