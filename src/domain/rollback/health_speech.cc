#include <fmt/format.h>

#include <vector>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/rollback/health.h"
#include "domain/rollback/health_signs.h"

namespace mtc::rollback {
namespace {

std::string say_ready_zh(const Health& now, bool was_ready) {
  const std::string all = say_count(now.wanted, Language::zh) + "个副本";
  if (now.wanted == 0) return "一个副本也不要了";
  if (now.ready >= now.wanted) {
    if (now.wanted == 1) return was_ready ? "唯一的副本正常" : "唯一的副本好了";
    return all + (was_ready ? "都正常" : "都好了");
  }
  if (now.ready == 0) return now.wanted == 1 ? "唯一的副本没有就绪" : all + "都没有就绪";
  return fmt::format("{}里只有{}个就绪", all, say_count(now.ready, Language::zh));
}

std::string say_ready_en(const Health& now) {
  const std::string wanted = say_count(now.wanted, Language::en);
  if (now.wanted == 0) return "it is scaled to zero";
  if (now.ready >= now.wanted) {
    if (now.wanted == 1) return "its only pod is ready";
    return now.wanted == 2 ? "both pods are ready" : fmt::format("all {} pods are ready", wanted);
  }
  if (now.ready == 0)
    return now.wanted == 1 ? "its only pod is not ready"
                           : fmt::format("none of the {} pods is ready", wanted);
  return fmt::format("{} of {} pods {} ready", say_count(now.ready, Language::en), wanted,
                     now.ready == 1 ? "is" : "are");
}

std::string say_error_rate(const Health& now, Language language) {
  const bool zh = language == Language::zh;
  const std::string rate = say_percent(*now.error_rate, language);
  if (!now.usual_error_rate)
    return zh ? "错误占" + rate : fmt::format("errors make up {} of its lines", rate);
  const std::string usual = say_percent(*now.usual_error_rate, language);
  return zh ? fmt::format("错误占{}，平时{}", rate, usual)
            : fmt::format("errors are at {}, usually {}", rate, usual);
}

std::string say_errors(const Health& now, const Health& before, Language language) {
  const bool zh = language == Language::zh;
  const auto usual = errors_are_usual(now.error_rate, now.usual_error_rate);
  const auto were = errors_are_usual(before.error_rate, before.usual_error_rate);
  if (!usual) {
    if (!before.error_rate) return {};
    return zh ? "错误多少现在看不到" : "how many errors there are cannot be seen now";
  }
  if (!*usual) return say_error_rate(now, language);
  if (were == false) return zh ? "错误降到平时的水平" : "errors are back to normal";
  return zh ? "错误和平时一样" : "errors are as usual";
}

std::string say_alert(const Health& now, const Health& before, Language language) {
  const bool zh = language == Language::zh;
  if (now.alert_firing == true) return zh ? "告警还没有解除" : "the alert still fires";
  if (now.alert_firing == false && before.alert_firing == true)
    return zh ? "告警解除了" : "the alert is over";
  return {};
}

}  // namespace

std::string say_health(const Health& now, const Health& before, Language language) {
  const bool zh = language == Language::zh;
  if (!now.exists) return zh ? "它已经不在集群里了" : "it is no longer in the cluster";
  const bool was_ready = before.exists && before.ready >= before.wanted;
  std::vector<std::string> parts{zh ? say_ready_zh(now, was_ready) : say_ready_en(now)};
  if (now.stuck) {
    parts.emplace_back(zh ? "发布卡住了" : "its rollout is stuck");
  } else if (now.rolling) {
    parts.emplace_back(zh ? "还在替换" : "still being replaced");
  }
  if (now.crashing.value_or(0) > 0) {
    parts.push_back(zh ? say_count(*now.crashing, language) + "个起不来"
                       : say_count(*now.crashing, language) + " cannot start");
  }
  for (auto part : {say_errors(now, before, language), say_alert(now, before, language)}) {
    if (!part.empty()) parts.push_back(std::move(part));
  }
  return join(parts, zh ? "，" : ", ");
}

}  // namespace mtc::rollback
