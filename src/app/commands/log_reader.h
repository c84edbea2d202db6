// Log files of any size, read and parsed on one thread while another counts, in bounded memory.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/zone.h"
#include "domain/logs/line_format.h"
#include "infra/files/byte_source.h"
#include "infra/files/line_blocks.h"

namespace mtc::app {

// A block of lines with what they mean. The views are of the block's bytes or of its extra texts.
struct ParsedBlock {
  LineBlock raw;
  std::vector<logs::ParsedLine> lines;
  std::deque<std::string> extra;  // texts that the parser had to make and would overwrite
  std::uint64_t bytes_read = 0;   // of the input so far, packed bytes if it is packed
};

// Reads and parses all files in their order. Each file has a parser of its own: its format is its
// own.
class LogReader {
 public:
  // Lines that name no zone are in `zone`; those without a year were written before the file was
  // written last, or before `now` where that is not known.
  LogReader(std::vector<std::unique_ptr<ByteSource>> sources, Zone zone, TimePoint now);
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;
  ~LogReader();  // ends the reading, wherever it is

  // Of all sources; nullopt if one does not know its size. Before start().
  std::optional<std::uint64_t> total_bytes() const;

  // The reading thread begins.
  void start();
  // Waits for the next block; null after the last one.
  std::unique_ptr<ParsedBlock> next();
  // A block whose lines have been counted; there are only so many.
  void give_back(std::unique_ptr<ParsedBlock> block);

  // What could not be read, once next() has said that there is no more.
  const std::vector<Error>& failures() const { return failures_; }

 private:
  class BlockQueue;
  void read_all();
  bool read_one(ByteSource& source);

  std::vector<std::unique_ptr<ByteSource>> sources_;
  Zone zone_;
  TimePoint now_;
  std::uint64_t bytes_before_ = 0;
  std::vector<Error> failures_;
  std::unique_ptr<BlockQueue> queue_;
  std::jthread reading_;
};

}  // namespace mtc::app
