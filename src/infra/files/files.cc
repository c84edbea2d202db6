#include "infra/files/files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "infra/files/byte_source.h"
#include "infra/files/descriptor.h"

namespace mtc {
namespace {

std::unexpected<Error> cannot(std::string_view what, const std::string& path, int error) {
  const std::string text = std::string(what) + " " + path + ": ";
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return fail(Errc::not_found, text + "there is no such directory");
    case EACCES:
    case EPERM:
    case EROFS:
      return fail(Errc::denied, text + "you are not allowed to write there");
    case EFBIG:
    case ENOSPC:
    case EDQUOT:
      return fail(Errc::resource_exhausted,
                  text + "no room on the disk; the old content is untouched");
    case EISDIR:
      return fail(Errc::invalid_argument, text + "it is a directory");
    default:
      return fail(Errc::unavailable,
                  text + std::error_code(error, std::generic_category()).message());
  }
}

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

int write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = ::write(fd, content.data(), content.size());
    if (count > 0) {
      content.remove_prefix(static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
      return count == 0 ? ENOSPC : errno;
    }
  }
  return 0;
}

mode_t new_file_mode(const std::string& path, unsigned mode) {
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0) return info.st_mode & 07777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mode & ~mask;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) {
    if (errno == ENOENT || errno == ENOTDIR)
      return fail(Errc::not_found, path + ": there is no such file");
    if (errno == EACCES || errno == EPERM)
      return fail(Errc::denied, path + ": you are not allowed to read it");
    return fail(Errc::unavailable,
                "cannot open " + path + ": " + std::generic_category().message(errno));
  }
  std::string content;
  char buffer[16384];
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count == 0) return content;
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EISDIR) return fail(Errc::invalid_argument, path + " is a directory");
      return fail(Errc::unavailable,
                  "cannot read " + path + ": " + std::generic_category().message(errno));
    }
    content.append(buffer, static_cast<std::size_t>(count));
    if (content.size() > max_bytes) {
      return fail(Errc::resource_exhausted,
                  path + " is larger than " + std::to_string(max_bytes) + " bytes");
    }
  }
}

Result<void> write_file(const std::string& path, std::string_view content, unsigned mode) {
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode))
    return cannot("cannot write", path, EISDIR);
  const mode_t bits = new_file_mode(path, mode);
  std::string temporary = path + ".XXXXXX";
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.valid()) return cannot("cannot write", path, errno);
  int error = write_all(file.get(), content);
  if (error == 0 && ::fchmod(file.get(), bits) != 0) error = errno;
  if (error == 0 && ::fsync(file.get()) != 0) error = errno;
  // Some file systems tell of a full disk only now.
  if (error == 0 && ::close(file.release()) != 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    return cannot("cannot write", path, error);
  }
  // The new name itself must survive too; where directories cannot be synced the file is still
  // whole.
  const Descriptor directory(
      ::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.valid()) (void)::fsync(directory.get());
  return {};
}

}  // namespace mtc
