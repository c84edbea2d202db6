#include "domain/digest/keywords.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "base/characters.h"
#include "base/text.h"

namespace mtc::digest {
namespace {

constexpr std::size_t kShortest = 3;
constexpr std::size_t kLongest = 30;
constexpr std::size_t kPerText = 3;  // words that only one template brings

const std::set<std::string_view>& stop_words() {
  // Words of grammar, and words that every error has.
  static const std::set<std::string_view> words{
      "the",     "and",     "for",      "from",  "with",   "was",    "were",    "are",
      "has",     "have",    "had",      "not",   "but",    "this",   "that",    "will",
      "been",    "into",    "onto",     "its",   "can",    "cannot", "could",   "may",
      "might",   "should",  "would",    "when",  "while",  "after",  "before",  "then",
      "than",    "too",     "via",      "per",   "all",    "any",    "some",    "none",
      "null",    "nil",     "true",     "false", "error",  "errors", "err",     "warn",
      "warning", "info",    "debug",    "trace", "fatal",  "fail",   "failed",  "fails",
      "failing", "failure", "occurred", "due",   "during", "caused", "because", "got",
      "get",     "set",     "see",      "more",  "most",   "out",    "off",     "over",
      "did",     "does",    "done",     "don",   "doesn",  "didn",   "isn",     "wasn",
      "unable",  "com",     "org",      "net",   "www",    "http",   "https",   "java",
      "log",     "msg",     "message",  "level", "time",   "line",   "file",    "code",
      "status",  "value",   "name",     "type",  "data",   "use",    "used",    "using",
      "new",     "old",     "now",      "try",   "trying", "again",  "still",   "only",
      "also",    "one",     "two",      "there", "about",  "timed",  "left",    "call",
      "called",  "run",     "running",  "blk",   "src",    "dest",   "pid",     "uid",
      "gid",     "tty",     "euid",     "ruser"};
  return words;
}

// Longest match first cuts 连接数据库超时 into 连接, 数据库, 超时 without a dictionary of the
// language.
constexpr auto kChineseWords = std::to_array<std::string_view>(
    {"连接池", "数据库", "消息队列", "配置中心", "主从延迟", "服务器", "线程池", "负载均衡", "证书",
     "超时",   "连接",   "失败",     "拒绝",     "支付",     "订单",   "库存",   "网关",     "磁盘",
     "内存",   "不足",   "异常",     "空间",     "权限",     "认证",   "鉴权",   "登录",     "用户",
     "密码",   "缓存",   "队列",     "消息",     "积压",     "重试",   "熔断",   "限流",     "降级",
     "回滚",   "发布",   "版本",     "配置",     "缺失",     "参数",   "非法",   "解析",     "格式",
     "网络",   "中断",   "重置",     "断开",     "主机",     "节点",   "容器",   "副本",     "集群",
     "服务",   "接口",   "请求",     "响应",     "调用",     "依赖",   "上游",   "下游",     "事务",
     "死锁",   "锁等待", "主键",     "冲突",     "重复",     "过期",   "签名",   "校验",     "渠道",
     "退款",   "扣款",   "余额",     "短信",     "邮件",     "推送",   "任务",   "调度",     "写入",
     "读取",   "同步",   "延迟",     "线程",     "崩溃",     "重启",   "域名",   "端口",     "文件",
     "丢失"});
constexpr std::array<std::string_view, 26> kChineseStops{
    "的", "了", "在", "是", "和", "与", "或", "被", "把", "从", "到", "为", "对",
    "将", "已", "未", "无", "不", "个", "次", "条", "请", "中", "时", "后", "失败"};

bool is_han(std::string_view character) {
  // Three-byte sequences from U+3400 to U+9FFF.
  if (character.size() != 3) return false;
  const auto lead = static_cast<unsigned char>(character[0]);
  const auto next = static_cast<unsigned char>(character[1]);
  return (lead == 0xe3 && next >= 0x90) || (lead >= 0xe4 && lead <= 0xe9);
}

void add_chinese(std::string_view run, std::vector<std::string>& out) {
  std::string rest;
  const auto flush = [&] {
    const std::size_t characters = rest.size() / 3;
    if (characters >= 2 && characters <= 4) out.push_back(rest);
    rest.clear();
  };
  while (!run.empty()) {
    std::string_view best;
    for (const auto word : kChineseWords) {
      if (word.size() > best.size() && run.starts_with(word)) best = word;
    }
    std::string_view stop;
    for (const auto word : kChineseStops) {
      if (word.size() > stop.size() && run.starts_with(word)) stop = word;
    }
    if (!best.empty() && best.size() >= stop.size() && best != stop) {
      flush();
      out.emplace_back(best);
      run.remove_prefix(best.size());
    } else if (!stop.empty()) {
      flush();
      run.remove_prefix(stop.size());
    } else {
      rest += run.substr(0, 3);
      run.remove_prefix(3);
    }
  }
  flush();
}

bool looks_like_hash(std::string_view word) {
  return word.size() >= 8 && std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'f'; });
}

void add_english(std::string_view token, std::vector<std::string>& out) {
  if (token.size() < kShortest || token.size() > kLongest) return;
  std::string word = to_lower_ascii(token);
  if (looks_like_hash(word) || stop_words().contains(word)) return;
  out.push_back(std::move(word));
}

struct Tally {
  double errors = 0;
  double others = 0;
  std::int64_t count = 0;
  std::size_t source = 0;  // the text it was first seen in
  bool one_source = true;
};

struct Tallies {
  std::unordered_map<std::string, Tally> words;
  double errors = 0;  // lines of all texts
  double others = 0;
};

Tallies tally(const std::vector<WeightedText>& texts) {
  Tallies out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto weight = static_cast<double>(texts[i].count);
    (texts[i].error ? out.errors : out.others) += weight;
    for (auto& word : words_of(texts[i].text)) {
      Tally& tally = out.words[std::move(word)];
      if (!texts[i].error) {
        tally.others += weight;
        continue;
      }
      tally.one_source = tally.count == 0 || (tally.one_source && tally.source == i);
      tally.source = i;
      tally.errors += weight;
      tally.count += texts[i].count;
    }
  }
  return out;
}

// How much a word tells about the errors; 0 for a word that is as frequent elsewhere.
double score_of(const Tally& tally, const Tallies& all) {
  if (tally.count == 0) return 0;
  const double weight = std::sqrt(tally.errors);
  // Without other lines there is nothing to weigh against: then how often it occurs is all we know.
  if (all.others == 0) return weight;
  const double rate = (tally.errors + 0.5) / (all.errors + 1);
  const double elsewhere = (tally.others + 0.5) / (all.others + 1);
  const double telling = std::log(rate / elsewhere);
  return telling < 0.5 ? 0 : weight * telling;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with("<*>")) {
      at += 3;
      continue;
    }
    const std::string_view rest = text.substr(at);
    if (static_cast<unsigned char>(rest[0]) >= 0x80) {
      std::size_t end = 0;
      while (end < rest.size() && is_han(rest.substr(end, 3))) end += 3;
      if (end > 0) add_chinese(rest.substr(0, end), out);
      at += std::max<std::size_t>(end, 1);
      continue;
    }
    std::size_t end = 0;
    bool digits = false;
    while (end < rest.size() && (is_letter(rest[end]) || is_digit(rest[end]))) {
      digits = digits || is_digit(rest[end]);
      ++end;
    }
    // A word that runs on into a variable part ("user<*>") is half a word.
    if (end > 0 && !digits && !rest.substr(end).starts_with("<*>")) {
      add_english(rest.substr(0, end), out);
    }
    at += std::max<std::size_t>(end, 1);
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

std::vector<Keyword> find_keywords(const std::vector<WeightedText>& texts, std::size_t limit) {
  struct Scored {
    double score;
    const std::string* word;
    const Tally* tally;
  };
  const Tallies all = tally(texts);
  std::vector<Scored> scored;
  for (const auto& [word, tally] : all.words) {
    const double score = score_of(tally, all);
    if (score > 0) scored.push_back({score, &word, &tally});
  }
  std::ranges::sort(scored, [](const Scored& a, const Scored& b) {
    return a.score != b.score ? a.score > b.score : *a.word < *b.word;
  });
  std::map<std::size_t, std::size_t> taken;
  std::vector<Keyword> out;
  for (const auto& one : scored) {
    if (out.size() >= limit) break;
    if (one.tally->one_source && ++taken[one.tally->source] > kPerText) continue;
    out.push_back({.word = *one.word, .count = one.tally->count});
  }
  return out;
}

}  // namespace mtc::digest
