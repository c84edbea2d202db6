#include "emulator/kubernetes/table_printers.h"

#include <fmt/format.h>

#include "base/text.h"
#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/selectors.h"

namespace mtc::emulator::kubernetes {

std::string text_at(const Json& object, std::string_view dotted, std::string_view fallback) {
  const auto& value = member_at(object, dotted);
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return dump_json(value);
  return std::string(fallback);
}

std::int64_t number_at(const Json& object, std::string_view dotted, std::int64_t fallback) {
  const auto& value = member_at(object, dotted);
  return value.is_number_integer() ? value.get<std::int64_t>() : fallback;
}

std::string age_cell(const Json& object, TimePoint now) {
  return age_since(text_at(object, "metadata.creationTimestamp"), now);
}

std::string since_cell(const Json& object, std::string_view dotted, TimePoint now,
                       std::string_view fallback) {
  const auto text = text_at(object, dotted);
  return text.empty() ? std::string(fallback) : age_since(text, now);
}

std::string labels_cell(const Json& labels) {
  std::vector<std::string> parts;
  if (labels.is_object())
    for (const auto& [key, value] : labels.items())
      parts.push_back(fmt::format("{}={}", key, value.is_string() ? value.get<std::string>() : ""));
  return or_none(join(parts, ","));
}

std::string selector_cell(const Json& selector) {
  if (selector.is_null()) return "<none>";
  const auto read = LabelSelector::from_json(selector);
  return read ? or_none(read->text()) : "<error>";
}

std::string joined(const Json& list, std::string_view dotted) {
  std::vector<std::string> parts;
  if (list.is_array())
    for (const auto& item : list) parts.push_back(text_at(item, dotted));
  return join(parts, ",");
}

std::string or_none(const std::string& text) {
  return text.empty() ? "<none>" : text;
}

std::string first_three(const std::vector<std::string>& all) {
  constexpr std::size_t kMost = 3;
  if (all.size() <= kMost) return join(all, ",");
  return fmt::format("{} + {} more...", join({all.begin(), all.begin() + kMost}, ","),
                     all.size() - kMost);
}

}  // namespace mtc::emulator::kubernetes
