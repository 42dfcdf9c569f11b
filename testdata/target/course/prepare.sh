#!/usr/bin/env bash
# prepare.sh NAME DIRECTORY: copies the course's playbooks to DIRECTORY and names server NAME and the keys in their inventory and
# variables; nothing else is changed. Where the playbooks are not at hand it says so and exits with code 3.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
name=$1 dir=$2
course=$here/../../../../shared/course
[[ -e $course/deploy.yml ]] || { echo "the course's playbooks are not at hand ($course)"; exit 3; }
eval "$("$here/../target" env "$name")"
mkdir -p "$dir"
cp -r "$course/." "$dir"
chmod -R u+w "$dir"
sed -i -e "s|^ssh_dir:.*|ssh_dir: $keys/|" -e "s|^local_deploy_key_dir:.*|local_deploy_key_dir: $keys|" "$dir/group_vars/all"
for group in common init_config; do
  printf '[%s]\n%s ansible_python_interpreter=/usr/bin/python3\n\n' "$group" "$address"
done >"$dir/hosts"
cat >"$dir/ansible.cfg" <<END
[defaults]
inventory = hosts
private_key_file = $key
localhost_warning = False
[ssh_connection]
ssh_args = -o ControlMaster=auto -o ControlPersist=60s -o HostKeyAlgorithms=ssh-ed25519 -o UserKnownHostsFile=$known_hosts
control_path_dir = $dir/cp
END
