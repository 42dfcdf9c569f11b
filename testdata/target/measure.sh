#!/usr/bin/env bash
# measure.sh course|deploy [REPEATS]: how long a second run takes, of the course's deploy.yml or of playbooks/deploy (which changes nothing then), with
# Ansible (as it comes, with pipelining, with Mitogen) and with pylint-deploy, at round trips of 0 and 50 ms, in one session. Each figure
# is the least of REPEATS (3) runs: wall seconds, CPU seconds of the controller, CPU seconds of the server. The bound is the work
# that the playbook itself forces, done by one script over one SSH connection. On a machine that does other things, wall seconds tell little,
# and CPU seconds more.
#
# CONTENDERS and ROUND_TRIPS choose some of them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$here/../../bin/pylint-deploy")
target=$here/target
what=${1:?course or deploy}
repeats=${2:-3}
read -ra chosen <<<"${CONTENDERS:-pylint-deploy no-coalesce ansible pipelining mitogen}"
read -ra delays <<<"${ROUND_TRIPS:-0 50}"
export TARGET_WORLD=${TARGET_WORLD:-measure}
work=$(mktemp -d)
trap '"$target" down >/dev/null 2>&1; rm -rf "$work"' EXIT

"$target" up web1
case $what in
course) "$here/course/prepare.sh" web1 "$work/play" ;;
deploy)
  bundle=$work/ca.pem
  "$here/prepare.sh" web1 "$work/play" "$bundle"
  ;;
esac
cd "$work/play"
export ANSIBLE_CONFIG=$work/play/ansible.cfg ANSIBLE_NOCOLOR=1 ANSIBLE_SSH_CONTROL_PATH_DIR=$work/play/cp

# Debian's Mitogen 0.3.3 cannot send the name of the module `service` as ansible-core 2.14.18 makes it: a text of a class of Ansible's own. A copy of it
# makes it plain text.
mitogen=/usr/lib/python3/dist-packages/ansible_mitogen
if [[ -d $mitogen ]]; then
  mkdir "$work/mitogen"
  cp -r "$mitogen" "$work/mitogen/"
  sed -i 's/^        self._update_module_args(module_name, module_args, task_vars)/        module_name = str.__str__(module_name)\n&/' "$work/mitogen/ansible_mitogen/mixins.py"
fi

declare -A contender=(
  [ansible]='env ANSIBLE_PIPELINING=False ansible-playbook'
  [pipelining]='env ANSIBLE_PIPELINING=True ansible-playbook'
  [mitogen]="env PYTHONPATH=$work/mitogen ANSIBLE_STRATEGY=mitogen_linear ANSIBLE_STRATEGY_PLUGINS=$work/mitogen/ansible_mitogen/plugins/strategy ansible-playbook"
  [pylint-deploy]="$program run --noncompliant=run"
  [no-coalesce]="$program run --noncompliant=run --no-coalesce"
)

# timed LABEL COMMAND...: one run, as "wall controller server" in $work/LABEL.
timed() {
  local label=$1 before; shift
  before=$(server_cpu)
  TIMEFORMAT='%R %U %S'
  { time "$@" >"$work/screen" 2>&1; } 2>"$work/time" || { cat "$work/screen"; return 1; }
  awk -v before="$before" -v after="$(server_cpu)" '{printf "%.2f %.2f %.2f\n", $1, $2 + $3, (after - before) / 1e6}' "$work/time" | tee -a "$work/$label" | sed "s/^/$label: /"
}

group=$(echo /sys/fs/cgroup/{unified/,}"target-$TARGET_WORLD-web1" | tr ' ' '\n' | while read -r d; do [[ ! -e $d/cpu.stat ]] || echo "$d"; done)
server_cpu() { awk '/^usage_usec/ {print $2}' "$group/cpu.stat"; }

# once LABEL COMMAND...: as the controller, which keeps no connections of the run before.
once() {
  local s
  for s in cp/*; do [[ ! -S $s ]] || "$target" ctl ssh -o ControlPath="$s" -O exit any 2>/dev/null || true; done
  timed "$1" "$target" ctl ${bundle:+env SSL_CERT_FILE="$bundle"} "${@:2}"
}

least() { awk -v c="$2" 'NR == 1 || $c < m {m = $c} END {printf "%s", m}' "$work/$1"; }

case $what in
course)
  # First what is not timed: the server is made ready, and the application deployed, twice.
  first=("-u root init_config.yml" "-u deployer deploy.yml" "-u deployer deploy.yml")
  second="-u deployer deploy.yml"
  # What has to be done on the server whoever does it: a refresh, the firewall enabled (all rules taken away and loaded anew), pip, and what the playbook
  # stops, waits for and starts again.
  cat >"$work/bound.sh" <<'END'
set -e
apt-get -q update
ufw --force enable
runuser -u deployer -- sh -c 'cd ~/blueyellow/15-deployment/blue_yellow_app_deployment; ~/venv/bin/pip3 install --upgrade -e .'
systemctl stop supervisor
sleep 2
systemctl start supervisor
systemctl restart nginx
END
  ;;
deploy)
  first=(site.yml site.yml)
  second=site.yml
  # What no module can do without: the commands that the playbook has run, the status of ufw that its module returns, the repository's
  # commits; and from here, a look at the site.
  cat >"$work/bound.sh" <<'END'
set -e
ufw status verbose
/usr/local/sbin/apply-config fail2ban 'systemctl restart fail2ban' /etc/fail2ban
/usr/local/sbin/apply-config ssh '/usr/sbin/sshd -t && systemctl restart ssh' /etc/ssh
/usr/local/sbin/apply-config nginx 'nginx -t -q && systemctl reload nginx' /etc/nginx
/usr/local/sbin/apply-config nginx 'nginx -t -q && systemctl reload nginx' /etc/nginx
/usr/local/sbin/apply-config supervisor 'supervisorctl update' /etc/supervisor
runuser -u deployer -- env GIT_SSH_COMMAND='ssh -i ~deployer/git_deploy_key/read_only_key' git -C /srv/blueyellow/repository ls-remote origin
END
  visit='curl --silent --show-error --output /dev/null https://www.web1.test/'
  ;;
esac
deploy() { once "$1-$2" ${contender[$2]} $second; }
eval "$("$target" env web1)"
cat >"$work/bound" <<END
set -e
ssh -i '$key' -o UserKnownHostsFile='$known_hosts' 'deployer@$address' sudo sh -s <'$work/bound.sh'
${visit:-}
END
bound() { timed "$1-bound" "$target" ctl ${bundle:+env CURL_CA_BUNDLE="$bundle"} sh "$work/bound"; }

echo "first runs, untimed"
for run in "${first[@]}"; do once first ${contender[pylint-deploy]} $run; done
for rtt in "${delays[@]}"; do
  "$target" delay "$rtt"
  for ((i = 0; i < repeats; i++)); do
    bound "$rtt"
    for c in "${chosen[@]}"; do
      [[ $c == mitogen && ! -d $work/mitogen ]] || deploy "$rtt" "$c"
    done
  done
done

figures() { printf ' %s | %s | %s |' "$(least "$1" 1)" "$(least "$1" 2)" "$(least "$1" 3)"; }
echo
printf '| second run of %s |' "${second##* }"; printf ' %s ms: wall s | controller CPU s | server CPU s |' "${delays[@]}"; echo
printf '|---|'; printf -- '---|---|---|%.0s' "${delays[@]}"; echo
for c in "${chosen[@]}"; do
  [[ -s $work/${delays[0]}-$c ]] || continue
  printf '| %s |' "$c"; for rtt in "${delays[@]}"; do figures "$rtt-$c"; done; echo
done
printf '| bound: the forced work alone |'; for rtt in "${delays[@]}"; do printf ' %s | | %s |' "$(least "$rtt-bound" 1)" "$(least "$rtt-bound" 3)"; done; echo
echo "load average at the end: $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores"
