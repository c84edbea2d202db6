// What the list actions of all products have in common: pages, filters, tags.
#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "emulator/api_error.h"

namespace mtc::emulator {

struct Page {
  std::int64_t offset = 0, limit = 20;
};

// Offset and Limit (1 to `most`); refuses with `code`.
ApiResult<Page> read_page(const Json& body, std::string_view code = "InvalidParameterValue",
                          std::int64_t most = 100);
// PageNumber from 1 and PageSize of the monitor product.
ApiResult<Page> read_numbered_page(const Json& body, std::int64_t most);

template <class T>
std::vector<T> cut(const std::vector<T>& all, const Page& page) {
  std::vector<T> out;
  for (auto i = static_cast<std::size_t>(page.offset);
       i < all.size() && out.size() < static_cast<std::size_t>(page.limit); ++i) {
    out.push_back(all[i]);
  }
  return out;
}

// Where one product differs from another.
struct FilterStyle {
  std::string_view name_member = "Key";
  std::string_view code = "InvalidParameterValue";
  std::size_t max_values = 100;
  bool tags = true;  // "tagKey" and "tag:<key>" are filters
};

// Whatever there is to be filtered: a wrong filter is refused also where nothing would be found.
ApiResult<> check_filters(const Json& filters, const FilterStyle& style,
                          std::initializer_list<std::string_view> keys);

// Filters are ANDed, the values within one ORed. `test` says whether the item has that key with
// that value.
bool passes(const Json& filters, const FilterStyle& style,
            const std::function<bool(std::string_view, const std::string&)>& test);

// `key` is "tagKey" or "tag:<key>"; tags are [{Key, Value}].
bool has_tag(const Json& tags, std::string_view key, const std::string& value);

// The list is empty or has the text (number).
bool listed(const Json& body, std::string_view member, const std::string& text);
bool listed(const Json& body, std::string_view member, std::int64_t number);

}  // namespace mtc::emulator
