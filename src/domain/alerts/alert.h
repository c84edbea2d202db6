// An alert as it is kept: one for each cause, however often and by however many it is reported.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "domain/alerts/report.h"

namespace mtc::alerts {

enum class State {
  firing,
  recovered,
  closed,  // by a person: a false alarm, or done
};
std::string_view name_of(State state);  // "firing", "recovered", "closed"
std::optional<State> parse_state(std::string_view name);

// How far handling it is.
enum class Handling {
  none,         // nobody has looked yet
  quiet,        // silenced, or in a maintenance window: kept, neither told nor handled
  running,      // a rollback is at work
  solved,       // by a rollback
  handed_over,  // a person has to go on
  false_alarm,  // a person said so
};
std::string_view name_of(Handling handling);
std::optional<Handling> parse_handling(std::string_view name);

struct Alert {
  std::string id;           // UUID
  std::int64_t number = 0;  // as it is said; counts for each account
  Account account = 0;
  std::string cause;     // what makes reports one alert: see cause.h
  std::string incident;  // id shared by the alerts that one trouble has raised: see group_of()
  Source source = Source::monitor;
  std::string policy_id, policy_name, metric, condition, unit, link, message;  // of the newest
  Subject subject;
  Level level = Level::warning;
  std::optional<double> value, limit;
  State state = State::firing;
  Handling handling = Handling::none;
  TimePoint first{};                     // when it began
  TimePoint last{};                      // of the newest report that it fires
  std::optional<TimePoint> recovered;    // when it ended, while it has
  std::int64_t reports = 0;              // that it fires
  std::int64_t flaps = 0;                // how often it has come back after it had ended
  std::optional<double> score;           // 0 to 100; not yet scored: nothing
  Json scoring = nullptr;                // the inputs and parts of that: see score.h
  identity::UserId acknowledged_by = 0;  // 0: nobody
  std::string assigned_to;               // a user's name; empty: nobody
  std::optional<TimePoint> snoozed_until;
  std::string note;     // what a person or the rollback left; for people
  TimePoint created{};  // when we heard of it
  TimePoint changed{};
};

// "payment 的 CPU 利用率", "payment's CPU usage": what it is called when spoken of.
std::string spoken_name(const Alert& alert, Language language);

}  // namespace mtc::alerts
