# Settings and helpers of the scripts here (sourced).

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

: "${TARGET_STATE:=/var/lib/pylint-deploy-target}" # images, on a disk; shared by all
: "${TARGET_RUN:=/run/pylint-deploy-target}"       # what lives as long as a world
: "${TARGET_WORLD:=main}"                          # whose targets: each world has a network of its own
: "${TARGET_NET:=10.66.0}"                         # its first three octets
: "${TARGET_SITE:=www.pythondeploymentexample.com}" # a name for the first target of a world
: "${TARGET_APP:=}"                                # a bare git repository to serve in place of app/
: "${TARGET_REPOSITORY:=python-for-entrepreneurs-course-demos}" # the name that it is served under
: "${TARGET_SIZE:=3G}"                             # bound of what a target may write

# An image belongs to the recipe that made it, so that work trees with other recipes do not disturb each other.
recipe=$(cat "$here/image" "$here/wheels/main.go" "$here/internet/authority.go" | sha256sum | cut -c1-12)
state=$TARGET_STATE/$recipe
world=$TARGET_RUN/$TARGET_WORLD
hub=$TARGET_NET.1
controller=$TARGET_NET.2
ns=target-$TARGET_WORLD # prefix of the names of network namespaces

say() { printf 'target: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# alive FILE: does the process whose id is in FILE run?
alive() { [[ -s $1 ]] && kill -0 "$(<"$1")" 2>/dev/null; }

# wait_for SECONDS COMMAND...: until COMMAND succeeds.
wait_for() {
  local end=$((SECONDS + $1)); shift
  until "$@"; do ((SECONDS <= end)) || return 1; sleep 0.02; done
}

gone() { ! alive "$1"; }

# end_process FILE [SIGNAL]: ends the process whose id is in FILE, and waits for it.
end_process() {
  alive "$1" && kill "-${2:-TERM}" "$(<"$1")" 2>/dev/null || true
  wait_for 10 gone "$1" || kill -KILL "$(<"$1")" 2>/dev/null || true
  rm -f "$1"
}
