#include "domain/alerts/told_order.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace mtc::alerts {
namespace {

int place_of(const Alert& alert) {
  if (needs_person(alert)) return 0;
  if (alert.handling == Handling::quiet) return 5;
  if (alert.state != State::firing) return alert.handling == Handling::handed_over ? 3 : 4;
  return alert.handling == Handling::none ? 1 : 2;
}

// Against what is not a number nothing can be sorted.
double score_of(const Alert& alert) {
  const double score = alert.score.value_or(-1);
  return std::isfinite(score) ? score : -1;
}

}  // namespace

bool needs_person(const Alert& alert) {
  return alert.state == State::firing && alert.handling == Handling::handed_over;
}

std::vector<std::size_t> told_order(std::span<const Alert> alerts) {
  std::vector<std::size_t> out(alerts.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  std::ranges::sort(out, {}, [&](std::size_t i) {
    return std::tuple(place_of(alerts[i]), -score_of(alerts[i]), i);
  });
  return out;
}

}  // namespace mtc::alerts
