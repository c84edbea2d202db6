#include "domain/alerts/score_inputs.h"

#include <algorithm>
#include <cmath>

namespace mtc::alerts {
namespace {

constexpr double kAll = 100;
// Where each input reaches its hundred.
constexpr double kMostWorkloads = 30;
constexpr double kMostRestarts = 10;
constexpr double kMostErrors = 0.5;   // every second request
constexpr double kMostTimes = 40;     // errors against their usual rate
constexpr double kMostOverLimit = 4;  // value by threshold
// Below: the share that is always there cannot be told from nothing.
constexpr double kLeastUsual = 0.001;
constexpr double kRelaxedUse = 0.5;  // of a resource: no reason to worry
constexpr double kAtLimit = 30;      // points of a value that has just reached its threshold

double cut(double points) {
  return std::clamp(points, 0.0, kAll);
}

// What is not a number was not measured.
std::optional<double> finite(std::optional<double> value) {
  return value && std::isfinite(*value) ? value : std::nullopt;
}

// Each further one weighs less: the first workload 20 points, five 52, thirty 100.
std::optional<double> by_count(std::optional<std::int64_t> count, double most) {
  if (!count) return std::nullopt;
  return cut(kAll * std::log1p(static_cast<double>(std::max<std::int64_t>(*count, 0))) /
             std::log1p(most));
}

std::optional<double> missing_replicas(const Evidence& e) {
  if (!e.wanted_replicas || !e.ready_replicas) return std::nullopt;
  if (*e.wanted_replicas <= 0) return 0.0;  // nobody wants any
  const double ready =
      static_cast<double>(*e.ready_replicas) / static_cast<double>(*e.wanted_replicas);
  return cut(kAll * (1 - ready));
}

// One user in a hundred 10 points, one in four 50.
std::optional<double> user_share(const Evidence& e) {
  const auto share = finite(e.user_share);
  if (!share) return std::nullopt;
  return kAll * std::sqrt(std::clamp(*share, 0.0, 1.0));
}

std::optional<double> source_level(const Evidence& e) {
  if (!e.level) return std::nullopt;
  switch (*e.level) {
    case Level::info:
      return 0;
    case Level::warning:
      return kAll / 2;
    case Level::critical:
      return kAll;
  }
  return std::nullopt;
}

std::optional<double> resource_use(const Evidence& e) {
  const auto use = finite(e.resource_use);
  if (!use) return std::nullopt;
  return cut(kAll * (*use - kRelaxedUse) / (1 - kRelaxedUse));
}

// How many fail, and against how many usually do: forty times of nearly nothing is little, and so
// are many that always are there. Without the usual rate the rate speaks for itself.
std::optional<double> error_rate(const Evidence& e) {
  const auto rate = finite(e.error_rate);
  if (!rate) return std::nullopt;
  const double share = std::clamp(*rate, 0.0, 1.0);
  const double many = cut(kAll * std::sqrt(share / kMostErrors));
  const auto usual = finite(e.usual_error_rate);
  if (!usual) return many;
  const double times = share / std::max(*usual, kLeastUsual);
  const double more = times <= 1 ? 0 : cut(kAll * std::log(times) / std::log(kMostTimes));
  return std::sqrt(many * more);
}

std::optional<double> over_limit(const Evidence& e) {
  const auto over = finite(e.over_limit);
  if (!over) return std::nullopt;
  if (*over <= 1) return cut(kAtLimit * *over);
  return cut(kAtLimit + (kAll - kAtLimit) * std::log(*over) / std::log(kMostOverLimit));
}

bool names_something(const Subject& subject) {
  return !subject.cluster_id.empty() || !subject.cluster_name.empty() || !subject.ns.empty() ||
         !subject.name.empty() || !subject.pod.empty() || !subject.node.empty() ||
         !subject.instance.empty();
}

std::optional<double> business_weight(const AlertRules& rules, const Subject& subject,
                                      std::string_view policy_name) {
  if (const auto* rule = find_business(rules, subject, policy_name)) return cut(rule->weight);
  // The usual weight is that of a thing that no rule names, not of one that nobody has named.
  return names_something(subject) ? std::optional(cut(rules.usual_business)) : std::nullopt;
}

std::optional<double> working_time(const Evidence& e, const AlertRules& rules, const Zone& zone) {
  if (e.at == TimePoint{}) return std::nullopt;
  return is_working_time(rules.working_time, e.at, zone) ? kAll : 0;
}

}  // namespace

Points points_of(const Evidence& evidence, const Subject& subject, std::string_view policy_name,
                 const AlertRules& rules, const Zone& zone) {
  std::optional<double> outside;
  if (evidence.faces_outside) outside = *evidence.faces_outside ? kAll : 0;
  return {by_count(evidence.affected_workloads, kMostWorkloads),
          missing_replicas(evidence),
          user_share(evidence),
          outside,
          source_level(evidence),
          resource_use(evidence),
          error_rate(evidence),
          over_limit(evidence),
          by_count(evidence.restarts, kMostRestarts),
          business_weight(rules, subject, policy_name),
          working_time(evidence, rules, zone)};
}

}  // namespace mtc::alerts
