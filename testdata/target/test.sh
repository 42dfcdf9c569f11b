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
export TARGET_PROGRAM=$here/target
# The root that copies are made of, with what the modules compared there work on; firewalld is started by its test alone.
"$TARGET_PROGRAM" up base
"$TARGET_PROGRAM" enter base sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Options::=--force-unsafe-io install -y \
  --no-install-recommends git supervisor dnf python3-dnf rpm createrepo-c firewalld >/dev/null && systemctl -q disable --now firewalld'
"$TARGET_PROGRAM" snapshot base ready
"$TARGET_PROGRAM" up theirs ready
"$TARGET_PROGRAM" up ours ready
MODRUN=$work/modrun TARGET_ROOT=$("$TARGET_PROGRAM" root base) TARGET_BOOTED='theirs|ours' \
  go test -count 1 -timeout 40m -tags target ./executor/module/target
for job in "${jobs[@]}"; do wait "$job"; done
