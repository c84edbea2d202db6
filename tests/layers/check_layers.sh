#!/usr/bin/env bash
# Refuses includes against the layers (the picture in README.md). Reads every #include "…" below src/ and looks the pair up.
# usage: check_layers.sh SOURCE_DIR
set -euo pipefail
cd "${1:?source directory}/src"

# folder: what it may include besides itself. A name covers its subfolders.
rules='
base:
infra: base
mcp: infra base
mcp/http: mcp infra base
mcp/tasks: mcp infra base
mcp/testing: mcp infra base
domain/identity: base
domain/audit: base
domain/approval: domain/audit domain/identity base
domain/logs: base
domain/clusters: domain/approval domain/audit domain/identity domain/logs base
domain/dashboards: domain/digest domain/logs base
domain/digest: domain/logs base
domain/search: domain/digest domain/logs base
domain/narration: domain/digest domain/logs base
domain/intent: base
domain/broadcast: domain/digest domain/narration domain/logs domain/identity base
adapters: domain infra base
adapters/storage: mcp domain infra base
adapters/xiaozhi: mcp domain infra base
services: domain mcp base
web: domain infra base
emulator: infra base
emulator/kubernetes: infra base
app: base infra mcp domain adapters services web emulator
'
# Libraries that must stay behind one folder.
fences='
boost/beast: infra/http infra/websocket
openssl/: infra/http infra/websocket infra/crypto infra/jwt
curl/: infra/http
soci/: infra/database adapters/storage
unicode/: base
yaml-cpp/: base app adapters/kubernetes
'

allowed() {  # allowed FOLDER: the longest rule that covers it
  local folder=$1 line key
  while :; do
    line=$(grep -E "^${folder}:" <<<"$rules" || true)
    [ -n "$line" ] && { echo "${line#*:}"; return; }
    key=${folder%/*}
    [ "$key" = "$folder" ] && return 1
    folder=$key
  done
}
covers() { [ "$2" = "$1" ] || [[ "$2" == "$1"/* ]]; }
module_of() {  # the folder that is a library: where a CMakeLists.txt stands
  local folder=$1
  while [ ! -f "$folder/CMakeLists.txt" ] && [[ "$folder" == */* ]]; do folder=${folder%/*}; done
  echo "$folder"
}

bad=0 files=0
while IFS= read -r file; do
  files=$((files + 1))
  folder=$(dirname "$file")
  module=$(module_of "$folder")
  may=$(allowed "$folder") || { echo "$file: its folder has no layer; add it to tests/layers/check_layers.sh"; bad=1; continue; }
  case "$file" in *_test.cc | *_for_test.h) may="$may infra" ;; esac  # tests prefer real parts
  while IFS= read -r included; do
    [ -f "$included" ] || { echo "$file: \"$included\" is not a path from src/"; bad=1; continue; }
    target=$(dirname "$included")
    covers "$module" "$target" && continue
    ok=no
    for one in $may; do covers "$one" "$target" && ok=yes; done
    # infra's and services' folders are siblings of one layer
    [ "${folder%%/*}" = "${target%%/*}" ] && { [ "${folder%%/*}" = infra ] || [ "${folder%%/*}" = services ]; } && ok=yes
    [ $ok = yes ] || { echo "$file: may not include $target (allowed: $may)"; bad=1; }
  done < <(sed -nE 's/^#include "([^"]+)".*/\1/p' "$file" | grep -v '\.pb\.h$' || true)
  while IFS= read -r fence; do
    [ -n "$fence" ] || continue
    grep -qE "^#include <${fence%%:*}" "$file" || continue
    ok=no
    for one in ${fence#*:}; do covers "$one" "$folder" && ok=yes; done
    [ $ok = yes ] || { echo "$file: <${fence%%:*}…> is allowed only in${fence#*:}"; bad=1; }
  done <<<"$fences"
done < <(find . -name '*.h' -o -name '*.cc' | sed 's|^\./||' | sort)

[ "$files" -gt 0 ] || { echo "no sources found"; exit 1; }
[ $bad = 0 ] && echo "$files files keep the layers"
exit $bad
