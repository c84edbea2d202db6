#include "mcp/change_hub.h"

#include <gtest/gtest.h>

#include <vector>

namespace mtc::mcp {
namespace {

TEST(ChangeHub, EverybodyHearsAsLongAsTheyListen) {
  ChangeHub hub;
  std::vector<std::string> heard;
  auto first = hub.subscribe([&](const Change& c) { heard.push_back("first " + c.id); });
  {
    const auto second = hub.subscribe([&](const Change& c) { heard.push_back("second " + c.id); });
    EXPECT_EQ(hub.size(), 2U);
    hub.publish({.kind = Change::Kind::resource, .id = "a"});
  }
  hub.publish({.kind = Change::Kind::resource, .id = "b"});
  EXPECT_EQ(heard, (std::vector<std::string>{"first a", "second a", "first b"}));
  first = {};
  EXPECT_EQ(hub.size(), 0U);
  hub.publish({});
  EXPECT_EQ(heard.size(), 3U);
}

TEST(ChangeHub, ListenerMayLeaveWhileItIsTold) {
  ChangeHub hub;
  int heard = 0;
  ChangeHub::Subscription leaving;
  leaving = hub.subscribe([&](const Change&) {
    ++heard;
    leaving = {};
  });
  const auto staying = hub.subscribe([&](const Change&) { ++heard; });
  hub.publish({});
  hub.publish({});
  EXPECT_EQ(heard, 3);
}

TEST(ChangeHub, ForgetsThoseWhoLeftWithoutBeingToldSo) {
  ChangeHub hub;
  for (int i = 0; i < 100; ++i) {
    const auto brief = hub.subscribe([](const Change&) {});
    EXPECT_EQ(hub.size(), 1U);
  }
}

}  // namespace
}  // namespace mtc::mcp
