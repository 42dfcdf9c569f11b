#!/usr/bin/env bash
# test.sh: all tests that need a disposable server, in worlds of their own. `make test-target` builds what they need first.
source "$(dirname "$0")/lib.sh"
cd "$here/../.."

"$here/image"
# Side by side: most of what they do is to wait for servers.
go test -C "$here" -count 1 -timeout 40m -tags target ./... &
jobs=($!)
go test -count 1 -timeout 40m -tags target -run OnTarget -parallel 4 ./playbooks ./executor/verify &
jobs+=($!)

export TARGET_WORLD=modules$$
work=$(mktemp -d)
trap '"$here/target" down >/dev/null; rm -rf "$work"' EXIT
go build -o "$work/modrun" ./executor/module/target/testdata/modrun
"$here/target" up base # the root that two copies are made of; its git is what the module git runs
"$here/target" enter base sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends git >/dev/null'
"$here/target" up theirs
"$here/target" up ours
MODRUN=$work/modrun TARGET_ROOT=$("$here/target" root base) TARGET_BOOTED="$here/target enter theirs|$here/target enter ours" \
  go test -count 1 -timeout 40m -tags target ./executor/module/target
for job in "${jobs[@]}"; do wait "$job"; done
