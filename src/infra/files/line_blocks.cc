#include "infra/files/line_blocks.h"

#include <cstring>
#include <span>

namespace mtc {

Result<bool> LineBlocks::next(LineBlock* block) {
  block->lines.clear();
  while (!ended_ && block->lines.empty()) {
    block->bytes.resize(kBlockBytes);
    std::memcpy(block->bytes.data(), rest_.data(), rest_.size());
    const auto count = source_.read(std::span(block->bytes).subspan(rest_.size()));
    if (!count) {
      ended_ = true;
      return fail(count.error());
    }
    ended_ = *count == 0;
    const char* at = block->bytes.data();
    const char* const end = at + rest_.size() + *count;
    while (at < end) {
      const auto* line_end =
          static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
      if (line_end == nullptr) break;
      if (!dropping_) block->lines.emplace_back(at, static_cast<std::size_t>(line_end - at));
      dropping_ = false;
      at = line_end + 1;
    }
    const bool whole_block = end == block->bytes.data() + kBlockBytes && at == block->bytes.data();
    if (dropping_) {
      at = end;
    } else if (at < end && (ended_ || whole_block)) {  // the last line, or one without an end
      block->lines.emplace_back(at, static_cast<std::size_t>(end - at));
      dropping_ = whole_block;
      at = end;
    }
    rest_.assign(at, static_cast<std::size_t>(end - at));
  }
  return !block->lines.empty();
}

}  // namespace mtc
