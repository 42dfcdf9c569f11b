#!/usr/bin/env bash
# run.sh PYLINT-DEPLOY - 50 tasks that change nothing over a real sshd on 127.0.0.1, ansible-playbook with pipelining beside it, in one
# session, so that the ratio means something.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
bin=$(realpath "${1:-$top/bin/pylint-deploy}")
work=$(mktemp -d)
trap '[[ -s $work/sshd.pid ]] && kill "$(cat "$work/sshd.pid")" 2>/dev/null; rm -rf "$work"' EXIT

source "$here/best.sh"

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
