#include "app/commands/analyze.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/log_reader.h"
#include "app/commands/options.h"
#include "app/commands/progress_bar.h"
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
#include "domain/logs/line_format_time.h"
#include "infra/crypto/system_random.h"
#include "infra/files/byte_source.h"
#include "infra/files/files.h"

namespace mtc::app {
namespace {

struct AnalyzeOptions {
  std::vector<std::string> files;
  bool json = false;
  bool html = false;
  bool markdown = false;
  std::string language;
  std::string zone = "Asia/Shanghai";
  std::string since;
  std::string until;
  std::string output;
  std::size_t top = 10;
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
              fmt::format("{}: \"{}\" is no time; write 2026-11-22 or 2026-11-22T05:00:00, with Z "
                          "or +08:00 behind it if it is not in {}",
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
  fmt::print(stderr, "mcp-tencent-cloud: {}\n", error.message);
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

  LogReader reader(std::move(sources), *zone, now);
  {
    ProgressBar bar(reader.total_bytes(), language);
    reader.start();
    while (auto block = reader.next()) {
      for (const auto& line : block->lines) {
        if (limits.hold(line.time)) builder.add(line);
      }
      bar.update(block->bytes_read);
      reader.give_back(std::move(block));
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
  add_language_option(*command, options->language);
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
