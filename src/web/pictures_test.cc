#include "web/pictures.h"

#include <gtest/gtest.h>

namespace mtc::web {
namespace {

using namespace std::chrono_literals;

struct World {
  FakeClock clock;
  SeededRandom random{7};
  Pictures pictures{clock, random};
};

TEST(Pictures, AreThereForAnHour) {
  World world;
  const auto id = world.pictures.keep({.bytes = "png", .mime_type = "image/png"});
  world.clock.time += 1h - 1ms;
  EXPECT_EQ(world.pictures.find(id)->bytes, "png");
  world.clock.time += 1ms;
  EXPECT_EQ(world.pictures.find(id).error().code, Errc::not_found);
}

TEST(Pictures, GiveWayToNewerOnes) {
  World world;
  const auto first = world.pictures.keep({.bytes = "first"});
  const auto second = world.pictures.keep({.bytes = "second"});
  for (std::size_t i = 2; i < Pictures::kMost + 1; ++i) world.pictures.keep({.bytes = "more"});
  EXPECT_FALSE(world.pictures.find(first));
  EXPECT_TRUE(world.pictures.find(second));
}

TEST(Pictures, CannotBeGuessed) {
  World world;
  const auto id = world.pictures.keep({.bytes = "png"});
  EXPECT_GE(id.size(), 32U);
  EXPECT_FALSE(world.pictures.find(""));
  EXPECT_FALSE(world.pictures.find(id.substr(1)));
}

}  // namespace
}  // namespace mtc::web
