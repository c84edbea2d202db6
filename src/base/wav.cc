#include "base/wav.h"

#include <algorithm>

namespace mtc {
namespace {

constexpr std::size_t kRiffHeader = 12;
constexpr std::size_t kChunkHeader = 8;
constexpr std::size_t kFormatBytes = 16;  // what every "fmt " chunk begins with
constexpr std::uint16_t kPcm = 1;

std::uint32_t read_le(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;)
    value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::string le(std::size_t value, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(value >> 8U * i & 0xffU);
  return out;
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
    if (id == "fmt " && size >= kFormatBytes) {
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

bool same_sound(const WavInfo& a, const WavInfo& b) {
  return a.channels == b.channels && a.sample_rate == b.sample_rate &&
         a.bits_per_sample == b.bits_per_sample;
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
  bytes.replace(info->data_offset - 4, 4, le(size, 4));
  bytes.replace(4, 4, le(bytes.size() - kChunkHeader, 4));
  return bytes;
}

Result<std::string> join_wavs(std::span<const std::string> pieces) {
  WavInfo first;
  std::string samples;
  for (const std::string_view piece : pieces) {
    const auto info = walk(piece);
    if (!info) return fail(info.error());
    if (info->format != kPcm)
      return fail(Errc::invalid_argument, "this WAV file holds something else than plain samples");
    if (first.channels == 0) first = *info;
    if (!same_sound(first, *info))
      return fail(Errc::invalid_argument, "the WAV files differ in channels, rate or bits");
    const std::size_t there = piece.size() - info->data_offset;
    std::size_t size = info->data_bytes == 0 ? there : std::min(info->data_bytes, there);
    size -= size % frame_bytes(*info);
    samples += piece.substr(info->data_offset, size);
  }
  if (first.channels == 0) return fail(Errc::invalid_argument, "there is no WAV file to join");
  const std::size_t frame = frame_bytes(first);
  std::string out = "RIFF" + le(36 + samples.size(), 4) + "WAVEfmt " + le(kFormatBytes, 4);
  out += le(kPcm, 2) + le(first.channels, 2) + le(first.sample_rate, 4);
  out += le(first.sample_rate * frame, 4) + le(frame, 2) + le(first.bits_per_sample, 2);
  return out + "data" + le(samples.size(), 4) + samples;
}

}  // namespace mtc
