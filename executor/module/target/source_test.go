//go:build target

package target

import "testing"

// makeRepo makes a repository with two branches, tags and a submodule, the same in both roots.
const makeRepo = `
export GIT_AUTHOR_DATE='2024-01-01T00:00:00Z' GIT_COMMITTER_DATE='2024-01-01T00:00:00Z' GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
git config --global protocol.file.allow always
mkdir -p /srv/src/lib && cd /srv/src/lib && git init -q -b master && echo lib > lib.txt && git add . && git commit -qm lib
mkdir -p /srv/src/app && cd /srv/src/app && git init -q -b main && echo 1 > a.txt && git add . && git commit -qm 1 && git tag v1 && git tag -a -m annotated v1a
echo 2 > a.txt && git commit -qam 2 && git branch feature && git checkout -q feature && echo f > f.txt && git add . && git commit -qm f && git checkout -q main
`

const commitMore = `cd /srv/src/app && export GIT_AUTHOR_DATE='2024-01-02T00:00:00Z' GIT_COMMITTER_DATE='2024-01-02T00:00:00Z' && echo 3 > a.txt && git -c user.name=a -c user.email=a@b commit -qam 3`

const addSubmodule = `cd /srv/src/app && export GIT_AUTHOR_DATE='2024-01-03T00:00:00Z' GIT_COMMITTER_DATE='2024-01-03T00:00:00Z' && git -c protocol.file.allow=always submodule -q add /srv/src/lib sub && git -c user.name=a -c user.email=a@b commit -qam sub`

func gitSteps() []step {
	const git = "ansible.builtin.git"
	const repo = "/srv/src/app"
	return []step{
		{module: git, plainCheck: true, shell: makeRepo, args: m{"repo": repo, "dest": "/srv/co/head"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/feature", "version": "feature"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/tag", "version": "v1"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/atag", "version": "v1a"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/shallow", "depth": 1}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/shallowtag", "depth": 1, "version": "v1"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/shallowbranch", "depth": 1, "version": "feature"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/bare", "bare": true}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/single", "single_branch": true, "version": "feature"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/remote", "remote": "upstream"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/umask", "umask": "0077"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/sep", "separate_git_dir": "/srv/co/sep.git"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "clone": false}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/head", "version": "feature"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/head", "version": "v1"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/head", "version": "main"}},
		{module: git, plainCheck: true, shell: commitMore, args: m{"repo": repo, "dest": "/srv/co/head"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/feature", "update": false}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/shallow", "depth": 1}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/shallow", "depth": 1, "version": "feature"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/bare", "bare": true}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/single", "version": "main"}, fails: true},
		{module: git, plainCheck: true, shell: "echo x > /srv/co/head/a.txt", args: m{"repo": repo, "dest": "/srv/co/head"}, fails: true},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/head", "force": true}},
		{module: git, plainCheck: true, shell: "echo x > /srv/co/head/new.txt", args: m{"repo": repo, "dest": "/srv/co/head"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/head", "version": "nosuch"}, fails: true},
		{module: git, plainCheck: true, args: m{"repo": "/srv/src/nosuch", "dest": "/srv/co/no"}, fails: true},
		{module: git, plainCheck: true, args: m{"repo": "/srv/src/lib", "dest": "/srv/co/tag", "version": "master"}, differs: m2("after", "the new remote is asked, which gives the commit")},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/arch", "archive": "/srv/co/app.tar"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/arch", "archive": "/srv/co/app.tgz", "archive_prefix": "app/"}},
		{module: git, plainCheck: true, shell: addSubmodule, args: m{"repo": repo, "dest": "/srv/co/subs"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/nosubs", "recursive": false}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/umask", "version": "main"}},
	}
}

func TestGit(t *testing.T) { play(t, gitSteps()) }

// overSSH puts programs in the place of ssh and ssh-keyscan: one leaves a file for its arguments and runs the last one here, the other gives a key.
const overSSH = `
mkdir -p /srv/asked
printf '#!/bin/sh\necho ssh "$@" >"/srv/asked/$(echo ssh "$@" | tr -c "a-zA-Z0-9=.-" _)"\nfor last; do :; done\nexec /bin/sh -c "$last"\n' >/usr/local/bin/ssh
printf '#!/bin/sh\necho keyscan "$@" >"/srv/asked/$(echo keyscan "$@" | tr -c "a-zA-Z0-9=.-" _)"\nfor last; do :; done\necho "$last ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO6ZuvaWGfmyJ1VkI/cdL8dKgLjT5bbyHlqMoNbkSAZc"\n' >/usr/local/bin/ssh-keyscan
chmod 755 /usr/local/bin/ssh /usr/local/bin/ssh-keyscan; echo key >/srv/key; chmod 600 /srv/key
`

func gitOverSSHSteps() []step {
	const git = "ansible.builtin.git"
	const repo = "git@git.example.com:/srv/src/app"
	return []step{
		{module: git, plainCheck: true, shell: makeRepo + overSSH, args: m{"repo": repo, "dest": "/srv/co/plain"}},
		{module: git, plainCheck: true, args: m{"repo": "ssh://git@git.example.com:2222/srv/src/app", "dest": "/srv/co/url", "version": "v1"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/key", "key_file": "/srv/key"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/opts", "ssh_opts": "-o ConnectTimeout=5 -p 2222"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/accept", "accept_hostkey": true}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/acceptnew", "accept_newhostkey": true}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/all", "accept_hostkey": true, "key_file": "/srv/key", "ssh_opts": "-o ConnectTimeout=5", "depth": 1, "version": "feature"}},
		{module: git, plainCheck: true, shell: commitMore, args: m{"repo": repo, "dest": "/srv/co/plain"}},
		{module: git, plainCheck: true, args: m{"repo": repo, "dest": "/srv/co/plain", "version": "feature"}},
		{module: git, plainCheck: true, args: m{"repo": "git@git.example.com:/srv/src/nosuch", "dest": "/srv/co/no"}, fails: true},
	}
}

func TestGitOverSSH(t *testing.T) { play(t, gitOverSSHSteps()) }

// dumpRepositories writes down what the checkouts' repositories have, as files of .git are not compared.
const dumpRepositories = `
mkdir -p /srv/state && cd /srv/co && for d in *; do (echo "$d" && cd "$d" && cat "$(git rev-parse --git-dir)/HEAD" "$(git rev-parse --git-dir)/FETCH_HEAD" && git for-each-ref && git config --list --local; git status --porcelain --branch || true); done >/srv/state/"$(ls /srv/state | wc -l)" 2>&1
`

// inSource runs a script in the remote, at a time of its own for each day.
func inSource(day, script string) string {
	return dumpRepositories + "export GIT_AUTHOR_DATE='2024-02-" + day + "T00:00:00Z' GIT_COMMITTER_DATE='2024-02-" + day + "T00:00:00Z' GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b\ncd /srv/src/app\n" + script
}

// gitAgainSteps bring checkouts up to date: a branch, a tag, a commit, HEAD, a bare, a shallow, a single branch's, one of another remote's name.
func gitAgainSteps() []step {
	const repo = "git@git.example.com:/srv/src/app"
	var steps []step
	do := func(shell string, args m, rest ...step) {
		s := step{module: "ansible.builtin.git", noDiff: true, shell: shell, args: m{"repo": repo}}
		for _, r := range rest {
			s.fails, s.differs = r.fails, r.differs
		}
		for k, v := range args {
			s.args[k] = v
		}
		steps = append(steps, s)
	}
	checkouts := []m{
		{"dest": "/srv/co/head"}, {"dest": "/srv/co/main", "version": "main"}, {"dest": "/srv/co/feature", "version": "feature"},
		{"dest": "/srv/co/tag", "version": "v1"}, {"dest": "/srv/co/atag", "version": "v1a"}, {"dest": "/srv/co/bare", "bare": true, "version": "main"},
		{"dest": "/srv/co/shallow", "depth": 1, "version": "main"}, {"dest": "/srv/co/shallowtag", "depth": 1, "version": "v1"}, {"dest": "/srv/co/shallowhead", "depth": 1},
		{"dest": "/srv/co/single", "version": "feature", "single_branch": true}, {"dest": "/srv/co/up", "remote": "up.stream", "version": "main"},
		{"dest": "/srv/co/sep", "separate_git_dir": "/srv/co.git", "version": "main"}, {"dest": "/srv/co/accept", "accept_newhostkey": true, "version": "main"},
		{"dest": "/srv/co/refspec", "version": "main", "refspec": "+refs/tags/*:refs/tags/*"},
	}
	all := func(shell string, rest ...step) {
		for _, c := range checkouts {
			do(shell, c, rest...)
			shell = ""
		}
	}
	all(makeRepo + overSSH)
	do("c=$(git -C /srv/src/app rev-parse v1) && git clone -q /srv/src/app /srv/co/commit && git -C /srv/co/commit checkout -q $c", m{"dest": "/srv/co/commit", "version": "v1"})
	all(inSource("01", "echo 3 >a.txt && git commit -qam 3"))
	do(inSource("02", "git tag v2 && git tag -a -m x v2a"), m{"dest": "/srv/co/main", "version": "main"})
	do("", m{"dest": "/srv/co/atag", "version": "v1a"})
	do("", m{"dest": "/srv/co/head"})
	do(inSource("03", "git checkout -q feature && echo g >f.txt && git commit -qam g && git checkout -q main"), m{"dest": "/srv/co/main", "version": "main"})
	do("", m{"dest": "/srv/co/tag", "version": "v1"})
	do("", m{"dest": "/srv/co/head"})
	do(inSource("04", "git branch fresh main~1"), m{"dest": "/srv/co/main", "version": "fresh"})
	do("", m{"dest": "/srv/co/shallow", "version": "fresh", "depth": 1})
	do("", m{"dest": "/srv/co/tag", "version": "main"})
	do("git -C /srv/co/main checkout -q main~1", m{"dest": "/srv/co/main", "version": "main"})
	do("cd /srv/co/main && echo own >own.txt && git add own.txt && export GIT_AUTHOR_DATE='2024-03-01T00:00:00Z' GIT_COMMITTER_DATE='2024-03-01T00:00:00Z' && git -c user.name=a -c user.email=a@b commit -qm own", m{"dest": "/srv/co/main", "version": "main"})
	do("git -C /srv/co/feature reset -q --hard HEAD~1", m{"dest": "/srv/co/feature", "version": "feature"})
	do(inSource("05", "git branch -m fresh gone"), m{"dest": "/srv/co/main", "version": "fresh"})
	do("", m{"dest": "/srv/co/shallow", "version": "gone", "depth": 1})
	do(inSource("06", "git branch -D gone && git tag gone main~2"), m{"dest": "/srv/co/shallow", "version": "gone", "depth": 1})
	do("", m{"dest": "/srv/co/feature", "version": "gone"})
	do("", m{"dest": "/srv/co/feature", "version": "nosuch"}, step{fails: true})
	do("", m{"dest": "/srv/co/single", "version": "main"}, step{fails: true})
	do(inSource("07", "git branch v2 feature"), m{"dest": "/srv/co/feature", "version": "v2"})
	do("", m{"dest": "/srv/co/tag", "version": "v2a"})
	do(inSource("08", "git tag -f v1 feature && git tag -f -a -m y v1a main~1"), m{"dest": "/srv/co/tag", "version": "v1"}, step{fails: true})
	do("", m{"dest": "/srv/co/tag", "version": "v1", "force": true})
	do("", m{"dest": "/srv/co/atag", "version": "v1a", "force": true})
	do("", m{"dest": "/srv/co/bare", "bare": true, "version": "v1"})
	do(inSource("09", "git commit -q --amend -m other"), m{"dest": "/srv/co/main", "version": "main", "force": true})
	do("", m{"dest": "/srv/co/shallow", "depth": 1, "version": "main", "force": true})
	do(inSource("10", "git checkout -q -b trunk && git branch -D main && echo t >a.txt && git commit -qam t"), m{"dest": "/srv/co/main", "version": "main", "force": true})
	do("", m{"dest": "/srv/co/main", "version": "trunk", "force": true})
	do("", m{"dest": "/srv/co/head", "force": true})
	do("", m{"dest": "/srv/co/up", "remote": "up.stream", "version": "trunk", "force": true})
	do(inSource("11", "git tag trunk feature"), m{"dest": "/srv/co/ambiguous"})
	do(inSource("12", "echo u >a.txt && git commit -qam u"), m{"dest": "/srv/co/ambiguous"})
	do(dumpRepositories+addSubmodule, m{"dest": "/srv/co/main", "version": "trunk", "force": true})
	do("", m{"dest": "/srv/co/main", "version": "trunk", "force": true})
	do(dumpRepositories, m{"dest": "/srv/co/sep", "separate_git_dir": "/srv/co.git", "version": "trunk", "force": true})
	return steps
}

func TestGitAgain(t *testing.T) { play(t, gitAgainSteps()) }
