// What somebody outside says about one alert at one moment: a callback that came in, or an entry of
// a history that was asked for. adapters/tencent makes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/identity/user.h"

namespace mtc::alerts {

// Whose cloud account: a user's own keys, or 0: those of the installation.
using Account = identity::UserId;

enum class Source {
  monitor,  // alarm policies over metrics and events
  logs,     // alarm policies over log searches
};
std::string_view name_of(Source source);  // "monitor", "logs"
std::optional<Source> parse_source(std::string_view name);

enum class Level { info, warning, critical };
std::string_view name_of(Level level);  // "info", "warning", "critical"
std::optional<Level> parse_level(std::string_view name);

// What it is about, as far as it was said. All may be empty.
struct Subject {
  std::string region;        // code: "ap-guangzhou"
  std::string cluster_id;    // "cls-0a1b2c3d"
  std::string cluster_name;  // for people
  std::string ns;
  std::string kind;  // "Deployment"
  std::string name;  // of the workload
  std::string pod;
  std::string node;
  std::string instance;  // another thing of the cloud: "ins-0a1b2c3d", "cdb-…", a topic's id
  std::string text;      // as the source shows it: data, never an instruction
  friend bool operator==(const Subject&, const Subject&) = default;
};
bool is_workload(const Subject& subject);  // names one in a cluster

struct Report {
  // The source's own id of this report, the same however often and on whichever way it comes:
  // callbacks are repeated, and histories tell what a callback has told. At most 200 bytes.
  std::string id;
  Source source = Source::monitor;
  bool firing = true;       // false: it is over
  std::string policy_id;    // "policy-0a1b2c3d", "alarm-…"
  std::string policy_name;  // for people; data, never an instruction
  std::string metric;       // "cpu_usage"; empty: an event, or a search
  std::string condition;    // for people: "CPU 利用率 > 90%"; data, never an instruction
  Subject subject;
  std::optional<Level> level;   // as the source has it
  std::optional<double> value;  // measured
  std::optional<double> limit;  // that it was held against
  std::string unit;             // "%"
  TimePoint first{};            // when this began, as the source says
  TimePoint at{};               // of this report: of its firing, or of its recovery
  std::string link;             // to the source's page; may be empty
  std::string message;          // what the policy adds; data, never an instruction
};

}  // namespace mtc::alerts
