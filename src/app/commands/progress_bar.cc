#include "app/commands/progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace mtc::app {

namespace {

constexpr std::size_t kWidth = 30;
constexpr auto kDrawEvery = std::chrono::milliseconds(100);
constexpr const char* kClearLine = "\r\x1b[K";

}  // namespace

std::string progress_line(std::uint64_t bytes, std::optional<std::uint64_t> total, double seconds,
                          Language language) {
  const auto done = static_cast<double>(bytes);
  const double speed = seconds > 0 ? done / seconds : 0;
  std::string middle = fmt::format("{:.0f} MB  {:.0f} MB/s", done / 1e6, speed / 1e6);
  if (!total || *total == 0) return middle;
  const auto whole = static_cast<double>(*total);
  const double share = std::min(1.0, done / whole);
  const auto filled = static_cast<std::size_t>(share * kWidth);
  std::string line = fmt::format("[{}{}] {:3.0f} %  {}", std::string(filled, '#'),
                                 std::string(kWidth - filled, '.'), share * 100, middle);
  if (speed > 0) {
    const double left = std::max(0.0, whole - done) / speed;
    line += language == Language::zh ? fmt::format("  还剩 {:.0f} 秒", left)
                                     : fmt::format("  {:.0f} s left", left);
  }
  return line;
}

ProgressBar::ProgressBar(std::optional<std::uint64_t> total, Language language)
    : shown_(::isatty(STDERR_FILENO) != 0), total_(total), language_(language) {}

ProgressBar::~ProgressBar() {
  if (drawn_) std::fputs(kClearLine, stderr);
}

void ProgressBar::update(std::uint64_t bytes) {
  if (!shown_) return;
  const auto now = Steady::now();
  if (now - last_ < kDrawEvery) return;
  last_ = now;
  drawn_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  fmt::print(stderr, "{}{}", kClearLine, progress_line(bytes, total_, seconds, language_));
  std::fflush(stderr);
}

}  // namespace mtc::app
