#include "domain/digest/phrase.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/characters.h"
#include "base/text.h"

namespace mtc::digest {
namespace {

struct Known {
  std::array<std::string_view, 2> needles;  // all must occur; lower case
  std::string_view chinese;
  std::string_view english;
};

// The first that fits is taken, so the more particular stands first.
constexpr std::array kKnown{
    Known{{"too many connections", ""}, "数据库连接数用满", "too many connections"},
    Known{{"pool", "exhaust"}, "连接池用完", "exhausted connection pools"},
    Known{{"out of memory", ""}, "内存不足", "running out of memory"},
    Known{{"outofmemory", ""}, "内存不足", "running out of memory"},
    Known{{"oomkilled", ""}, "内存不足被杀", "processes killed for lack of memory"},
    Known{{"oom-kill", ""}, "内存不足被杀", "processes killed for lack of memory"},
    Known{{"no space left", ""}, "磁盘写满", "a full disk"},
    Known{{"disk full", ""}, "磁盘写满", "a full disk"},
    Known{{"disk", "quota"}, "磁盘配额用完", "an exhausted disk quota"},
    Known{{"too many open files", ""}, "打开的文件太多", "too many open files"},
    Known{{"no such file", ""}, "找不到文件", "missing files"},
    Known{{"certificate", "expire"}, "证书过期", "expired certificates"},
    Known{{"x509", ""}, "证书校验失败", "certificates that are not trusted"},
    Known{{"certificate", "verif"}, "证书校验失败", "certificates that are not trusted"},
    Known{{"permission denied", ""}, "没有权限", "missing permissions"},
    Known{{"access denied", ""}, "没有权限", "missing permissions"},
    Known{{"forbidden", ""}, "没有权限", "missing permissions"},
    Known{{"authentication fail", ""}, "登录认证失败", "failed logins"},
    Known{{"failed password", ""}, "密码错误", "wrong passwords"},
    Known{{"invalid user", ""}, "用户名无效", "unknown user names"},
    Known{{"lock wait timeout", ""}, "数据库锁等待超时", "lock wait timeouts"},
    Known{{"deadlock", ""}, "数据库死锁", "database deadlocks"},
    Known{{"duplicate entry", ""}, "主键冲突", "duplicate keys"},
    Known{{"duplicate key", ""}, "主键冲突", "duplicate keys"},
    Known{{"unique constraint", ""}, "主键冲突", "duplicate keys"},
    Known{{"nullpointer", ""}, "空指针异常", "null pointer exceptions"},
    Known{{"nil pointer", ""}, "空指针异常", "null pointer exceptions"},
    Known{{"circuit breaker", ""}, "熔断打开", "an open circuit breaker"},
    Known{{"rate limit", ""}, "被限流", "rate limiting"},
    Known{{"too many requests", ""}, "被限流", "rate limiting"},
    Known{{"readiness probe", ""}, "就绪检查失败", "failed readiness probes"},
    Known{{"liveness probe", ""}, "存活检查失败", "failed liveness probes"},
    Known{{"back-off restarting", ""}, "容器反复重启", "containers that keep restarting"},
    Known{{"crashloop", ""}, "容器反复重启", "containers that keep restarting"},
    Known{{"imagepull", ""}, "镜像拉取失败", "images that cannot be pulled"},
    Known{{"no such host", ""}, "域名解析失败", "failed name resolution"},
    Known{{"name resolution", ""}, "域名解析失败", "failed name resolution"},
    Known{{"bad gateway", ""}, "网关错误", "bad gateway answers"},
    Known{{"service unavailable", ""}, "服务不可用", "an unavailable service"},
    Known{{"internal server error", ""}, "服务内部错误", "internal server errors"},
    Known{{"segmentation fault", ""}, "程序崩溃", "crashes"},
    Known{{"segfault", ""}, "程序崩溃", "crashes"},
    Known{{"panic:", ""}, "程序崩溃", "crashes"},
    Known{{"stack overflow", ""}, "栈溢出", "stack overflows"},
    Known{{"replication", "lag"}, "主从延迟", "replication lag"},
    Known{{"checksum", "mismatch"}, "校验和不一致", "checksum mismatches"},
};

struct Peer {
  std::string_view needle;
  std::string_view chinese;
  std::string_view english;
};

// Whom something was wanted of.
constexpr std::array kPeers{
    Peer{"mysql", "数据库", "the database"},
    Peer{"postgres", "数据库", "the database"},
    Peer{"mariadb", "数据库", "the database"},
    Peer{"tdsql", "数据库", "the database"},
    Peer{"database", "数据库", "the database"},
    Peer{"jdbc", "数据库", "the database"},
    Peer{"redis", "Redis", "Redis"},
    Peer{"kafka", "Kafka", "Kafka"},
    Peer{"rabbitmq", "消息队列", "the message queue"},
    Peer{"mongo", "MongoDB", "MongoDB"},
    Peer{"elasticsearch", "Elasticsearch", "Elasticsearch"},
    Peer{"etcd", "etcd", "etcd"},
    Peer{"zookeeper", "ZooKeeper", "ZooKeeper"},
    Peer{"upstream", "上游", "the upstream"},
    Peer{"gateway", "网关", "the gateway"},
    Peer{"dns", "域名服务", "the name server"},
    Peer{"smtp", "邮件服务", "the mail server"},
    Peer{"bank", "银行渠道", "the bank"},
    Peer{"channel", "渠道", "the channel"},
};

enum class Failure { timeout, refused, reset, closed, unreachable };

std::optional<Failure> failure_in(std::string_view lower) {
  const auto has = [&](std::string_view needle) {
    return lower.find(needle) != std::string_view::npos;
  };
  if (has("timed out") || has("timeout") || has("time out") || has("deadline exceeded")) {
    return Failure::timeout;
  }
  if (has("refused")) return Failure::refused;
  if (has("connection reset") || has("reset by peer")) return Failure::reset;
  if (has("broken pipe") || has("unexpected eof") || has("connection closed") ||
      has("connection lost")) {
    return Failure::closed;
  }
  if (has("unreachable") || has("no route to host") || has("cannot connect") ||
      has("failed to connect") || has("could not connect")) {
    return Failure::unreachable;
  }
  return std::nullopt;
}

std::string chinese_failure(Failure failure, const Peer* peer, bool connecting) {
  const std::string who = peer != nullptr ? std::string(peer->chinese) : "";
  // Foreign names keep a blank on both sides.
  const bool foreign = !who.empty() && is_ascii(who.front());
  const std::string before = foreign ? who + " " : who;
  const std::string after = foreign ? " " + before : who;
  switch (failure) {
    case Failure::timeout:
      if (connecting) return who.empty() ? "连接超时" : "连接" + after + "超时";
      return who.empty() ? "请求超时" : before + "超时";
    case Failure::refused:
      return who.empty() ? "连接被拒绝" : before + "拒绝连接";
    case Failure::reset:
      return before + "连接被重置";
    case Failure::closed:
      return before + "连接中断";
    case Failure::unreachable:
      return who.empty() ? "网络不通" : (foreign ? "连不上 " : "连不上") + who;
  }
  return {};
}

std::string english_failure(Failure failure, const Peer* peer, bool connecting) {
  const std::string who = peer != nullptr ? std::string(peer->english) : "";
  switch (failure) {
    case Failure::timeout:
      if (connecting) return who.empty() ? "connection timeouts" : "timeouts connecting to " + who;
      return who.empty() ? "timeouts" : "timeouts waiting for " + who;
    case Failure::refused:
      return who.empty() ? "refused connections" : "connections refused by " + who;
    case Failure::reset:
      return who.empty() ? "reset connections" : "connections reset by " + who;
    case Failure::closed:
      return who.empty() ? "broken connections" : "broken connections to " + who;
    case Failure::unreachable:
      return who.empty() ? "unreachable hosts" : "no connection to " + who;
  }
  return {};
}

std::optional<std::string> known_phrase(std::string_view lower, Language language) {
  const auto has = [&](std::string_view needle) {
    return lower.find(needle) != std::string_view::npos;
  };
  for (const auto& known : kKnown) {
    if (!has(known.needles[0]) || !has(known.needles[1])) continue;
    return std::string(language == Language::zh ? known.chinese : known.english);
  }
  const auto failure = failure_in(lower);
  if (!failure) return std::nullopt;
  const auto peer = std::ranges::find_if(kPeers, [&](const Peer& one) { return has(one.needle); });
  const Peer* who = peer == kPeers.end() ? nullptr : &*peer;
  const bool connecting = has("connect");
  return language == Language::zh ? chinese_failure(*failure, who, connecting)
                                  : english_failure(*failure, who, connecting);
}

// The length of a Chinese character at the front, else 0. Full-width punctuation is none.
std::size_t han_at(std::string_view text) {
  if (text.size() < 3) return 0;
  const auto lead = static_cast<unsigned char>(text[0]);
  const auto next = static_cast<unsigned char>(text[1]);
  return (lead == 0xe3 && next >= 0x90) || (lead >= 0xe4 && lead <= 0xe9) ? 3 : 0;
}

// Text as runs of letters or of Chinese characters; everything else only separates.
struct Spoken {
  std::vector<std::string> words;
  std::size_t han = 0;
};

bool is_sayable(std::string_view token) {
  // One letter is a placeholder's rest; digits, dots, slashes make ids, versions, paths and host
  // names.
  return token.size() >= 2 && token.size() <= 24 &&
         std::ranges::all_of(token, [](char c) { return is_letter(c) || c == '\'' || c == '-'; }) &&
         is_letter(token.front()) && is_letter(token.back());
}

// "error: …" says nothing that the sentence around it does not.
bool names_level(std::string_view word) {
  constexpr std::array<std::string_view, 5> kLevels{"error", "fatal", "warning", "warn", "err"};
  return std::ranges::any_of(kLevels,
                             [&](std::string_view one) { return equals_ignoring_case(one, word); });
}

Spoken sayable_parts(std::string_view text) {
  constexpr std::string_view kAround = ".,:;!?()[]{}<>\"'`=|*#";
  Spoken out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    if (const std::size_t length = han_at(rest); length > 0) {
      std::size_t end = 0;
      while (end < rest.size() && han_at(rest.substr(end)) > 0) end += 3;
      out.words.emplace_back(rest.substr(0, end));
      out.han += end / 3;
      at += end;
      continue;
    }
    if (!is_ascii(rest[0]) || rest[0] <= ' ') {
      ++at;
      continue;
    }
    std::size_t end = 0;
    while (end < rest.size() && is_ascii(rest[end]) && rest[end] > ' ') ++end;
    std::string_view token = rest.substr(0, end);
    at += end;
    // Remarks in brackets ("[preauth]") are for machines.
    if (token.starts_with('[') && token.ends_with(']')) continue;
    while (!token.empty() && kAround.find(token.front()) != std::string_view::npos)
      token.remove_prefix(1);
    while (!token.empty() && kAround.find(token.back()) != std::string_view::npos)
      token.remove_suffix(1);
    if (is_sayable(token)) out.words.emplace_back(token);
  }
  return out;
}

std::string nameless(Language language) {
  return language == Language::zh ? "说不清的错误" : "errors without a clear text";
}

// Variable parts cut a template into pieces, and pieces put together read like nonsense: the
// longest says most.
Spoken longest_part(std::string_view text) {
  Spoken best;
  std::size_t best_size = 0;
  while (true) {
    const auto end = std::min(text.find("<*>"), text.size());
    Spoken part = sayable_parts(text.substr(0, end));
    if (!part.words.empty() && names_level(part.words.front()))
      part.words.erase(part.words.begin());
    std::size_t size = 0;
    for (const auto& word : part.words) size += word.size();
    if (size > best_size) {
      best = std::move(part);
      best_size = size;
    }
    if (end == text.size()) return best;
    text.remove_prefix(end + 3);
  }
}

std::string plain_phrase(std::string_view text, Language language) {
  constexpr std::size_t kMostWords = 8;
  constexpr std::size_t kMostCharacters = 48;
  constexpr std::size_t kMostHan = 20;
  const Spoken spoken = longest_part(text);
  std::string out;
  std::size_t words = 0;
  for (const auto& word : spoken.words) {
    const bool joins = !out.empty() && (is_ascii(out.back()) || is_ascii(word.front()));
    std::string next = out;
    next.append(joins ? " " : "").append(word);
    if (++words > kMostWords || count_characters(next) > kMostCharacters) break;
    out = std::move(next);
  }
  if (spoken.han > kMostHan) out = prefix_of_characters(out, kMostHan);
  if (count_characters(out) < 2) return nameless(language);
  return out;
}

// What is said may pass through a language model on its way to the ear: text that sounds like
// orders to one is not repeated.
bool sounds_like_orders(std::string_view lower) {
  constexpr std::array<std::string_view, 16> kOrders{"ignore all",  "ignore previous",
                                                     "ignore the",  "disregard",
                                                     "instruction", "system prompt",
                                                     "assistant",   "you are",
                                                     "you must",    "忽略",
                                                     "无视",        "指令",
                                                     "提示词",      "扮演",
                                                     "你是",        "你必须"};
  return std::ranges::any_of(
      kOrders, [&](std::string_view one) { return lower.find(one) != std::string_view::npos; });
}

bool looks_generated(std::string_view part) {
  const bool digits = std::ranges::any_of(part, is_digit);
  const bool letters_and_digits =
      std::ranges::all_of(part, [](char c) { return is_letter(c) || is_digit(c); });
  const bool only_digits = std::ranges::all_of(part, is_digit);
  return !part.empty() && letters_and_digits && ((digits && part.size() >= 3) || only_digits);
}

}  // namespace

std::string human_phrase(std::string_view template_text, Language language) {
  const std::string lower = to_lower_ascii(template_text);
  if (auto known = known_phrase(lower, language)) return *known;
  if (sounds_like_orders(lower)) return nameless(language);
  return plain_phrase(template_text, language);
}

std::string spoken_service(std::string_view service) {
  // payment-7d9f4c5b6-x2k4q: trailing parts with digits in them are a pod's, a replica's or a
  // port's.
  while (true) {
    const auto dash = service.find_last_of("-_:.");
    if (dash == std::string_view::npos || dash == 0 || !looks_generated(service.substr(dash + 1)))
      break;
    service = service.substr(0, dash);
  }
  std::string out;
  for (std::size_t at = 0; at < service.size();) {
    const std::size_t han = han_at(service.substr(at));
    const char c = service[at];
    if (han > 0) {
      out += service.substr(at, han);
      at += han;
      continue;
    }
    if (is_letter(c) || is_digit(c) || c == '-') {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
    ++at;
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '-')) out.pop_back();
  return std::string(prefix_of_characters(out, 32));
}

}  // namespace mtc::digest
