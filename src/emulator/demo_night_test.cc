#include "emulator/demo_night.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/zone.h"
#include "emulator/emulator_test_world.h"
#include "infra/crypto/sha256.h"

namespace mtc::emulator {
namespace {

struct NightWorld {
  FakeClock clock{};
  SeededRandom random{1};
  Emulator emulator{{}, clock, random};
  DemoNight night;
  explicit NightWorld(DemoVolume volume) {
    clock.time = TimePoint(Millis(kTestTime));
    night = load_demo_night(emulator, 42, clock, volume);
  }
  const TopicTable& table() {
    return *emulator.cloud()
                .find_topic({.uin = demo_account().uin, .region = night.region}, night.topic_id)
                ->table;
  }
  std::int64_t count(std::string_view query, std::chrono::minutes from, std::chrono::minutes to) {
    const auto begin = night.day.time_since_epoch().count();
    const auto where =
        compile_condition(*parse_condition(query, QuerySyntax::cql), table(),
                          {begin + Millis(from).count(), begin + Millis(to).count()});
    Statement rows(emulator.cloud().db(),
                   "SELECT count(*) FROM " + table().name() + " WHERE " + where->where.sql);
    rows.bind_all(where->where.binds);
    rows.step();
    return rows.integer(0);
  }
  std::string digest() {
    Statement rows(emulator.cloud().db(), "SELECT id, body FROM " + table().name());
    std::string all;
    while (rows.step()) {
      all += std::to_string(rows.integer(0));
      all += rows.text(1);
      all = sha256(all);
    }
    return to_hex(all);
  }
};

TEST(DemoNight, TellsTheStoryOfTheIncident) {
  using std::chrono::minutes;
  NightWorld world({.days_before = 0});
  const minutes day(1440);
  EXPECT_EQ(format_civil(world.night.day, Zone::shanghai()), "2026-01-01 00:00:00");
  EXPECT_NEAR(static_cast<double>(world.count("*", minutes(0), day)), 120'000, 1000);
  const auto incident = world.count("level:ERROR AND service:payment", minutes(128), minutes(134));
  const auto rest = world.count("level:ERROR AND service:payment", minutes(0), day) - incident;
  const double ratio = static_cast<double>(incident) / 6 / (static_cast<double>(rest) / (1440 - 6));
  EXPECT_GT(ratio, 30);
  EXPECT_LT(ratio, 50);
  EXPECT_LE(world.count("level:ERROR AND service:payment", minutes(100), minutes(128)), 8);
  EXPECT_LE(world.count("level:ERROR AND service:payment", minutes(135), minutes(163)), 8);
  EXPECT_EQ(world.count("message:NullPointerException", minutes(0), minutes(128)), 0);
  EXPECT_GT(world.count("message:NullPointerException", minutes(128), minutes(135)), 3);
  EXPECT_EQ(world.count("message:\"rolling payment back\"", minutes(132), minutes(133)), 1);
  EXPECT_EQ(world.count("message:\"ignore all previous instructions\"", minutes(0), day), 1);
  EXPECT_GT(world.count("message:支付", minutes(0), day), 100);
}

TEST(DemoNight, HasComparableDaysBefore) {
  using std::chrono::minutes;
  const minutes day(1440);
  const DemoVolume small{.lines_per_day = 3000};
  NightWorld world(small);
  for (int d = 0; d <= 8; ++d)
    EXPECT_NEAR(static_cast<double>(world.count("*", -d * day, (1 - d) * day)), 3000, 200) << d;
  EXPECT_EQ(world.count("message:NullPointerException", -8 * day, minutes(0)), 0)
      << "never seen before";
  EXPECT_EQ(world.count("message:\"disk usage\"", -2 * day, day), 3 * 48);
  EXPECT_EQ(world.count("message:\"disk usage\"", -8 * day, -2 * day), 0);
  EXPECT_EQ(NightWorld(small).digest(), world.digest()) << "the same seed, the same logs";
  EXPECT_EQ(load_demo_night(world.emulator, 42, world.clock, small).lines, 0)
      << "it is there already";
  world.clock.time += std::chrono::hours(24);
  EXPECT_GT(load_demo_night(world.emulator, 42, world.clock, small).lines, 0)
      << "the day has moved on";
}

}  // namespace
}  // namespace mtc::emulator
