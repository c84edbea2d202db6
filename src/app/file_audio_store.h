// Broadcasts as WAV files in a directory.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <filesystem>

#include "domain/broadcast/ports.h"

namespace mtc::app {

class FileAudioStore final : public broadcast::AudioStore {
 public:
  // The directory is created when the first file is written. Files older than a week are removed
  // then, too.
  FileAudioStore(std::filesystem::path directory, asio::thread_pool& pool)
      : directory_(std::move(directory)), pool_(pool) {}
  Async<Result<std::string>> save(std::string name, std::string wav) override;

 private:
  std::filesystem::path directory_;
  asio::thread_pool& pool_;
};

}  // namespace mtc::app
