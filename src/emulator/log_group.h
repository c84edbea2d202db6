// The protobuf that collectors upload (package cls, proto2), decoded by hand: five small messages
// need no generator.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/api_error.h"

namespace mtc::emulator {

using TextPair = std::pair<std::string_view, std::string_view>;

struct UploadedLog {
  std::int64_t time_ms = 0;
  std::vector<TextPair> contents;
};

// Views into the buffer it was decoded from.
struct LogGroup {
  std::vector<UploadedLog> logs;
  std::string_view context_flow, filename, source, hostname;
  std::vector<TextPair> tags;
};

// InvalidParameter.Content if the bytes are not a LogGroupList; LimitExceeded.LogSize beyond the
// documented sizes.
ApiResult<std::vector<LogGroup>> decode_log_groups(std::string_view bytes);

// "", "lz4" (one raw block), "zstd", "deflate". InvalidParameter.Content if it does not decode
// within the limit.
ApiResult<std::string> decompress_upload(std::string_view body, std::string_view method);

}  // namespace mtc::emulator
