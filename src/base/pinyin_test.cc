#include "base/pinyin.h"

#include <gtest/gtest.h>

namespace mtc {
namespace {

// The syllables and everything else one behind the other.
std::string spelling_of(std::string_view utf8) {
  std::string out;
  for (const auto& sound : sounds_of(utf8)) out += sound.han() ? sound.syllable : sound.text;
  return out;
}

TEST(Pinyin, SpellsHanWithoutTonesAndKeepsTheRest) {
  const struct {
    const char *text, *spelled;
  } cases[] = {{"订单服务", "dingdanfuwu"},
               {"广州生产", "guangzhoushengchan"},
               {"order服务2", "orderfuwu2"},
               {"绿", "lu"},
               {"", ""},
               {"é", "é"}};
  for (const auto& c : cases) EXPECT_EQ(spelling_of(c.text), c.spelled) << c.text;
}

TEST(Pinyin, ACharacterAlwaysSoundsTheSame) {
  EXPECT_EQ(spelling_of("银行"), spelling_of("银") + spelling_of("行"));
  EXPECT_EQ(spelling_of("定单"), spelling_of("订单"));
}

TEST(Pinyin, TellsCharactersApart) {
  const auto sounds = sounds_of("a订");
  ASSERT_EQ(sounds.size(), 2U);
  EXPECT_FALSE(sounds[0].han());
  EXPECT_EQ(sounds[1].text, "订");
  EXPECT_EQ(sounds[1].syllable, "ding");
}

TEST(Pinyin, BrokenTextIsNoTrouble) {
  EXPECT_EQ(spelling_of("\xff订\xe8"),
            "\xef\xbf\xbd"
            "ding\xef\xbf\xbd");
}

}  // namespace
}  // namespace mtc
