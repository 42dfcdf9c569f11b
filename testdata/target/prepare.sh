#!/usr/bin/env bash
# prepare.sh NAME DIRECTORY BUNDLE: copies playbooks/deploy to DIRECTORY, for server NAME, and the authorities that the controller trusts, that of its site
# among them, to BUNDLE.
source "$(dirname "$0")/lib.sh"
name=$1 dir=$2 bundle=$3
eval "$("$here/target" env "$name")"
"$here/target" ctl sh -c "cat \$SSL_CERT_FILE $acme_root" >"$bundle"
cp -r "$here/../../playbooks/deploy" "$dir"
printf '[web]\n%s ansible_host=%s\n' "$name" "$address" >"$dir/hosts"
cat >"$dir/group_vars/all/zz_target.yml" <<END
ansible_ssh_private_key_file: $key
ansible_ssh_common_args: -o UserKnownHostsFile=$known_hosts
deploy_public_key_file: $key.pub
read_only_deploy_key_file: $keys/read_only_key
fqdn: www.$name.test
app_version: $(git --git-dir "$repository" rev-parse HEAD)
END
