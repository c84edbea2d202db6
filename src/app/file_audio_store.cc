#include "app/file_audio_store.h"

#include "infra/files/files.h"
#include "infra/loop/off_loop.h"

namespace mtc::app {
namespace {

constexpr auto kKeepFor = std::chrono::days(7);

void remove_old(const std::filesystem::path& directory) {
  std::error_code error;
  const auto limit = std::filesystem::file_time_type::clock::now() - kKeepFor;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".wav" && entry.last_write_time(error) < limit) {
      std::filesystem::remove(entry.path(), error);
    }
  }
}

Result<std::string> write(const std::filesystem::path& directory, const std::string& name,
                          const std::string& wav) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error)
    return fail(Errc::unavailable, "cannot create " + directory.string() + ": " + error.message());
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  remove_old(directory);
  const std::filesystem::path file = directory / name;
  if (auto written = write_file(file.string(), wav, 0600); !written)
    return fail(std::move(written).error());
  return file.string();
}

}  // namespace

Async<Result<std::string>> FileAudioStore::save(std::string name, std::string wav) {
  co_return co_await off_loop<Result<std::string>>(
      pool_, [directory = directory_, name = std::move(name), wav = std::move(wav)] {
        return write(directory, name, wav);
      });
}

}  // namespace mtc::app
