#include "domain/identity/user_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"
#include "base/zone.h"

namespace mtc::identity {

namespace {

constexpr std::size_t kMaxName = 64;  // characters
constexpr std::chrono::minutes kDay{24 * 60};

// Usernames are lower case.
bool is_name_letter(char c) {
  return is_lower(c) || is_digit(c);
}

Result<void> check_name(std::string_view field, std::string_view name) {
  const bool control =
      std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (trim(name).empty() || control || !is_valid_utf8(name) || count_characters(name) > kMaxName) {
    return fail(Errc::invalid_argument,
                fmt::format("{}: 1 to {} characters, no line breaks", field, kMaxName));
  }
  return {};
}

Result<void> check_window(std::chrono::minutes start, std::chrono::minutes end) {
  const std::chrono::minutes zero{0};
  if (start < zero || start >= kDay || end <= zero || end > kDay || start == end) {
    return fail(Errc::invalid_argument,
                "window: it begins between 00:00 and 23:59, ends between 00:01 and 24:00, and is "
                "not empty");
  }
  return {};
}

}  // namespace

Result<std::string> clean_username(std::string_view text) {
  std::string name = to_lower_ascii(trim(text));
  const bool fits = name.size() >= 2 && name.size() <= kMaxName &&
                    (is_name_letter(name.front()) || name.front() == '+') &&
                    std::ranges::all_of(name, [](char c) {
                      return is_name_letter(c) || std::string_view("._-@+").contains(c);
                    });
  if (!fits) {
    return fail(
        Errc::invalid_argument,
        "username: 2 to 64 letters a-z, digits or . _ - @ +, beginning with a letter or digit; "
        "put the name to be spoken into the display name");
  }
  return name;
}

Result<void> check_user(const User& user) {
  const auto username = clean_username(user.username);
  if (!username) return fail(username.error());
  if (*username != user.username)
    return fail(Errc::invalid_argument, "username: small letters only");
  if (auto ok = check_name("display name", user.display_name); !ok) return ok;
  if (auto ok = check_name("assistant name", user.assistant_name); !ok) return ok;
  if (auto zone = Zone::find(user.zone); !zone) return fail_in("zone", std::move(zone).error());
  return check_window(user.window_start, user.window_end);
}

Result<void> check_password(std::string_view password) {
  if (count_characters(password) < 8)
    return fail(Errc::invalid_argument, "password: at least 8 characters");
  if (password.size() > 1024) return fail(Errc::invalid_argument, "password: at most 1024 bytes");
  return {};
}

Result<Window> parse_window(std::string_view text) {
  const auto parts = split(text, '-');
  if (parts.size() != 2) return fail(Errc::invalid_argument, "window: write it as 06:00-10:00");
  const auto start = parse_time_of_day(trim(parts[0]));
  const auto end = parse_time_of_day(trim(parts[1]));
  if (!start) return fail_in("window", start.error());
  if (!end) return fail_in("window", end.error());
  if (auto ok = check_window(*start, *end); !ok) return fail(std::move(ok).error());
  return Window{.start = *start, .end = *end};
}

std::string format_window(const User& user) {
  return format_time_of_day(user.window_start) + "-" + format_time_of_day(user.window_end);
}

}  // namespace mtc::identity
