// Speed of scoring on one core, against reading the same alerts from JSON and against the plainest
// thing that could be called a score: a weighted sum of eleven numbers. Both in the same run.
//   scoring_bench [alerts, default 2000000]
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <new>
#include <string>
#include <vector>

#include "base/random.h"
#include "domain/alerts/score.h"
#include "domain/alerts/score_inputs.h"

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

using namespace mtc;
using namespace mtc::alerts;

constexpr std::size_t kDifferent = 4096;
constexpr double kLeastPerSecond = 50'000;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Case {
  Subject subject;
  std::string policy;
  Evidence evidence;
  std::string json;
  std::array<double, kInputCount> points{};
};

class Dice {
 public:
  double share() { return static_cast<double>(uniform(random_, 1001)) / 1000; }
  std::int64_t below(std::uint64_t bound) {
    return static_cast<std::int64_t>(uniform(random_, bound));
  }
  template <class Value>
  std::optional<Value> mostly(Value value) {
    return below(4) > 0 ? std::optional(value) : std::nullopt;
  }

 private:
  SeededRandom random_{11};
};

// As the shipped file has them, and as many again that do not fit.
AlertRules make_rules() {
  AlertRules rules;
  rules.business = {{.ns = "*test*", .weight = 10},
                    {.ns = "*dev*", .weight = 10},
                    {.ns = "kube-system", .weight = 70},
                    {.name = "*payment*", .weight = 95},
                    {.name = "*order*", .weight = 90}};
  for (int i = 0; i < 5; ++i) {
    rules.business.push_back({.ns = fmt::format("team-{}-*", i), .name = "*-api", .weight = 60});
  }
  rules.working_time.holidays = {"2026-10-01", "2026-10-02", "2026-10-03"};
  rules.working_time.workdays = {"2026-10-10"};
  return rules;
}

std::vector<Case> make_cases(const AlertRules& rules) {
  Dice dice;
  std::vector<Case> out(kDifferent);
  for (auto& one : out) {
    one.subject = {.cluster_id = fmt::format("cls-{}", dice.below(20)),
                   .cluster_name = "guangzhou-production",
                   .ns = dice.below(3) > 0 ? "shop" : "pre-test",
                   .name = fmt::format("{}-{}", dice.below(2) > 0 ? "order-worker" : "reports",
                                       dice.below(90))};
    one.policy = "CPU over 90 percent";
    one.evidence = {.affected_workloads = dice.mostly(dice.below(20)),
                    .wanted_replicas = dice.mostly(1 + dice.below(9)),
                    .ready_replicas = dice.below(9),
                    .user_share = dice.mostly(dice.share()),
                    .faces_outside = dice.mostly(dice.below(2) > 0),
                    .level = static_cast<Level>(dice.below(3)),
                    .resource_use = dice.mostly(dice.share()),
                    .error_rate = dice.mostly(dice.share()),
                    .usual_error_rate = dice.mostly(dice.share() / 50),
                    .over_limit = dice.mostly(dice.share() * 5),
                    .restarts = dice.mostly(dice.below(12)),
                    .at = TimePoint(std::chrono::seconds(1'795'000'000 + dice.below(600'000)))};
    one.json = dump_json(to_json(one.evidence));
    const auto points = points_of(one.evidence, one.subject, one.policy, rules, Zone::shanghai());
    for (std::size_t i = 0; i < kInputCount; ++i) one.points[i] = points[i].value_or(50);
  }
  return out;
}

double weighted_sum(const Case& one) {
  double out = 0;
  for (std::size_t i = 0; i < kInputCount; ++i) out += one.points[i] * kInputRules[i].share;
  return out;
}

struct Figures {
  double per_second = 0;
  double sum = 0;          // so that nothing is left out
  double allocations = 0;  // of one
};

template <class Work>
Figures measure(std::size_t count, const std::vector<Case>& cases, Work work) {
  Figures out;
  const std::size_t before = allocations;
  const double start = cpu_seconds();
  for (std::size_t i = 0; i < count; ++i) out.sum += work(cases[i % kDifferent]);
  out.per_second = static_cast<double>(count) / (cpu_seconds() - start);
  out.allocations = static_cast<double>(allocations - before) / static_cast<double>(count);
  return out;
}

void show(std::string_view name, const Figures& figures, const Figures& scoring) {
  fmt::print(
      "{:22} {:12.0f} alerts/s   scoring is {:6.3f} of that   allocations {:.1f}   mean {:.2f}\n",
      name, figures.per_second, scoring.per_second / figures.per_second, figures.allocations,
      figures.sum);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 2'000'000;
  if (count < kDifferent) {
    fmt::print(stderr, "usage: scoring_bench [alerts, at least {}]\n", kDifferent);
    return 2;
  }
  const AlertRules rules = make_rules();
  const auto cases = make_cases(rules);
  const auto mean = [](Figures figures, std::size_t over) {
    figures.sum /= static_cast<double>(over);
    return figures;
  };
  const auto scoring = mean(measure(count, cases,
                                    [&](const Case& one) {
                                      return score(one.evidence, one.subject, one.policy,
                                                   rules.weights, rules, Zone::shanghai(), 7)
                                          .value;
                                    }),
                            count);
  const auto sums = mean(measure(count * 10, cases, weighted_sum), count * 10);
  const auto reading =
      mean(measure(count / 4, cases,
                   [](const Case& one) {
                     const auto json = parse_json(one.json);
                     return json ? evidence_from_json(*json).error_rate.value_or(0) : 0;
                   }),
           count / 4);
  show("scoring", scoring, scoring);
  show("a weighted sum", sums, scoring);
  show("reading it from JSON", reading, scoring);
  if (scoring.per_second >= kLeastPerSecond && scoring.allocations == 0) return 0;
  fmt::print(stderr, "scoring_bench: fewer than {} alerts/s, or allocations\n", kLeastPerSecond);
  return 1;
}
