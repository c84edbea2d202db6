#include "base/wav.h"

#include <gtest/gtest.h>

namespace mtc {
namespace {

std::string le(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i & 0xffU);
  return out;
}

std::string size(std::size_t value) {
  return le(static_cast<std::uint32_t>(value), 4);
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
  EXPECT_FALSE(repair_wav_sizes("RIFF----WAVEdata" + size(4) + "....."));
  EXPECT_FALSE(repair_wav_sizes("<html>"));
  EXPECT_FALSE(
      repair_wav_sizes("RIFF----WAVE"
                       "LIST\xff\xff\xff\xff"
                       "data"));
}

// 16000 Hz unless said otherwise, one channel, 16 bit.
std::string format_of(std::uint32_t rate) {
  return le(1, 2) + le(1, 2) + le(rate, 4) + le(rate * 2, 4) + le(2, 2) + le(16, 2);
}
std::string wave(const std::string& samples, std::uint32_t rate = 16'000) {
  return "RIFF" + size(36 + samples.size()) + "WAVEfmt " + size(16) + format_of(rate) + "data" +
         size(samples.size()) + samples;
}

TEST(Wav, JoinsSamplesUnderOneHeader) {
  const std::string pieces[] = {wave("aabb"), wave("cc"), wave("")};
  const auto joined = join_wavs(pieces);
  ASSERT_TRUE(joined);
  EXPECT_EQ(*joined, wave("aabbcc"));
  EXPECT_EQ(*join_wavs({&*joined, 1}), *joined);
}

TEST(Wav, JoinsWhatEncodersReallyWrite) {
  const std::string extra = "LIST" + size(3) + std::string("abc\0", 4);  // odd size, padded
  const std::string pieces[] = {
      "RIFF" + size(99) + "WAVE" + extra + "fmt " + size(16) + format_of(16'000) + extra + "data" +
          size(2) + "aa" + extra,
      "RIFF" + size(0xffffffff) + "WAVEfmt " + size(16) + format_of(16'000) + "data" +
          size(0xffffffff) + "bbb",  // half a sample at its end
      "RIFF" + size(0) + "WAVEfmt " + size(16) + format_of(16'000) + "data" + size(0) + "cc"};
  const auto joined = join_wavs(pieces);
  ASSERT_TRUE(joined) << joined.error().message;
  EXPECT_EQ(*joined, wave("aabbcc"));
}

TEST(Wav, JoinsNothingThatIsNoneOrDiffers) {
  EXPECT_EQ(join_wavs({}).error().code, Errc::invalid_argument);
  std::string mulaw = wave("aa");
  mulaw[20] = 7;
  for (const std::string& bad :
       {std::string(), std::string("RIFF"), std::string("ID3 mp3 data, not wave"),
        std::string("RIFF____WAVE"), wave("aa").substr(0, 30),
        "RIFF" + size(4) + "WAVEdata" + size(2) + "aa", wave("aa", 8'000), mulaw}) {
    const std::string pieces[] = {wave("aa"), bad};
    const auto joined = join_wavs(pieces);
    ASSERT_FALSE(joined);
    EXPECT_EQ(joined.error().code, Errc::invalid_argument);
  }
}

}  // namespace
}  // namespace mtc
