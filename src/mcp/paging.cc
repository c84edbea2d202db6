#include "mcp/paging.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"

namespace mtc::mcp {

std::optional<std::string> cursor_in(const Json& params) {
  const auto cursor = params.find("cursor");
  if (cursor == params.end() || cursor->is_null()) return std::string{};
  if (!cursor->is_string()) return std::nullopt;
  return cursor->get<std::string>();
}

std::optional<Page> page_at(const std::optional<std::string>& cursor, std::size_t count,
                            std::size_t page_size, std::string_view fingerprint) {
  if (!cursor) return std::nullopt;
  Page page;
  if (!cursor->empty()) {
    const auto text = from_base64url(*cursor);
    if (!text) return std::nullopt;
    const auto [end, error] =
        std::from_chars(text->data(), text->data() + text->size(), page.begin);
    const std::string_view rest(end, text->data() + text->size());
    if (error != std::errc{} || rest != fmt::format("@{}", fingerprint)) return std::nullopt;
    if (page.begin == 0 || page.begin >= count) return std::nullopt;
  }
  page.end = std::min(count, page.begin + page_size);
  if (page.end < count)
    page.next_cursor = to_base64url(fmt::format("{}@{}", page.end, fingerprint));
  return page;
}

}  // namespace mtc::mcp
