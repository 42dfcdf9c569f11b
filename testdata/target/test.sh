#!/usr/bin/env bash
# test.sh: all tests that need a disposable server, in a world of their own.
source "$(dirname "$0")/lib.sh"
cd "$here/../.."

export TARGET_WORLD=test$$
trap '"$here/target" down >/dev/null' EXIT

go test -C "$here" ./...
modrun=$(mktemp -d)/modrun
go build -o "$modrun" ./executor/module/target/testdata/modrun
"$here/target" up theirs
"$here/target" up ours
MODRUN=$modrun TARGET_BOOTED="$here/target enter theirs|$here/target enter ours" \
  go test -count 1 -tags target -run TestBooted ./executor/module/target
"$here/target" down theirs
"$here/target" down ours
