#include "emulator/log_group.h"

#include <lz4.h>
#include <zlib.h>
#include <zstd.h>

#include <optional>

namespace mtc::emulator {
namespace {

constexpr std::size_t kMaxLogs = 10'000;           // in a group
constexpr std::size_t kMaxGroupBytes = 5U << 20U;  // all values of a group
constexpr std::size_t kMaxValueBytes = 1U << 20U;
constexpr std::size_t kMaxUploadBytes = 26U << 20U;  // five groups and their framing

// Reads one message field by field.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  struct Field {
    std::uint64_t number = 0;
    bool is_text = false;
    std::string_view text;
    std::uint64_t integer = 0;
  };

  bool at_end() const { return rest_.empty(); }

  // Nullopt: broken bytes.
  std::optional<Field> next() {
    const auto tag = varint();
    if (!tag) return std::nullopt;
    Field field{.number = *tag >> 3U};
    switch (*tag & 7U) {
      case 0: {
        const auto value = varint();
        if (!value) return std::nullopt;
        field.integer = *value;
        return field;
      }
      case 1:
        return skip(8) ? std::optional(field) : std::nullopt;
      case 5:
        return skip(4) ? std::optional(field) : std::nullopt;
      case 2: {
        const auto size = varint();
        if (!size || *size > rest_.size()) return std::nullopt;
        field.is_text = true;
        field.text = rest_.substr(0, *size);
        rest_.remove_prefix(*size);
        return field;
      }
      default:
        return std::nullopt;
    }
  }

 private:
  bool skip(std::size_t bytes) {
    if (rest_.size() < bytes) return false;
    rest_.remove_prefix(bytes);
    return true;
  }
  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 10 && i < rest_.size(); ++i) {
      const auto byte = static_cast<unsigned char>(rest_[i]);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << (7 * i);
      if ((byte & 0x80U) == 0) {
        rest_.remove_prefix(i + 1);
        return value;
      }
    }
    return std::nullopt;
  }
  std::string_view rest_;
};

// Seconds, milliseconds or microseconds, told apart by magnitude.
std::int64_t to_millis(std::int64_t time) {
  if (time < 0) return 0;
  if (time >= 100'000'000'000'000) return time / 1000;
  if (time >= 100'000'000'000) return time;
  return time * 1000;
}

bool decode_pair(std::string_view bytes, TextPair& out) {
  bool key = false, value = false;
  for (WireReader reader(bytes); !reader.at_end();) {
    const auto field = reader.next();
    if (!field) return false;
    if (field->number == 1 && field->is_text) key = true, out.first = field->text;
    if (field->number == 2 && field->is_text) value = true, out.second = field->text;
  }
  return key && value;
}

bool decode_log(std::string_view bytes, UploadedLog& out) {
  bool timed = false;
  for (WireReader reader(bytes); !reader.at_end();) {
    const auto field = reader.next();
    if (!field) return false;
    if (field->number == 1 && !field->is_text) {
      timed = true;
      out.time_ms = to_millis(static_cast<std::int64_t>(field->integer));
    } else if (field->number == 2 && field->is_text) {
      if (!decode_pair(field->text, out.contents.emplace_back())) return false;
    }
  }
  return timed;
}

bool decode_group(std::string_view bytes, LogGroup& out) {
  for (WireReader reader(bytes); !reader.at_end();) {
    const auto field = reader.next();
    if (!field) return false;
    if (!field->is_text) continue;
    switch (field->number) {
      case 1:
        if (!decode_log(field->text, out.logs.emplace_back())) return false;
        break;
      case 2:
        out.context_flow = field->text;
        break;
      case 3:
        out.filename = field->text;
        break;
      case 4:
        out.source = field->text;
        break;
      case 5:
        if (!decode_pair(field->text, out.tags.emplace_back())) return false;
        break;
      case 6:
        out.hostname = field->text;
        break;
      default:
        break;
    }
  }
  return true;
}

ApiResult<> check_limits(const LogGroup& group) {
  if (group.logs.size() > kMaxLogs)
    return refuse("LimitExceeded.LogSize", "more than 10000 logs in one group");
  std::size_t total = 0;
  for (const auto& log : group.logs) {
    for (const auto& [key, value] : log.contents) {
      if (value.size() > kMaxValueBytes)
        return refuse("LimitExceeded.LogSize", "a value is larger than 1 MB");
      if (key.starts_with('_') && key != "__CONTENT__") {
        return refuse("InvalidParameter.Content", "a key starts with an underscore");
      }
      total += value.size();
    }
  }
  if (total > kMaxGroupBytes)
    return refuse("LimitExceeded.LogSize", "the values of one group are larger than 5 MB");
  return {};
}

std::optional<std::string> unpack_lz4(std::string_view body) {
  for (std::size_t room = std::max<std::size_t>(body.size() * 4, 4096);; room *= 4) {
    room = std::min(room, kMaxUploadBytes);
    std::string out(room, '\0');
    const int size = LZ4_decompress_safe(body.data(), out.data(), static_cast<int>(body.size()),
                                         static_cast<int>(room));
    if (size >= 0) {
      out.resize(static_cast<std::size_t>(size));
      return out;
    }
    if (room == kMaxUploadBytes) return std::nullopt;
  }
}

std::optional<std::string> unpack_zstd(std::string_view body) {
  std::string out;
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(),
                                                                    &ZSTD_freeDStream);
  ZSTD_inBuffer in{body.data(), body.size(), 0};
  std::string block(ZSTD_DStreamOutSize(), '\0');
  for (std::size_t left = 1; in.pos < in.size || left != 0;) {
    ZSTD_outBuffer to{block.data(), block.size(), 0};
    left = ZSTD_decompressStream(stream.get(), &to, &in);
    if (ZSTD_isError(left) != 0 || out.size() + to.pos > kMaxUploadBytes) return std::nullopt;
    out.append(block, 0, to.pos);
    if (in.pos == in.size && to.pos < block.size()) {
      if (left != 0) return std::nullopt;  // cut off
      break;
    }
  }
  return out;
}

std::optional<std::string> unpack_deflate(std::string_view body) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  std::string out;
  char block[65536];
  int status = Z_OK;
  while (status == Z_OK && out.size() <= kMaxUploadBytes) {
    stream.next_out = reinterpret_cast<Bytef*>(block);
    stream.avail_out = sizeof(block);
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(block, sizeof(block) - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) return std::nullopt;
  return out;
}

}  // namespace

ApiResult<std::vector<LogGroup>> decode_log_groups(std::string_view bytes) {
  std::vector<LogGroup> out;
  for (WireReader reader(bytes); !reader.at_end();) {
    const auto field = reader.next();
    if (!field) return refuse("InvalidParameter.Content", "not a LogGroupList");
    if (field->number != 1 || !field->is_text) continue;
    if (!decode_group(field->text, out.emplace_back()))
      return refuse("InvalidParameter.Content", "not a LogGroup");
    if (auto ok = check_limits(out.back()); !ok) return std::unexpected(ok.error());
  }
  if (out.empty()) return refuse("InvalidParameter.Content", "no log group");
  return out;
}

ApiResult<std::string> decompress_upload(std::string_view body, std::string_view method) {
  std::optional<std::string> out;
  if (method.empty() || method == "none") {
    out = std::string(body);
  } else if (method == "lz4") {
    out = unpack_lz4(body);
  } else if (method == "zstd") {
    out = unpack_zstd(body);
  } else if (method == "deflate") {
    out = unpack_deflate(body);
  } else {
    return refuse("InvalidParameterValue", "compress type should be lz4, zstd or deflate");
  }
  if (!out)
    return refuse("InvalidParameter.Content", "the body is not valid " + std::string(method));
  return std::move(*out);
}

}  // namespace mtc::emulator
