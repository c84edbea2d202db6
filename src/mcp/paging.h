// Pages of a list: opaque cursors that hold for as long as the list stays the same.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace mtc::mcp {

struct Page {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string next_cursor;  // empty: the last one
};

// The page that `cursor` asks for, of a list of `count` entries with that fingerprint; an empty
// cursor asks for the first. Nullopt for no cursor at all (none that could be read), one we did not
// make, or made for a list that has changed since.
std::optional<Page> page_at(const std::optional<std::string>& cursor, std::size_t count,
                            std::size_t page_size, std::string_view fingerprint);

// The request's cursor; empty if it has none, nullopt if that is no text.
std::optional<std::string> cursor_in(const Json& params);

}  // namespace mtc::mcp
