package shell

import (
	"path"
	"slices"
	"strings"
)

// What a call does depends on the calls before it: `rm -rf d; git clone u d` clones anew each run and never fails, `mv` of
// a file that the script has just downloaded finds its source each time.

// relate softens calls that an earlier call of the same script prepares.
func (a *Analysis) relate() {
	for i, c := range a.Calls {
		if c.Class != CreateOnce {
			continue
		}
		before := a.Calls[:i]
		switch {
		case c.Hidden && removes(c):
			c.Class, c.Why = Converge, "" // whether there was anything to take away does not matter
		case len(c.Consumes) > 0:
			if slices.ContainsFunc(c.Consumes, func(p string) bool { return made(before, joinDir(c.Dir, p)) }) {
				c.Class, c.Why = Overwrite, ""
			}
		case slices.ContainsFunc(before, func(b *Call) bool { return b.clears(c) }):
			c.Class, c.Why = Overwrite, "it is removed first, and made anew"
			if verb := firstPositional(c); verb == "run" || verb == "container" {
				c.Class, c.Why = Imperative, "what runs is removed first, and started anew"
			}
		}
	}
}

func firstPositional(c *Call) string {
	if pos := positionals(c.Program, c.Args); len(pos) > 0 {
		return pos[0]
	}
	return ""
}

// made tells that one of the calls writes a path, or fills a directory that it can lie in. A name that the shell computes
// may be anything.
func made(calls []*Call, p string) bool {
	for _, b := range calls {
		for _, w := range b.Writes {
			wrote := strings.TrimSuffix(joinDir(b.Dir, w.Path), "/")
			if wrote == p || strings.HasPrefix(p, wrote+"/") || w.Container || path.Base(wrote) == path.Base(p) {
				return true
			}
		}
		switch b.Program {
		case "tar", "unzip", "git", "make", "wget", "curl", "cp", "rsync", "docker":
			if b.Class > Read && (len(b.Writes) == 0 || !strings.HasPrefix(p, "/")) {
				return true
			}
		}
		if b.Class == Unknown {
			return true
		}
	}
	return false
}

// removals are the words by which programs take away what they had made.
var removals = []string{"rm", "del", "delete", "remove", "destroy", "down", "unregister", "rmi", "uninstall", "drop", "undefine"}

// clears tells that a call removes what a later one makes: `rm -rf D` before `git clone U D`, `docker rm -f N` before
// `docker run --name N`, `ip link del L` before `ip link add L`.
func (c *Call) clears(later *Call) bool {
	if c.Program == "rm" || c.Program == "unlink" {
		for _, p := range positionals(c.Program, c.Args) {
			gone := strings.TrimSuffix(joinDir(c.Dir, p), "/")
			for _, w := range later.Writes {
				if made := strings.TrimSuffix(joinDir(later.Dir, w.Path), "/"); made == gone || strings.HasPrefix(made, gone+"/") || strings.TrimSuffix(gone, "/*") == made {
					return true
				}
			}
		}
		return false
	}
	if c.Program != later.Program || !removes(c) {
		return false
	}
	name, named := flagValue(later.Args, "--name")
	return slices.ContainsFunc(c.Args, func(word string) bool {
		return named && word == name || !named && !strings.HasPrefix(word, "-") && !slices.Contains(removals, word) && slices.Contains(later.Args, word) && word != firstPositional(later)
	})
}

// removes tells that a call takes something away.
func removes(c *Call) bool {
	if c.Program == "rm" || c.Program == "rmdir" || c.Program == "unlink" || c.Program == "umount" {
		return true
	}
	return slices.ContainsFunc(positionals(c.Program, c.Args), func(w string) bool { return slices.Contains(removals, w) })
}

// moveCall: mv takes its source away, so that a second one finds nothing, unless something brings it back before.
func moveCall(_ *walker, c *Call, _ scope) bool {
	c.Class = Overwrite
	pos := positionals(c.Program, c.Args)
	dir, to := flagValue(c.Args, "-t", "--target-directory")
	if !to && len(pos) < 2 {
		return true
	}
	sources := pos
	if !to {
		dir, sources = pos[len(pos)-1], pos[:len(pos)-1]
	}
	c.Writes = append(c.Writes, Write{Path: dir, Line: c.Line})
	c.consume(sources)
	return true
}

// consume notes paths that a call takes away: it fails the second time where all of them are known names.
func (c *Call) consume(sources []string) {
	c.Consumes = sources
	if len(sources) == 0 || slices.ContainsFunc(sources, func(p string) bool { return strings.ContainsAny(p, "*?[$") }) {
		c.Consumes = nil
		return
	}
	c.Class, c.Why = CreateOnce, "its source is gone the second time"
}

// unpackCall: gunzip and the like replace the archive by its content.
func unpackCall(_ *walker, c *Call, _ scope) bool {
	if hasFlag(c.Program, c.Args, "-c", "--stdout", "-l", "--list", "-t", "--test") || len(positionals(c.Program, c.Args)) == 0 {
		c.Class = Read
		return true
	}
	if hasFlag(c.Program, c.Args, "-k", "--keep") {
		return false
	}
	c.Class = Overwrite
	c.consume(positionals(c.Program, c.Args))
	return true
}

// removeCall: rm without -f fails where there is nothing any more.
func removeCall(_ *walker, c *Call, _ scope) bool {
	if hasFlag(c.Program, c.Args, "-f", "--force") {
		return false
	}
	lookUp(c)
	c.Plain = c.Plain && !slices.ContainsFunc(c.Args, func(a string) bool { return strings.ContainsAny(a, "*?[") }) // no module takes patterns
	why := c.Why
	c.consume(positionals(c.Program, c.Args))
	c.Why = why
	if c.Consumes == nil {
		c.Class = Converge
	}
	return true
}

// Removes are the paths that a call takes away, as written.
func (c *Call) Removes() []string {
	switch c.Program {
	case "rm", "rmdir", "unlink":
		return positionals(c.Program, c.Args)
	case "mv":
		if pos := positionals(c.Program, c.Args); len(pos) > 1 {
			return pos[:len(pos)-1]
		}
	case "find":
		if slices.Contains(c.Args, "-delete") {
			return positionals(c.Program, c.Args)
		}
	}
	return nil
}
