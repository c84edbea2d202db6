#include "infra/files/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include "infra/files/byte_source.h"
#include "infra/files/descriptor.h"

namespace mtc {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  Files() {
    std::string pattern = fs::temp_directory_path() / "files-test-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }
  ~Files() override { fs::remove_all(directory_); }
  std::string path(const char* name) const { return directory_ / name; }
  std::string put(const char* name, std::string_view content) {
    EXPECT_TRUE(write_file(path(name), content));
    return path(name);
  }
  fs::path directory_;
};

std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// With a checksum, as the zstd program writes it.
std::string zstd(std::string_view text) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return out;
}

std::string many_lines() {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

Result<std::string> drain(const std::string& file, std::size_t block) {
  auto source = open_bytes(file);
  if (!source) return fail(source.error());
  std::string all;
  std::string buffer(block, '\0');
  for (;;) {
    const auto count = (*source)->read(buffer);
    if (!count) return fail(count.error());
    if (*count == 0) return all;
    all.append(buffer, 0, *count);
  }
}

TEST_F(Files, BytesComeOutAsTheyWentInHoweverTheyArePacked) {
  const std::string text = many_lines();
  const struct {
    const char* name;
    std::string packed;
    std::string expected;
  } cases[] = {
      {"plain", text, text},
      {"empty", "", ""},
      {"one byte", "x", "x"},
      {"gzip", gzip(text), text},
      {"gzip of nothing", gzip(""), ""},
      {"gzip in two members", gzip("first\n") + gzip(text), "first\n" + text},
      {"gzip with zeros behind", gzip(text) + std::string(512, '\0'), text},
      {"zstd", zstd(text), text},
      {"zstd in two frames", zstd("first\n") + zstd(text), "first\n" + text},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto file = put("file", c.packed);
    for (const std::size_t block : {std::size_t{7}, std::size_t{1} << 16, std::size_t{4} << 20}) {
      if (block == 7 && c.packed.size() > 100'000) continue;
      const auto read = drain(file, block);
      ASSERT_TRUE(read) << read.error().message;
      EXPECT_TRUE(*read == c.expected);
    }
  }
}

TEST_F(Files, PackedFilesThatEndTooEarlyOrAreDamagedAreAnErrorThatSaysWhere) {
  const std::string text = many_lines();
  std::string broken_zstd = zstd(text);
  broken_zstd[broken_zstd.size() / 2] ^= 0x55;
  broken_zstd[broken_zstd.size() / 2 + 1] ^= 0x55;
  std::string broken_gzip = gzip(text);
  for (int i = 0; i < 64; ++i) broken_gzip[broken_gzip.size() / 2 + i] ^= 0x55;
  const struct {
    const char *name, *says;
    std::string packed;
  } cases[] = {
      {"gzip cut", "ends too early", gzip(text).substr(0, 5000)},
      {"gzip cut in its trailer", "ends too early", gzip(text).substr(0, gzip(text).size() - 3)},
      {"gzip damaged", "is damaged", broken_gzip},
      {"zstd cut", "ends too early", zstd(text).substr(0, 5000)},
      {"zstd damaged", "damaged", broken_zstd},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto read = drain(put("file", c.packed), 1 << 16);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::invalid_argument);
    EXPECT_NE(read.error().message.find(c.says), std::string::npos) << read.error().message;
    EXPECT_NE(read.error().message.find(path("file")), std::string::npos);
  }
}

TEST_F(Files, WhatCannotBeOpenedIsNamedWithTheReason) {
  EXPECT_EQ(open_bytes(path("absent")).error().code, Errc::not_found);
  EXPECT_EQ(open_bytes(directory_).error().code, Errc::invalid_argument);
  EXPECT_EQ(read_file(path("absent")).error().code, Errc::not_found);
  EXPECT_EQ(read_file(directory_).error().code, Errc::invalid_argument);
  EXPECT_EQ(read_file(put("large", "0123456789"), 5).error().code, Errc::resource_exhausted);
  if (::geteuid() != 0) {  // root may read anything
    const auto file = put("secret", "x");
    ::chmod(file.c_str(), 0);
    EXPECT_EQ(open_bytes(file).error().code, Errc::denied);
  }
}

TEST_F(Files, ProgressCountsPackedBytesUpToTheSizeOfTheFile) {
  const std::string packed = gzip(many_lines());
  auto source = open_bytes(put("file", packed));
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->progress().size, packed.size());
  std::string buffer(std::size_t{8} << 20, '\0');
  ASSERT_TRUE((*source)->read(buffer));
  EXPECT_EQ((*source)->progress().read, packed.size());
}

TEST_F(Files, PipesAreReadToTheirEnd) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  const std::string packed = zstd("through a pipe\n");
  ASSERT_EQ(::write(writing.get(), packed.data(), packed.size()),
            static_cast<ssize_t>(packed.size()));
  writing.reset();
  const auto read = drain("/dev/fd/" + std::to_string(reading.get()), 64);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, "through a pipe\n");
}

TEST_F(Files, WritingReplacesTheWholeFileAndLeavesNothingElse) {
  const auto file = put("report.html", "old");
  ::chmod(file.c_str(), 0640);
  ASSERT_TRUE(write_file(file, "new content"));
  EXPECT_EQ(*read_file(file), "new content");
  EXPECT_EQ(fs::status(file).permissions(), fs::perms(0640));
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), {}), 1);
}

TEST_F(Files, WritingLeavesTheUmaskOfOtherThreadsAlone) {
  std::atomic<bool> done = false;
  int open_to_all = 0;
  std::thread other([&] {
    const std::string name = path("other");
    while (!done) {
      const Descriptor file(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
      struct stat info{};
      ASSERT_EQ(::fstat(file.get(), &info), 0);
      open_to_all += (info.st_mode & 0002) != 0 ? 1 : 0;
      ::unlink(name.c_str());
    }
  });
  for (int i = 0; i < 200; ++i) put(std::to_string(i).c_str(), "x");
  done = true;
  other.join();
  EXPECT_EQ(open_to_all, 0);
}

TEST_F(Files, AFullDiskLeavesTheOldContent) {
  const auto file = put("report.html", "old");
  // A limit on the size of files stands for the full disk.
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = old;
  small.rlim_cur = 4096;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto written = write_file(file, std::string(100'000, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find(file), std::string::npos);
  EXPECT_EQ(*read_file(file), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), {}), 1);
}

TEST_F(Files, ADeviceOrPipeIsWrittenIntoAndNeverReplaced) {
  const auto pipe = path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const Descriptor reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  ASSERT_TRUE(reader.valid());
  EXPECT_TRUE(write_file(pipe, "digest"));
  std::string seen(10, '\0');
  EXPECT_EQ(::read(reader.get(), seen.data(), seen.size()), 6);
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST_F(Files, ALinkStaysALink) {
  const auto file = put("report.html", "old");
  const auto link = path("link");
  fs::create_symlink("report.html", link);
  EXPECT_TRUE(write_file(link, "new"));
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(*read_file(file), "new");
}

TEST_F(Files, WritingWhereThereIsNoPlaceForAFileIsRefused) {
  EXPECT_EQ(write_file(path("no/such/directory/file"), "x").error().code, Errc::not_found);
  EXPECT_EQ(write_file(directory_, "x").error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace mtc
