// Speed of the template miner on one core: lines a second of CPU time, first and last tenth,
// memory.
//   miner_bench [openssh|hdfs|mixture|distinct|garbage|crafted] [lines]
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "domain/logs/line_format.h"
#include "domain/logs/template_miner.h"
#include "log_generator.h"

namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Resident now; nothing else is allocated while a miner runs.
long resident_kib() {
  long pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

std::vector<std::string> make_lines(mtc::bench::LogKind kind, std::size_t count, bool header) {
  mtc::bench::LogGenerator generator(kind, 7);
  std::vector<std::string> lines(count);
  for (auto& line : lines) {
    if (header) {
      generator.append_line(line);
      line.pop_back();
    } else {
      generator.append_message(line);
    }
  }
  return lines;
}

void run_miner(std::string_view name, mtc::bench::LogKind kind, std::size_t count) {
  const auto lines = make_lines(kind, count, false);
  const long before = resident_kib();
  mtc::logs::TemplateMiner miner;
  const std::size_t tenth = count / 10;
  double first = 0;
  double last = 0;
  const double start = cpu_seconds();
  double mark = start;
  for (std::size_t i = 0; i < count; ++i) {
    if (i == count - tenth) mark = cpu_seconds();
    miner.add(lines[i]);
    if (i + 1 == tenth) first = cpu_seconds() - start;
  }
  const double end = cpu_seconds();
  last = end - mark;
  fmt::print(
      "miner   {:9} {:9.0f} lines/s   last tenth / first tenth {:.2f}   groups {:6}   ids {:6}   "
      "memory {} MiB\n",
      name, static_cast<double>(count) / (end - start), first / last, miner.group_count(),
      miner.size(), (resident_kib() - before) / 1024);
}

void run_parser(std::string_view name, mtc::bench::LogKind kind, std::size_t count) {
  const auto lines = make_lines(kind, count, true);
  mtc::logs::LineParser parser({});
  std::size_t timed = 0;
  const double start = cpu_seconds();
  for (const auto& line : lines) timed += parser.parse(line).time != mtc::TimePoint{};
  const double used = cpu_seconds() - start;
  fmt::print("parser  {:9} {:9.0f} lines/s   with a time {:.3f}\n", name,
             static_cast<double>(count) / used,
             static_cast<double>(timed) / static_cast<double>(count));
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  const std::vector<std::string_view> all{"openssh",  "hdfs",    "mixture",
                                          "distinct", "garbage", "crafted"};
  for (const auto name : argc > 1 ? std::vector<std::string_view>{argv[1]} : all) {
    const auto kind = mtc::bench::parse_log_kind(name);
    if (!kind || count < 10) {
      fmt::print(
          stderr,
          "usage: miner_bench [openssh|hdfs|mixture|distinct|garbage|crafted] [lines, at least "
          "10]\n");
      return 2;
    }
    run_miner(name, *kind, count);
    run_parser(name, *kind, count);
  }
}
