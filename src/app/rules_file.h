// A file of rules that may change while the server runs: a good one takes over, a bad one is
// refused with its reason, and the old one stays.
#pragma once

#include <spdlog/spdlog.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "base/result.h"
#include "infra/files/files.h"

namespace mtc::app {

template <class Rules>
class RulesFile {
 public:
  using Parse = std::function<Result<Rules>(std::string_view text, std::string_view name)>;

  // An empty path: the built-in rules, for ever. `parse` names the file in what it says.
  RulesFile(std::string path, Parse parse) : path_(std::move(path)), parse_(std::move(parse)) {}

  // Reads it for the first time: what is wrong now keeps the server from starting.
  Result<> open() {
    if (path_.empty()) return {};
    auto read = read_now();
    if (!read) return fail(std::move(read).error());
    rules_ = std::move(*read);
    seen_ = stamp();
    return {};
  }

  const Rules& now() const { return rules_; }

  // Reads it again if it has changed since, and says so in the log; true: new rules hold.
  bool refresh() {
    if (path_.empty()) return false;
    const auto current = stamp();
    if (current == seen_) return false;
    seen_ = current;
    auto read = read_now();
    if (!read) {
      spdlog::error("the rules stay as they were: {}", read.error().message);
      trouble_ = read.error().message;
      return false;
    }
    trouble_.clear();
    rules_ = std::move(*read);
    spdlog::info("rules: {} read again", path_);
    return true;
  }

  // Why the newest file does not hold; empty: it does.
  const std::string& trouble() const { return trouble_; }

 private:
  struct Stamp {
    std::filesystem::file_time_type time;
    std::uintmax_t size = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };

  std::optional<Stamp> stamp() const {
    std::error_code time_error, size_error;
    const auto time = std::filesystem::last_write_time(path_, time_error);
    const auto size = std::filesystem::file_size(path_, size_error);
    if (time_error || size_error) return std::nullopt;
    return Stamp{time, size};
  }
  Result<Rules> read_now() const {
    auto text = read_file(path_, kMaxBytes);
    if (!text) return fail(std::move(text).error());
    return parse_(*text, path_);
  }

  static constexpr std::size_t kMaxBytes = 1U << 20U;
  std::string path_;
  Parse parse_;
  Rules rules_{};
  std::optional<Stamp> seen_;
  std::string trouble_;
};

}  // namespace mtc::app
