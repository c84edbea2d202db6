#include "domain/alerts/desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/alerts/desk_wording.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;
using identity::Principal;

constexpr Millis kLongestSnooze = std::chrono::days(30);
constexpr std::size_t kNoteCharacters = 500;

std::string note_text(std::string_view text) {
  return shorten_characters(sanitize_utf8(trim(text)), kNoteCharacters);
}

std::string target_of(std::int64_t number) {
  return fmt::format("alert/{}", number);
}

}  // namespace

Async<Result<>> Desk::note(Order order, audit::Event event, std::string reason) {
  const Language language = order.who.user.language;
  const auto row =
      co_await ports_.log.append({.time = ports_.clock.now(),
                                  .actor = order.who.user.username,
                                  .assurance = std::string(name_of(order.who.assurance)),
                                  .channel = std::move(order.channel),
                                  .event = event,
                                  .action = std::move(order.action),
                                  .target = std::move(order.target),
                                  .reason = std::move(reason),
                                  .details = std::move(order.details)});
  if (!row) co_return fail(Errc::unavailable, say_desk_not_recorded(language));
  co_return Result<>{};
}

Async<Result<Account>> Desk::admit(Order order) {
  const identity::User user = order.who.user;
  std::string refusal;
  if (user.disabled) {
    refusal = say_account_disabled(user.language);
  } else if (!order.who.may(identity::Scope::operate)) {
    refusal = say_may_not_operate(user.language);
  }
  if (refusal.empty()) co_return co_await ports_.account_of(user);
  // Not done is not done, written down or not.
  (void)co_await note(std::move(order), audit::Event::refused, refusal);
  co_return fail(Errc::denied, std::move(refusal));
}

Async<Result<Desk::Found>> Desk::find(Order order, std::int64_t number) {
  const auto account = co_await admit(order);
  if (!account) co_return fail(account.error());
  auto alert = co_await ports_.store.find_number(*account, number);
  if (!alert) co_return fail(alert.error());
  if (!*alert) {
    co_return fail(Errc::not_found, say_no_such_alert(number, order.who.user.language));
  }
  co_return Found{.order = std::move(order), .alert = std::move(**alert)};
}

Async<Result<Alert>> Desk::change(Found found, AlertChange change) {
  found.order.details["alert"] = found.alert.id;
  const auto noted = co_await note(found.order, audit::Event::done, {});
  if (!noted) co_return fail(noted.error());
  auto changed =
      co_await ports_.store.change(found.alert.id, std::move(change), ports_.clock.now());
  if (!changed) {
    (void)co_await note(std::move(found.order), audit::Event::failed, changed.error().message);
    co_return fail(std::move(changed).error());
  }
  co_return std::move(*changed);
}

Async<Result<Alert>> Desk::acknowledge(Principal who, std::string channel, std::int64_t number) {
  const auto user = who.user.id;
  auto found = co_await find({.who = std::move(who),
                              .channel = std::move(channel),
                              .action = "acknowledge_alert",
                              .target = target_of(number)},
                             number);
  if (!found) co_return fail(std::move(found).error());
  if (found->alert.acknowledged_by == user) co_return std::move(found->alert);
  co_return co_await change(std::move(*found), {.acknowledged_by = user});
}

Async<Result<identity::User>> Desk::colleague(Order order, Account account, std::string name) {
  const auto people = co_await ports_.people_of(account);
  if (!people) co_return fail(people.error());
  const std::string wanted(trim(name));
  std::vector<identity::User> called;
  for (const auto& one : *people) {
    if (equals_ignoring_case(one.username, wanted)) co_return one;
    if (equals_ignoring_case(one.display_name, wanted)) called.push_back(one);
  }
  const Language language = order.who.user.language;
  if (called.empty()) co_return fail(Errc::not_found, say_no_such_colleague(name, language));
  if (called.size() > 1) {
    co_return fail(Errc::conflict, say_colleague_not_unique(name, language));
  }
  co_return std::move(called.front());
}

Async<Result<Alert>> Desk::assign(Principal who, std::string channel, std::int64_t number,
                                  std::string to) {
  auto found = co_await find({.who = std::move(who),
                              .channel = std::move(channel),
                              .action = "assign_alert",
                              .target = target_of(number)},
                             number);
  if (!found) co_return fail(std::move(found).error());
  std::string username;
  if (!trim(to).empty()) {
    auto user = co_await colleague(found->order, found->alert.account, std::move(to));
    if (!user) co_return fail(std::move(user).error());
    username = std::move(user->username);
  }
  found->order.details["to"] = username;
  co_return co_await change(std::move(*found), {.assigned_to = std::move(username)});
}

Async<Result<Alert>> Desk::snooze(Principal who, std::string channel, std::int64_t number,
                                  TimePoint until) {
  auto found = co_await find({.who = std::move(who),
                              .channel = std::move(channel),
                              .action = "snooze_alert",
                              .target = target_of(number)},
                             number);
  if (!found) co_return fail(std::move(found).error());
  const TimePoint now = ports_.clock.now();
  if (until <= now || until > now + kLongestSnooze) {
    co_return fail(Errc::invalid_argument, say_snooze_range(found->order.who.user.language));
  }
  found->order.details["until"] = format_iso_utc(until);
  co_return co_await change(std::move(*found), {.snoozed_until = std::optional(until)});
}

Async<Result<Alert>> Desk::lift_snooze(Principal who, std::string channel, std::int64_t number) {
  auto found = co_await find({.who = std::move(who),
                              .channel = std::move(channel),
                              .action = "lift_snooze",
                              .target = target_of(number)},
                             number);
  if (!found) co_return fail(std::move(found).error());
  if (!found->alert.snoozed_until) co_return std::move(found->alert);
  AlertChange lifted;
  lifted.snoozed_until.emplace(std::nullopt);
  co_return co_await change(std::move(*found), std::move(lifted));
}

Async<Result<Alert>> Desk::end(Order order, std::int64_t number, std::string note,
                               Handling handling) {
  auto found = co_await find(std::move(order), number);
  if (!found) co_return fail(std::move(found).error());
  const Principal& who = found->order.who;
  if (found->alert.handling == Handling::running) {
    co_return fail(Errc::conflict, say_rollback_at_work(who.user.language));
  }
  note = note_text(note);
  if (!note.empty()) found->order.details["note"] = note;
  // Whoever closes an alert has seen it: it waits for nobody any more.
  AlertChange change{.state = State::closed, .acknowledged_by = who.user.id};
  if (handling == Handling::false_alarm) change.handling = handling;
  if (!note.empty()) change.note = std::move(note);
  co_return co_await this->change(std::move(*found), std::move(change));
}

Async<Result<Alert>> Desk::close(Principal who, std::string channel, std::int64_t number,
                                 std::string note) {
  co_return co_await end({.who = std::move(who),
                          .channel = std::move(channel),
                          .action = "close_alert",
                          .target = target_of(number)},
                         number, std::move(note), Handling::none);
}

Async<Result<Alert>> Desk::report_false_alarm(Principal who, std::string channel,
                                              std::int64_t number, std::string note) {
  const Order order{.who = std::move(who),
                    .channel = std::move(channel),
                    .action = "report_false_alarm",
                    .target = target_of(number)};
  auto before = co_await find(order, number);
  if (!before) co_return fail(std::move(before).error());
  if (before->alert.handling == Handling::false_alarm && before->alert.state == State::closed) {
    co_return std::move(before->alert);
  }
  auto closed = co_await end(order, number, std::move(note), Handling::false_alarm);
  if (!closed) co_return fail(std::move(closed).error());
  if (ports_.learn) {
    co_await ports_.learn(*closed, {.incident = closed->incident,
                                    .kind = Outcome::Kind::false_alarm,
                                    .by = order.who.user.id});
  }
  co_return std::move(*closed);
}

}  // namespace mtc::alerts
