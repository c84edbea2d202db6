#include "mcp/http/accepts.h"

#include <algorithm>

#include "base/text.h"

namespace mtc::mcp {

Accepts Accepts::read(std::string_view header) {
  if (trim(header).empty()) return {.json = true, .events = true};
  Accepts out;
  while (!header.empty()) {
    const auto end = std::min(header.find(','), header.size());
    const auto type = media_type(header.substr(0, end));
    header.remove_prefix(std::min(end + 1, header.size()));
    const bool all = type == "*/*";
    out.json |=
        all || equals_ignoring_case(type, kJsonType) || equals_ignoring_case(type, "application/*");
    out.events |= all || equals_ignoring_case(type, "text/event-stream") ||
                  equals_ignoring_case(type, "text/*");
  }
  return out;
}

std::string_view media_type(std::string_view header) {
  return trim(header.substr(0, header.find(';')));
}

}  // namespace mtc::mcp
