// What a morning tells of the night besides its logs: what needs the person first, then what was
// repaired, then the rest in numbers, what a dashboard shows, and the logs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "base/zone.h"
#include "domain/alerts/alert.h"
#include "domain/identity/user.h"
#include "domain/logs/log_store.h"
#include "domain/rollback/operation.h"

namespace mtc::broadcast {

struct Night {
  std::vector<alerts::Alert> alerts;  // of the period, highest score first
  std::int64_t more = 0;              // alerts of the period that are not among them
  std::vector<rollback::Operation> operations;
  bool known = true;  // false: nobody could be asked
};

// Where that comes from. app implements it over the stores and the dashboards.
class NightSource {
 public:
  virtual ~NightSource() = default;
  virtual Async<Result<Night>> collect(identity::User user, logs::TimeRange period) = 0;
  // What user.watched_dashboard shows: one sentence, made from words of ours; empty: nothing.
  virtual Async<Result<std::string>> watch(identity::User user, logs::TimeRange period) = 0;
};

struct NightReport {
  Night night;
  std::string dashboard;   // one sentence; may be empty
  std::string logs;        // in full: told where there is nothing else
  std::string logs_short;  // in one sentence
};

struct NightOptions {
  Language language = Language::zh;
  identity::BroadcastContent content = identity::BroadcastContent::both;
  std::size_t max_characters = 300;  // two letters of English count as one
  TimePoint now{};                   // when it is heard
  Zone zone = Zone::shanghai();
};

// Never empty unless there is nothing at all. What is least important is left out first. What
// somebody has taken note of, or put off, is not told again.
std::string say_night(const NightReport& report, const NightOptions& options);

// Whether anything of it would be told.
bool has_news(const Night& night, TimePoint now);

// The first sentence of a spoken text.
std::string first_sentence(const std::string& speech, Language language);

}  // namespace mtc::broadcast
