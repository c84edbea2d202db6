// The few fixed sentences around a broadcast, in both languages (shared rules: short, first the
// answer, no apologies).
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "domain/identity/user.h"

namespace mtc::broadcast {

// "早上好，张三。" by the user's local time.
std::string hello(const identity::User& user, TimePoint now);
// The same before anybody has come: as it will be said when the window opens.
std::string hello_in_window(const identity::User& user);
// "在呢。": the answer to a second greeting.
std::string still_here(const identity::User& user);
std::string nothing_new(Language language);
std::string more_waiting(Language language, std::int64_t count);
std::string can_repeat(Language language);
std::string logs_out_of_reach(Language language, const Error& error);
std::string nothing_to_repeat(Language language);

}  // namespace mtc::broadcast
