// Writes log lines that look like those of real systems, for the benchmarks: same seed, same lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mtc::bench {

enum class LogKind {
  openssh,   // syslog of an SSH server under attack
  hdfs,      // data nodes and name node of Hadoop
  mixture,   // some twenty systems, each in its own line format
  distinct,  // no two messages alike, of random words: what nobody wants to mine
  garbage,   // random bytes
  crafted,   // messages that lead a miner to keep as many templates of one length as it can
};
std::optional<LogKind> parse_log_kind(std::string_view name);

class LogGenerator {
 public:
  LogGenerator(LogKind kind, std::uint64_t seed) : kind_(kind), state_(seed * 2 + 1) {}

  // Appends one message without header or line end.
  void append_message(std::string& out);
  // Appends one whole line with header and line end; time moves on by itself.
  void append_line(std::string& out);

 private:
  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  void expand(std::string_view pattern, std::string& out);
  void append_value(char what, std::string& out);
  void append_header(int style, std::string_view level, std::string& out);
  std::string_view pick_mixture(int* style, std::string_view* level);

  void append_crafted(std::string& out);

  LogKind kind_;
  std::uint64_t state_;
  std::uint64_t crafted_ = 0;                 // messages so far
  std::int64_t time_ms_ = 1'780'000'000'000;  // of the line being written
};

}  // namespace mtc::bench
