#include "adapters/tencent/tts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/tencent/scripted_cloud.h"
#include "base/encoding.h"
#include "base/text.h"
#include "infra/loop/run.h"

namespace mtc::tencent {
namespace {

using testing::ElementsAre;

std::string u32(std::size_t value) {
  std::string out;
  for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i) & 0xffU);
  return out;
}

// PCM, one channel, 16 bits.
std::string format_of(std::uint32_t rate) {
  return std::string("\1\0\1\0", 4) + u32(rate) + u32(std::size_t{rate} * 2) +
         std::string("\2\0\x10\0", 4);
}
std::string wave(std::string_view samples, std::uint32_t rate = 16'000) {
  return "RIFF" + u32(36 + samples.size()) + "WAVEfmt " + u32(16) + format_of(rate) + "data" +
         u32(samples.size()) + std::string(samples);
}

TEST(SpeechPieces, AreCutAfterSentences) {
  EXPECT_THAT(split_for_speech("  "), ElementsAre());
  EXPECT_THAT(split_for_speech("早上好。"), ElementsAre("早上好。"));
  std::string text;
  for (int i = 0; i < 30; ++i)
    text += "昨晚支付服务出现三次超时，已自动恢复。";  // 19 characters each
  const auto pieces = split_for_speech(text);
  ASSERT_GT(pieces.size(), 3U);
  std::string whole;
  for (const auto& piece : pieces) {
    EXPECT_LE(count_characters(piece), 150U);
    EXPECT_TRUE(piece.ends_with("。")) << piece;
    whole += piece;
  }
  EXPECT_EQ(whole, text);
}

TEST(SpeechPieces, AreNeverTooLongWhateverTheText) {
  std::string endless;
  for (int i = 0; i < 1000; ++i) endless += "超";
  std::string latin;
  for (int i = 0; i < 300; ++i) latin += "payment timed out 0.5 s, 1,000 times; ";
  for (const std::string& text : {endless, latin, std::string(2000, 'x'), endless + latin,
                                  std::string(3000, '.'), std::string("\xff\xfe")}) {
    std::size_t characters = 0;
    for (const auto& piece : split_for_speech(text)) {
      ASSERT_FALSE(piece.empty());
      ASSERT_TRUE(is_valid_utf8(piece));
      const auto count = count_characters(piece);
      const auto wide = (piece.size() - count) / 2;
      EXPECT_LE(static_cast<double>(wide) / 150 + static_cast<double>(count - wide) / 500, 1.001)
          << piece;
      characters += count;
    }
    EXPECT_GT(characters, 0U);
  }
  for (const auto& piece : split_for_speech(latin))
    EXPECT_FALSE(piece.ends_with("0.") || piece.ends_with("1,")) << piece;
}

struct World : ScriptedCloud {
  TencentVoice voice{client, random};
};

OutboundResponse audio(std::string_view text) {
  return {
      .status = 200,
      .headers = {},
      .body =
          Json{{"Response",
                {{"Audio", text}, {"SessionId", "s"}, {"Subtitles", nullptr}, {"RequestId", "r"}}}}
              .dump()};
}

TEST(TencentVoice, SpeaksPieceByPieceAndJoins) {
  World world;
  std::vector<std::string> spoken;
  world.http.otherwise([&spoken](const OutboundRequest& request) {
    const Json body = *parse_json(request.body);
    spoken.push_back(string_or(body, "Text"));
    EXPECT_EQ(integer_or(body, "PrimaryLanguage"), 1);
    EXPECT_EQ(string_or(body, "Codec"), "wav");
    EXPECT_FALSE(string_or(body, "SessionId").empty());
    EXPECT_EQ(request.url, "https://tts.tencentcloudapi.com/");
    return audio(to_base64(wave(spoken.size() == 1 ? "aa" : "bb")));
  });
  std::string text;
  for (int i = 0; i < 10; ++i) text += "昨晚支付服务出现三次超时，已自动恢复。";
  const auto sound = run(world.voice.synthesize(text, Language::zh));
  ASSERT_TRUE(sound) << sound.error().message;
  EXPECT_EQ(*sound, wave("aabb"));
  EXPECT_EQ(spoken[0] + spoken[1], text);
}

TEST(TencentVoice, FailsClearly) {
  const struct {
    OutboundResponse response;
    Errc code;
  } cases[] = {
      {audio(""), Errc::unavailable},
      {audio("not base64!"), Errc::unavailable},
      {audio(to_base64("not wave")), Errc::unavailable},
      {{200,
        {},
        R"({"Response":{"Error":{"Code":"UnsupportedOperation.PkgExhausted","Message":"m"},"RequestId":"r"}})"},
       Errc::denied},
  };
  for (const auto& c : cases) {
    World world;
    world.http.otherwise([&c](const OutboundRequest&) { return c.response; });
    const auto sound = run(world.voice.synthesize("你好", Language::zh));
    ASSERT_FALSE(sound);
    EXPECT_EQ(sound.error().code, c.code) << sound.error().message;
  }
  World world;
  EXPECT_EQ(run(world.voice.synthesize(" ", Language::zh)).error().code, Errc::invalid_argument);
  EXPECT_EQ(run(world.voice.synthesize(std::string(10'000, 'a'), Language::en)).error().code,
            Errc::invalid_argument);
  EXPECT_TRUE(world.http.requests.empty());
}

}  // namespace
}  // namespace mtc::tencent
