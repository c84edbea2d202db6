#include "emulator/kubernetes/api_time.h"

#include <gtest/gtest.h>

namespace mtc::emulator::kubernetes {
namespace {

using namespace std::chrono_literals;

TEST(ApiTime, ReadsWhatItWrites) {
  const auto time = read_api_time("2026-11-22T00:01:02Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(api_time(*time), "2026-11-22T00:01:02Z");
  EXPECT_EQ(read_api_time("2026-11-22T08:01:02.007000+08:00"), *time + 7ms);
}

TEST(ApiTime, RefusesWhatIsNoTime) {
  for (const auto* text :
       {"", "yesterday", "2026-02-30T00:00:00Z", "2026-11-22T25:00:00Z", "2026-11-22T00:00:00",
        "2026-11-22T00:00:00.Z", "2026-11-22T00:00:00Zjunk", "-026-11-22T00:00:00Z"})
    EXPECT_FALSE(read_api_time(text)) << text;
}

TEST(ApiTime, AgesAreShownAsKubectlShowsThem) {
  const struct {
    Millis duration;
    const char* shown;
  } cases[] = {{-5s, "<invalid>"},  {0s, "0s"},           {119s, "119s"},       {2min, "2m"},
               {150s, "2m30s"},     {59min, "59m"},       {179min, "179m"},     {3h, "3h"},
               {185min, "3h5m"},    {26h, "26h"},         {51h, "2d3h"},        {24h * 8, "8d"},
               {24h * 400, "400d"}, {24h * 750, "2y20d"}, {24h * 365 * 9, "9y"}};
  for (const auto& c : cases) EXPECT_EQ(human_duration(c.duration), c.shown);
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
