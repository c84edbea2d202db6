#include "infra/files/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "infra/files/descriptor.h"

namespace mtc {
namespace {

constexpr std::size_t kPackedBlock = std::size_t{256} << 10;

std::string reason(int error) {
  return std::error_code(error, std::generic_category()).message();
}

// The file itself, with the bytes that were looked at to recognise it given out once more.
class PlainSource final : public ByteSource {
 public:
  PlainSource(std::string name, Descriptor file, std::optional<std::uint64_t> size,
              std::optional<TimePoint> modified)
      : name_(std::move(name)), file_(std::move(file)), size_(size), modified_(modified) {}

  // The first bytes, without taking them.
  Result<std::string_view> peek(std::size_t bytes) {
    peeked_.resize(bytes);
    auto count = read_file(std::span(peeked_.data(), bytes));
    if (!count) return fail(std::move(count).error());
    peeked_.resize(*count);
    return std::string_view(peeked_);
  }

  Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t again = std::min(buffer.size(), peeked_.size());
    std::memcpy(buffer.data(), peeked_.data(), again);
    peeked_.erase(0, again);
    auto more = read_file(buffer.subspan(again));
    if (!more) return more;
    given_ += again + *more;
    return again + *more;
  }

  Progress progress() const override { return {.read = given_, .size = size_}; }
  std::optional<TimePoint> modified() const override { return modified_; }
  const std::string& name() const { return name_; }

 private:
  Result<std::size_t> read_file(std::span<char> buffer) {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
      const ssize_t count = ::read(file_.get(), buffer.data() + filled, buffer.size() - filled);
      if (count == 0) break;
      if (count > 0) {
        filled += static_cast<std::size_t>(count);
      } else if (errno != EINTR) {
        return fail(Errc::unavailable, "cannot read " + name_ + ": " + reason(errno));
      }
    }
    return filled;
  }

  std::string name_;
  Descriptor file_;
  std::optional<std::uint64_t> size_;
  std::optional<TimePoint> modified_;
  std::string peeked_;
  std::uint64_t given_ = 0;
};

// What gzip and zstd have in common: a block of packed bytes that is refilled, and errors that say
// where.
class PackedSource : public ByteSource {
 public:
  explicit PackedSource(std::unique_ptr<PlainSource> packed)
      : packed_(std::move(packed)), input_(kPackedBlock) {}

  Progress progress() const override { return packed_->progress(); }
  std::optional<TimePoint> modified() const override { return packed_->modified(); }

 protected:
  // True if there are more packed bytes.
  Result<bool> refill() {
    auto count = packed_->read(input_);
    if (!count) return fail(std::move(count).error());
    begin_ = 0;
    end_ = *count;
    return end_ > 0;
  }
  // What was unpacked before the damage is given out first, the failure with the next read.
  Result<std::size_t> damaged(std::string_view what, std::size_t filled) {
    trouble_ = Error{.code = Errc::invalid_argument,
                     .message = packed_->name() + ": " + std::string(what) + " after " +
                                std::to_string(packed_->progress().read - (end_ - begin_)) +
                                " packed bytes; what was read until there is not the whole file"};
    if (filled > 0) return filled;
    return fail(*trouble_);
  }

  std::unique_ptr<PlainSource> packed_;
  std::optional<Error> trouble_;
  std::vector<char> input_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

class GzipSource final : public PackedSource {
 public:
  using PackedSource::PackedSource;
  ~GzipSource() override {
    if (ready_) inflateEnd(&stream_);
  }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  Result<std::size_t> read(std::span<char> buffer) override {
    if (trouble_) return fail(*trouble_);
    if (!ready_) {
      if (inflateInit2(&stream_, 15 + 16) != Z_OK)
        return fail(Errc::resource_exhausted, "no memory to unpack gzip");
      ready_ = true;
    }
    std::size_t filled = 0;
    while (filled < buffer.size() && !done_) {
      if (begin_ == end_) {
        auto more = refill();
        if (!more) return fail(std::move(more).error());
        if (!*more) {
          if (inside_member_) return damaged("the gzip data ends too early", filled);
          done_ = true;
          break;
        }
      }
      // Another member may follow the last; zeros (of tapes) and anything else behind it end the
      // file.
      if (!inside_member_ && members_ > 0 && input_[begin_] != '\x1f') {
        done_ = true;
        break;
      }
      inside_member_ = true;
      stream_.next_in = reinterpret_cast<Bytef*>(input_.data() + begin_);
      stream_.avail_in = static_cast<uInt>(end_ - begin_);
      stream_.next_out = reinterpret_cast<Bytef*>(buffer.data() + filled);
      stream_.avail_out = static_cast<uInt>(std::min(buffer.size() - filled, std::size_t{1} << 30));
      const uInt room = stream_.avail_out;
      const int code = inflate(&stream_, Z_NO_FLUSH);
      begin_ = end_ - stream_.avail_in;
      filled += room - stream_.avail_out;
      if (code == Z_STREAM_END) {
        inside_member_ = false;
        ++members_;
        inflateReset(&stream_);
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return damaged("the gzip data is damaged", filled);
      }
    }
    return filled;
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
  bool inside_member_ = false;
  bool done_ = false;
  int members_ = 0;
};

class ZstdSource final : public PackedSource {
 public:
  using PackedSource::PackedSource;

  Result<std::size_t> read(std::span<char> buffer) override {
    if (trouble_) return fail(*trouble_);
    if (context_ == nullptr) return fail(Errc::resource_exhausted, "no memory to unpack zstd");
    ZSTD_outBuffer output{buffer.data(), buffer.size(), 0};
    while (output.pos < output.size) {
      if (begin_ == end_ && !draining_) {
        auto more = refill();
        if (!more) return fail(std::move(more).error());
        if (!*more) {
          if (expected_ != 0) return damaged("the zstd data ends too early", output.pos);
          break;
        }
      }
      ZSTD_inBuffer input{input_.data(), end_, begin_};
      const std::size_t before = output.pos;
      expected_ = ZSTD_decompressStream(context_.get(), &output, &input);
      begin_ = input.pos;
      if (ZSTD_isError(expected_) != 0) {
        return damaged(
            std::string("the zstd data is damaged (") + ZSTD_getErrorName(expected_) + ")",
            output.pos);
      }
      // Output that did not fit waits in the decoder and needs no further input.
      draining_ = expected_ != 0 && output.pos == output.size && output.pos > before;
    }
    return output.pos;
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  static ZSTD_DCtx* make() {
    ZSTD_DCtx* context = ZSTD_createDCtx();
    // A frame may ask for a window of up to 128 MiB; log files have no use for more.
    if (context != nullptr) ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 27);
    return context;
  }
  std::unique_ptr<ZSTD_DCtx, Free> context_{make()};
  std::size_t expected_ = 0;  // what the decoder still waits for; 0 between frames
  bool draining_ = false;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_bytes(const std::string& path) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : path;
  Descriptor file(standard_input ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) {
    const int error = errno;
    if (error == ENOENT) return fail(Errc::not_found, name + ": there is no such file");
    if (error == EACCES || error == EPERM)
      return fail(Errc::denied, name + ": you are not allowed to read it");
    return fail(Errc::unavailable, "cannot open " + name + ": " + reason(error));
  }
  struct stat info{};
  if (::fstat(file.get(), &info) != 0)
    return fail(Errc::unavailable, "cannot open " + name + ": " + reason(errno));
  if (S_ISDIR(info.st_mode))
    return fail(Errc::invalid_argument, name + " is a directory; name the files in it");
  std::optional<std::uint64_t> size;
  std::optional<TimePoint> modified;
  if (S_ISREG(info.st_mode)) {
    size = static_cast<std::uint64_t>(info.st_size);
    modified = TimePoint(std::chrono::seconds(info.st_mtim.tv_sec));
    (void)::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  auto plain = std::make_unique<PlainSource>(name, std::move(file), size, modified);
  auto magic = plain->peek(4);
  if (!magic) return fail(std::move(magic).error());
  using namespace std::string_view_literals;
  if (magic->starts_with("\x1f\x8b"sv)) return std::make_unique<GzipSource>(std::move(plain));
  if (*magic == "\x28\xb5\x2f\xfd"sv) return std::make_unique<ZstdSource>(std::move(plain));
  return plain;
}

}  // namespace mtc
