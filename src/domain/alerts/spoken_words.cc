#include "domain/alerts/spoken_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/characters.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/alerts/cause.h"

namespace mtc::alerts {
namespace {

struct Range {
  char32_t first, last;
};

// Letters and figures beyond ASCII: Latin, Greek, Cyrillic, Japanese, Chinese, Korean, full width.
constexpr auto kLetters = std::to_array<Range>({{0xc0, 0x24f},
                                                {0x370, 0x52f},
                                                {0x3041, 0x30ff},
                                                {0x3400, 0x9fff},
                                                {0xac00, 0xd7a3},
                                                {0xf900, 0xfaff},
                                                {0xff10, 0xff19},
                                                {0xff21, 0xff3a},
                                                {0xff41, 0xff5a},
                                                {0x20000, 0x3fffd}});

// Of valid UTF-8.
char32_t code_of(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead;
  char32_t code = lead & (0x7fU >> character.size());
  for (const char c : character.substr(1))
    code = code << 6 | (static_cast<unsigned char>(c) & 0x3f);
  return code;
}

bool is_audible(std::string_view character) {
  if (character.size() == 1) return is_alnum(character[0]);
  const auto code = code_of(character);
  return std::ranges::any_of(
      kLetters, [&](const Range& range) { return code >= range.first && code <= range.last; });
}

bool joins(std::string_view text, std::size_t at) {
  const bool sign = text[at] == '-' || text[at] == '.';
  return sign && is_alnum(before_or_zero(text, at)) && is_alnum(at_or_zero(text, at + 1));
}

// What clouds call machines, databases and so on: a short word and eight characters.
constexpr auto kThings = std::to_array<std::string_view>(
    {"ins", "cls", "np", "cdb", "crs", "lb", "disk", "vpc", "policy", "alarm"});

bool is_id_of_thing(std::string_view word) {
  const auto dash = word.find('-');
  if (dash == std::string_view::npos || word.size() - dash != 9) return false;
  return std::ranges::find(kThings, word.substr(0, dash)) != kThings.end() &&
         std::ranges::all_of(word.substr(dash + 1), is_alnum);
}

// Neither "ins-0a1b2c3d", 7d9f4c5b6, 10.0.0.8 nor a UUID is said aloud.
bool is_id(std::string_view word) {
  if (is_id_of_thing(word)) return true;
  const auto digits = std::ranges::count_if(word, is_digit);
  if (digits == 0) return false;
  if (word.find_first_not_of("0123456789.") == std::string_view::npos)
    return digits >= 6 || std::ranges::count(word, '.') >= 2;
  const auto tail = word.substr(word.rfind('-') + 1);  // all of it without a dash
  const auto mixed =
      std::ranges::count_if(tail, is_digit) >= 2 && std::ranges::all_of(tail, is_alnum);
  return mixed && tail.size() >= 8;
}

struct Words {
  std::string_view part, zh, en;
};

std::string_view in(Language language, const Words& words) {
  return language == Language::zh ? words.zh : words.en;
}

// The first whose part occurs in a metric's name.
constexpr auto kMetrics = std::to_array<Words>({{"cpu", "CPU 利用率", "CPU usage"},
                                                {"mem", "内存使用率", "memory usage"},
                                                {"restart", "重启次数", "restarts"},
                                                {"disk", "磁盘使用率", "disk usage"},
                                                {"volume", "磁盘使用率", "disk usage"},
                                                {"errrate", "错误率", "error rate"},
                                                {"errorrate", "错误率", "error rate"},
                                                {"5xx", "错误数", "errors"},
                                                {"error", "错误数", "errors"},
                                                {"latency", "延迟", "latency"},
                                                {"delay", "延迟", "latency"},
                                                {"duration", "耗时", "duration"},
                                                {"conn", "连接数", "connections"},
                                                {"traffic", "流量", "traffic"},
                                                {"bandwidth", "带宽", "bandwidth"},
                                                {"qps", "请求量", "request rate"},
                                                {"request", "请求量", "requests"},
                                                {"replica", "可用副本", "ready replicas"},
                                                {"load", "负载", "load"}});

// By how an instance's id begins.
constexpr auto kInstances = std::to_array<Words>({{"ins-", "一台云服务器", "a server"},
                                                  {"cdb-", "一个数据库", "a database"},
                                                  {"cynosdb", "一个数据库", "a database"},
                                                  {"postgres-", "一个数据库", "a database"},
                                                  {"mongo-", "一个数据库", "a database"},
                                                  {"crs-", "一个 Redis", "a Redis"},
                                                  {"lb-", "一个负载均衡", "a load balancer"},
                                                  {"disk-", "一块云硬盘", "a disk"},
                                                  {"ckafka-", "一个消息队列", "a message queue"},
                                                  {"cls-", "一个集群", "a cluster"}});

std::string spoken_metric(std::string_view metric, Language language) {
  std::string name = to_lower_ascii(metric.substr(0, 200));
  std::erase_if(name, [](char c) { return c == '_' || c == '-'; });
  for (const auto& words : kMetrics) {
    if (name.find(words.part) != std::string::npos) return std::string(in(language, words));
  }
  return {};
}

// "CPU 利用率" of "CPU 利用率 > 90%".
std::string measured_thing(std::string_view condition) {
  std::size_t end = condition.size();
  for (const std::string_view sign :
       {">", "<", "=", "≥", "≤", "＞", "＜", "大于", "小于", "超过", "高于", "低于", "等于"})
    end = std::min(end, condition.find(sign));
  return audible_words(condition.substr(0, end), 20);
}

std::string spoken_instance(const Subject& subject, Language language) {
  if (auto words = audible_words(subject.text, 24); !words.empty()) return words;
  for (const auto& words : kInstances) {
    if (subject.instance.starts_with(words.part)) return std::string(in(language, words));
  }
  return {};
}

std::string spoken_node(const std::string& node, Language language) {
  const bool zh = language == Language::zh;
  const auto name = audible_words(node, 24);
  if (name.empty()) return zh ? "一个节点" : "a node";
  return (zh ? "节点 " : "node ") + name;
}

}  // namespace

bool is_chinese(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return !is_ascii(c); });
}

std::string audible(std::string_view name, std::size_t characters) {
  const auto text = sanitize_utf8(prefix_of_bytes(name, 1000));
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    auto character = prefix_of_characters(std::string_view(text).substr(at), 1);
    if (is_audible(character) || joins(text, at)) {
      out += character;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
    at += character.size();
  }
  out = prefix_of_characters(out, characters);
  return std::string(trim(out));
}

std::string audible_words(std::string_view text, std::size_t characters) {
  const auto clean = audible(text, 300);
  std::vector<std::string> words;
  for (const auto word : split(clean, ' ')) {
    if (!word.empty() && !is_id(word)) words.emplace_back(word);
  }
  const auto joined = join(words, " ");
  return std::string(trim(prefix_of_characters(joined, characters)));
}

std::string spoken_subject(const Subject& subject, Language language) {
  const bool zh = language == Language::zh;
  if (auto name = audible(workload_name(subject)); !name.empty()) return name;
  if (auto pod = audible(subject.pod); !pod.empty()) return pod;
  if (!subject.node.empty()) return spoken_node(subject.node, language);
  if (!subject.instance.empty()) return spoken_instance(subject, language);
  if (const auto ns = audible(subject.ns); !ns.empty())
    return zh ? ns + " 命名空间" : "namespace " + ns;
  if (auto cluster = audible(subject.cluster_name); !cluster.empty()) return cluster;
  return audible_words(subject.text, 24);
}

std::string spoken_trouble(const Alert& alert, Language language) {
  const bool zh = language == Language::zh;
  const auto policy = audible_words(alert.policy_name, 24);
  if (alert.source == Source::logs && !policy.empty()) return policy;
  const auto thing = alert.source == Source::logs ? "" : measured_thing(alert.condition);
  if (!thing.empty() && is_chinese(thing) == zh) return thing;
  if (auto metric = spoken_metric(alert.metric, language); !metric.empty()) return metric;
  if (!policy.empty()) return policy;
  if (!thing.empty()) return thing;
  if (auto metric = audible(alert.metric, 24); !metric.empty()) return metric;
  return zh ? "告警" : "alert";
}

std::string spoken_name(const Alert& alert, Language language) {
  const auto subject = spoken_subject(alert.subject, language);
  const auto trouble = spoken_trouble(alert, language);
  if (subject.empty() || trouble.find(subject) != std::string::npos) return trouble;
  if (language == Language::en) return subject + "'s " + trouble;
  return spaced(spaced(subject, "的"), trouble);
}

std::string say_measured(double value, std::string_view unit, Language language) {
  if (!std::isfinite(value) || std::fabs(value) > 1e15) return {};
  const bool zh = language == Language::zh;
  if (unit == "%") return say_percent(value / 100, language);
  const double size = std::fabs(value);
  const auto tenths = std::llround(size * 10);
  std::string out = value < 0 ? (zh ? "负" : "minus ") : "";
  if (size >= 100 || tenths % 10 == 0) {
    const auto whole = std::llround(size);
    const bool tiny = whole == 0 && size > 0;
    out = tiny ? (zh ? "不到零点一" : "less than 0.1")
               : out + (unit.empty() ? say_number(whole, language) : say_count(whole, language));
  } else if (zh) {
    out += say_number(tenths / 10, language) + "点" + say_number(tenths % 10, language);
  } else {
    out += fmt::format("{}.{}", tenths / 10, tenths % 10);
  }
  static constexpr auto kUnits = std::to_array<Words>({{"ms", "毫秒", "milliseconds"},
                                                       {"s", "秒", "seconds"},
                                                       {"min", "分钟", "minutes"},
                                                       {"MB", "兆", "megabytes"},
                                                       {"GB", "个 G", "gigabytes"},
                                                       {"次", "次", "times"},
                                                       {"个", "个", ""}});
  const auto known = std::ranges::find(kUnits, unit, &Words::part);
  const auto word = known == kUnits.end() ? audible(unit, 8) : std::string(in(language, *known));
  if (word.empty()) return out;
  return zh ? spaced(out, word) : out + " " + word;
}

std::string say_alert_number(std::int64_t number, Language language) {
  const bool zh = language == Language::zh;
  const auto said =
      number < 1000 ? say_number(number, language) : say_digits(std::to_string(number), language);
  return zh ? said + "号" : "number " + said;
}

std::string say_points(double score, Language language) {
  const auto points = std::isfinite(score) ? std::llround(std::clamp(score, 0.0, 100.0)) : 0;
  if (language == Language::zh) return say_number(points, language) + "分";
  return say_number(points, language) + (points == 1 ? " point" : " points");
}

std::string spaced(std::string_view first, std::string_view second) {
  const bool both = !first.empty() && !second.empty();
  const bool gap = both && is_ascii(first.back()) != is_ascii(second.front());
  return fmt::format("{}{}{}", first, gap ? " " : "", second);
}

}  // namespace mtc::alerts
