// Who uses the product, and what is known about whoever is asking right now.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/language.h"

namespace mtc::identity {

using UserId = std::int64_t;

// What the morning tells.
enum class BroadcastContent { both, alerts, logs };
std::string_view name_of(BroadcastContent content);  // "both", "alerts", "logs"
std::optional<BroadcastContent> parse_broadcast_content(std::string_view name);

struct User {
  UserId id = 0;
  std::string username;      // unique
  std::string display_name;  // how 小智 addresses the person
  Language language = Language::zh;
  std::string zone = "Asia/Shanghai";
  std::chrono::minutes window_start{6 * 60};  // the morning window, time of day in `zone`
  std::chrono::minutes window_end{10 * 60};
  std::string assistant_name = "小智";
  BroadcastContent broadcast_content = BroadcastContent::both;
  std::string watched_dashboard;  // name or id: the morning tells what it shows; empty: none
  bool rollback_permission = false;
  bool disabled = false;
};

enum class Scope { read, operate, admin };  // read ⊂ operate ⊂ admin
std::string_view name_of(Scope scope);      // "ops.read", "ops.operate", "ops.admin"
std::optional<Scope> parse_scope(std::string_view name);

// How sure we are that it is this person. Ordered.
enum class Assurance {
  none,
  device,  // something of theirs is calling, whoever holds it
  voice,   // they themselves: heard, or vouched for by the administrator who made the token
  strong,  // they have proved it: signed in, or at their own machine
};
std::string_view name_of(Assurance assurance);  // "none", "device", "voice", "strong"
std::optional<Assurance> parse_assurance(std::string_view name);

struct Principal {
  User user;
  Assurance assurance = Assurance::none;
  std::set<Scope> scopes;
  bool may(Scope scope) const;  // a higher scope includes the lower ones
};

}  // namespace mtc::identity
