// How much each dimension counts in a score, and how well each first step has done: what learning
// moves. Versioned: each change is a row of its own and can be taken back.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/alerts/report.h"
#include "domain/identity/user.h"

namespace mtc::alerts {

enum class Dimension { impact, severity, business, time };
inline constexpr std::array kDimensions{Dimension::impact, Dimension::severity, Dimension::business,
                                        Dimension::time};
std::string_view name_of(Dimension dimension);

// Percent; they sum up to 100.
struct Weights {
  double impact = 40, severity = 30, business = 20, time = 10;
  double of(Dimension dimension) const;
  double& of(Dimension dimension);
  friend bool operator==(const Weights&, const Weights&) = default;
};

// What steps came to for one kind of trouble ("crash_loop", "high_error_rate" …): rung 1 to 5.
struct StepRecord {
  double solved = 0, failed = 0, worse = 0;  // counts, older ones fade
};
using StepRecords = std::map<std::string, std::array<StepRecord, 5>, std::less<>>;

struct Learned {
  std::int64_t version = 0;  // 0: nothing learned yet
  Weights weights{};
  Weights moved{0, 0, 0, 0};  // what the last change added to them
  StepRecords steps;
  bool pinned = false;  // stays as it is until it is unpinned
  std::string why;      // what the last change was; for people
  // The lesson that it was made by; of a change that a person made by hand only `by`.
  std::string kind;  // "solved", "not_solved", "made_worse", "false_alarm", "missed"
  std::string incident, trouble;
  int rung = 0;             // 0: none
  identity::UserId by = 0;  // 0: we measured it
  TimePoint at{};
};
Json to_json(const Learned& learned);
Result<Learned> learned_from_json(const Json& json);

class LearnedStore {
 public:
  virtual ~LearnedStore() = default;
  virtual Async<Result<std::optional<Learned>>> newest(Account account) = 0;
  virtual Async<Result<std::vector<Learned>>> list(Account account, std::int64_t limit) = 0;
  // As the version after `learned.version`; Errc::conflict if there is one already.
  virtual Async<Result<Learned>> add(Account account, Learned learned) = 0;
};

}  // namespace mtc::alerts
