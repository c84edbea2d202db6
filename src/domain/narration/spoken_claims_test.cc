#include "domain/narration/spoken_claims.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "base/spoken.h"

namespace mtc::narration {
namespace {

bool can_mean(const SpokenClaim& claim, Quantity quantity, double value) {
  for (const auto& reading : claim.readings) {
    if (reading.quantity == quantity && value >= reading.low - 1e-9 && value <= reading.high + 1e-9)
      return true;
  }
  return false;
}

constexpr auto count = Quantity::count;
constexpr auto percent = Quantity::percent;
constexpr auto times = Quantity::times;
constexpr auto clock_time = Quantity::clock;
constexpr auto duration = Quantity::duration;

TEST(SpokenClaims, UnderstandsNumbersHoweverTheyAreSaid) {
  const struct {
    const char* text;
    Quantity quantity;
    double value;
  } cases[] = {
      {"一千二百次", count, 1200},
      {"两千一百", count, 2100},
      {"1200 次", count, 1200},
      {"1,200 次", count, 1200},
      {"一千零五", count, 1005},
      {"十五条", count, 15},
      {"二十", count, 20},
      {"四百二十万", count, 4'200'000},
      {"4.2万", count, 42'000},
      {"四点二万", count, 42'000},
      {"420万条", count, 4'200'000},
      {"一亿两千万", count, 120'000'000},
      {"一万二", count, 12'000},
      {"三百多万", count, 3'300'000},
      {"五零三", count, 503},
      {"几百次", count, 350},
      {"十几条", count, 17},
      {"七十八分", count, 78},
      {"百分之三", percent, 3},
      {"百分之十二", percent, 12.4},
      {"百分之零点五", percent, 0.5},
      {"不到百分之零点一", percent, 0.05},
      {"百分之3.5", percent, 3.5},
      {"12%", percent, 12},
      {"三成", percent, 30},
      {"一半", percent, 50},
      {"三分之一", percent, 33.3},
      {"四十倍", times, 40},
      {"四十多倍", times, 44},
      {"两倍半", times, 2.5},
      {"三点五倍", times, 3.5},
      {"翻倍", times, 2},
      {"两点零八分", clock_time, 128},
      {"凌晨两点零八分", clock_time, 128},
      {"两点零八", clock_time, 128},
      {"昨晚十一点半", clock_time, 23 * 60 + 30},
      {"下午三点", clock_time, 15 * 60},
      {"2:08", clock_time, 128},
      {"02:08", clock_time, 128},
      {"14:08", clock_time, 14 * 60 + 8},
      {"十点三十二分", clock_time, 632},
      {"凌晨一点", clock_time, 60},
      {"六分钟", duration, 360},
      {"半个小时", duration, 1800},
      {"一个半小时", duration, 5400},
      {"三天", duration, 3 * 86400},
      {"周三", Quantity::weekday, 3},
      {"星期日", Quantity::weekday, 0},
      {"二十二号", Quantity::calendar, 22},
      {"two thousand errors", count, 2000},
      {"two hundred and fifty", count, 250},
      {"forty-two", count, 42},
      {"a hundred", count, 100},
      {"a dozen", count, 12},
      {"2.1k", count, 2100},
      {"4.21 million", count, 4'210'000},
      {"one error", count, 1},
      {"12 percent", percent, 12},
      {"three point five percent", percent, 3.5},
      {"40x", times, 40},
      {"forty times", times, 40},
      {"twice", times, 2},
      {"two and a half times", times, 2.5},
      {"2:08 am", clock_time, 128},
      {"2:08 p.m.", clock_time, 14 * 60 + 8},
      {"2 pm", clock_time, 14 * 60},
      {"half past two", clock_time, 150},
      {"midnight", clock_time, 0},
      {"six minutes", duration, 360},
      {"half an hour", duration, 1800},
  };
  for (const auto& c : cases) {
    const auto claims = find_claims(c.text);
    ASSERT_EQ(claims.size(), 1U) << c.text;
    EXPECT_TRUE(can_mean(claims[0], c.quantity, c.value)) << c.text;
  }
}

TEST(SpokenClaims, AllowsNoMoreThanRounding) {
  const struct {
    const char* text;
    Quantity quantity;
    double value;
  } cases[] = {
      {"三十七条", count, 38},         {"四十条", count, 39},
      {"一千二百次", count, 1260},     {"一千二百次", count, 1149},
      {"一千二百三十四", count, 1235}, {"百分之三", percent, 3.6},
      {"四十倍", times, 43},           {"三倍", times, 3.4},
      {"两点零八分", clock_time, 129}, {"2:08 am", clock_time, 848},
      {"六分钟", duration, 420},       {"一千二百多次", count, 1400},
      {"近一千次", count, 1001},       {"2.1k", count, 2200},
      {"百分之三", count, 3},          {"三倍", percent, 3},
      {"下午三点", clock_time, 180},   {"0.5%", percent, 0.56},
  };
  for (const auto& c : cases) {
    const auto claims = find_claims(c.text);
    ASSERT_EQ(claims.size(), 1U) << c.text;
    EXPECT_FALSE(can_mean(claims[0], c.quantity, c.value)) << c.text;
  }
}

TEST(SpokenClaims, FindsSeveralInOneSentence) {
  const auto claims = find_claims("昨天一共两千一百次，比前天多百分之十二，最多在两点零八分。");
  ASSERT_EQ(claims.size(), 3U);
  EXPECT_EQ(claims[0].text, "两千一百");
  EXPECT_EQ(claims[1].text, "百分之十二");
  EXPECT_EQ(claims[2].text, "两点零八分");
}

TEST(SpokenClaims, TakesNoIdiomForANumber) {
  for (const char* text :
       {"一切正常", "一直在报错", "有一个新的错误", "十分稳定", "万一", "进一步", "统一", "第一条",
        "有一点慢", "payment v2 的 7d9f", "其中之一", "半夜", "one of the services", "this one",
        "Everything is fine", "no errors", "", "。", "gateway 的上游超时"}) {
    EXPECT_TRUE(find_claims(text).empty()) << text << " -> " << find_claims(text).front().text;
  }
}

// Whatever our own texts say, the reader must understand as what was meant.
TEST(SpokenClaims, ReadsBackWhatWeSayOurselves) {
  SeededRandom random(3);
  for (int i = 0; i < 800; ++i) {
    const auto magnitude = uniform(random, 13);
    const auto n = static_cast<std::int64_t>(
        uniform(random, static_cast<std::uint64_t>(std::pow(10, magnitude)) + 1));
    const double ratio = static_cast<double>(uniform(random, 1'000'000) + 1) / 10'000;
    const TimePoint at{std::chrono::minutes(uniform(random, 1440))};
    for (const Language language : {Language::zh, Language::en}) {
      const auto check = [&](const std::string& said, Quantity quantity, double value) {
        const auto claims = find_claims(said);
        ASSERT_EQ(claims.size(), 1U) << said;
        EXPECT_TRUE(can_mean(claims[0], quantity, value)) << said << " for " << value;
      };
      check(say_number(n, language) + (language == Language::zh ? "次" : " errors"), count,
            static_cast<double>(n));
      check(say_percent(ratio / 100, language), percent, ratio);
      if (ratio >= 1) check(say_times(ratio, language), times, ratio);
      check(say_clock(at, Zone::utc(), language), clock_time,
            static_cast<double>(at.time_since_epoch() / std::chrono::minutes(1)));
      check(say_duration(Millis{n % 80'000'000 + 1000}, language), duration,
            static_cast<double>(n % 80'000'000 + 1000) / 1000);
    }
    if (HasFailure()) return;
  }
}

TEST(SpokenClaims, TakesAnyText) {
  static constexpr std::string_view kPieces[] = {
      "一",   "千",       "万", "亿", "点", "分", "之", "百",  "半",    "倍",
      "零",   "1",        "9",  ".",  ",",  ":",  "%",  "two", " and ", "a",
      "half", "thousand", "k",  "x",  " ",  "第", "周", "个",  "am"};
  SeededRandom random(5);
  for (int i = 0; i < 3'000; ++i) {
    std::string text;
    for (std::uint64_t n = uniform(random, 14); n > 0; --n)
      text += kPieces[uniform(random, std::size(kPieces))];
    for (const auto& claim : find_claims(text)) EXPECT_FALSE(claim.text.empty());
  }
  std::string endless;
  for (int i = 0; i < 50'000; ++i) endless += "一千";
  EXPECT_FALSE(find_claims(endless).empty());
  EXPECT_FALSE(find_claims(std::string(100'000, '9')).empty());
}

}  // namespace
}  // namespace mtc::narration
