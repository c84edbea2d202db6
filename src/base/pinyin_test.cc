#include "base/pinyin.h"

#include <gtest/gtest.h>

namespace mtc {
namespace {

TEST(Pinyin, SpellsHanWithoutTonesAndKeepsTheRest) {
  const struct {
    const char *text, *spelled;
  } cases[] = {{"订单服务", "dingdanfuwu"},
               {"广州生产", "guangzhoushengchan"},
               {"order服务2", "orderfuwu2"},
               {"绿", "lu"},
               {"", ""},
               {"é", "é"}};
  for (const auto& c : cases) EXPECT_EQ(to_pinyin(c.text), c.spelled) << c.text;
}

TEST(Pinyin, ACharacterAlwaysSoundsTheSame) {
  EXPECT_EQ(to_pinyin("银行"), to_pinyin("银") + to_pinyin("行"));
  EXPECT_EQ(to_pinyin("定单"), to_pinyin("订单"));
}

TEST(Pinyin, TellsCharactersApart) {
  const auto sounds = sounds_of("a订");
  ASSERT_EQ(sounds.size(), 2U);
  EXPECT_FALSE(sounds[0].han());
  EXPECT_EQ(sounds[1].text, "订");
  EXPECT_EQ(sounds[1].syllable, "ding");
}

TEST(Pinyin, BrokenTextIsNoTrouble) {
  EXPECT_EQ(to_pinyin("\xff订\xe8"),
            "\xef\xbf\xbd"
            "ding\xef\xbf\xbd");
}

}  // namespace
}  // namespace mtc
