// Silences and maintenance windows: alerts that nobody wants to hear of, and that nothing is done
// about, for a time.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/language.h"
#include "base/result.h"
#include "base/zone.h"
#include "domain/alerts/alert.h"

namespace mtc::alerts {

struct Quiet {
  std::int64_t number = 0;  // as it is said; counts for each account
  Account account = 0;
  // What it is for; empty members fit anything; all empty: every alert of the account.
  std::string cluster_id, ns, name, policy_id;
  std::string spoken;  // the same as it was said
  TimePoint from{}, until{};
  // A maintenance window that comes again: minutes since midnight in `zone`, on these days (0 =
  // Sunday; empty: every day). It may pass midnight. Then `from` and `until` bound the whole.
  std::optional<std::chrono::minutes> daily_from, daily_until;
  std::vector<unsigned> weekdays;
  std::string zone = "Asia/Shanghai";
  std::string reason;
  identity::UserId created_by = 0;
  TimePoint created{};
  std::optional<TimePoint> lifted;
};

bool covers(const Quiet& quiet, const Alert& alert, TimePoint now);
// The first that covers it; nullptr: none.
const Quiet* find_quiet(std::span<const Quiet> all, const Alert& alert, TimePoint now);
// "payment 的告警静音到今天下午三点。"
std::string say_quiet(const Quiet& quiet, TimePoint now, const Zone& zone, Language language);
Json to_json(const Quiet& quiet);

class QuietStore {
 public:
  virtual ~QuietStore() = default;
  virtual Async<Result<Quiet>> add(Quiet quiet) = 0;  // numbers it
  // Not lifted and not over, also those that have not begun; by number.
  virtual Async<Result<std::vector<Quiet>>> live(Account account, TimePoint now) = 0;
  // False if there is none of that number that is not over.
  virtual Async<Result<bool>> lift(Account account, std::int64_t number, TimePoint now) = 0;
};

}  // namespace mtc::alerts
