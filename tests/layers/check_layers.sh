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
domain/alerts: domain/clusters domain/logs domain/audit domain/identity base
domain/rollback: domain/alerts domain/clusters domain/narration domain/logs domain/audit domain/approval domain/identity base
domain/intent: base
domain/broadcast: domain/rollback domain/alerts domain/digest domain/narration domain/logs domain/identity base
adapters: domain infra base
adapters/storage: mcp domain infra base
adapters/xiaozhi: mcp domain infra base
services: domain mcp base
web: domain infra base
web/api: web domain infra base
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

{
  find . -name CMakeLists.txt -printf 'module %h\n'
  find . \( -name '*.h' -o -name '*.cc' \) -printf 'file %p\n' | sort
  grep -rE '^#include ["<]' --include='*.h' --include='*.cc' . | sed 's/^/include /' | sort
} | sed 's| \./| |' | rules=$rules fences=$fences awk '
  function parent(path) { return path ~ /\// ? substr(path, 1, match(path, /\/[^\/]*$/) - 1) : "" }
  function covers(folder, other) { return other == folder || index(other, folder "/") == 1 }
  function module_of(folder) {  # the folder that is a library
    while (!(folder in modules) && parent(folder) != "") folder = parent(folder)
    return folder
  }
  function allowed(folder) {  # the longest rule that covers it
    for (; folder != ""; folder = parent(folder)) if (folder in may) return may[folder]
    return "none"
  }
  function top(folder) { sub(/\/.*/, "", folder); return folder }
  function is_among(list, folder,    names, count, i) {
    count = split(list, names, " ")
    for (i = 1; i <= count; ++i) if (covers(names[i], folder)) return 1
    return 0
  }
  function complain(text) { print text; bad = 1 }
  BEGIN {
    count = split(ENVIRON["rules"], lines, "\n")
    for (i = 1; i <= count; ++i) {
      at = index(lines[i], ":")
      if (at) may[substr(lines[i], 1, at - 1)] = substr(lines[i], at + 1)
    }
    fence_count = split(ENVIRON["fences"], lines, "\n")
    for (i = 1; i <= fence_count; ++i) {
      at = index(lines[i], ":")
      if (at) { fence[i] = substr(lines[i], 1, at - 1); behind[i] = substr(lines[i], at + 1) }
    }
  }
  $1 == "module" { modules[$2] = 1; next }
  $1 == "file" {
    files[$2] = 1
    ++file_count
    if (allowed(parent($2)) == "none") complain($2 ": its folder has no layer; add it to tests/layers/check_layers.sh")
    next
  }
  {
    at = index($2, ":")
    file = substr($2, 1, at - 1)
    folder = parent(file)
    if ($3 ~ /^</) {
      for (i in fence) {
        if (index($3, "<" fence[i]) == 1 && !is_among(behind[i], folder))
          complain(file ": <" fence[i] "…> is allowed only in" behind[i])
      }
      next
    }
    included = $3
    gsub(/"/, "", included)
    if (included ~ /\.pb\.h$/) next
    if (!(included in files)) { complain(file ": \"" included "\" is not a path from src/"); next }
    target = parent(included)
    if (covers(module_of(folder), target)) next
    list = allowed(folder)
    if (file ~ /_test\.cc$|_for_test\.h$/) list = list " infra"  # tests prefer real parts
    if (is_among(list, target)) next
    # The folders of infra, and those of services, are siblings of one layer.
    if (top(folder) == top(target) && (top(folder) == "infra" || top(folder) == "services")) next
    complain(file ": may not include " target " (allowed:" list ")")
  }
  END {
    if (!file_count) complain("no sources found")
    if (!bad) print file_count " files keep the layers"
    exit bad
  }'
