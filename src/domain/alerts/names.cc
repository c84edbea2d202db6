// The words that enumerators have in the database, in JSON and in audit rows.
#include "domain/alerts/alert.h"
#include "domain/alerts/score.h"
#include "domain/alerts/weights.h"

#include <array>
#include <cstddef>

#include "base/named_enum.h"

namespace mtc::alerts {
namespace {

constexpr auto kSources = std::to_array<std::string_view>({"monitor", "logs"});
constexpr auto kLevels = std::to_array<std::string_view>({"info", "warning", "critical"});
constexpr auto kStates = std::to_array<std::string_view>({"firing", "recovered", "closed"});
constexpr auto kHandlings = std::to_array<std::string_view>(
    {"none", "quiet", "running", "solved", "handed_over", "false_alarm"});
constexpr auto kDimensionNames =
    std::to_array<std::string_view>({"impact", "severity", "business", "time"});
constexpr auto kInputs = std::to_array<std::string_view>(
    {"affected_workloads", "missing_replicas", "user_share", "faces_outside", "source_level",
     "resource_use", "error_rate", "over_limit", "restarts", "business_weight", "working_time"});

}  // namespace

std::string_view name_of(Source source) {
  return kSources[static_cast<std::size_t>(source)];
}
std::optional<Source> parse_source(std::string_view name) {
  return enum_named<Source>(kSources, name);
}

std::string_view name_of(Level level) {
  return kLevels[static_cast<std::size_t>(level)];
}
std::optional<Level> parse_level(std::string_view name) {
  return enum_named<Level>(kLevels, name);
}

std::string_view name_of(State state) {
  return kStates[static_cast<std::size_t>(state)];
}
std::optional<State> parse_state(std::string_view name) {
  return enum_named<State>(kStates, name);
}

std::string_view name_of(Handling handling) {
  return kHandlings[static_cast<std::size_t>(handling)];
}
std::optional<Handling> parse_handling(std::string_view name) {
  return enum_named<Handling>(kHandlings, name);
}

std::string_view name_of(Dimension dimension) {
  return kDimensionNames[static_cast<std::size_t>(dimension)];
}

std::string_view name_of(Input input) {
  return kInputs[static_cast<std::size_t>(input)];
}

}  // namespace mtc::alerts
