package passwords

import (
	"context"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/GehirnInc/crypt"
	"github.com/GehirnInc/crypt/apr1_crypt"
	"github.com/GehirnInc/crypt/md5_crypt"
	"github.com/GehirnInc/crypt/sha256_crypt"
	"github.com/GehirnInc/crypt/sha512_crypt"
	"golang.org/x/crypto/bcrypt"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/content"
)

// crypters are the schemes made by crypt(3)-like functions, by the prefix of their hashes.
var crypters = map[string]struct {
	prefix string
	make   func() crypt.Crypter
}{
	"apr_md5_crypt": {"$apr1$", apr1_crypt.New},
	"md5_crypt":     {"$1$", md5_crypt.New},
	"sha256_crypt":  {"$5$", sha256_crypt.New},
	"sha512_crypt":  {"$6$", sha512_crypt.New},
}

// hashPassword makes a new hash with a random salt.
func hashPassword(scheme, password string) (string, error) {
	if c, ok := crypters[scheme]; ok {
		return c.make().Generate([]byte(password), nil)
	}
	switch scheme {
	case "bcrypt":
		h, err := bcrypt.GenerateFromPassword([]byte(password), 12)
		return string(h), err
	case "ldap_sha1":
		return ldapSHA1(password), nil
	case "plaintext":
		return password, nil
	}
	return "", module.Fail(fmt.Sprintf("crypt_scheme %q is not supported; apr_md5_crypt, bcrypt, ldap_sha1, md5_crypt, plaintext, "+
		"sha256_crypt and sha512_crypt are", scheme))
}

func ldapSHA1(password string) string {
	sum := sha1.Sum([]byte(password))
	return "{SHA}" + base64.StdEncoding.EncodeToString(sum[:])
}

// checkPassword tells whether a hash of any known scheme is that of the password.
func checkPassword(hash, password string) bool {
	for _, c := range crypters {
		if strings.HasPrefix(hash, c.prefix) {
			return c.make().Verify(hash, []byte(password)) == nil
		}
	}
	switch {
	case strings.HasPrefix(hash, "$2"):
		return bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil
	case strings.HasPrefix(hash, "{SHA}"):
		password = ldapSHA1(password)
	}
	return subtle.ConstantTimeCompare([]byte(hash), []byte(password)) == 1
}

// htpasswd is community.general.htpasswd.
//
// Known differences: no Python library is needed on the target; the scheme des_crypt is refused; owner and mode count as
// a change.
func htpasswd(ctx context.Context, c *module.Call) (module.Result, error) {
	name, password := c.Args.Text("name"), c.Args.Text("password")
	p := c.Path("path")
	absent := c.Args.Str("state") == "absent"
	return content.Rewrite(ctx, c, p, func(before []byte, exists bool) (content.Rewritten, error) {
		if !exists && absent {
			c.Warn("%s does not exist", p)
			return content.Rewritten{Msg: name + " not present", Untouched: true}, nil
		}
		if !exists && c.Args.Has("create") && !c.Args.Bool("create") {
			return content.Rewritten{}, module.Fail(fmt.Sprintf("Destination %s does not exist", p))
		}
		users, at := readUsers(before, name)
		out := content.Rewritten{Changed: true}
		switch {
		case absent && at < 0:
			out.Msg, out.Changed = name+" not present", false
		case absent:
			users = append(users[:at], users[at+1:]...)
			out.Msg = "Remove " + name
		case at >= 0 && checkPassword(strings.TrimPrefix(users[at], name+":"), password):
			out.Msg, out.Changed = name+" already present", false
		default:
			hash, err := hashPassword(c.Args.Str("crypt_scheme"), password)
			if err != nil {
				return out, err
			}
			if at >= 0 {
				users[at] = name + ":" + hash
			} else {
				users = append(users, name+":"+hash)
			}
			out.Msg = "Add/update " + name
			if !exists {
				out.Msg = map[bool]string{true: "Create " + p, false: fmt.Sprintf("Created %s and added %s", p, name)}[c.Sys.DryRun()]
			}
		}
		if text := strings.Join(users, "\n"); text != "" {
			out.Text = []byte(text + "\n")
		}
		return out, nil
	})
}

// readUsers gives the lines that are not blank, and the index of the user's.
func readUsers(text []byte, name string) (users []string, at int) {
	at = -1
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" {
			continue
		}
		if strings.HasPrefix(line, name+":") {
			at = len(users)
		}
		users = append(users, line)
	}
	return users, at
}
