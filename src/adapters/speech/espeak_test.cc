#include "adapters/speech/espeak.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/wav.h"
#include "infra/loop/run.h"
#include "infra/process/process.h"

namespace mtc::speech {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Result<std::string> speak(std::string text, Language language, EspeakOptions options = {}) {
  EspeakSynthesizer synthesizer(std::move(options));
  return run(synthesizer.synthesize(std::move(text), language));
}

// The sounds espeak-ng would make, in its own notation.
std::string phonemes_of(const std::string& text) {
  const auto result = run(run_process(
      {.arguments = {"espeak-ng", "-v", "cmn-latn-pinyin", "-q", "-x", "-b", "1", "--stdin"},
       .input = text}));
  return result ? result->output : result.error().message;
}

TEST(Espeak, SpeaksChineseAsAWavFile) {
  const auto wav =
      speak("早上好，张三。昨晚两点零八分，payment 报错涨到平时的四十倍。", Language::zh);
  ASSERT_TRUE(wav) << wav.error().message;
  const auto info = read_wav(*wav);
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->format, 1);
  EXPECT_EQ(info->channels, 1);
  EXPECT_EQ(info->bits_per_sample, 16);
  EXPECT_GE(info->sample_rate, 8000U);
  EXPECT_GT(info->duration(), Millis{3'000});
  EXPECT_LT(info->duration(), Millis{20'000});
  const auto silent = std::string_view(*wav).substr(info->data_offset).find_first_not_of('\0');
  EXPECT_NE(silent, std::string_view::npos);
}

TEST(Espeak, SpeaksEnglish) {
  const auto wav = speak("Good morning. Everything is fine.", Language::en);
  ASSERT_TRUE(wav) << wav.error().message;
  EXPECT_GT(read_wav(*wav)->duration(), Millis{1'000});
}

TEST(Espeak, SpeaksFasterWhenAsked) {
  const auto slow = speak("One two three four five six", Language::en, {.words_per_minute = 120});
  const auto fast = speak("One two three four five six", Language::en, {.words_per_minute = 300});
  ASSERT_TRUE(slow && fast);
  EXPECT_GT(slow->size(), fast->size());
}

TEST(Espeak, ReadsMarksAndOptionsAsMereText) {
  const auto plain = speak("-v en-us", Language::en);
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_TRUE(speak("--help", Language::en));
  EXPECT_TRUE(speak("$(reboot); `reboot` | reboot", Language::zh));
}

TEST(Espeak, HasNothingToSayForNothing) {
  EXPECT_EQ(speak("", Language::zh).error().code, Errc::invalid_argument);
  EXPECT_EQ(speak(" \n\x01\x1b<>", Language::zh).error().code, Errc::invalid_argument);
}

TEST(Espeak, BoundsWhatIsSpoken) {
  std::string endless;
  for (int i = 0; i < 20'000; ++i) endless += "很";
  const auto wav = speak(endless, Language::zh, {.max_characters = 50});
  ASSERT_TRUE(wav) << wav.error().message;
  EXPECT_LT(read_wav(*wav)->duration(), Millis{30'000});
}

TEST(Espeak, SaysWhatToInstall) {
  const auto wav = speak("hello", Language::en, {.program = "no-espeak-here"});
  ASSERT_FALSE(wav);
  EXPECT_EQ(wav.error().code, Errc::not_found);
  EXPECT_THAT(wav.error().message, HasSubstr("apt-get install espeak-ng"));
}

TEST(Espeak, ReportsAProgramThatDeliversNoSound) {
  const auto wav = speak("hello", Language::en, {.program = "true"});
  ASSERT_FALSE(wav);
  EXPECT_EQ(wav.error().code, Errc::unavailable);
}

TEST(Espeak, TakesTheMeaningOutOfMarkup) {
  EXPECT_EQ(prepare_for_espeak("[[h@l'oU]]", Language::en, 100), "h l'oU");
  EXPECT_EQ(prepare_for_espeak("a\x01"
                               "5s b\x1b[0m\xc2\x85",
                               Language::en, 100),
            "a 5s b  0m");
  for (const char c : std::string_view("<>&[]|`*_#=")) {
    const std::string text = std::string("x") + c + "y";
    EXPECT_EQ(prepare_for_espeak(text, Language::en, 100), "x y");
  }
  EXPECT_EQ(prepare_for_espeak("a\xff"
                               "b",
                               Language::en, 100),
            "a\xef\xbf\xbd"
            "b");
}

TEST(Espeak, SpellsNumbersInChinese) {
  const struct {
    const char *written, *said;
  } cases[] = {
      {"错误 1300 次", "错误 一千三百 次"},
      {"4200000", "四百二十万"},
      {"4213377", "四百二十一万三千三百七十七"},
      {"1005", "一千零五"},
      {"1015", "一千零一十五"},
      {"10005", "一万零五"},
      {"100500", "十万零五百"},
      {"10500", "一万零五百"},
      {"120034", "十二万零三十四"},
      {"100000000", "一亿"},
      {"100001000", "一亿零一千"},
      {"12%", "百分之十二"},
      {"0.5%", "百分之零点五"},
      {"3.5倍", "三点五倍"},
      {"2:08", "两点零八分"},
      {"02:14", "两点十四分"},
      {"10:00", "十点"},
      {"503", "五百零三"},
      {"007", "零零七"},
      {"v2 和 7d9f", "v2 和 7d9f"},
      {"12345678901234567890", "12345678901234567890"},
      {"1.", "一."},
      {"没有数字", "没有数字"},
  };
  for (const auto& c : cases) EXPECT_EQ(spell_numbers(c.written), c.said) << c.written;
}

// The reason for the choice of voice and for spell_numbers, kept as a test: a later espeak-ng may
// do better.
TEST(Espeak, ReadsCharactersInMandarin) {
  const std::string sounds = phonemes_of("百分之十二");
  EXPECT_THAT(sounds, Not(HasSubstr("(en)")));
  EXPECT_THAT(sounds, HasSubstr("'@r51"));  // 二
}

}  // namespace
}  // namespace mtc::speech
