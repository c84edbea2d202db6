// How much of what a workload writes are errors, from the log service.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/clusters/gather.h"
#include "domain/logs/log_store.h"
#include "domain/rollback/ports.h"

namespace mtc::rollback {

struct LogErrorOptions {
  std::vector<std::string> topics;  // ids or names; empty: every indexed one
  Millis recent{20'000};            // what "now" means; where hardly anything was written, longer
  Millis longer{120'000};
  std::int64_t least_lines = 10;  // of the recent ones, to say anything
  Millis usual{std::chrono::hours(1)};
  Millis fresh{3'000};  // younger answers are not asked for again
};

// One executor. Asks each topic once for all workloads in it, however many look at once. A
// workload's lines are those whose service, application or container is called like it. Outlives
// the loop that questions run on, as the stores do.
class LogErrorRates final : public ErrorRates {
 public:
  using Stores = std::function<logs::LogStore&(const identity::User&)>;
  LogErrorRates(Stores stores, const Clock& clock, LogErrorOptions options);
  ~LogErrorRates() override;

  Async<Result<ErrorRate>> of(identity::User user, Target target, TimePoint began,
                              TimePoint now) override;

 private:
  struct Reader;
  Reader& reader(const identity::User& user);

  Stores stores_;
  const Clock& clock_;
  LogErrorOptions options_;
  std::map<identity::UserId, std::unique_ptr<Reader>> readers_;
};

}  // namespace mtc::rollback
