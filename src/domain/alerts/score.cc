#include "domain/alerts/score.h"

#include <algorithm>
#include <cmath>

#include "domain/alerts/score_inputs.h"

namespace mtc::alerts {
namespace {

constexpr double kMiddle = 50;
// How far the worst input draws its dimension away from the mean, at a hundred points.
constexpr double kPull = 0.9;
constexpr double kOpinionCounts = 0.25;  // of what the model would change

// Between the mean of the inputs and the worst of them, the nearer to that one the worse it is: so
// that all replicas gone is not averaged away by what is well. Grows with both.
double join(double mean, double worst) {
  worst = std::max(worst, mean);
  return mean + kPull * worst / 100 * (worst - mean);
}

// What is known of one dimension, and what the rest could be.
struct Gathered {
  double share = 0, sum = 0, worst = 0;           // of the known inputs
  double unknown_share = 0, unknown_carries = 0;  // of the others

  void add(const InputRule& rule, const std::optional<double>& points) {
    if (!points) {
      unknown_share += rule.share;
      unknown_carries = std::max(unknown_carries, rule.carries);
      return;
    }
    share += rule.share;
    sum += rule.share * *points;
    worst = std::max(worst, rule.carries * *points);
  }

  double known() const { return share > 0 ? join(sum / share, worst) : kMiddle; }
  double low() const { return join(sum / (share + unknown_share), worst); }
  double high() const {
    return join((sum + unknown_share * 100) / (share + unknown_share),
                std::max(worst, unknown_carries * 100));
  }
};

// The model's 1 to 10 as a score of its own. What lies far from ours moves ours by the bound.
double moved_by(double value, std::optional<double> opinion, double most) {
  if (!opinion || std::isnan(*opinion) || !(most > 0)) return 0;
  const double wanted = (std::clamp(*opinion, 1.0, 10.0) - 1) / 9 * 100;
  const double moved = std::clamp((wanted - value) * kOpinionCounts, -most, most);
  return std::clamp(value + moved, 0.0, 100.0) - value;
}

}  // namespace

Score score(const Evidence& evidence, const Subject& subject, std::string_view policy_name,
            const Weights& weights, const AlertRules& rules, const Zone& zone,
            std::optional<double> opinion) {
  const Points points = points_of(evidence, subject, policy_name, rules, zone);
  std::array<Gathered, kDimensions.size()> gathered;
  for (const auto& rule : kInputRules) {
    gathered[static_cast<std::size_t>(rule.dimension)].add(
        rule, points[static_cast<std::size_t>(rule.input)]);
  }
  Score out;
  for (std::size_t i = 0; i < kInputCount; ++i) {
    const auto& rule = kInputRules[i];
    auto& row = out.inputs[i];
    row.input = rule.input;
    row.known = points[i].has_value();
    if (!row.known) continue;
    row.points = *points[i];
    row.share = rule.share / gathered[static_cast<std::size_t>(rule.dimension)].share;
  }
  for (std::size_t i = 0; i < kDimensions.size(); ++i) {
    auto& row = out.dimensions[i];
    row = {.dimension = kDimensions[i],
           .points = gathered[i].known(),
           .uncertainty = (gathered[i].high() - gathered[i].low()) / 2,
           .weight = weights.of(kDimensions[i])};
    out.before_opinion += row.weight / 100 * row.points;
    out.uncertainty += row.weight / 100 * row.uncertainty;
  }
  out.before_opinion = std::clamp(out.before_opinion, 0.0, 100.0);
  out.opinion = moved_by(out.before_opinion, opinion, rules.opinion_moves_by);
  out.value = out.before_opinion + out.opinion;
  return out;
}

}  // namespace mtc::alerts
