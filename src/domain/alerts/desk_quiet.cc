// Silences and maintenance windows at the desk.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/alerts/desk.h"
#include "domain/alerts/desk_wording.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;

constexpr int kDaysOfOne = 30, kDaysOfWindow = 365;
constexpr Millis kLongestForAll = std::chrono::days(1);
constexpr std::size_t kNameBytes = 200, kReasonCharacters = 200;

bool is_for_all(const Quiet& quiet) {
  return quiet.cluster_id.empty() && quiet.ns.empty() && quiet.name.empty() &&
         quiet.policy_id.empty();
}

bool is_daily(const Quiet& quiet) {
  return quiet.daily_from || quiet.daily_until || !quiet.weekdays.empty();
}

bool has_daily_times(const Quiet& quiet) {
  const auto in_a_day = [](std::chrono::minutes time) { return time >= 0min && time <= 24h; };
  return quiet.daily_from && quiet.daily_until && in_a_day(*quiet.daily_from) &&
         in_a_day(*quiet.daily_until) && *quiet.daily_from != *quiet.daily_until &&
         std::ranges::all_of(quiet.weekdays, [](unsigned day) { return day <= 6; });
}

// What is wrong with it; empty: nothing.
std::string wrong_with(const Quiet& quiet, TimePoint now, Language language) {
  if (quiet.until <= quiet.from || quiet.until <= now) return say_quiet_is_over(language);
  if (is_daily(quiet) && !has_daily_times(quiet)) return say_daily_times_wrong(language);
  if (!Zone::find(quiet.zone)) return say_zone_unknown(quiet.zone, language);
  if (!is_daily(quiet) && is_for_all(quiet) && quiet.until - quiet.from > kLongestForAll) {
    return say_everything_too_long(language);
  }
  const int days = is_daily(quiet) ? kDaysOfWindow : kDaysOfOne;
  if (quiet.until > now + std::chrono::days(days)) return say_quiet_too_long(days, language);
  return {};
}

void tidy(std::string& text, std::size_t bytes) {
  text = shorten_bytes(sanitize_utf8(trim(text)), bytes);
}

Json details_of(const Quiet& quiet) {
  return {{"cluster", quiet.cluster_id},
          {"namespace", quiet.ns},
          {"name", quiet.name},
          {"policy", quiet.policy_id},
          {"from", format_iso_utc(quiet.from)},
          {"until", format_iso_utc(quiet.until)},
          {"reason", quiet.reason}};
}

std::string target_of(const Quiet& quiet) {
  if (is_for_all(quiet)) return "alerts/*";
  return fmt::format("alerts/{}/{}/{}/{}", quiet.cluster_id, quiet.ns, quiet.name, quiet.policy_id);
}

}  // namespace

Async<Result<Quiet>> Desk::silence(identity::Principal who, std::string channel, Quiet quiet) {
  const TimePoint now = ports_.clock.now();
  if (quiet.from == TimePoint{}) quiet.from = now;
  for (auto* text : {&quiet.cluster_id, &quiet.ns, &quiet.name, &quiet.policy_id, &quiet.spoken}) {
    tidy(*text, kNameBytes);
  }
  quiet.reason = shorten_characters(sanitize_utf8(trim(quiet.reason)), kReasonCharacters);
  const Order order{.who = std::move(who),
                    .channel = std::move(channel),
                    .action = "silence_alerts",
                    .target = target_of(quiet),
                    .details = details_of(quiet)};
  const auto account = co_await admit(order);
  if (!account) co_return fail(account.error());
  if (auto wrong = wrong_with(quiet, now, order.who.user.language); !wrong.empty()) {
    co_return fail(Errc::invalid_argument, std::move(wrong));
  }
  quiet.account = *account;
  quiet.created_by = order.who.user.id;
  quiet.created = now;
  quiet.lifted.reset();
  const auto noted = co_await note(order, audit::Event::done, quiet.reason);
  if (!noted) co_return fail(noted.error());
  auto added = co_await ports_.quiet.add(std::move(quiet));
  if (!added) (void)co_await note(order, audit::Event::failed, added.error().message);
  co_return added;
}

Async<Result<Quiet>> Desk::lift(identity::Principal who, std::string channel, std::int64_t number) {
  const TimePoint now = ports_.clock.now();
  const Order order{.who = std::move(who),
                    .channel = std::move(channel),
                    .action = "lift_silence",
                    .target = fmt::format("silence/{}", number)};
  const auto account = co_await admit(order);
  if (!account) co_return fail(account.error());
  const auto live = co_await ports_.quiet.live(*account, now);
  if (!live) co_return fail(live.error());
  const auto found = std::ranges::find(*live, number, &Quiet::number);
  if (found == live->end()) {
    co_return fail(Errc::not_found, say_no_such_silence(number, order.who.user.language));
  }
  const auto noted = co_await note(order, audit::Event::done, {});
  if (!noted) co_return fail(noted.error());
  const auto lifted = co_await ports_.quiet.lift(*account, number, now);
  if (!lifted) {
    (void)co_await note(order, audit::Event::failed, lifted.error().message);
    co_return fail(lifted.error());
  }
  Quiet out = *found;
  out.lifted = now;  // also where somebody else was quicker
  co_return out;
}

}  // namespace mtc::alerts
