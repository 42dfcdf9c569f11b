#!/usr/bin/env bash
# compare.sh PYLINT-DEPLOY - wall time beside the rivals that are installed, in one run, so that ratios mean something.
#
# check: the course's playbooks (where they lie beside the clone, else the sample), ansible-lint beside it.
# run:   50 tasks that change nothing over a real sshd on 127.0.0.1, ansible-playbook with pipelining beside it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
bin=$(realpath "${1:-$top/bin/pylint-deploy}")
work=$(mktemp -d)
trap '[[ -s $work/sshd.pid ]] && kill "$(cat "$work/sshd.pid")" 2>/dev/null; rm -rf "$work"' EXIT

# best N COMMAND...: the least wall time in ms of N runs; the exit code does not matter (findings are no failure).
best() {
  local n=$1 least= t0 t1 ms; shift
  for ((i = 0; i < n; i++)); do
    t0=$(date +%s%N); "$@" >"$work/out" 2>&1 || true; t1=$(date +%s%N)
    ms=$(((t1 - t0) / 10000)); [[ -z $least || $ms -lt $least ]] && least=$ms
  done
  printf '%d.%02d' $((least / 100)) $((least % 100))
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.0f times", a / b }'; }

course=$top/../shared/course
[[ -d $course ]] || { echo "notice: the course's playbooks are not beside the clone; the sample takes their place"; course=$top/playbooks/demo; }
cp -r "$course" "$work/content"
cd "$work/content"
mapfile -t playbooks < <(grep -lE '^ +hosts:' ./*.yml)
ours=$(best 10 "$bin" check "${playbooks[@]}")
echo "check, $(find . -name '*.yml' | wc -l) files:      pylint-deploy $ours ms"
if command -v ansible-lint >/dev/null; then
  theirs=$(best 2 ansible-lint --offline -q -p "${playbooks[@]}")
  echo "                      ansible-lint  $theirs ms, $(ratio "$theirs" "$ours") as long"
fi

sshd=$(command -v /usr/sbin/sshd sshd | head -n 1 || true)
[[ -n $sshd ]] || { echo "notice: no sshd here, run is not measured"; exit 0; }
mkdir -p /run/sshd 2>/dev/null || true
port=${BENCH_PORT:-22801}
ssh-keygen -q -t ed25519 -N '' -f "$work/host"
ssh-keygen -q -t ed25519 -N '' -f "$work/user"
cp "$work/user.pub" "$work/authorized_keys"
printf '[127.0.0.1]:%s %s\n' "$port" "$(cut -d' ' -f1,2 "$work/host.pub")" >"$work/known_hosts"
cat >"$work/sshd_config" <<CFG
Port $port
ListenAddress 127.0.0.1
HostKey $work/host
PidFile $work/sshd.pid
AuthorizedKeysFile $work/authorized_keys
StrictModes no
UsePAM no
PermitRootLogin yes
CFG
"$sshd" -f "$work/sshd_config"
printf 'bench ansible_host=127.0.0.1 ansible_port=%s ansible_user=%s ansible_ssh_private_key_file=%s ansible_ssh_common_args="-o UserKnownHostsFile=%s" ansible_python_interpreter=/usr/bin/python3\n' \
  "$port" "$(id -un)" "$work/user" "$work/known_hosts" >"$work/hosts"
{
  printf -- '- hosts: bench\n  gather_facts: false\n  tasks:\n'
  for i in $(seq 50); do
    printf '    - name: task %d\n      ansible.builtin.file: {path: %s/dir%d, state: directory, mode: "0755"}\n' "$i" "$work" $((i % 5))
  done
} >"$work/site.yml"
ours=$(best 5 "$bin" run -i "$work/hosts" "$work/site.yml")
grep -q 'changed=0' "$work/out" || { cat "$work/out"; echo "the run is not a no-op"; exit 1; }
echo "run, 50 no-op tasks:  pylint-deploy $ours ms in all"
if command -v ansible-playbook >/dev/null; then
  theirs=$(ANSIBLE_PIPELINING=1 best 2 ansible-playbook -i "$work/hosts" "$work/site.yml")
  grep -q 'changed=0' "$work/out" || { cat "$work/out"; echo "ansible's run is not a no-op"; exit 1; }
  echo "                      ansible-playbook with pipelining $theirs ms, $(ratio "$theirs" "$ours") as long"
fi
