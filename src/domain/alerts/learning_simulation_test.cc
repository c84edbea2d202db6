// Histories of many incidents: honest ones lead to better choices, hostile and tiny ones nowhere.
#include <gtest/gtest.h>

#include <functional>

#include "base/random.h"
#include "domain/alerts/learning.h"
#include "domain/alerts/memory_learned_store.h"
#include "infra/loop/run.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kBegin = std::chrono::sys_days(2026y / 11 / 24);
const LearningRules kRules;
const Weights kBase;

// Learns as the product does: from the newest version, with the versions before it at hand.
class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {}

  bool happens(double share) {
    return static_cast<double>(uniform(random_, 1'000'000)) < share * 1'000'000;
  }
  double between(double least, double most) {
    return least + (most - least) * static_cast<double>(uniform(random_, 10'001)) / 10'000;
  }
  Learned now() const { return past_.empty() ? Learned{} : past_.front(); }
  TimePoint time() const { return time_; }
  void wait(Millis time) { time_ += time; }

  bool teach(const Outcome& outcome) {
    const auto learned = learn(now(), kBase, outcome, kRules, past_, time_);
    if (!learned) return false;
    store(*learned);
    return true;
  }
  void store(const Learned& learned) {
    ASSERT_TRUE(run(store_.add(1, learned)));
    past_ = *run(store_.list(1, 300));
  }
  std::vector<Learned> versions() { return store_.versions[1]; }

  // The ladder: the likeliest rung first, among equals the lowest; each that fails is followed by
  // the next that has not been tried. Answers the first.
  int handle(const std::string& trouble, const std::array<double, 5>& cures) {
    const std::string incident = "incident-" + std::to_string(++incidents_);
    const int first = first_step(trouble);
    std::vector<int> order{first};
    for (int rung = 1; rung <= 5; ++rung) {
      if (rung != first) order.push_back(rung);
    }
    for (const int rung : order) {
      const bool solved = happens(cures[static_cast<std::size_t>(rung - 1)]);
      teach({.incident = incident,
             .kind = solved ? Outcome::Kind::solved : Outcome::Kind::not_solved,
             .rung = rung,
             .trouble = trouble});
      if (solved) break;
    }
    return first;
  }
  int first_step(const std::string& trouble) const {
    const auto all = chances(now(), trouble, kRules);
    return static_cast<int>(std::ranges::max_element(all) - all.begin()) + 1;
  }

 private:
  SeededRandom random_;
  MemoryLearnedStore store_;
  std::vector<Learned> past_;  // newest first
  TimePoint time_ = kBegin;
  int incidents_ = 0;
};

constexpr std::array<double, 5> kCrashLoop{0.1, 0.1, 0.8, 0.3, 0.6};
constexpr std::array<double, 5> kOutOfMemory{0.8, 0.3, 0.1, 0.1, 0.1};

Score scored(double impact, double severity, double business, double time) {
  Score out;
  const std::array points{impact, severity, business, time};
  for (std::size_t i = 0; i < points.size(); ++i) {
    out.dimensions[i] = {.dimension = kDimensions[i], .points = points[i], .weight = 25};
  }
  return out;
}

// How far that weight has walked in the day that ends with this version.
double walked_in_a_day(const std::vector<Learned>& versions, std::size_t last,
                       Dimension dimension) {
  double out = 0;
  for (std::size_t i = last + 1; i-- > 0 && versions[i].at > versions[last].at - 24h;) {
    out += std::abs(versions[i].moved.of(dimension));
  }
  return out;
}

void expect_within_bounds(const std::vector<Learned>& versions) {
  for (std::size_t i = 0; i < versions.size(); ++i) {
    double sum = 0;
    for (const auto dimension : kDimensions) {
      const double weight = versions[i].weights.of(dimension);
      sum += weight;
      EXPECT_LE(std::abs(weight - kBase.of(dimension)), kRules.most_in_all + 1e-6);
      EXPECT_GE(weight, 0);
      EXPECT_LE(std::abs(versions[i].moved.of(dimension)), kRules.most_a_step + 1e-9);
      EXPECT_LE(walked_in_a_day(versions, i, dimension), kRules.most_a_day + 1e-9);
    }
    EXPECT_NEAR(sum, 100, 1e-6);
  }
}

TEST(LearningSimulation, ThirtyHonestIncidentsFindTheStepThatHelps) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    World world(seed);
    for (int i = 0; i < 30; ++i) {
      world.handle("crash_loop", kCrashLoop);
      world.handle("out_of_memory", kOutOfMemory);
      world.wait(7h);
    }
    const auto crash = chances(world.now(), "crash_loop", kRules);
    EXPECT_EQ(world.first_step("crash_loop"), 3);
    EXPECT_GT(crash[2], 2 * crash[0]);
    EXPECT_GT(crash[2], 0.4);
    const auto memory = chances(world.now(), "out_of_memory", kRules);
    EXPECT_EQ(world.first_step("out_of_memory"), 1);
    EXPECT_GT(memory[0], 0.5);
  }
}

TEST(LearningSimulation, WhatOnceHelpedIsLeftWhenItNoLongerDoes) {
  World world(5);
  for (int i = 0; i < 40; ++i) world.handle("crash_loop", kCrashLoop);
  ASSERT_EQ(world.first_step("crash_loop"), 3);
  for (int i = 0; i < 80; ++i) world.handle("crash_loop", {0.1, 0.9, 0.05, 0, 0});
  EXPECT_EQ(world.first_step("crash_loop"), 2);
}

// Alarms of the business that nothing comes of, and troubles with an impact that were scored too
// low, told by many people.
TEST(LearningSimulation, WeightsGoToTheDimensionThatForetells) {
  double severity = 0;  // says nothing here: wanders, and goes nowhere
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    World world(seed);
    for (int i = 0; i < 200; ++i) {
      const bool real = world.happens(0.4);
      const double impact = real ? world.between(50, 100) : world.between(0, 50);
      const double business = real ? world.between(0, 60) : world.between(50, 100);
      world.teach({.incident = "i-" + std::to_string(i),
                   .kind = real ? Outcome::Kind::missed : Outcome::Kind::false_alarm,
                   .score = scored(impact, world.between(0, 100), business, world.between(0, 100)),
                   .by = 1 + i % 9});
      world.wait(8h);
    }
    const Weights weights = world.now().weights;
    EXPECT_LT(weights.business, kBase.business - 5);
    EXPECT_GT(weights.impact, kBase.impact + 5);
    EXPECT_GE(weights.business, kBase.business - kRules.most_in_all - 1e-9);
    EXPECT_LE(weights.impact, kBase.impact + kRules.most_in_all + 1e-9);
    severity += weights.severity;
    expect_within_bounds(world.versions());
  }
  EXPECT_NEAR(severity / 10, kBase.severity, 3);
}

TEST(LearningSimulation, OnePersonWhoCallsEverythingAFalseAlarmGetsNotFar) {
  World world(9);
  for (int i = 0; i < 30; ++i) world.handle("out_of_memory", kOutOfMemory);
  const auto before = chances(world.now(), "out_of_memory", kRules);
  const auto versions = world.versions().size();
  int lessons = 0;
  world.wait(48h);
  for (int i = 0; i < 10'000; ++i) {  // within a day
    lessons += world.teach({.incident = "x-" + std::to_string(i),
                            .kind = Outcome::Kind::false_alarm,
                            .score = scored(90, 60, 20, 0),
                            .by = 66});
    world.wait(8s);
  }
  EXPECT_EQ(lessons, 1);
  EXPECT_EQ(world.versions().size(), versions + 1);
  EXPECT_GE(world.now().weights.impact, kBase.impact - kRules.most_a_step);
  EXPECT_EQ(chances(world.now(), "out_of_memory", kRules), before);
  EXPECT_EQ(world.first_step("out_of_memory"), 1);
}

TEST(LearningSimulation, NorInAHundredDaysNorByChangingTheStory) {
  for (const bool alternating : {false, true}) {
    World world(10);
    for (int i = 0; i < 30; ++i) world.handle("out_of_memory", kOutOfMemory);
    for (int i = 0; i < 10'000; ++i) {
      const bool missed = alternating && i % 2 == 1;
      const std::string incident = "x-" + std::to_string(i);
      world.teach({.incident = incident,
                   .kind = missed ? Outcome::Kind::missed : Outcome::Kind::false_alarm,
                   .score = scored(90, 60, 20, 0),
                   .by = 66});
      for (const int rung : {1, 3}) {
        EXPECT_FALSE(
            world.teach({.incident = incident,
                         .kind = rung == 1 ? Outcome::Kind::made_worse : Outcome::Kind::solved,
                         .rung = rung,
                         .trouble = "out_of_memory",
                         .by = 66}));
      }
      if (i % 50 == 0) world.handle("out_of_memory", kOutOfMemory);
      world.wait(15min);
    }
    expect_within_bounds(world.versions());
    EXPECT_EQ(world.first_step("out_of_memory"), 1);
  }
}

TEST(LearningSimulation, AFewCasesChangeNothingInTheChoice) {
  for (int count = 1; count <= 4; ++count) {
    for (const auto kind :
         {Outcome::Kind::solved, Outcome::Kind::not_solved, Outcome::Kind::made_worse}) {
      for (int rung = 1; rung <= 5; ++rung) {
        World world(1);
        const auto before = chances(world.now(), "crash_loop", kRules);
        for (int i = 0; i < count; ++i) {
          ASSERT_TRUE(world.teach({.incident = std::to_string(i),
                                   .kind = kind,
                                   .rung = rung,
                                   .trouble = "crash_loop"}));
        }
        EXPECT_EQ(chances(world.now(), "crash_loop", kRules), before);
      }
    }
  }
}

TEST(LearningSimulation, TakenBackEverythingIsAsItWas) {
  World world(4);
  for (int i = 0; i < 20; ++i) world.handle("crash_loop", kCrashLoop);
  const Learned older = world.now();
  for (int i = 0; i < 40; ++i) {
    world.handle("crash_loop", {0.9, 0, 0, 0, 0});
    world.teach({.incident = "f-" + std::to_string(i),
                 .kind = Outcome::Kind::false_alarm,
                 .score = scored(90, 60, 20, 0),
                 .by = i});
    world.wait(5h);
  }
  ASSERT_NE(world.now().weights, older.weights);
  ASSERT_NE(chances(world.now(), "crash_loop", kRules), chances(older, "crash_loop", kRules));
  const auto newest = world.now().version;
  world.store(take_back(world.now(), older, 1, world.time()));
  EXPECT_EQ(world.now().version, newest + 1);
  EXPECT_EQ(world.now().weights, older.weights);
  EXPECT_EQ(chances(world.now(), "crash_loop", kRules), chances(older, "crash_loop", kRules));
  EXPECT_EQ(world.first_step("crash_loop"), 3);
  EXPECT_EQ(world.now().by, 1);
  EXPECT_TRUE(world.teach(
      {.incident = "later", .kind = Outcome::Kind::solved, .rung = 3, .trouble = "crash_loop"}));
}

}  // namespace
}  // namespace mtc::alerts
