#include "adapters/tencent/log_upload.h"

#include <fmt/format.h>
#include <lz4.h>

#include "base/text.h"
#include "cls_log.pb.h"

namespace mtc::tencent {
namespace {

constexpr std::size_t kMaxLines = 10'000;
constexpr std::size_t kMaxGroupBytes = 4U << 20U;  // the service takes 5 MB
constexpr std::size_t kMaxValueBytes = 1'000'000;

void add_content(wire::Log& log, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  auto* content = log.add_contents();
  content->set_key(std::string(key));
  content->set_value(sanitize_utf8(prefix_of_bytes(value, kMaxValueBytes)));
}

}  // namespace

UploadGroup make_upload_group(std::span<const logs::LogRecord> records, std::uint64_t stream,
                              std::uint64_t group) {
  wire::LogGroupList list;
  auto& into = *list.add_log_groups();
  const std::string& source = records.front().source;
  std::size_t bytes = 0;
  UploadGroup out;
  for (const auto& record : records) {
    const std::size_t size = record.message.size() + record.service.size() + 64;
    if (record.source != source || out.lines == kMaxLines ||
        (out.lines > 0 && bytes + size > kMaxGroupBytes))
      break;
    bytes += size;
    auto& log = *into.add_logs();
    log.set_time(record.time.time_since_epoch().count());
    if (record.level != logs::Level::unknown)
      add_content(log, "level", logs::name_of(record.level));
    add_content(log, "service", record.service);
    add_content(log, "message", record.message);
    ++out.lines;
  }
  into.set_context_flow(fmt::format("{:016X}-{:X}", stream, group));
  if (!source.empty()) {
    into.set_source(sanitize_utf8(source));
    into.set_hostname(sanitize_utf8(source));
  }
  out.bytes = list.SerializeAsString();
  return out;
}

std::string lz4_block(const std::string& bytes) {
  const int size = static_cast<int>(bytes.size());  // a group is far below LZ4's limit
  std::string out(static_cast<std::size_t>(LZ4_compressBound(size)), '\0');
  out.resize(static_cast<std::size_t>(
      LZ4_compress_default(bytes.data(), out.data(), size, static_cast<int>(out.size()))));
  return out;
}

}  // namespace mtc::tencent
