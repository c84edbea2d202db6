// YAML from outside as JSON, so far as a file of settings needs it.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace mtc::kubernetes {

// One document of maps, lists and texts: every scalar is a text, an empty one is null. Refused with
// Errc::invalid_argument: more than max_bytes, deeper than 16 levels, anchors and aliases (a few
// lines of those can stand for gigabytes), keys that stand twice or are no text, more documents
// than one. Messages give the line and never quote.
Result<Json> parse_plain_yaml(std::string_view text, std::size_t max_bytes);

}  // namespace mtc::kubernetes
