#!/usr/bin/env bash
# verify.sh deploy|course-init|course-deploy|ROLE [ARGUMENTS]: `pylint-deploy verify` on a disposable server of its own, of playbooks/deploy, of one of
# the course's playbooks, or of a role: a directory, whose name is the role's. VARS names a YAML file with variables for it. What roles install
# has to be on the stand-in of Debian's mirror (`image`). ARGUMENTS are those of verify.
source "$(dirname "$0")/lib.sh"
program=$(realpath "$here/../../bin/pylint-deploy")
what=${1:?deploy, course-init, course-deploy, or the directory of a role}
shift
export TARGET_WORLD=verify$$
target() { "$here/target" "$@"; }
work=$(mktemp -d)
trap 'target down >/dev/null 2>&1; rm -rf "$work"' EXIT
target up web1 >/dev/null
eval "$(target env web1)"

# connection: how the inventory says it.
connection="ansible_host=$address ansible_ssh_private_key_file=$key ansible_ssh_common_args='-o UserKnownHostsFile=$known_hosts'"
snapshot=
case $what in
deploy)
  "$here/prepare.sh" web1 "$work/play" "$work/ca.pem"
  playbook=site.yml
  ;;
course-init | course-deploy)
  "$here/course/prepare.sh" web1 "$work/play"
  playbook=init_config.yml
  set -- -u root "$@"
  if [[ $what == course-deploy ]]; then # on a server that the first playbook has made ready
    target ctl env -C "$work/play" "$program" run --noncompliant=run init_config.yml -i hosts -u root >"$work/init" || { cat "$work/init"; exit 1; }
    target snapshot web1 ready >/dev/null
    snapshot=ready playbook=deploy.yml
    shift 2
    set -- -u deployer "$@"
  fi
  sed -i "s|^$address |web1 $connection |" "$work/play/hosts" # the name that the server is entered by
  ;;
*)
  mkdir -p "$work/play/roles"
  cp -r "$what" "$work/play/roles/"
  cp "${VARS:-/dev/null}" "$work/play/vars.yml"
  [[ -s $work/play/vars.yml ]] || echo '{}' >"$work/play/vars.yml"
  printf '[web]\nweb1 ansible_user=root %s\n' "$connection" >"$work/play/hosts"
  cat >"$work/play/site.yml" <<END
- hosts: web
  vars_files: [vars.yml]
  pre_tasks:
    - name: Refresh the package lists
      ansible.builtin.apt:
        update_cache: true
      changed_when: false
  roles:
    - $(basename "$what")
END
  playbook=site.yml
  set -- --python-modules "$@" # roles for many systems have those of systems that this is not
  ;;
esac
bundle=$(target ctl sh -c 'echo $SSL_CERT_FILE')
[[ ! -e $work/ca.pem ]] || bundle=$work/ca.pem
target ctl env -C "$work/play" SSL_CERT_FILE="$bundle" "$program" verify "$playbook" -i hosts --disposable \
  --reset-command "$here/target reset web1 $snapshot" --snapshot-command "$here/target keep web1 {snapshot}" \
  --restore-command "$here/target reset web1 {snapshot}" --forget-command "$here/target forget {snapshot}" \
  --enter-command "$here/target enter {host} sh -c" "$@"
