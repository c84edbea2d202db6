// Lines → the bodies that UploadLog takes: protobuf LogGroupLists within the service's limits.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "domain/logs/log_line.h"

namespace mtc::tencent {

struct UploadGroup {
  std::string bytes;      // a LogGroupList of one group
  std::size_t lines = 0;  // how many of the records it holds, from the first
};

// As many of the records, from the first, as share the first one's source and fit into one group
// (at most 10,000 lines, 4 MiB). `records` is not empty. context_flow: "<stream>-<group>", both in
// upper-case hexadecimal, keeps the lines' order.
UploadGroup make_upload_group(std::span<const logs::LogRecord> records, std::uint64_t stream,
                              std::uint64_t group);

// One raw LZ4 block, as X-CLS-CompressType: lz4 means it.
std::string lz4_block(const std::string& bytes);

}  // namespace mtc::tencent
