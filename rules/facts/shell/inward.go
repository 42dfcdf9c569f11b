package shell

import (
	"slices"
	"strings"
)

// Inward tells that a command has nothing to do with other machines: nobody there can see that it was run, and nothing that happens there lets it
// end. Nor does it change what this machine lets through. Each of its calls looks at something of this machine, or is pip's, which reads from
// an index and writes into a directory of its own.
func (a *Analysis) Inward() bool {
	for _, c := range a.Calls {
		pip := c.Module == "pip"
		writes := slices.ContainsFunc(c.Writes, func(w Write) bool { return w.Redirect || !pip })
		if writes || !pip && (c.Class != Read || !looks[c.Program]) {
			return false
		}
	}
	return len(a.Calls) > 0 && a.Unparsable == "" && len(a.Edits) == 0 && !a.Repeats
}

// looks are programs that look at nothing but this machine where they are of class Read: not all that reads does, and some wait for it.
var looks = func() map[string]bool {
	out := map[string]bool{}
	for _, name := range strings.Fields(`cd test [ true false : echo printf pwd cat ls head wc cut sort uniq tr grep egrep fgrep diff cmp stat file readlink realpath
		basename dirname which type id whoami groups uname df du free ps pgrep dpkg dpkg-query apt-cache rpm systemctl nginx apache2ctl sshd visudo ufw`) {
		out[name] = true
	}
	return out
}()
