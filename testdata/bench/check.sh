#!/usr/bin/env bash
# check.sh PYLINT-DEPLOY [TREE...] - check beside ansible-lint, in one session, so that ratios mean something: the course's playbooks (where
# they lie beside the clone, else the sample), and trees of Ansible content, such as clones of kubespray and debops.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
bin=$(realpath "${1:-$top/bin/pylint-deploy}")
shift || true
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source "$here/best.sh"
patience=900 # seconds for ansible-lint and one tree

course=$top/../shared/course
[[ -d $course ]] || { echo "notice: the course's playbooks are not beside the clone; the sample takes their place"; course=$top/playbooks/demo; }
cp -r "$course" "$work/content"
cd "$work/content"
mapfile -t playbooks < <(grep -lE '^ +hosts:' ./*.yml)
ours=$(best 20 "$bin" check "${playbooks[@]}")
echo "check, $(find . -name '*.yml' | wc -l) files: pylint-deploy $ours ms ($(cost "$bin" check "${playbooks[@]}"))"
if command -v ansible-lint >/dev/null; then
  theirs=$(best 2 ansible-lint --offline -q -p "${playbooks[@]}")
  echo "                ansible-lint $theirs ms, $(ratio "$theirs" "$ours") as long"
fi

for tree; do
  [[ -d $tree ]] || { echo "notice: $tree is not there"; continue; }
  cd "$tree"
  ours=$(best 3 "$bin" check .)
  echo "check, $(basename "$tree"): pylint-deploy $ours ms ($(cost "$bin" check .))"
  if command -v ansible-lint >/dev/null; then
    theirs=$(best 1 timeout "$patience" ansible-lint --offline -q -p)
    [[ ${theirs%.*} -lt ${patience}000 ]] && what=in || what="stopped after"
    echo "                ansible-lint $what $theirs ms, $(ratio "$theirs" "$ours") as long"
  fi
done
