#include "domain/digest/speech_details.h"

#include <gtest/gtest.h>

#include "base/zone.h"

namespace mtc::digest {
namespace {

using namespace std::chrono_literals;

Digest busy_night() {
  const TimePoint two = Zone::shanghai().at(2026y / 11 / 22, 2h);
  Digest digest;
  digest.created = Zone::shanghai().at(2026y / 11 / 22, 5h);
  digest.top_errors = {
      {.id = "1",
       .text = "connect to mysql <*> timed out",
       .service = "payment",
       .count = 1200,
       .first = two,
       .last = two + 10min},
      {.id = "2", .text = "disk full", .service = "order", .count = 1, .first = two, .last = two}};
  digest.spikes = {{.minute = two + 11min,
                    .count = 300,
                    .from = two + 8min,
                    .to = two + 14min,
                    .service = "payment"}};
  return digest;
}

TEST(SpeechDetails, TellsErrorsAndTheWorstMinute) {
  const std::string zh = render_speech_details(busy_night());
  EXPECT_TRUE(zh.starts_with("错误最多的是 payment 的连接数据库超时，一千二百次，")) << zh;
  EXPECT_NE(zh.find("其次是 order 的"), std::string::npos) << zh;
  EXPECT_NE(zh.find("payment 的错误从昨晚两点零八分开始突增，两点十一分最多，一分钟三百条。"),
            std::string::npos)
      << zh;
  const std::string en = render_speech_details(busy_night(), {.language = Language::en});
  EXPECT_NE(en.find("A burst in payment began at 2:08 am and was worst at 2:11, with 300 errors "
                    "in one minute."),
            std::string::npos)
      << en;
}

TEST(SpeechDetails, SpeaksOfAMinuteOnlyWhereItIsOne) {
  Digest digest = busy_night();
  digest.spikes[0].width = 15min;
  const std::string zh = render_speech_details(digest);
  EXPECT_EQ(zh.find("一分钟"), std::string::npos) << zh;
}

TEST(SpeechDetails, StopsAtASentenceWhenItGetsLong) {
  const std::string zh = render_speech_details(busy_night(), {.max_characters = 50});
  EXPECT_TRUE(zh.ends_with("。")) << zh;
  EXPECT_EQ(zh.find("order"), std::string::npos) << zh;
}

TEST(SpeechDetails, AQuietDayHasNothingToAdd) {
  EXPECT_EQ(render_speech_details({}), "没有更多要说的，日志里没有错误。");
  EXPECT_EQ(render_speech_details({}, {.language = Language::en}),
            "There is no more to tell; the logs hold no errors.");
}

}  // namespace
}  // namespace mtc::digest
