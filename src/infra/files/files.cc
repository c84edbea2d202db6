#include "infra/files/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
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

// A new file beside the path, named in `name`; -1 and errno if there can be none. The kernel takes
// the umask off `mode`: asking for the umask would change it for the other threads.
int create_beside(const std::string& path, unsigned mode, std::string& name) {
  static std::atomic<unsigned> count = 0;
  for (int attempt = 0; attempt < 100; ++attempt) {  // a killed process may have left one
    name = path + "." + std::to_string(::getpid()) + "-" + std::to_string(++count);
    const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  return -1;
}

// Devices and pipes: a file in their place would be a disaster (/dev/null).
Result<void> write_into(const std::string& path, std::string_view content) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.valid()) return cannot("cannot write", path, errno);
  int error = write_all(file.get(), content);
  if (error == 0 && ::close(file.release()) != 0) error = errno;
  if (error != 0) return cannot("cannot write", path, error);
  return {};
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

Result<void> write_file(const std::string& name, std::string_view content, unsigned mode) {
  struct stat info{};
  const bool exists = ::stat(name.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) return cannot("cannot write", name, EISDIR);
  if (exists && !S_ISREG(info.st_mode)) return write_into(name, content);
  // What a link names is replaced, not the link.
  std::error_code unresolved;
  const auto target = std::filesystem::canonical(name, unresolved);
  const std::string path = unresolved ? name : target.string();
  std::string temporary;
  Descriptor file(create_beside(path, exists ? 0600 : mode, temporary));
  if (!file.valid()) return cannot("cannot write", name, errno);
  int error = write_all(file.get(), content);
  if (error == 0 && exists && ::fchmod(file.get(), info.st_mode & 07777) != 0) error = errno;
  if (error == 0 && ::fsync(file.get()) != 0) error = errno;
  // Some file systems tell of a full disk only now.
  if (error == 0 && ::close(file.release()) != 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    return cannot("cannot write", name, error);
  }
  // The new name itself must survive too. Where directories cannot be synced the file is still
  // whole.
  const Descriptor directory(
      ::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.valid() && ::fsync(directory.get()) != 0 && errno != EINVAL && errno != ENOTSUP)
    return cannot("cannot make the new name last", name, errno);
  return {};
}

}  // namespace mtc
