#include "domain/alerts/weights.h"

#include <algorithm>
#include <cmath>

#include "base/zone.h"

namespace mtc::alerts {
namespace {

constexpr double kSumSlack = 0.01 + 1e-9;

Json weights_json(const Weights& weights) {
  Json out = Json::object();
  for (const auto dimension : kDimensions) {
    out[std::string(name_of(dimension))] = weights.of(dimension);
  }
  return out;
}

Weights weights_from(const Json& json) {
  Weights out;
  for (const auto dimension : kDimensions) {
    out.of(dimension) = number_or(json, name_of(dimension), NAN);
  }
  return out;
}

bool is_whole(const Weights& weights) {
  double sum = 0;
  for (const auto dimension : kDimensions) {
    if (!(weights.of(dimension) >= 0)) return false;
    sum += weights.of(dimension);
  }
  return std::fabs(sum - 100) <= kSumSlack;
}

Json steps_json(const StepRecords& steps) {
  Json out = Json::object();
  for (const auto& [trouble, rungs] : steps) {
    Json rows = Json::array();
    for (const auto& rung : rungs) {
      rows.push_back({{"solved", rung.solved}, {"failed", rung.failed}, {"worse", rung.worse}});
    }
    out[trouble] = std::move(rows);
  }
  return out;
}

std::optional<StepRecord> step_from(const Json& json) {
  const StepRecord out{.solved = number_or(json, "solved", NAN),
                       .failed = number_or(json, "failed", NAN),
                       .worse = number_or(json, "worse", NAN)};
  const bool counts = out.solved >= 0 && out.failed >= 0 && out.worse >= 0;
  return counts ? std::optional(out) : std::nullopt;
}

Result<StepRecords> steps_from(const Json& json) {
  StepRecords out;
  for (const auto& [trouble, rows] : json.items()) {
    auto& rungs = out[trouble];
    if (!rows.is_array() || rows.size() != rungs.size()) {
      return fail(Errc::invalid_argument, "what was learned has not five steps for " + trouble);
    }
    for (std::size_t i = 0; i < rungs.size(); ++i) {
      const auto step = step_from(rows[i]);
      if (!step)
        return fail(Errc::invalid_argument, "what was learned has no counts for " + trouble);
      rungs[i] = *step;
    }
  }
  return out;
}

}  // namespace

double Weights::of(Dimension dimension) const {
  return const_cast<Weights*>(this)->of(dimension);
}

double& Weights::of(Dimension dimension) {
  switch (dimension) {
    case Dimension::impact:
      return impact;
    case Dimension::severity:
      return severity;
    case Dimension::business:
      return business;
    case Dimension::time:
      return time;
  }
  return impact;
}

Json to_json(const Learned& learned) {
  return {{"version", learned.version},
          {"weights", weights_json(learned.weights)},
          {"moved", weights_json(learned.moved)},
          {"steps", steps_json(learned.steps)},
          {"pinned", learned.pinned},
          {"why", learned.why},
          {"kind", learned.kind},
          {"incident", learned.incident},
          {"trouble", learned.trouble},
          {"rung", learned.rung},
          {"by", learned.by},
          {"at", format_iso_utc(learned.at)}};
}

Result<Learned> learned_from_json(const Json& json) {
  Learned out{.version = integer_or(json, "version"),
              .weights = weights_from(object_or_empty(json, "weights")),
              .moved = weights_from(object_or_empty(json, "moved")),
              .pinned = bool_or(json, "pinned"),
              .why = string_or(json, "why"),
              .kind = string_or(json, "kind"),
              .incident = string_or(json, "incident"),
              .trouble = string_or(json, "trouble"),
              .rung = static_cast<int>(integer_or(json, "rung")),
              .by = integer_or(json, "by")};
  if (!is_whole(out.weights)) {
    return fail(Errc::invalid_argument, "what was learned has no weights of sum 100");
  }
  for (const auto dimension : kDimensions) {
    if (!std::isfinite(out.moved.of(dimension))) out.moved.of(dimension) = 0;
  }
  auto steps = steps_from(object_or_empty(json, "steps"));
  if (!steps) return fail(std::move(steps).error());
  out.steps = std::move(*steps);
  const auto at = parse_iso(string_or(json, "at"));
  if (!at) return fail(at.error());
  out.at = *at;
  return out;
}

}  // namespace mtc::alerts
