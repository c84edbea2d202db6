#include "app/commands/analyze.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/exit_codes.h"
#include "base/clock.h"
#include "base/language.h"
#include "base/random.h"
#include "base/text.h"
#include "base/zone.h"
#include "domain/digest/builder.h"
#include "domain/digest/digest.h"
#include "domain/digest/html.h"
#include "domain/digest/markdown.h"
#include "domain/digest/terminal.h"
#include "domain/logs/line_format.h"
#include "domain/logs/line_format_time.h"
#include "infra/crypto/system_random.h"
#include "infra/files/byte_source.h"
#include "infra/files/files.h"
#include "infra/files/line_blocks.h"

namespace mtc::app {
namespace {

struct AnalyzeOptions {
  std::vector<std::string> files;
  bool json = false;
  bool html = false;
  bool markdown = false;
  std::string language = "zh";
  std::string zone = "Asia/Shanghai";
  std::string since;
  std::string until;
  std::string output;
  std::size_t top = 10;
};

// A block of lines with what they mean. The views are of the block's bytes or of its extra texts.
struct ParsedBlock {
  LineBlock raw;
  std::vector<logs::ParsedLine> lines;
  std::deque<std::string> extra;  // texts that the parser had to make and would overwrite
  std::size_t files_done = 0;
  std::uint64_t bytes_read = 0;  // of the input so far, packed bytes if it is packed
};

// Hands blocks from the thread that reads and parses to the one that counts, and empty ones back.
class BlockQueue {
 public:
  BlockQueue() {
    for (int i = 0; i < kBlocks; ++i) empty_.push_back(std::make_unique<ParsedBlock>());
  }

  // Waits for an empty block; null once stop() was called.
  std::unique_ptr<ParsedBlock> take_empty() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || !empty_.empty(); });
    return stopped_ ? nullptr : pop(empty_);
  }
  // Waits for a full block; null after the last one.
  std::unique_ptr<ParsedBlock> take_full() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return finished_ || !full_.empty(); });
    return full_.empty() ? nullptr : pop(full_);
  }
  void put_full(std::unique_ptr<ParsedBlock> block) { put(full_, std::move(block)); }
  void put_empty(std::unique_ptr<ParsedBlock> block) { put(empty_, std::move(block)); }
  void finish() { set(finished_); }
  void stop() { set(stopped_); }

 private:
  static constexpr int kBlocks = 6;
  using Blocks = std::deque<std::unique_ptr<ParsedBlock>>;

  static std::unique_ptr<ParsedBlock> pop(Blocks& blocks) {
    auto block = std::move(blocks.front());
    blocks.pop_front();
    return block;
  }
  void put(Blocks& blocks, std::unique_ptr<ParsedBlock> block) {
    {
      const std::lock_guard lock(mutex_);
      blocks.push_back(std::move(block));
    }
    changed_.notify_all();
  }
  void set(bool& flag) {
    {
      const std::lock_guard lock(mutex_);
      flag = true;
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Blocks empty_;
  Blocks full_;
  bool finished_ = false;
  bool stopped_ = false;
};

// A view that will still be good when the parser reads on.
std::string_view keep(std::string_view view, ParsedBlock& block) {
  const char* const begin = block.raw.bytes.data();
  if (view.empty() || (view.data() >= begin && view.data() < begin + block.raw.bytes.size()))
    return view;
  if (!block.extra.empty() && block.extra.back() == view) return block.extra.back();
  return block.extra.emplace_back(view);
}

void parse_block(logs::LineParser& parser, ParsedBlock& block) {
  block.lines.clear();
  block.extra.clear();
  for (const auto raw : block.raw.lines) {
    auto& line = block.lines.emplace_back(parser.parse(raw));
    line.service = keep(line.service, block);
    line.message = keep(line.message, block);
  }
}

// Reads and parses all files in their order. Each file has a parser of its own: its format is its
// own.
class Reader {
 public:
  Reader(std::vector<std::unique_ptr<ByteSource>> sources, Zone zone, TimePoint now)
      : sources_(std::move(sources)), zone_(std::move(zone)), now_(now) {}

  std::optional<std::uint64_t> total_bytes() const {
    std::uint64_t total = 0;
    for (const auto& source : sources_) {
      const auto size = source->progress().size;
      if (!size) return std::nullopt;
      total += *size;
    }
    return total;
  }

  void run(BlockQueue& queue) {
    for (auto& source : sources_) {
      if (!read_one(*source, queue)) break;
      bytes_before_ += source->progress().read;
      source.reset();
    }
    queue.finish();
  }

  // After run(): what could not be read.
  const std::vector<Error>& failures() const { return failures_; }

 private:
  bool read_one(ByteSource& source, BlockQueue& queue) {
    // Lines without a year were written before the file was written last.
    logs::LineParser parser({.zone = zone_, .reference = source.modified().value_or(now_)});
    LineBlocks blocks(source);
    for (;;) {
      auto block = queue.take_empty();
      if (!block) return false;
      auto more = blocks.next(&block->raw);
      if (!more) failures_.push_back(std::move(more).error());
      if (!more || !*more) {
        queue.put_empty(std::move(block));
        return true;
      }
      parse_block(parser, *block);
      block->bytes_read = bytes_before_ + source.progress().read;
      queue.put_full(std::move(block));
    }
  }

  std::vector<std::unique_ptr<ByteSource>> sources_;
  Zone zone_;
  TimePoint now_;
  std::uint64_t bytes_before_ = 0;
  std::vector<Error> failures_;
};

// One line on a terminal: how far, how fast, how long still.
class ProgressBar {
 public:
  ProgressBar(std::optional<std::uint64_t> total, Language language)
      : shown_(::isatty(STDERR_FILENO) != 0), total_(total), language_(language) {}
  ~ProgressBar() {
    if (drawn_) std::fputs("\r\x1b[K", stderr);
  }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void update(std::uint64_t bytes) {
    if (!shown_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    drawn_ = true;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double speed = seconds > 0 ? static_cast<double>(bytes) / seconds : 0;
    std::string line =
        fmt::format("{:.0f} MB  {:.0f} MB/s", static_cast<double>(bytes) / 1e6, speed / 1e6);
    if (total_ && *total_ > 0) {
      const double share = std::min(1.0, static_cast<double>(bytes) / static_cast<double>(*total_));
      const auto filled = static_cast<std::size_t>(share * kWidth);
      const double left =
          speed > 0 ? static_cast<double>(*total_ - std::min(bytes, *total_)) / speed : 0;
      line = fmt::format("[{}{}] {:3.0f} %  {}  {}", std::string(filled, '#'),
                         std::string(kWidth - filled, '.'), share * 100, line,
                         language_ == Language::zh ? fmt::format("还剩 {:.0f} 秒", left)
                                                   : fmt::format("{:.0f} s left", left));
    }
    fmt::print(stderr, "\r\x1b[K{}", line);
    std::fflush(stderr);
  }

 private:
  static constexpr std::size_t kWidth = 30;
  bool shown_;
  bool drawn_ = false;
  std::optional<std::uint64_t> total_;
  Language language_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_ = start_;
};

struct Limits {
  std::optional<TimePoint> since;
  std::optional<TimePoint> until;
  bool any() const { return since || until; }
  // A line without a time is outside of any.
  bool hold(TimePoint time) const {
    if (!any()) return true;
    return time != TimePoint{} && (!since || time >= *since) && (!until || time < *until);
  }
};

Result<std::optional<TimePoint>> read_limit(const char* option, const std::string& text,
                                            const Zone& zone, TimePoint now) {
  if (text.empty()) return std::nullopt;
  if (const auto day = parse_day(text)) return zone.at(*day);
  logs::StampReader reader(zone, now);
  const auto stamp = reader.read(text);
  if (stamp && stamp->length == text.size()) return stamp->time;
  return fail(Errc::invalid_argument,
              fmt::format("{}: \"{}\" is no time; write 2026-11-22 or 2026-11-22T05:00:00, "
                          "with Z or +08:00 behind it if it is not in {}",
                          option, text, zone.name()));
}

std::string scope_of(const std::vector<std::string>& files, Language language) {
  if (files.size() > 1)
    return std::to_string(files.size()) + (language == Language::zh ? " 个文件" : " files");
  if (files[0] == "-") return language == Language::zh ? "标准输入" : "standard input";
  return sanitize_utf8(std::filesystem::path(files[0]).filename().string());
}

std::string render(const digest::Digest& digest, const AnalyzeOptions& options, Language language) {
  if (options.json) return dump_json(to_json(digest)) + "\n";
  if (options.html) return render_html(digest, language);
  if (options.markdown) return render_markdown(digest, language);
  const bool color = options.output.empty() && ::isatty(STDOUT_FILENO) != 0;
  digest::TerminalOptions terminal{.language = language, .color = color};
  winsize size{};
  if (color && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    terminal.width = size.ws_col;
  return render_text(digest, terminal);
}

Result<void> write_out(const std::string& text, const std::string& path) {
  if (!path.empty()) return write_file(path, text);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return fail(Errc::resource_exhausted,
                "cannot write the digest to standard output: no room, or nobody reads it");
  }
  return {};
}

int complain(const Error& error, int exit_code) {
  fmt::print(stderr, "mcp-tencent-cloud analyze: {}\n", error.message);
  return exit_code;
}

int analyze(const AnalyzeOptions& options) {
  const auto language = parse_language(options.language).value_or(Language::zh);
  const auto zone = Zone::find(options.zone);
  if (!zone) return complain(zone.error(), kUsage);
  const TimePoint now = SystemClock().now();
  const auto since = read_limit("--since", options.since, *zone, now);
  if (!since) return complain(since.error(), kUsage);
  const auto until = read_limit("--until", options.until, *zone, now);
  if (!until) return complain(until.error(), kUsage);
  const Limits limits{.since = *since, .until = *until};
  const auto files = options.files.empty() ? std::vector<std::string>{"-"} : options.files;
  if (options.files.empty() && ::isatty(STDIN_FILENO) != 0) {
    return complain(
        {.message =
             "name the log files, or send lines to standard input; analyze --help shows how"},
        kUsage);
  }
  // All of them before the first is read: a wrong name is told at once, not after the work.
  std::vector<std::unique_ptr<ByteSource>> sources;
  for (const auto& file : files) {
    auto source = open_bytes(file);
    if (!source) return complain(source.error(), kBadData);
    sources.push_back(std::move(*source));
  }

  SystemRandom random;
  digest::BuilderOptions builder_options{.id = make_uuid(random),
                                         .scope = scope_of(files, language),
                                         .zone = *zone,
                                         .created = now,
                                         .top = options.top};
  if (limits.since && limits.until)
    builder_options.period = logs::TimeRange{.from = *limits.since, .to = *limits.until};
  digest::DigestBuilder builder(std::move(builder_options));

  Reader reader(std::move(sources), *zone, now);
  BlockQueue queue;
  {
    ProgressBar bar(reader.total_bytes(), language);
    const std::jthread reading([&] { reader.run(queue); });
    while (auto block = queue.take_full()) {
      for (const auto& line : block->lines) {
        if (limits.hold(line.time)) builder.add(line);
      }
      bar.update(block->bytes_read);
      queue.put_empty(std::move(block));
    }
  }
  int exit_code = kOk;
  for (const auto& failure : reader.failures()) {
    builder.note_missing(failure.message);
    exit_code = complain(failure, kBadData);
  }
  const auto written = write_out(render(builder.finish(), options, language), options.output);
  return written ? exit_code : complain(written.error(), kFailed);
}

}  // namespace

void add_analyze_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<AnalyzeOptions>();
  auto* command = app.add_subcommand("analyze",
                                     "Digest of log files of any size: levels, services, top "
                                     "errors, spikes. Needs no cloud and no settings");
  command->add_option("FILE", options->files,
                      "Log files, plain, gzip or zstd; - or none: standard input. Formats are "
                      "recognised by themselves");
  auto* json = command->add_flag("--json", options->json, "Print the digest as JSON");
  auto* html = command->add_flag("--html", options->html, "Print a page to open in a browser");
  auto* markdown = command->add_flag("--markdown", options->markdown, "Print Markdown");
  json->excludes(html)->excludes(markdown);
  html->excludes(markdown);
  command->add_option("-o,--output", options->output,
                      "Write to this file instead (replaced as a whole)");
  command->add_option("--lang", options->language, "zh or en")
      ->check(CLI::IsMember({"zh", "en"}))
      ->capture_default_str();
  command
      ->add_option("--zone", options->zone, "Time zone of lines that name none, and of the digest")
      ->capture_default_str();
  command->add_option("--since", options->since,
                      "Only lines from then on (2026-11-22 or 2026-11-22T05:00:00)");
  command->add_option("--until", options->until, "Only lines before then");
  command->add_option("--top", options->top, "Entries in each list")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->footer(
      "Examples: mcp-tencent-cloud analyze /var/log/syslog app.log.gz\n"
      "          journalctl -o short-iso | mcp-tencent-cloud analyze --lang en --html -o "
      "night.html\n"
      "Lines that name no level get one from clear words (error:, exception, failed …).\n"
      "Exit codes: 0 done, 2 wrong arguments, 5 a file could not be read (wholly); the digest then "
      "covers the rest.");
  command->callback([options, &exit_code] { exit_code = analyze(*options); });
}

}  // namespace mtc::app
