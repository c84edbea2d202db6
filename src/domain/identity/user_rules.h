// What a user's data must look like, wherever it comes from.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/identity/user.h"

namespace mtc::identity {

// 2 to 64 of a–z, 0–9, '.', '_', '-', '@', '+', beginning with a letter, a digit or '+'. Capital
// letters become small ones: "Alice" and "alice" are one person.
Result<std::string> clean_username(std::string_view text);

// Names of sensible length without control characters, a zone that tzdata knows, a window within
// the day. The message names the field.
Result<void> check_user(const User& user);

// At least 8 characters and at most 1024 bytes.
Result<void> check_password(std::string_view password);

struct Window {
  std::chrono::minutes start{};
  std::chrono::minutes end{};
};

// "06:00-10:00" and back. A window may pass midnight ("22:00-02:00") but not be empty.
Result<Window> parse_window(std::string_view text);
std::string format_window(const User& user);

}  // namespace mtc::identity
