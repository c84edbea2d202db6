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

constexpr auto kCount = Quantity::count;
constexpr auto kPercent = Quantity::percent;
constexpr auto kTimes = Quantity::times;
constexpr auto kClock = Quantity::clock;
constexpr auto kDuration = Quantity::duration;

TEST(SpokenClaims, UnderstandsNumbersHoweverTheyAreSaid) {
  const struct {
    const char* text;
    Quantity quantity;
    double value;
  } cases[] = {
      {"一千二百次", kCount, 1200},
      {"两千一百", kCount, 2100},
      {"1200 次", kCount, 1200},
      {"1,200 次", kCount, 1200},
      {"一千零五", kCount, 1005},
      {"十五条", kCount, 15},
      {"二十", kCount, 20},
      {"四百二十万", kCount, 4'200'000},
      {"4.2万", kCount, 42'000},
      {"四点二万", kCount, 42'000},
      {"420万条", kCount, 4'200'000},
      {"一亿两千万", kCount, 120'000'000},
      {"一万二", kCount, 12'000},
      {"三百多万", kCount, 3'300'000},
      {"82 万条", kCount, 820'000},
      {"百余条", kCount, 120},
      {"近万条", kCount, 9'500},
      {"千万条错误", kCount, 10'000'000},
      {"只有一个", kCount, 1},
      {"几条错误", kCount, 3},
      {"个位数", kCount, 4},
      {"翻了三番", kTimes, 8},
      {"涨了几倍", kTimes, 5},
      {"几分钟", kDuration, 240},
      {"a few minutes", kDuration, 240},
      {"six-minute", kDuration, 360},
      {"several errors", kCount, 5},
      {"a single error", kCount, 1},
      {"第三千条", kCount, 3000},
      {"五零三", kCount, 503},
      {"几百次", kCount, 350},
      {"十几条", kCount, 17},
      {"七十八分", kCount, 78},
      {"百分之三", kPercent, 3},
      {"百分之十二", kPercent, 12.4},
      {"百分之零点五", kPercent, 0.5},
      {"不到百分之零点一", kPercent, 0.05},
      {"百分之3.5", kPercent, 3.5},
      {"12%", kPercent, 12},
      {"三成", kPercent, 30},
      {"一半", kPercent, 50},
      {"三分之一", kPercent, 33.3},
      {"四十倍", kTimes, 40},
      {"四十多倍", kTimes, 44},
      {"两倍半", kTimes, 2.5},
      {"三点五倍", kTimes, 3.5},
      {"翻倍", kTimes, 2},
      {"两点零八分", kClock, 128},
      {"凌晨两点零八分", kClock, 128},
      {"两点零八", kClock, 128},
      {"昨晚十一点半", kClock, 23 * 60 + 30},
      {"下午三点", kClock, 15 * 60},
      {"2:08", kClock, 128},
      {"02:08", kClock, 128},
      {"14:08", kClock, 14 * 60 + 8},
      {"十点三十二分", kClock, 632},
      {"凌晨一点", kClock, 60},
      {"六分钟", kDuration, 360},
      {"半个小时", kDuration, 1800},
      {"一个半小时", kDuration, 5400},
      {"三天", kDuration, 3 * 86400},
      {"周三", Quantity::weekday, 3},
      {"星期日", Quantity::weekday, 0},
      {"二十二号", Quantity::calendar, 22},
      {"two thousand errors", kCount, 2000},
      {"two hundred and fifty", kCount, 250},
      {"forty-two", kCount, 42},
      {"a hundred", kCount, 100},
      {"a dozen", kCount, 12},
      {"2.1k", kCount, 2100},
      {"4.21 million", kCount, 4'210'000},
      {"one error", kCount, 1},
      {"12 percent", kPercent, 12},
      {"three point five percent", kPercent, 3.5},
      {"40x", kTimes, 40},
      {"forty times", kTimes, 40},
      {"twice", kTimes, 2},
      {"two and a half times", kTimes, 2.5},
      {"2:08 am", kClock, 128},
      {"2:08 p.m.", kClock, 14 * 60 + 8},
      {"2 pm", kClock, 14 * 60},
      {"half past two", kClock, 150},
      {"midnight", kClock, 0},
      {"six minutes", kDuration, 360},
      {"half an hour", kDuration, 1800},
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
      {"三十七条", kCount, 38},         {"四十条", kCount, 39},
      {"一千二百次", kCount, 1260},     {"一千二百次", kCount, 1149},
      {"一千二百三十四", kCount, 1235}, {"百分之三", kPercent, 3.6},
      {"四十倍", kTimes, 43},           {"三倍", kTimes, 3.4},
      {"两点零八分", kClock, 129},      {"2:08 am", kClock, 848},
      {"六分钟", kDuration, 420},       {"一千二百多次", kCount, 1400},
      {"近一千次", kCount, 1001},       {"2.1k", kCount, 2200},
      {"百分之三", kCount, 3},          {"三倍", kPercent, 3},
      {"下午三点", kClock, 180},        {"0.5%", kPercent, 0.56},
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
      check(say_number(n, language) + (language == Language::zh ? "次" : " errors"), kCount,
            static_cast<double>(n));
      check(say_percent(ratio / 100, language), kPercent, ratio);
      if (ratio >= 1) check(say_times(ratio, language), kTimes, ratio);
      check(say_clock(at, Zone::utc(), language), kClock,
            static_cast<double>(at.time_since_epoch() / std::chrono::minutes(1)));
      check(say_duration(Millis{n % 80'000'000 + 1000}, language), kDuration,
            static_cast<double>(n % 80'000'000 + 1000) / 1000);
    }
    if (HasFailure()) return;
  }
}

TEST(SpokenClaims, ReadsATimeThatIsCutOff) {
  for (const char* text : {"2:08:1", "2:08:", "2:08:12", "两点", "两点零"}) {
    EXPECT_LE(find_claims(text).size(), 1U) << text;
  }
}

TEST(SpokenClaims, TakesAnyText) {
  static constexpr std::string_view kPieces[] = {
      "一", "千", "万", "亿", "点", "分",   "之",    "百", "半",   "倍",       "零", "1",
      "9",  ".",  ",",  ":",  "%",  "two",  " and ", "a",  "half", "thousand", "k",  "x",
      " ",  "第", "周", "个", "am", "2:08", "几",    "番", "条",   "few"};
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
