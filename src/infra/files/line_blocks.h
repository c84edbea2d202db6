// Cuts bytes into lines, a block of them at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "infra/files/byte_source.h"

namespace mtc {

struct LineBlock {
  std::string bytes;
  std::vector<std::string_view> lines;  // of bytes, without '\n'
};

// One thread at a time.
class LineBlocks {
 public:
  static constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

  // What of a line lies beyond a block is dropped, so that a file without line ends fits into
  // memory too.
  explicit LineBlocks(ByteSource& source) : source_(source) {}

  // The next lines; false at the end. The last line needs no '\n'. After a failure of the source
  // the lines before it have been given out. Reuses the block's memory.
  Result<bool> next(LineBlock* block);

 private:
  ByteSource& source_;
  std::string rest_;       // the begin of a line whose end is still to be read
  bool dropping_ = false;  // the rest of a line that was too long
  bool ended_ = false;
};

}  // namespace mtc
