#include <cmath>

#include "base/zone.h"
#include "domain/alerts/score.h"
#include "domain/alerts/score_inputs.h"

namespace mtc::alerts {
namespace {

double hundredths(double value) {
  return std::round(value * 100) / 100;
}

// What was measured, as it is shown.
Json measured(Input input, const Evidence& e) {
  const auto shown = [](const auto& value) { return value ? Json(*value) : Json(nullptr); };
  switch (input) {
    case Input::affected_workloads:
      return shown(e.affected_workloads);
    case Input::missing_replicas:
      return {{"wanted", shown(e.wanted_replicas)}, {"ready", shown(e.ready_replicas)}};
    case Input::user_share:
      return shown(e.user_share);
    case Input::faces_outside:
      return shown(e.faces_outside);
    case Input::source_level:
      return e.level ? Json(name_of(*e.level)) : Json(nullptr);
    case Input::resource_use:
      return shown(e.resource_use);
    case Input::error_rate:
      return {{"rate", shown(e.error_rate)}, {"usual", shown(e.usual_error_rate)}};
    case Input::over_limit:
      return shown(e.over_limit);
    case Input::restarts:
      return shown(e.restarts);
    case Input::business_weight:
      return nullptr;  // its points are the weight
    case Input::working_time:
      return format_iso_utc(e.at);
  }
  return nullptr;
}

void read_dimensions(const Json& rows, Score& out) {
  for (const Json& row : rows) {
    for (auto& dimension : out.dimensions) {
      if (string_or(row, "dimension") != name_of(dimension.dimension)) continue;
      dimension.points = number_or(row, "points");
      dimension.uncertainty = number_or(row, "uncertainty");
      dimension.weight = number_or(row, "weight");
    }
  }
}

void read_inputs(const Json& rows, Score& out) {
  for (const Json& row : rows) {
    for (auto& input : out.inputs) {
      if (string_or(row, "input") != name_of(input.input)) continue;
      input.known = bool_or(row, "known");
      input.points = number_or(row, "points");
      input.share = number_or(row, "share");
    }
  }
}

}  // namespace

Json to_json(const Score& score, const Evidence& evidence) {
  Json dimensions = Json::array();
  for (const auto& row : score.dimensions) {
    dimensions.push_back({{"dimension", name_of(row.dimension)},
                          {"points", hundredths(row.points)},
                          {"uncertainty", hundredths(row.uncertainty)},
                          {"weight", hundredths(row.weight)}});
  }
  Json inputs = Json::array();
  for (const auto& row : score.inputs) {
    Json line{{"dimension", name_of(rule_of(row.input).dimension)},
              {"input", name_of(row.input)},
              {"known", row.known}};
    if (row.known) {
      line["points"] = hundredths(row.points);
      line["share"] = hundredths(row.share);
      line["measured"] = measured(row.input, evidence);
    }
    inputs.push_back(std::move(line));
  }
  return {{"value", hundredths(score.value)},
          {"uncertainty", hundredths(score.uncertainty)},
          {"before_opinion", hundredths(score.before_opinion)},
          {"opinion", hundredths(score.opinion)},
          {"dimensions", std::move(dimensions)},
          {"inputs", std::move(inputs)},
          {"evidence", to_json(evidence)}};
}

std::optional<Score> score_from_json(const Json& json) {
  const Json& dimensions = array_or_empty(json, "dimensions");
  const Json& inputs = array_or_empty(json, "inputs");
  if (dimensions.empty() || inputs.empty()) return std::nullopt;
  Score out{.value = number_or(json, "value"),
            .uncertainty = number_or(json, "uncertainty"),
            .opinion = number_or(json, "opinion"),
            .before_opinion = number_or(json, "before_opinion")};
  for (std::size_t i = 0; i < kDimensions.size(); ++i) {
    out.dimensions[i].dimension = kDimensions[i];
  }
  for (std::size_t i = 0; i < kInputCount; ++i) out.inputs[i].input = kInputRules[i].input;
  read_dimensions(dimensions, out);
  read_inputs(inputs, out);
  return out;
}

}  // namespace mtc::alerts
