#include "adapters/tencent/wav.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mtc::tencent {
namespace {

struct Wave {
  std::string_view format;  // the "fmt " chunk's contents
  std::string_view samples;
};

std::uint32_t read_u32(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i > 0; --i)
    value = value << 8U | static_cast<unsigned char>(bytes[at + i - 1]);
  return value;
}

void write_u32(std::string& out, std::size_t value) {
  for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i) & 0xffU);
}

std::optional<Wave> parse_wave(std::string_view file) {
  if (file.size() < 12 || !file.starts_with("RIFF") || file.substr(8, 4) != "WAVE")
    return std::nullopt;
  Wave wave;
  for (std::size_t at = 12; at + 8 <= file.size();) {
    const std::string_view name = file.substr(at, 4);
    const std::size_t declared = read_u32(file, at + 4);
    const std::size_t size = std::min(declared, file.size() - at - 8);
    if (name == "fmt ") wave.format = file.substr(at + 8, size);
    if (name == "data") {
      wave.samples = file.substr(at + 8, declared == 0 ? std::string_view::npos : size);
      break;
    }
    at += 8 + size + (size & 1U);  // chunks are padded to even sizes
  }
  // The format's first 16 bytes are fixed; the samples come in frames of their block size.
  if (wave.format.size() < 16 || wave.samples.data() == nullptr) return std::nullopt;
  const std::size_t frame = static_cast<unsigned char>(wave.format[12]) +
                            256U * static_cast<unsigned char>(wave.format[13]);
  if (frame == 0) return std::nullopt;
  wave.samples = wave.samples.substr(0, wave.samples.size() / frame * frame);
  return wave;
}

}  // namespace

Result<std::string> join_wavs(const std::vector<std::string>& pieces) {
  std::string_view format;
  std::string samples;
  for (const auto& piece : pieces) {
    const auto wave = parse_wave(piece);
    if (!wave)
      return fail(Errc::unavailable,
                  "the speech that came back is not a WAV file; try again later");
    if (format.empty()) format = wave->format;
    if (wave->format != format)
      return fail(Errc::unavailable, "the pieces of speech that came back differ in format");
    samples += wave->samples;
  }
  if (format.empty()) return fail(Errc::invalid_argument, "there is no speech to join");
  std::string out = "RIFF";
  write_u32(out, 4 + 8 + format.size() + (format.size() & 1U) + 8 + samples.size());
  out += "WAVEfmt ";
  write_u32(out, format.size());
  out += format;
  if (format.size() % 2 == 1) out += '\0';
  out += "data";
  write_u32(out, samples.size());
  return out + samples;
}

}  // namespace mtc::tencent
