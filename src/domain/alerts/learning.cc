#include "domain/alerts/learning.h"

#include <algorithm>
#include <cmath>

namespace mtc::alerts {
namespace {

constexpr auto kDay = std::chrono::hours(24);
constexpr std::size_t kMostTroubles = 64;     // kinds with a record
constexpr std::size_t kMostTroubleName = 64;  // bytes
constexpr double kLeastMove = 0.001;          // percent points; less is no lesson
// Percent points of a dimension above the others at which a lesson moves it by the whole step.
constexpr double kClearCase = 50;
// Standard deviations below the mean: four of five such records come from something better.
constexpr double kCaution = 0.84;
constexpr double kWorseCounts = 2;  // what made it worse counts as so many that changed nothing

using Moves = std::array<double, kDimensions.size()>;

bool is_about_step(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::solved:
    case Outcome::Kind::not_solved:
    case Outcome::Kind::made_worse:
      return true;
    case Outcome::Kind::false_alarm:
    case Outcome::Kind::missed:
      return false;
  }
  return false;
}

// Each incident teaches once for each step, and once about its score.
bool told_before(const Learned& now, const std::vector<Learned>& today, const Outcome& outcome) {
  const int rung = is_about_step(outcome.kind) ? outcome.rung : 0;
  const auto same = [&](const Learned& one) {
    return !one.kind.empty() && one.incident == outcome.incident && one.rung == rung;
  };
  return same(now) || std::ranges::any_of(today, same);
}

// So that a person alone cannot teach everything; one lesson a day is everybody's.
bool has_taught_enough(const std::vector<Learned>& today, const Outcome& outcome,
                       const LearningRules& rules, TimePoint since) {
  if (outcome.by == 0) return false;
  double all = 0, own = 0;
  for (const auto& one : today) {
    if (one.at <= since || one.kind.empty()) continue;
    ++all;
    own += one.by == outcome.by;
  }
  return own + 1 > std::max(1.0, rules.most_of_one_person * (all + 1));
}

std::optional<Learned> learn_step(const Learned& now, const Outcome& outcome,
                                  const LearningRules& rules) {
  if (outcome.by != 0 || outcome.rung < 1 || outcome.rung > 5) return std::nullopt;
  if (outcome.trouble.empty() || outcome.trouble.size() > kMostTroubleName) return std::nullopt;
  if (!now.steps.contains(outcome.trouble) && now.steps.size() >= kMostTroubles) {
    return std::nullopt;
  }
  Learned out = now;
  auto& record = out.steps[outcome.trouble][static_cast<std::size_t>(outcome.rung - 1)];
  for (double* count : {&record.solved, &record.failed, &record.worse}) *count *= rules.fading;
  switch (outcome.kind) {
    case Outcome::Kind::solved:
      ++record.solved;
      break;
    case Outcome::Kind::not_solved:
      ++record.failed;
      break;
    case Outcome::Kind::made_worse:
      ++record.worse;
      break;
    case Outcome::Kind::false_alarm:
    case Outcome::Kind::missed:
      return std::nullopt;
  }
  out.trouble = outcome.trouble;
  out.rung = outcome.rung;
  out.moved = {0, 0, 0, 0};
  return out;
}

// What a weight may still move by, upwards or downwards.
struct Room {
  double up = 0, down = 0;
  double of(double move) const { return move > 0 ? up : down; }
};

std::array<Room, kDimensions.size()> rooms(const Learned& now, const Weights& base,
                                           const LearningRules& rules,
                                           const std::vector<Learned>& today, TimePoint since) {
  std::array<Room, kDimensions.size()> out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto dimension = kDimensions[i];
    double left = rules.most_a_day;
    for (const auto& one : today) {
      if (one.at > since) left -= std::fabs(one.moved.of(dimension));
    }
    left = std::clamp(left, 0.0, rules.most_a_step);
    const double weight = now.weights.of(dimension);
    const double most = std::min(100.0, base.of(dimension) + rules.most_in_all);
    const double least = std::max(0.0, base.of(dimension) - rules.most_in_all);
    out[i] = {.up = std::clamp(most - weight, 0.0, left),
              .down = std::clamp(weight - least, 0.0, left)};
  }
  return out;
}

// How far each dimension stood above the others when it was scored, times `sign`; they sum up to
// nothing. One that little was known of says little; those without a place in `open` nothing.
Moves directions(const Score& score, double sign, const std::array<bool, 4>& open) {
  Moves trust{};
  double all = 0, sum = 0;
  for (std::size_t i = 0; i < trust.size(); ++i) {
    if (!open[i]) continue;
    const auto& row = score.dimensions[i];
    trust[i] = std::clamp(1 - row.uncertainty / 50, 0.0, 1.0);
    all += trust[i];
    sum += trust[i] * row.points;
  }
  Moves out{};
  if (!(all > 0)) return out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = sign * trust[i] * (score.dimensions[i].points - sum / all);
  }
  return out;
}

// Within the rooms: a dimension that has none left stands aside, the others share out among
// themselves, all by the same measure, so that the sum stays.
Moves fit_moves(const Score& score, double sign, const std::array<Room, 4>& room,
                const LearningRules& rules) {
  std::array<bool, kDimensions.size()> open{true, true, true, true};
  for (;;) {
    Moves moves = directions(score, sign, open);
    bool closed = false;
    double measure = rules.most_a_step / kClearCase;
    for (std::size_t i = 0; i < moves.size(); ++i) {
      if (moves[i] == 0) continue;
      const double left = room[i].of(moves[i]);
      if (left < kLeastMove) {
        open[i] = false;
        closed = true;
      } else {
        measure = std::min(measure, left / std::fabs(moves[i]));
      }
    }
    if (closed) continue;
    for (double& move : moves) move *= measure;
    return moves;
  }
}

bool is_usable(const Score& score) {
  return std::ranges::all_of(score.dimensions, [](const DimensionScore& row) {
    return std::isfinite(row.points) && std::isfinite(row.uncertainty);
  });
}

// A false alarm: what stood highest has misled, and counts less. One that was missed: more.
std::optional<Learned> learn_weights(const Learned& now, const Weights& base,
                                     const Outcome& outcome, const LearningRules& rules,
                                     const std::vector<Learned>& today, TimePoint since) {
  if (!outcome.score || !is_usable(*outcome.score)) return std::nullopt;
  const double sign = outcome.kind == Outcome::Kind::missed ? 1 : -1;
  const auto room = rooms(now, base, rules, today, since);
  const Moves moves = fit_moves(*outcome.score, sign, room, rules);
  Learned out = now;
  bool moved = false;
  for (std::size_t i = 0; i < moves.size(); ++i) {
    out.moved.of(kDimensions[i]) = moves[i];
    out.weights.of(kDimensions[i]) += moves[i];
    moved |= std::fabs(moves[i]) >= kLeastMove;
  }
  if (!moved) return std::nullopt;
  out.trouble = outcome.trouble;
  out.rung = 0;
  return out;
}

double cautious(const StepRecord& record) {
  // One case of either kind is presumed: no record is certain.
  const double failed = record.failed + kWorseCounts * record.worse;
  const double cases = record.solved + failed + 2;
  const double share = (record.solved + 1) / cases;
  const double square = kCaution * kCaution;  // the lower end of Wilson's interval
  const double spread =
      kCaution * std::sqrt(share * (1 - share) / cases + square / (4 * cases * cases));
  return (share + square / (2 * cases) - spread) / (1 + square / cases);
}

}  // namespace

std::string_view name_of(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::solved:
      return "solved";
    case Outcome::Kind::not_solved:
      return "not_solved";
    case Outcome::Kind::made_worse:
      return "made_worse";
    case Outcome::Kind::false_alarm:
      return "false_alarm";
    case Outcome::Kind::missed:
      return "missed";
  }
  return "solved";
}

Weights weights_in_force(const std::optional<Learned>& newest, const Weights& base,
                         const LearningRules& rules) {
  if (!newest || newest->version == 0) return base;
  if (newest->pinned) return newest->weights;
  const bool near = std::ranges::all_of(kDimensions, [&](Dimension dimension) {
    return std::fabs(newest->weights.of(dimension) - base.of(dimension)) <=
           rules.most_in_all + kLeastMove;
  });
  return near ? newest->weights : base;
}

std::optional<Learned> learn(const Learned& now, const Weights& base, const Outcome& outcome,
                             const LearningRules& rules, const std::vector<Learned>& today,
                             TimePoint at) {
  const TimePoint since = at - kDay;
  if (now.pinned || outcome.incident.empty() || told_before(now, today, outcome) ||
      has_taught_enough(today, outcome, rules, since)) {
    return std::nullopt;
  }
  Learned from = now;
  from.weights = weights_in_force(now, base, rules);
  auto out = is_about_step(outcome.kind) ? learn_step(from, outcome, rules)
                                         : learn_weights(from, base, outcome, rules, today, since);
  if (!out) return std::nullopt;
  out->kind = name_of(outcome.kind);
  out->incident = outcome.incident;
  out->by = outcome.by;
  out->at = at;
  out->why = say_learned(*out, from, Language::zh);
  return out;
}

Learned take_back(const Learned& now, const Learned& older, identity::UserId by, TimePoint at) {
  Learned out{.version = now.version,
              .weights = older.weights,
              .steps = older.steps,
              .pinned = older.pinned,
              .by = by,
              .at = at};
  out.why = say_learned(out, now, Language::zh);
  return out;
}

std::array<double, 5> chances(const Learned& learned, std::string_view trouble,
                              const LearningRules& rules) {
  std::array<double, 5> out;
  out.fill(cautious({}));
  const auto it = learned.steps.find(trouble);
  if (it == learned.steps.end()) return out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto& record = it->second[i];
    // Rounded: five cases of which the older have faded a little are five.
    const double cases = std::round(record.solved + record.failed + record.worse);
    if (cases >= rules.least_cases) out[i] = cautious(record);
  }
  return out;
}

}  // namespace mtc::alerts
