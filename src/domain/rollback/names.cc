// The words that enumerators have in the database, in JSON and in audit rows.
#include "domain/rollback/diagnosis.h"
#include "domain/rollback/operation.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/named_enum.h"

namespace mtc::rollback {
namespace {

constexpr auto kTriggers = std::to_array<std::string_view>({"night", "urgent", "person"});
constexpr auto kOperationStates =
    std::to_array<std::string_view>({"running", "recovered", "undone", "handed_over", "cancelled"});
constexpr auto kStepStates = std::to_array<std::string_view>(
    {"waiting", "skipped", "planned", "acting", "verifying", "good", "no_better", "worse",
     "restoring", "undone", "refused", "unclear"});
constexpr auto kVerdicts =
    std::to_array<std::string_view>({"well", "better", "same", "worse", "undecided"});
constexpr auto kTroubles = std::to_array<std::string_view>(
    {"bad_image", "crash_loop", "bad_config", "out_of_memory", "not_ready", "overload",
     "high_error_rate", "node_down", "unschedulable", "dependency", "noisy_neighbour", "none",
     "unknown"});
constexpr auto kRungNames = std::to_array<std::string_view>(
    {"restart", "scale_out", "previous_version", "isolate", "whole_release", "person"});

}  // namespace

std::string_view name_of(Trigger trigger) {
  return kTriggers[static_cast<std::size_t>(trigger)];
}
std::optional<Trigger> parse_trigger(std::string_view name) {
  return enum_named<Trigger>(kTriggers, name);
}

std::string_view name_of(OperationState state) {
  return kOperationStates[static_cast<std::size_t>(state)];
}
std::optional<OperationState> parse_operation_state(std::string_view name) {
  return enum_named<OperationState>(kOperationStates, name);
}

std::string_view name_of(StepState state) {
  return kStepStates[static_cast<std::size_t>(state)];
}
std::optional<StepState> parse_step_state(std::string_view name) {
  return enum_named<StepState>(kStepStates, name);
}

std::string_view name_of(Verdict verdict) {
  return kVerdicts[static_cast<std::size_t>(verdict)];
}

std::string_view name_of(Trouble trouble) {
  return kTroubles[static_cast<std::size_t>(trouble)];
}
std::optional<Trouble> parse_trouble(std::string_view name) {
  return enum_named<Trouble>(kTroubles, name);
}

std::optional<Rung> rung_of(int number) {
  if (number < number_of(kRungs.front()) || number > number_of(kRungs.back())) return std::nullopt;
  return static_cast<Rung>(number);
}

std::string_view name_of(Rung rung) {
  return kRungNames[static_cast<std::size_t>(number_of(rung) - 1)];
}

std::optional<Rung> parse_rung(std::string_view name) {
  const auto it = std::ranges::find(kRungNames, name);
  if (it == kRungNames.end()) return std::nullopt;
  return kRungs[static_cast<std::size_t>(it - kRungNames.begin())];
}

}  // namespace mtc::rollback
