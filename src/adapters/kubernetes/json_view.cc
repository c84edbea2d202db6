#include "adapters/kubernetes/json_view.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace mtc::kubernetes {
namespace {

bool read_digits(std::string_view text, std::size_t at, std::size_t count, int& out) {
  if (text.size() < at + count) return false;
  const char* const begin = text.data() + at;
  const auto [end, error] = std::from_chars(begin, begin + count, out);
  return error == std::errc{} && end == begin + count && out >= 0;
}

}  // namespace

TimePoint time_of(const JsonView& view) {
  const auto text = view.text();
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text.back() != 'Z' || !read_digits(text, 0, 4, year) ||
      !read_digits(text, 5, 2, month) || !read_digits(text, 8, 2, day) ||
      !read_digits(text, 11, 2, hour) || !read_digits(text, 14, 2, minute) ||
      !read_digits(text, 17, 2, second)) {
    return {};
  }
  const auto date = std::chrono::year(year) / month / day;
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return {};
  int millis = 0;
  if (text.size() >= 24 && text[19] == '.' && !read_digits(text, 20, 3, millis)) millis = 0;
  return TimePoint(std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(hour) +
                   std::chrono::minutes(minute) + std::chrono::seconds(second) + Millis(millis));
}

clusters::Pairs pairs_of(const JsonView& view) {
  clusters::Pairs out;
  view.members([&out](std::string_view name, const JsonView& value) {
    out.emplace_back(name, value.text());
  });
  std::ranges::sort(out);
  return out;
}

// Written as texts; numbers are taken, too.
std::int64_t millicores_at(const JsonView& view) {
  if (const auto number = view.integer(-1); number >= 0)
    return millicores_of(std::to_string(number)).value_or(0);
  return millicores_of(view.text()).value_or(0);
}

std::int64_t whole_at(const JsonView& view) {
  if (const auto number = view.integer(-1); number >= 0) return number;
  return whole_of(view.text()).value_or(0);
}

JsonView controller_of(const JsonView& metadata) {
  JsonView out;
  metadata["ownerReferences"].each([&out](const JsonView& owner) {
    if (owner["controller"].flag()) out = owner;
  });
  return out;
}

}  // namespace mtc::kubernetes
