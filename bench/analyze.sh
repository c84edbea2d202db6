#!/usr/bin/env bash
# Speed and memory of `analyze` on a large log, against `wc -l -w` on the same file: both read every byte and look for words.
# usage: bench/analyze.sh [BUILD_DIR] [MEBIBYTES] [ROUNDS]      (defaults: build/bench 1024 5)
# Bars: median time no more than 3 times that of wc, peak memory no more than 200 MiB. Exit code 1 if one is missed.
set -euo pipefail
cd "$(dirname "$0")/.."

build=${1:-build/bench}
mebibytes=${2:-1024}
rounds=${3:-5}
program=${MTC_BINARY:-$build/src/app/mcp-tencent-cloud}
writer=$build/bench/log_writer
for needed in "$program" "$writer"; do
  [ -x "$needed" ] || { echo "analyze.sh: $needed is missing; build it: cmake --preset bench && cmake --build --preset bench" >&2; exit 2; }
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$writer" night "$mebibytes" >"$folder/night.log"
cat "$folder/night.log" >/dev/null  # into the page cache

# Seconds of wall time of a command, its output thrown away.
seconds() {
  local begin=$EPOCHREALTIME
  "$@" >/dev/null
  local end=$EPOCHREALTIME
  echo $(((${end/./} - ${begin/./}))) | awk '{ printf "%.3f\n", $1 / 1e6 }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# Alternately, so that a busy neighbour slows both.
for ((round = 1; round <= rounds; round++)); do
  seconds wc -l -w "$folder/night.log" >>"$folder/wc"
  seconds "$program" analyze --json "$folder/night.log" >>"$folder/analyze"
done
# Peak memory as the kernel counted it, of one more run.
peak_kib=$(bash -c '"$@" >/dev/null & pid=$!
  peak=0
  while kill -0 $pid 2>/dev/null; do
    now=$(awk "/^VmHWM/ { print \$2 }" /proc/$pid/status 2>/dev/null || true)
    [ -n "$now" ] && peak=$now
    sleep 0.02
  done
  wait $pid; echo $peak' _ "$program" analyze --json "$folder/night.log")

wc_s=$(median <"$folder/wc")
analyze_s=$(median <"$folder/analyze")
awk -v wc="$wc_s" -v analyze="$analyze_s" -v kib="$peak_kib" -v mib="$mebibytes" -v locale="${LC_ALL:-${LANG:-POSIX}}" 'BEGIN {
  printf "wc -l -w   %7.2f s  (locale %s)\n", wc, locale
  printf "analyze    %7.2f s  %.0f MiB/s\n", analyze, mib / analyze
  printf "ratio      %7.2f    (bar: 3)\n", analyze / wc
  printf "peak       %7.0f MiB  (bar: 200)\n", kib / 1024
  exit !(analyze <= 3 * wc && kib <= 200 * 1024)
}'
