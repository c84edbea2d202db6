#include "adapters/speech/wav.h"

#include <gtest/gtest.h>

namespace mtc::speech {
namespace {

std::string le(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i & 0xffU);
  return out;
}

// 22050 Hz, one channel, 16 bit, as espeak-ng writes it to a pipe.
std::string piped_wav(const std::string& samples, const std::string& extra_chunk = {}) {
  return "RIFF" + le(0x7ffff024, 4) + "WAVE" + "fmt " + le(16, 4) + le(1, 2) + le(1, 2) +
         le(22050, 4) + le(44100, 4) + le(2, 2) + le(16, 2) + extra_chunk + "data" +
         le(0x7ffff000, 4) + samples;
}

TEST(Wav, PutsTheSizesRight) {
  const std::string broken = piped_wav(std::string(44100, '\1'));
  EXPECT_FALSE(read_wav(broken));
  const auto repaired = repair_wav_sizes(broken);
  ASSERT_TRUE(repaired);
  const auto info = read_wav(*repaired);
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->format, 1);
  EXPECT_EQ(info->channels, 1);
  EXPECT_EQ(info->sample_rate, 22050U);
  EXPECT_EQ(info->bits_per_sample, 16);
  EXPECT_EQ(info->data_bytes, 44100U);
  EXPECT_EQ(info->duration(), Millis{1000});
}

TEST(Wav, DropsAHalfSample) {
  const auto repaired = repair_wav_sizes(piped_wav(std::string(101, '\1')));
  ASSERT_TRUE(repaired);
  EXPECT_EQ(read_wav(*repaired)->data_bytes, 100U);
}

TEST(Wav, StepsOverOtherChunks) {
  const auto repaired =
      repair_wav_sizes(piped_wav("abcd", "LIST" + le(3, 4) + "xyz" + std::string(1, '\0')));
  ASSERT_TRUE(repaired);
  EXPECT_EQ(repaired->substr(read_wav(*repaired)->data_offset), "abcd");
}

TEST(Wav, RefusesWhatIsNone) {
  const std::string whole = *repair_wav_sizes(piped_wav("abcd"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(read_wav(whole.substr(0, size))) << size;
  }
  EXPECT_FALSE(read_wav(*repair_wav_sizes(piped_wav(""))));
  EXPECT_FALSE(repair_wav_sizes("RIFF----WAVEdata\x04\x00\x00\x00....."));
  EXPECT_FALSE(repair_wav_sizes("<html>"));
  EXPECT_FALSE(
      repair_wav_sizes("RIFF----WAVE"
                       "LIST\xff\xff\xff\xff"
                       "data"));
}

}  // namespace
}  // namespace mtc::speech
