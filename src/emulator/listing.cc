#include "emulator/listing.h"

#include <fmt/format.h>

#include <algorithm>

namespace mtc::emulator {
namespace {

constexpr std::size_t kMaxFilters = 10;

bool is_tag_key(std::string_view key) {
  return key == "tagKey" || key.starts_with("tag:");
}

}  // namespace

ApiResult<Page> read_page(const Json& body, std::string_view code, std::int64_t most) {
  Page page{.offset = integer_or(body, "Offset", 0), .limit = integer_or(body, "Limit", 20)};
  if (page.offset < 0) return refuse(code, "Offset should not be negative");
  if (page.limit < 1 || page.limit > most)
    return refuse(code, fmt::format("Limit should be between 1 and {}", most));
  return page;
}

ApiResult<Page> read_numbered_page(const Json& body, std::int64_t most) {
  const auto number = integer_or(body, "PageNumber", 1);
  const auto size = integer_or(body, "PageSize", 20);
  if (number < 1 || number > 1'000'000) return bad_value("PageNumber should be from 1");
  if (size < 1 || size > most)
    return bad_value(fmt::format("PageSize should be between 1 and {}", most));
  return Page{.offset = (number - 1) * size, .limit = size};
}

ApiResult<> check_filters(const Json& filters, const FilterStyle& style,
                          std::initializer_list<std::string_view> keys) {
  if (filters.size() > kMaxFilters) return refuse(style.code, "more than 10 filters");
  for (const auto& filter : filters) {
    const auto key = string_or(filter, style.name_member);
    const bool tag = style.tags && is_tag_key(key);
    if (!tag && std::ranges::find(keys, key) == keys.end())
      return refuse(style.code, "the filter `" + key + "` does not exist");
    if (array_or_empty(filter, "Values").size() > style.max_values)
      return refuse(style.code, "too many values in the filter " + key);
  }
  return {};
}

bool passes(const Json& filters, const FilterStyle& style,
            const std::function<bool(std::string_view, const std::string&)>& test) {
  return std::ranges::all_of(filters, [&](const Json& filter) {
    const auto key = string_or(filter, style.name_member);
    return std::ranges::any_of(array_or_empty(filter, "Values"), [&](const Json& value) {
      return test(key, value.get<std::string>());
    });
  });
}

bool has_tag(const Json& tags, std::string_view key, const std::string& value) {
  return std::ranges::any_of(tags, [&](const Json& tag) {
    if (key == "tagKey") return string_or(tag, "Key") == value;
    return string_or(tag, "Key") == key.substr(4) && string_or(tag, "Value") == value;
  });
}

bool listed(const Json& body, std::string_view member, const std::string& text) {
  const auto& list = array_or_empty(body, member);
  return list.empty() || std::ranges::find(list, Json(text)) != list.end();
}

bool listed(const Json& body, std::string_view member, std::int64_t number) {
  const auto& list = array_or_empty(body, member);
  return list.empty() || std::ranges::find(list, Json(number)) != list.end();
}

}  // namespace mtc::emulator
