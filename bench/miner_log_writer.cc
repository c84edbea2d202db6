// Writes generated log lines to stdout: log_writer KIND|night MEBIBYTES
// KIND is one of LogKind's; "night" is two fifths OpenSSH, two fifths HDFS and one fifth of the
// mixture, in blocks.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "log_generator.h"

int main(int argc, char** argv) {
  using mtc::bench::LogGenerator;
  using mtc::bench::LogKind;
  const std::string_view name = argc > 1 ? argv[1] : "";
  const auto bytes = argc > 2 ? std::strtoull(argv[2], nullptr, 10) << 20 : 0;
  std::vector<LogGenerator> generators;
  if (const auto kind = mtc::bench::parse_log_kind(name)) {
    generators.emplace_back(*kind, 1);
  } else if (name == "night") {
    for (const auto each :
         {LogKind::openssh, LogKind::hdfs, LogKind::openssh, LogKind::hdfs, LogKind::mixture}) {
      generators.emplace_back(each, generators.size() + 1);
    }
  }
  if (generators.empty() || bytes == 0) {
    fmt::print(stderr,
               "usage: log_writer openssh|hdfs|mixture|distinct|garbage|crafted|night MEBIBYTES\n");
    return 2;
  }
  std::string block;
  for (std::uint64_t written = 0, turn = 0; written < bytes; ++turn) {
    block.clear();
    LogGenerator& generator = generators[turn % generators.size()];
    while (block.size() < std::size_t{1} << 20) generator.append_line(block);
    if (std::fwrite(block.data(), 1, block.size(), stdout) != block.size()) return 1;
    written += block.size();
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}
