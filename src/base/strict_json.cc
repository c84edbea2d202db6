#include "base/strict_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace mtc {
namespace {

constexpr std::size_t kMaxShown = 60;  // bytes of a name or value that a message repeats

std::string shown(const Json& value) {
  return shorten_bytes(dump_json(value), kMaxShown);
}

}  // namespace

bool StrictJson::object(std::string_view pointer, std::initializer_list<std::string_view> members) {
  const Json* value = find(pointer, &Json::is_object, "an object");
  if (value == nullptr) return false;
  for (const auto& [name, member] : value->items()) {
    if (std::ranges::find(members, name) != members.end()) continue;
    complain(fmt::format("{}/{}", pointer, pointer_step(name)),
             fmt::format("unknown; there are {}", fmt::join(members, ", ")));
  }
  return true;
}

void StrictJson::require(std::string_view pointer) {
  if (!has(pointer)) complain(pointer, "missing");
}

double StrictJson::number(std::string_view pointer, double fallback, double least, double most) {
  const Json* value = find(pointer, &Json::is_number, "a number");
  if (value == nullptr) return fallback;
  const auto number = value->get<double>();
  if (number >= least && number <= most) return number;
  complain(pointer, number > most ? fmt::format("at most {}, not {}", most, shown(*value))
                                  : fmt::format("at least {}, not {}", least, shown(*value)));
  return fallback;
}

std::int64_t StrictJson::integer(std::string_view pointer, std::int64_t fallback,
                                 std::int64_t least, std::int64_t most) {
  const Json* value = find(pointer, &Json::is_number_integer, "a whole number");
  if (value == nullptr) return fallback;
  const bool huge = value->is_number_unsigned() &&
                    value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
  const auto number = huge ? INT64_MAX : value->get<std::int64_t>();
  if (number >= least && number <= most) return number;
  complain(pointer, number > most ? fmt::format("at most {}, not {}", most, shown(*value))
                                  : fmt::format("at least {}, not {}", least, shown(*value)));
  return fallback;
}

bool StrictJson::flag(std::string_view pointer, bool fallback) {
  const Json* value = find(pointer, &Json::is_boolean, "true or false");
  return value == nullptr ? fallback : value->get<bool>();
}

std::string StrictJson::text(std::string_view pointer, std::string_view fallback,
                             std::size_t most_bytes) {
  const Json* value = find(pointer, &Json::is_string, "text");
  if (value == nullptr) return std::string(fallback);
  const auto& text = value->get_ref<const std::string&>();
  if (text.size() <= most_bytes) return text;
  complain(pointer, fmt::format("at most {} bytes, not {}", most_bytes, text.size()));
  return std::string(fallback);
}

std::size_t StrictJson::items(std::string_view pointer, std::size_t most) {
  const Json* value = find(pointer, &Json::is_array, "a list");
  if (value == nullptr) return 0;
  if (value->size() <= most) return value->size();
  complain(pointer, fmt::format("at most {} items, not {}", most, value->size()));
  return 0;
}

void StrictJson::complain(std::string_view pointer, std::string_view what) {
  if (!error_) error_ = lines_.error_at(file_, pointer, what);
}

Result<> StrictJson::outcome() const {
  if (error_) return fail(*error_);
  return {};
}

const Json* StrictJson::find(std::string_view pointer) const {
  const Json::json_pointer path{std::string(pointer)};
  return lines_.json().contains(path) ? &lines_.json().at(path) : nullptr;
}

const Json* StrictJson::find(std::string_view pointer, bool (Json::*is)() const noexcept,
                             std::string_view expected) {
  const Json* value = find(pointer);
  if (value == nullptr || (value->*is)()) return value;
  complain(pointer, fmt::format("expected {}, not {}", expected, shown(*value)));
  return nullptr;
}

}  // namespace mtc
