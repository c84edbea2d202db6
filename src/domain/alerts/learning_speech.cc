#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/spoken.h"
#include "domain/alerts/learning.h"

namespace mtc::alerts {
namespace {

constexpr double kLeastSaid = 0.05;  // percent points: what one decimal can show

struct Words {
  std::string_view name, zh, en;
};

constexpr auto kTroubles = std::to_array<Words>({
    {"bad_image", "镜像拉不下来", "images that cannot be pulled"},
    {"crash_loop", "反复崩溃", "crash loops"},
    {"bad_config", "配置有误", "bad configurations"},
    {"out_of_memory", "内存不够", "lack of memory"},
    {"not_ready", "一直没有就绪", "pods that do not get ready"},
    {"overload", "过载", "overload"},
    {"high_error_rate", "错误太多", "high error rates"},
    {"node_down", "节点故障", "nodes that are down"},
    {"unschedulable", "调度不了", "pods without a node"},
    {"dependency", "依赖的服务故障", "dependencies that are down"},
    {"noisy_neighbour", "被同一节点上的服务影响", "noisy neighbours"},
});

constexpr auto kSteps = std::to_array<Words>({
    {"", "重启", "restarting"},
    {"", "扩容", "scaling out"},
    {"", "回滚到上一个版本", "the previous version"},
    {"", "隔离", "isolating"},
    {"", "整个发布回滚", "taking the whole release back"},
});

constexpr auto kDimensionWords = std::to_array<Words>({
    {"impact", "影响", "impact"},
    {"severity", "严重程度", "severity"},
    {"business", "业务", "business"},
    {"time", "时间", "time"},
});

std::string_view word(const Words& words, Language language) {
  return language == Language::zh ? words.zh : words.en;
}

std::string_view say_trouble(std::string_view trouble, Language language) {
  const auto it = std::ranges::find(kTroubles, trouble, &Words::name);
  if (it != kTroubles.end()) return word(*it, language);
  return language == Language::zh ? "这类故障" : "such trouble";
}

// 19.5 → 十九点五
std::string say_weight(double weight, Language language) {
  const auto tenths = std::llround(weight * 10);
  if (language == Language::en) {
    return tenths % 10 == 0 ? std::to_string(tenths / 10) : fmt::format("{:.1f}", weight);
  }
  const std::string whole = say_number(tenths / 10, language);
  if (tenths % 10 == 0) return whole;
  return whole + "点" + say_digits(std::to_string(tenths % 10), language);
}

// What fell and what rose most: "业务的分量从二十降到十九点七，影响升到四十点二"; empty: nothing
// that can be heard.
std::string say_moves(const Learned& learned, const Learned& before, Language language) {
  const bool zh = language == Language::zh;
  const auto moved = [&](Dimension dimension) {
    return learned.weights.of(dimension) - before.weights.of(dimension);
  };
  const auto [fell, rose] = std::ranges::minmax(kDimensions, {}, moved);
  if (moved(fell) > -kLeastSaid || moved(rose) < kLeastSaid) return "";
  const std::string from = say_weight(before.weights.of(fell), language);
  const std::string down = say_weight(learned.weights.of(fell), language);
  const std::string up = say_weight(learned.weights.of(rose), language);
  const auto fallen = word(kDimensionWords[static_cast<std::size_t>(fell)], language);
  const auto risen = word(kDimensionWords[static_cast<std::size_t>(rose)], language);
  return zh ? fmt::format("{}的分量从{}降到{}，{}升到{}", fallen, from, down, risen, up)
            : fmt::format("the weight of {} went down from {} to {}, that of {} up to {}", fallen,
                          from, down, risen, up);
}

std::string say_step(const Learned& learned, Language language) {
  const bool zh = language == Language::zh;
  const auto step = static_cast<std::size_t>(std::clamp(learned.rung, 1, 5) - 1);
  const auto way = word(kSteps[step], language);
  const auto trouble = say_trouble(learned.trouble, language);
  if (learned.kind == "solved") {
    return zh ? fmt::format("记住了：遇到{}，{}有用。", trouble, way)
              : fmt::format("Noted: for {}, {} helped.", trouble, way);
  }
  if (learned.kind == "made_worse") {
    return zh ? fmt::format("记住了：遇到{}，{}反而更糟。", trouble, way)
              : fmt::format("Noted: for {}, {} made it worse.", trouble, way);
  }
  return zh ? fmt::format("记住了：遇到{}，{}没有用。", trouble, way)
            : fmt::format("Noted: for {}, {} did not help.", trouble, way);
}

}  // namespace

std::string say_learned(const Learned& learned, const Learned& before, Language language) {
  const bool zh = language == Language::zh;
  if (learned.rung > 0) return say_step(learned, language);
  std::string moves = say_moves(learned, before, language);
  if (moves.empty()) moves = zh ? "各项的分量几乎没变" : "the weights hardly changed";
  if (learned.kind == "false_alarm") {
    return zh ? "因为一次误报，" + moves + "。" : "After a false alarm " + moves + ".";
  }
  if (learned.kind == "missed") {
    return zh ? "因为一次低估，" + moves + "。"
              : "After an alert that was scored too low " + moves + ".";
  }
  if (learned.pinned != before.pinned) {
    if (learned.pinned)
      return zh ? "评分的分量固定了，不再学习。" : "The weights are pinned; nothing is learned.";
    return zh ? "又开始学习了。" : "Learning goes on.";
  }
  return zh ? "已经改回以前的版本：" + moves + "。" : "Back to an earlier version: " + moves + ".";
}

}  // namespace mtc::alerts
