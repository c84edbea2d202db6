// How far long work is, on one line of a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/language.h"

namespace mtc::app {

// The line itself: "[####....]  40 %  120 MB  300 MB/s  2 s left"; without a total only the middle.
std::string progress_line(std::uint64_t bytes, std::optional<std::uint64_t> total, double seconds,
                          Language language);

// Draws the line on stderr at most ten times a second, and takes it away in the end. Silent unless
// stderr is a terminal.
class ProgressBar {
 public:
  ProgressBar(std::optional<std::uint64_t> total, Language language);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void update(std::uint64_t bytes);

 private:
  using Steady = std::chrono::steady_clock;

  bool shown_;
  bool drawn_ = false;
  std::optional<std::uint64_t> total_;
  Language language_;
  Steady::time_point start_ = Steady::now();
  Steady::time_point last_ = start_;
};

}  // namespace mtc::app
