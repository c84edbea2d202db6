#include "log_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>

namespace mtc::bench {
namespace {

// In the patterns %x is a value: see append_value.
constexpr std::string_view kOpenssh[] = {
    "Failed password for root from %i port %p ssh2",
    "Failed password for root from %i port %p ssh2",
    "Failed password for invalid user %u from %i port %p ssh2",
    "Invalid user %u from %i",
    "input_userauth_request: invalid user %u [preauth]",
    "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=%i "
    "user=root",
    "pam_unix(sshd:auth): check pass; user unknown",
    "Received disconnect from %i: 11: Bye Bye [preauth]",
    "Connection closed by %i [preauth]",
    "reverse mapping checking getaddrinfo for %h [%i] failed - POSSIBLE BREAK-IN ATTEMPT!",
    "Accepted publickey for %u from %i port %p ssh2: RSA SHA256:%x",
    "PAM 5 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=%i user=root",
    "error: maximum authentication attempts exceeded for invalid user %u from %i port %p ssh2 "
    "[preauth]",
};

constexpr std::string_view kHdfs[] = {
    "Receiving block blk_%b src: /%i:%p dest: /%i:50010",
    "Received block blk_%b of size 67108864 from /%i",
    "PacketResponder %d for block blk_%b terminating",
    "BLOCK* NameSystem.addStoredBlock: blockMap updated: %i:50010 is added to blk_%b size 67108864",
    "BLOCK* NameSystem.allocateBlock: /user/root/rand/_temporary/_task_%d_%d_m_%d/part-%d. blk_%b",
    "BLOCK* NameSystem.delete: blk_%b is added to invalidSet of %i:50010",
    "Deleting block blk_%b file /mnt/hadoop/dfs/data/current/subdir%d/blk_%b",
    "Verification succeeded for blk_%b",
    "%i:50010 Served block blk_%b to /%i",
    "%i:50010:Got exception while serving blk_%b to /%i:",
};

struct Pattern {
  int style;  // of the header
  std::string_view level;
  std::string_view text;
};
constexpr Pattern kMixture[] = {
    {0, "INFO", "Started %w with pid %d in %d ms"},
    {0, "INFO", "HikariPool-%d - Added connection conn%d: url=jdbc:mysql://%h:3306/%w user=%u"},
    {0, "WARN",
     "Resolved [org.springframework.web.HttpRequestMethodNotSupportedException: Request method "
     "'POST' not supported]"},
    {0, "ERROR",
     "Servlet.service() for servlet [dispatcherServlet] threw exception: order %d not found for "
     "customer %g"},
    {0, "INFO", "Completed order %g for customer %d, total=%f currency=CNY items=%d"},
    {0, "DEBUG",
     "Executing prepared SQL statement [select id, name from %w where id = ? and owner = ?] took "
     "%d ms"},
    {1, "info", "upstream %w responded status=200 duration=%dms path=/api/v1/%w/%d trace_id=%x"},
    {1, "error", "upstream %w timed out after %dms attempt=%d trace_id=%x"},
    {1, "warn", "cache miss ratio %f above limit for shard %d"},
    {1, "info", "request finished method=GET path=/healthz status=200 bytes=%d remote=%i"},
    {2, "I", "Successfully assigned %w/%q to node-%d"},
    {2, "W", "Readiness probe failed: HTTP probe failed with statuscode: %d pod=%q"},
    {2, "E",
     "Error syncing pod %g (\"%q_%w(%g)\"), skipping: failed to \"StartContainer\" for \"%w\" with "
     "CrashLoopBackOff"},
    {2, "I", "Created pod: %q in namespace %w"},
    {2, "I",
     "Event occurred object=%w/%q kind=Pod reason=Pulled message=Container image already present"},
    {3, "INFO", "GET /static/js/%w.%x.js HTTP/1.1"},
    {3, "INFO", "POST /api/orders/%d/pay HTTP/1.1"},
    {4, "LOG", "duration: %f ms  statement: UPDATE %w SET balance = balance - %d WHERE id = %d"},
    {4, "LOG", "checkpoint complete: wrote %d buffers (%f%%); write=%f s, sync=%f s, total=%f s"},
    {4, "ERROR", "duplicate key value violates unique constraint \"%w_pkey\""},
    {4, "FATAL", "password authentication failed for user \"%u\""},
    {5, "INFO",
     "[Consumer clientId=%w-%d, groupId=%w] Resetting offset for partition %w-%d to offset %d."},
    {5, "WARN",
     "[RequestSendThread controllerId=%d] Controller %d's connection to broker %h:9092 (id: %d "
     "rack: null) was unsuccessful"},
    {5, "INFO", "Rolled new log segment at offset %d in %d ms."},
    {6, "", "eth%d: link is up, 1000 Mbps full duplex, flow control rx"},
    {6, "", "Out of memory: Kill process %d (%w) score %d or sacrifice child"},
    {6, "", "TCP: request_sock_TCP: Possible SYN flooding on port %p. Sending cookies."},
    {6, "",
     "audit: type=1400 audit(%d.%d:%d): apparmor=\"DENIED\" operation=\"open\" profile=\"%w\" "
     "pid=%d"},
    {7, "INFO", "Task %g received: tasks.%w.run(%d)"},
    {7, "INFO", "Task %g succeeded in %fs: None"},
    {7, "ERROR", "Task %g raised unexpected: ConnectionError('%h refused connection')"},
    {7, "WARNING", "Retry %d of %d for queue %w in %d seconds"},
    {8, "INFO", "订单 %d 支付成功，金额 %f 元，用户 %d"},
    {8, "ERROR", "调用库存服务失败：连接 %i:%p 超时，耗时 %d 毫秒"},
    {8, "WARN", "线程池 %w 队列长度 %d 超过阈值 %d"},
    {9, "info", "raft: node %x became leader at term %d, applied index %d"},
    {9, "warn", "slow fdatasync took=%fs expected-duration=1s revision=%d"},
    {9, "info", "compacted Raft logs compact-index=%d snapshot-index=%d"},
};

constexpr std::string_view kUsers[] = {
    "admin",  "oracle", "support", "test",     "ubuntu", "git", "nagios", "guest",
    "backup", "deploy", "jenkins", "postgres", "pi",     "ftp", "mysql",  "hadoop"};
constexpr std::string_view kWords[] = {"payment", "order",    "gateway", "inventory", "session",
                                       "catalog", "checkout", "billing", "search",    "profile",
                                       "report",  "notify",   "auth",    "invoice"};
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

void append_word(std::uint64_t seed, std::string& out) {
  for (int i = 0; i < 7; ++i, seed /= 26) out += static_cast<char>('a' + seed % 26);
}

}  // namespace

std::optional<LogKind> parse_log_kind(std::string_view name) {
  if (name == "openssh") return LogKind::openssh;
  if (name == "hdfs") return LogKind::hdfs;
  if (name == "mixture") return LogKind::mixture;
  if (name == "distinct") return LogKind::distinct;
  if (name == "garbage") return LogKind::garbage;
  if (name == "crafted") return LogKind::crafted;
  return std::nullopt;
}

std::uint64_t LogGenerator::next() {  // splitmix64
  return mix(state_ += 0x9e3779b97f4a7c15ULL);
}

void LogGenerator::append_value(char what, std::string& out) {
  const auto to = std::back_inserter(out);
  switch (what) {
    case 'i':
      fmt::format_to(to, "10.{}.{}.{}", below(256), below(256), below(254) + 1);
      break;
    case 'p':
      fmt::format_to(to, "{}", 1024 + below(64000));
      break;
    case 'd':
      fmt::format_to(to, "{}", below(std::uint64_t{1} << (4 + below(20))));
      break;
    case 'f':
      fmt::format_to(to, "{}.{:03}", below(500), below(1000));
      break;
    case 'b':
      fmt::format_to(to, "{}{}", below(2) == 0 ? "-" : "", next() >> 1);
      break;
    case 'x':
      fmt::format_to(to, "{:016x}", next());
      break;
    case 'g':
      fmt::format_to(to, "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", below(1ULL << 32), below(1 << 16),
                     below(1 << 12), below(1 << 12), below(1ULL << 48));
      break;
    case 'h':
      fmt::format_to(to, "{}{}.{}.example.com", kWords[below(std::size(kWords))], below(100),
                     kUsers[below(std::size(kUsers))]);
      break;
    case 'u':  // mostly from a list, as attackers do; some unheard of
      if (below(8) != 0) {
        out += kUsers[below(std::size(kUsers))];
      } else {
        for (int i = 0; i < 6; ++i) out += static_cast<char>('a' + below(26));
      }
      break;
    case 'w':
      out += kWords[below(std::size(kWords))];
      break;
    case 'q':
      fmt::format_to(to, "{}-{:08x}-{:05x}", kWords[below(std::size(kWords))], below(1ULL << 32),
                     below(1 << 20));
      break;
    case '%':
      out += '%';
      break;
    default:
      break;
  }
}

void LogGenerator::expand(std::string_view pattern, std::string& out) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '%' && i + 1 < pattern.size()) {
      append_value(pattern[++i], out);
    } else {
      out += pattern[i];
    }
  }
}

std::string_view LogGenerator::pick_mixture(int* style, std::string_view* level) {
  const Pattern& pattern = kMixture[below(std::size(kMixture))];
  *style = pattern.style;
  *level = pattern.level;
  return pattern.text;
}

void LogGenerator::append_message(std::string& out) {
  switch (kind_) {
    case LogKind::openssh:
      expand(kOpenssh[below(std::size(kOpenssh))], out);
      break;
    case LogKind::hdfs:
      expand(kHdfs[below(std::size(kHdfs))], out);
      break;
    case LogKind::mixture: {
      int style = 0;
      std::string_view level;
      expand(pick_mixture(&style, &level), out);
      break;
    }
    case LogKind::distinct:
      for (std::uint64_t words = 3 + below(12); words > 0; --words) {
        for (std::uint64_t letters = 2 + below(9); letters > 0; --letters)
          out += static_cast<char>('a' + below(26));
        out += ' ';
      }
      break;
    case LogKind::crafted:
      append_crafted(out);
      break;
    case LogKind::garbage:
      for (std::uint64_t bytes = below(200); bytes > 0; --bytes) {
        const char c = static_cast<char>(below(256));
        out += c == '\n' ? ' ' : c;
      }
      break;
  }
}

// Thirteen messages in a row differ in the same three of forty words, and so have a template of
// their own with these three open; the next thirteen have others.
void LogGenerator::append_crafted(std::string& out) {
  constexpr std::uint64_t kWordCount = 40;
  const std::uint64_t turn = mix(crafted_++ / 13);
  const std::uint64_t varying[] = {turn % kWordCount, (turn >> 16) % kWordCount,
                                   (turn >> 32) % kWordCount};
  out += "job";
  for (std::uint64_t i = 0; i < kWordCount; ++i) {
    out += ' ';
    const bool varies = std::find(std::begin(varying), std::end(varying), i) != std::end(varying);
    append_word(varies ? next() : mix(turn + i), out);
  }
}

void LogGenerator::append_header(int style, std::string_view level, std::string& out) {
  const std::time_t seconds = time_ms_ / 1000;
  const auto ms = static_cast<int>(time_ms_ % 1000);
  std::tm t{};
  gmtime_r(&seconds, &t);
  const auto to = std::back_inserter(out);
  const auto iso = [&](char between, char fraction) {
    fmt::format_to(to, "{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}{}{:03}", t.tm_year + 1900,
                   t.tm_mon + 1, t.tm_mday, between, t.tm_hour, t.tm_min, t.tm_sec, fraction, ms);
  };
  const auto syslog = [&](std::string_view process) {
    fmt::format_to(to, "{} {:2} {:02}:{:02}:{:02} web{} {}", kMonths[t.tm_mon], t.tm_mday,
                   t.tm_hour, t.tm_min, t.tm_sec, below(4), process);
  };
  switch (style) {
    case 0:
      iso(' ', '.');
      fmt::format_to(to, " {:>5} {} --- [nio-8080-exec-{}] c.example.shop.OrderService : ", level,
                     1, below(16));
      break;
    case 1:
      out += "time=";
      iso('T', '.');
      fmt::format_to(to, "Z level={} service=gateway msg=\"", level);
      break;
    case 2:
      fmt::format_to(to, "{}{:02}{:02} {:02}:{:02}:{:02}.{:06} {:7} controller.go:{}] ", level,
                     t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, ms * 1000, 1,
                     100 + below(4));
      break;
    case 3:
      append_value('i', out);
      fmt::format_to(to, " - - [{:02}/{}/{:04}:{:02}:{:02}:{:02} +0000] \"", t.tm_mday,
                     kMonths[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
      break;
    case 4:
      iso(' ', '.');
      fmt::format_to(to, " UTC [{}] {}:  ", 100 + below(30), level);
      break;
    case 5:
      out += '[';
      iso(' ', ',');
      fmt::format_to(to, "] {} ", level);
      break;
    case 6:
      syslog("kernel: ");
      break;
    case 7:
      out += '[';
      iso(' ', ',');
      fmt::format_to(to, ": {}/MainProcess] ", level);
      break;
    case 8:
      iso(' ', ',');
      fmt::format_to(to, " {} [shop] ", level);
      break;
    case 9:
      fmt::format_to(to, "{{\"level\":\"{}\",\"ts\":\"", level);
      iso('T', '.');
      out += "Z\",\"logger\":\"etcd\",\"msg\":\"";
      break;
    case 10:
      syslog(fmt::format("sshd[{}]: ", 20000 + below(9000)));
      break;
    case 11:
      fmt::format_to(
          to, "{:02}{:02}{:02} {:02}{:02}{:02} {} INFO dfs.DataNode$DataXceiver: ", t.tm_year % 100,
          t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, below(4000));
      break;
    default:
      break;
  }
}

void LogGenerator::append_line(std::string& out) {
  time_ms_ += static_cast<std::int64_t>(below(20));
  int style = kind_ == LogKind::openssh ? 10 : kind_ == LogKind::hdfs ? 11 : -1;
  std::string_view level;
  if (kind_ == LogKind::mixture) {
    const auto pattern = pick_mixture(&style, &level);
    append_header(style, level, out);
    expand(pattern, out);
    if (style == 1) out += '"';
    if (style == 3)
      fmt::format_to(std::back_inserter(out), "\" {} {}", below(20) == 0 ? 502 : 200, below(20000));
    if (style == 9) out += "\"}";
  } else {
    append_header(style, level, out);
    append_message(out);
  }
  out += '\n';
}

}  // namespace mtc::bench
