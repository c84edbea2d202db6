// Bytes from a file or from standard input, unpacked on the way if they are gzip or zstd.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace mtc {

// One thread at a time.
class ByteSource {
 public:
  struct Progress {
    std::uint64_t read = 0;             // bytes taken from the file: packed ones, if it is packed
    std::optional<std::uint64_t> size;  // of the file; absent for pipes
  };

  virtual ~ByteSource() = default;

  // Fills the buffer as far as it can; 0 bytes only at the end. Errc::invalid_argument for a packed
  // file that ends too early or is damaged, after all that could be unpacked has been given out;
  // Errc::unavailable if the system cannot read.
  virtual Result<std::size_t> read(std::span<char> buffer) = 0;
  virtual Progress progress() const = 0;
  // When the file was written last; absent for pipes.
  virtual std::optional<TimePoint> modified() const { return std::nullopt; }
};

// "-" is standard input. gzip (also several members one after the other) and zstd are recognised by
// their first bytes, not by name. Errc::not_found, Errc::denied, or Errc::invalid_argument for a
// directory; the message names the path.
Result<std::unique_ptr<ByteSource>> open_bytes(const std::string& path);

}  // namespace mtc
