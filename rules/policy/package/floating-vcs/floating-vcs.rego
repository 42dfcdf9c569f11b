# METADATA
# title: What is deployed is whatever the branch holds at run time
# description: |
#   Without a version, or with a branch's name, the checkout follows the repository: a re-run to mend something else deploys commits that
#   nobody meant to release, and two servers of one group can run different code.
# custom:
#   severity: warning
#   run2: deploys whatever was pushed in between
#   instead: "version: a tag or commit, given as a variable of the release"
#   ansible_lint: ["latest[git]", "latest[hg]"]
#   select:
#     modules: [git, hg, subversion]
#   avoid: |
#     - ansible.builtin.git:
#         repo: https://example.org/app.git
#         dest: /srv/app
#   prefer: |
#     - ansible.builtin.git:
#         repo: https://example.org/app.git
#         dest: /srv/app
#         version: "{{ app_version }}"
package rules["package"]["floating-vcs"]

revision_argument := {"git": "version", "hg": "revision", "subversion": "revision"}

violations contains {"id": task.id, "msg": sprintf("the checkout follows %s", [what])} if {
	some task in input.tasks
	what := floating(task)
	not task.guarded
	not task.never
	object.get(task.args, "update", true) != false
}

floating(task) := "the default branch" if {
	revision_argument[task.module]
	not task.args[revision_argument[task.module]]
}

floating(task) := sprintf("the branch %s", [revision]) if {
	revision := task.args[revision_argument[task.module]]
	branch(revision)
}

branch(revision) if revision in {"HEAD", "main", "master", "develop", "development", "dev", "trunk", "tip", "default", "latest", "stable", "staging", "production"}

branch(revision) if regex.match(`^(origin/|refs/heads/|stable[-/])`, revision)
