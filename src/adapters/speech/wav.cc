#include "adapters/speech/wav.h"

#include <optional>

namespace mtc::speech {
namespace {

constexpr std::size_t kRiffHeader = 12;
constexpr std::size_t kChunkHeader = 8;
constexpr std::size_t kPcmFormat = 16;

std::uint32_t read_le(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;)
    value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

void write_le32(std::string& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> 8U * i & 0xffU);
}

// Walks the chunks up to the data; data_bytes is what the header says.
Result<WavInfo> walk(std::string_view bytes) {
  if (bytes.size() < kRiffHeader || !bytes.starts_with("RIFF") || bytes.substr(8, 4) != "WAVE") {
    return fail(Errc::invalid_argument, "this is not a WAV file");
  }
  WavInfo info;
  for (std::size_t at = kRiffHeader; at + kChunkHeader <= bytes.size();) {
    const std::string_view id = bytes.substr(at, 4);
    const std::size_t size = read_le(bytes, at + 4, 4);
    const std::size_t body = at + kChunkHeader;
    if (id == "data") {
      if (info.channels == 0)
        return fail(Errc::invalid_argument, "this WAV file does not say its format");
      info.data_offset = body;
      info.data_bytes = size;
      return info;
    }
    if (size > bytes.size() - body) break;
    if (id == "fmt " && size >= kPcmFormat) {
      info.format = static_cast<std::uint16_t>(read_le(bytes, body, 2));
      info.channels = static_cast<std::uint16_t>(read_le(bytes, body + 2, 2));
      info.sample_rate = read_le(bytes, body + 4, 4);
      info.bits_per_sample = static_cast<std::uint16_t>(read_le(bytes, body + 14, 2));
    }
    at = body + size + size % 2;  // chunks stand at even places
  }
  return fail(Errc::invalid_argument, "this WAV file holds no sound");
}

std::size_t frame_bytes(const WavInfo& info) {
  return std::max<std::size_t>(1, std::size_t{info.channels} * (info.bits_per_sample / 8U));
}

}  // namespace

Millis WavInfo::duration() const {
  if (sample_rate == 0) return Millis{0};
  return Millis{static_cast<std::int64_t>(data_bytes / frame_bytes(*this) * 1000 / sample_rate)};
}

Result<WavInfo> read_wav(std::string_view bytes) {
  auto info = walk(bytes);
  if (!info) return info;
  if (info->data_bytes == 0 || info->data_bytes > bytes.size() - info->data_offset ||
      read_le(bytes, 4, 4) != bytes.size() - kChunkHeader) {
    return fail(Errc::invalid_argument, "the sizes in this WAV file do not agree with its length");
  }
  return info;
}

Result<std::string> repair_wav_sizes(std::string bytes) {
  const auto info = walk(bytes);
  if (!info) return fail(info.error());
  std::size_t size = bytes.size() - info->data_offset;
  size -= size % frame_bytes(*info);
  bytes.resize(info->data_offset + size);
  write_le32(bytes, info->data_offset - 4, static_cast<std::uint32_t>(size));
  write_le32(bytes, 4, static_cast<std::uint32_t>(bytes.size() - kChunkHeader));
  return bytes;
}

}  // namespace mtc::speech
