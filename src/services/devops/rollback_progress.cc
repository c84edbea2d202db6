#include "services/devops/rollback_progress.h"

#include <array>
#include <string_view>

#include "base/zone.h"

namespace mtc::services {
namespace {

constexpr std::array<std::string_view, 6> kStatusNames{"waiting", "running", "done",
                                                       "failed",  "undone",  "skipped"};
constexpr std::array<std::string_view, 4> kVerdictNames{"running", "recovered", "undone",
                                                        "handed_over"};

std::string_view name_of(StepStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

std::string_view name_of(Verdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}

Json to_json(const RollbackStepView& step) {
  Json out{{"number", step.number},
           {"name", step.name},
           {"status", name_of(step.status)},
           {"reason", step.reason}};
  if (step.started) out["started"] = format_iso_utc(*step.started);
  if (step.ended) out["ended"] = format_iso_utc(*step.ended);
  return out;
}

Json step_schema() {
  const Json text{{"type", "string"}};
  return {{"type", "object"},
          {"properties",
           {{"number", {{"type", "integer"}}},
            {"name", text},
            {"status", {{"type", "string"}, {"enum", kStatusNames}}},
            {"reason", text},
            {"started", text},
            {"ended", text}}},
          {"required", {"number", "name", "status", "reason"}}};
}

}  // namespace

Json to_json(const RollbackProgress& progress) {
  Json steps = Json::array();
  for (const auto& step : progress.steps) steps.push_back(to_json(step));
  return {{"rollback_id", progress.rollback_id},
          {"incident", progress.incident},
          {"target", progress.target},
          {"score", progress.score},
          {"verdict", name_of(progress.verdict)},
          {"speech", progress.speech},
          {"language", mtc::name_of(progress.language)},
          {"zone", progress.zone},
          {"steps", std::move(steps)}};
}

const Json& rollback_progress_schema() {
  static const Json text{{"type", "string"}};
  static const Json schema = {{"type", "object"},
                              {"properties",
                               {{"rollback_id", text},
                                {"incident", text},
                                {"target", text},
                                {"score", {{"type", "integer"}, {"minimum", 0}, {"maximum", 100}}},
                                {"verdict", {{"type", "string"}, {"enum", kVerdictNames}}},
                                {"speech", text},
                                {"language", {{"type", "string"}, {"enum", {"zh", "en"}}}},
                                {"zone", text},
                                {"steps", {{"type", "array"}, {"items", step_schema()}}}}},
                              {"required",
                               {"rollback_id", "incident", "target", "score", "verdict", "speech",
                                "language", "zone", "steps"}}};
  return schema;
}

}  // namespace mtc::services
