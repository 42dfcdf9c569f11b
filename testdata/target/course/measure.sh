#!/usr/bin/env bash
# measure.sh [REPEATS]: how long the second run of the course's deploy.yml takes, with Ansible (as it comes, with pipelining, with
# Mitogen) and with pylint-deploy, at round trips of 0 and 50 ms, in one session. Each figure is the least of REPEATS (3) runs: wall seconds, and
# CPU seconds of the controller. The bound is the work that the playbook itself forces, done on the server by a script.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$here/../../../bin/pylint-deploy")
target=$here/../target
repeats=${1:-3}
export TARGET_WORLD=${TARGET_WORLD:-measure}
work=$(mktemp -d)
trap '"$target" down >/dev/null 2>&1; rm -rf "$work"' EXIT

"$target" up web1
"$here/prepare.sh" web1 "$work/play"
cd "$work/play"
export ANSIBLE_CONFIG=$work/play/ansible.cfg ANSIBLE_NOCOLOR=1

# Debian's Mitogen 0.3.3 cannot send the name of the module `service` as ansible-core 2.14.18 makes it: a text of a class of Ansible's own. A copy of it
# makes it plain text.
mitogen=/usr/lib/python3/dist-packages/ansible_mitogen
if [[ -d $mitogen ]]; then
  mkdir "$work/mitogen"
  cp -r "$mitogen" "$work/mitogen/"
  sed -i 's/^        self._update_module_args(module_name, module_args, task_vars)/        module_name = str.__str__(module_name)\n&/' "$work/mitogen/ansible_mitogen/mixins.py"
fi

declare -A contender=(
  [ansible]='ansible-playbook'
  [pipelining]='env ANSIBLE_PIPELINING=True ansible-playbook'
  [mitogen]="env PYTHONPATH=$work/mitogen ANSIBLE_STRATEGY=mitogen_linear ANSIBLE_STRATEGY_PLUGINS=$work/mitogen/ansible_mitogen/plugins/strategy ansible-playbook"
  [pylint-deploy]="$program run --noncompliant=run"
  [no-coalesce]="$program run --noncompliant=run --no-coalesce"
)

# once LABEL COMMAND...: one run, as "wall cpu" in $work/LABEL.
once() {
  local label=$1; shift
  local s
  for s in cp/*; do [[ ! -S $s ]] || "$target" ctl ssh -o ControlPath="$s" -O exit any 2>/dev/null || true; done
  TIMEFORMAT='%R %U %S'
  { time "$target" ctl "$@" >"$work/screen" 2>&1; } 2>"$work/time" || { cat "$work/screen"; return 1; }
  awk '{printf "%.2f %.2f\n", $1, $2 + $3}' "$work/time" >>"$work/$label"
}

least() { awk -v c="$2" 'NR == 1 || $c < m {m = $c} END {printf "%s", m}' "$work/$1"; }

deploy() { once "$1-$2" ${contender[$2]} -u deployer deploy.yml; }

# bound: what has to be done on the server whoever does it: refresh, pip, and what the playbook stops, waits for and starts again.
cat >"$work/bound.sh" <<'END'
set -e
apt-get -q update
runuser -u deployer -- sh -c 'cd ~/blueyellow/15-deployment/blue_yellow_app_deployment; ~/venv/bin/pip3 install --upgrade -e .'
apt-get -q update
systemctl stop supervisor
sleep 2
systemctl start supervisor
systemctl restart nginx
END
bound() {
  TIMEFORMAT='%R 0'
  { time "$target" enter web1 sh -c "$(cat "$work/bound.sh")" >"$work/screen" 2>&1; } 2>>"$work/bound" || { cat "$work/screen"; return 1; }
}

echo "first runs, untimed"
once first ${contender[pylint-deploy]} -u root init_config.yml
once first ${contender[pylint-deploy]} -u deployer deploy.yml
once first ${contender[pylint-deploy]} -u deployer deploy.yml
for ((i = 0; i < repeats; i++)); do bound; done
for rtt in 0 50; do
  "$target" delay "$rtt"
  for ((i = 0; i < repeats; i++)); do
    for c in pylint-deploy no-coalesce ansible pipelining mitogen; do
      [[ $c == mitogen && ! -d $work/mitogen ]] || deploy "$rtt" "$c"
    done
  done
done
echo
echo "| second run of deploy.yml | 0 ms: wall s | CPU s | 50 ms: wall s | CPU s |"
echo "|---|---|---|---|---|"
for c in ansible pipelining mitogen no-coalesce pylint-deploy; do
  [[ -s $work/0-$c ]] || continue
  printf '| %s | %s | %s | %s | %s |\n' "$c" "$(least "0-$c" 1)" "$(least "0-$c" 2)" "$(least "50-$c" 1)" "$(least "50-$c" 2)"
done
printf '| bound: the forced work alone | %s | | | |\n' "$(least bound 1)"
echo "load average at the end: $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores"
