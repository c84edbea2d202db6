// config/alert_rules.json: what matters to the business, when people work, and where the lines are.
// Read while the server runs; a file that is wrong is refused as a whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/zone.h"
#include "domain/alerts/report.h"
#include "domain/alerts/weights.h"

namespace mtc::alerts {

// How much something matters, 0 to 100. The first rule that fits decides. '*' stands for any text.
struct BusinessRule {
  std::string cluster = "*";  // id or name
  std::string ns = "*";
  std::string name = "*";    // of the workload
  std::string policy = "*";  // name of the alarm policy
  double weight = 50;
  std::string why;  // for the explanation: "核心交易"
};

struct WorkingTime {
  std::chrono::minutes from{9 * 60}, to{18 * 60};
  std::vector<unsigned> weekdays{1, 2, 3, 4, 5};  // 0 = Sunday
  std::vector<std::string> holidays;              // days off: "2026-10-01"
  std::vector<std::string> workdays;              // days on all the same: 调休, "2026-10-10"
};

struct AlertRules {
  Weights weights{};  // where learning begins; of sum 100
  std::vector<BusinessRule> business;
  double usual_business = 50;  // where no rule fits
  WorkingTime working_time{};
  double urgent_from = 90;      // does not wait for the morning
  double opinion_moves_by = 5;  // at most, up or down: what the model's opinion may do to a score
  Millis returns_within{std::chrono::minutes(30)};
  std::int64_t flapping_after = 3;
};

// Errc::invalid_argument: "alert_rules.json: line 12: business[3].weight: at most 100, not 120".
// Unknown members are refused with those there are.
Result<AlertRules> parse_rules(std::string_view text, std::string_view name);
Json to_json(const AlertRules& rules);

const BusinessRule* find_business(const AlertRules& rules, const Subject& subject,
                                  std::string_view policy_name);
// Whether people work then, in that zone.
bool is_working_time(const WorkingTime& times, TimePoint now, const Zone& zone);

}  // namespace mtc::alerts
