// The little of WAV (RIFF WAVE) that speech needs: what a file holds, pieces joined to one, and
// headers whose sizes were written before the end was known.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace mtc {

struct WavInfo {
  std::uint16_t format = 0;  // 1: PCM
  std::uint16_t channels = 0;
  std::uint32_t sample_rate = 0;
  std::uint16_t bits_per_sample = 0;
  std::size_t data_offset = 0;
  std::size_t data_bytes = 0;
  Millis duration() const;
};

// Errc::invalid_argument if it is not a WAV file with sound in it whose sizes agree with the bytes
// that are there.
Result<WavInfo> read_wav(std::string_view bytes);

// A program that writes to a pipe cannot go back to fill in the RIFF and data sizes (espeak-ng puts
// 0x7ffff000). Sets both to what is there and drops a half sample at the end; the data chunk is
// taken to reach to the end. Errc::invalid_argument if it is not a WAV file.
Result<std::string> repair_wav_sizes(std::string bytes);

// One file that plays the pieces one after the other. All must be PCM of the same channels, rate
// and bits. Chunks other than "fmt " and "data" are dropped, half samples too; a data size that was
// left open (0, or beyond the end) reaches to the end of the piece. Errc::invalid_argument if there
// is no piece, one is no such file, or it differs from the first.
Result<std::string> join_wavs(std::span<const std::string> pieces);

}  // namespace mtc
