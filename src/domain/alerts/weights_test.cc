#include "domain/alerts/weights.h"

#include <gtest/gtest.h>

#include "domain/alerts/memory_learned_store.h"
#include "infra/loop/run.h"

namespace mtc::alerts {
namespace {

Learned example() {
  Learned out{.version = 7,
              .weights = {41, 30, 19, 10},
              .moved = {0.5, 0, -0.5, 0},
              .pinned = true,
              .why = "因为一次误报",
              .kind = "false_alarm",
              .incident = "i-1",
              .by = 3,
              .at = TimePoint(std::chrono::milliseconds(1'795'000'000'123))};
  out.steps["crash_loop"][2] = {.solved = 4.5, .failed = 1, .worse = 0.25};
  return out;
}

TEST(Learned, ComesBackFromJson) {
  const auto back = learned_from_json(to_json(example()));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_json(*back), to_json(example()));
  EXPECT_EQ(back->steps.at("crash_loop")[2].worse, 0.25);
  EXPECT_EQ(back->at, example().at);
}

TEST(Learned, WhatIsNotWholeIsRefused) {
  const auto broken = [](const char* pointer, Json value) {
    Json json = to_json(example());
    json[Json::json_pointer(pointer)] = std::move(value);
    const auto back = learned_from_json(json);
    return back ? "" : back.error().message;
  };
  EXPECT_EQ(broken("/why", ""), "");
  EXPECT_NE(broken("/weights/impact", 42), "");
  EXPECT_NE(broken("/weights/impact", nullptr), "");
  EXPECT_NE(broken("/steps/crash_loop", Json::array()), "");
  EXPECT_NE(broken("/steps/crash_loop/0/solved", -1), "");
  EXPECT_NE(broken("/at", "yesterday"), "");
  EXPECT_FALSE(learned_from_json(nullptr));
}

TEST(LearnedStore, AVersionFollowsTheOneItWasMadeFrom) {
  MemoryLearnedStore store;
  EXPECT_EQ(run(store.newest(1))->has_value(), false);
  const auto first = run(store.add(1, {}));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->version, 1);
  const auto late = run(store.add(1, {}));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::conflict);
  EXPECT_EQ(run(store.add(1, *first))->version, 2);
  EXPECT_EQ(run(store.add(2, {}))->version, 1);
  const auto listed = run(store.list(1, 10));
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 2U);
  EXPECT_EQ(listed->front().version, 2);
  EXPECT_EQ(run(store.newest(1))->value().version, 2);
}

}  // namespace
}  // namespace mtc::alerts
