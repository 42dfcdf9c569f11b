# best.sh - what the comparisons share; $work is theirs.

# best N COMMAND...: the least wall time in ms of N runs; the exit code does not matter (findings are no failure).
best() {
  local n=$1 least= t0 t1 ms; shift
  for ((i = 0; i < n; i++)); do
    t0=$(date +%s%N); "$@" >"$work/out" 2>&1 || true; t1=$(date +%s%N)
    ms=$(((t1 - t0) / 10000)); [[ -z $least || $ms -lt $least ]] && least=$ms
  done
  printf '%d.%02d' $((least / 100)) $((least % 100))
}

# cost COMMAND...: processor time in ms, and peak memory in MB where GNU time is installed, of one run.
cost() {
  local gnu; gnu=$(type -P time || true)
  if [[ -n $gnu ]]; then
    "$gnu" -o "$work/cost" -f '%U %S %M' "$@" >/dev/null 2>&1 || true
    tail -n 1 "$work/cost" | awk '{ printf "%.0f ms CPU, %.0f MB", ($1 + $2) * 1000, $3 / 1024 }'
  else
    TIMEFORMAT='%U %S'; { time "$@" >/dev/null 2>&1 || true; } 2>&1 | awk '{ printf "%.0f ms CPU", ($1 + $2) * 1000 }'
  fi
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.0f times", a / b }'; }
