#include "domain/digest/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "domain/digest/builder.h"
#include "domain/digest/comparison.h"
#include "domain/digest/period.h"

namespace mtc::digest {
namespace {

using Kind = OpenQuestion::Kind;

constexpr Labels kChinese{.title = "日志摘要",
                          .lines = "日志",
                          .errors = "错误",
                          .warnings = "警告",
                          .services = "服务",
                          .service = "服务",
                          .kinds_of_lines = "日志模板",
                          .course = "错误走势",
                          .questions = "需要你看一下",
                          .spikes = "突增",
                          .new_lines = "没见过的日志",
                          .top_errors = "错误最多的",
                          .keywords = "关键词",
                          .frequent = "其它常见日志",
                          .count = "次数",
                          .example = "例",
                          .when = "时间",
                          .what = "内容",
                          .coverage = "数据范围",
                          .created = "生成于"};

constexpr Labels kEnglish{.title = "Log digest",
                          .lines = "Lines",
                          .errors = "Errors",
                          .warnings = "Warnings",
                          .services = "Services",
                          .service = "Service",
                          .kinds_of_lines = "Templates",
                          .course = "Errors over time",
                          .questions = "Worth a look",
                          .spikes = "Spikes",
                          .new_lines = "Never seen before",
                          .top_errors = "Most frequent errors",
                          .keywords = "Keywords",
                          .frequent = "Other frequent lines",
                          .count = "Count",
                          .example = "e.g.",
                          .when = "When",
                          .what = "What",
                          .coverage = "Coverage",
                          .created = "made"};

// Usual numbers are small: "1.5", "12".
std::string usual_figure(double usual) {
  if (usual >= 10 || usual == std::floor(usual)) return figure(std::llround(usual));
  return fmt::format("{:.1f}", usual);
}

std::string template_text(const Digest& digest, const OpenQuestion& question) {
  const TemplateTotal* total = digest.find_template(question.template_id);
  return total == nullptr ? "" : total->text;
}

bool several_days(const Digest& digest) {
  const Zone zone = zone_of(digest);
  return digest.period.length() > Millis{0} &&
         zone.day_of(digest.period.from) != zone.day_of(digest.period.to - Millis(1));
}

}  // namespace

const Labels& labels_for(Language language) {
  return language == Language::zh ? kChinese : kEnglish;
}

std::string figure(std::int64_t number) {
  std::string out = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = out.size(); at > first + 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

std::string errors_compared(const Digest& digest, Language language) {
  const bool zh = language == Language::zh;
  const auto reference = comparison_of(digest);
  if (!reference) return {};
  const std::string_view whom = reference->name(language);
  if (reference->errors == 0)
    return zh ? fmt::format("{}没有错误", whom) : fmt::format("{} had none", whom);
  const auto percent = std::llround(
      (static_cast<double>(digest.errors()) / static_cast<double>(reference->errors) - 1) * 100);
  if (percent == 0)
    return zh ? fmt::format("和{}一样多", whom) : fmt::format("as many as {}", whom);
  const std::string change = figure(std::abs(percent));
  if (zh)
    return fmt::format("比{} {} {} {}%", whom, figure(reference->errors), percent > 0 ? "多" : "少",
                       change);
  return fmt::format("{}% {} than {} ({})", change, percent > 0 ? "more" : "fewer", whom,
                     figure(reference->errors));
}

std::string spike_height(const Spike& spike, Language language) {
  const std::string usual = usual_figure(spike.usual);
  const std::string count = figure(spike.count);
  const bool none = spike.usual < 0.05;
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(spike.width).count();
  if (language == Language::zh) {
    const std::string each = minutes == 1 ? "一分钟" : fmt::format("{} 分钟", minutes);
    return fmt::format("最高{} {} 条，平时{}", each, count, none ? "没有" : " " + usual + " 条");
  }
  const std::string each = minutes == 1 ? "minute" : fmt::format("{} minutes", minutes);
  return fmt::format("{} in the worst {}, usually {}", count, each, none ? "none" : usual);
}

std::string clock_time(const Digest& digest, TimePoint time) {
  if (time.time_since_epoch() == Millis{0}) return "–";
  std::string text = format_civil(time, zone_of(digest));
  if (text.size() < 19 || digest.period.length() <= Millis{0}) return text;
  const bool long_period = digest.period.length() > std::chrono::hours(24 * 200);
  return several_days(digest) ? text.substr(long_period ? 0 : 5) : text.substr(11);
}

std::string spike_time(const Digest& digest, const Spike& spike) {
  std::string from = clock_time(digest, spike.from);
  std::string to = format_civil(spike.to, zone_of(digest));
  if (from.size() > 3) from.resize(from.size() - 3);  // no seconds: these are whole minutes
  const bool same_day = zone_of(digest).day_of(spike.from) == zone_of(digest).day_of(spike.to);
  const std::string end = to.size() < 16 ? to : same_day ? to.substr(11, 5) : to.substr(5, 11);
  return from + " – " + end;
}

std::string question_text(const Digest& digest, const OpenQuestion& question, Language language) {
  const bool zh = language == Language::zh;
  const std::string service = service_label(question.service, language);
  const std::string text = template_text(digest, question);
  const std::string count = figure(question.count);
  switch (question.kind) {
    case Kind::new_error:
      return zh ? fmt::format("{} 出现没见过的错误，{} 次：{}", service, count, text)
                : fmt::format("{} has an error never seen before, {} times: {}", service, count,
                              text);
    case Kind::still_failing:
      return zh ? fmt::format("{} 到最后还在报错，已有 {} 次：{}", service, count, text)
                : fmt::format("{} was still failing at the end, {} times so far: {}", service,
                              count, text);
    case Kind::silent_service:
      return zh ? fmt::format("{} 一条日志也没有，平时每天 {} 条", service, count)
                : fmt::format("{} wrote nothing, usually {} lines a day", service, count);
    case Kind::volume_change:
      return zh ? fmt::format("日志量是平时的 {:.0f}%", question.ratio * 100)
                : fmt::format("The volume is {:.0f}% of the usual", question.ratio * 100);
    case Kind::incomplete_data:
      return zh ? "部分日志没有读到，见最后的数据范围"
                : "Part of the logs could not be read, see coverage below";
  }
  return {};
}

std::string coverage_text(const Digest& digest, Language language) {
  const bool zh = language == Language::zh;
  const Coverage& coverage = digest.coverage;
  const std::string total = figure(coverage.lines_total);
  const std::string read = figure(coverage.lines_read);
  std::string out;
  if (coverage.complete()) {
    out = zh ? fmt::format("全部 {} 条日志都读过。", total)
             : fmt::format("All {} lines were read.", total);
  } else if (coverage.errors_complete && coverage.totals_exact) {
    out = zh ? fmt::format("总数由日志服务统计，共 {} 条；错误全部读过，其它抽样，实际读了 {} 条。",
                           total, read)
             : fmt::format(
                   "The log service counted {} lines; all errors and a sample of the rest were "
                   "read, {} lines.",
                   total, read);
  } else if (coverage.totals_exact) {
    out = zh ? fmt::format(
                   "总数由日志服务统计，共 {} 条；错误和其它日志都只读了一部分，共 {} "
                   "条，模板的次数是下限。",
                   total, read)
             : fmt::format(
                   "The log service counted {} lines; only part of the errors and of the rest was "
                   "read, {} lines, so template counts are lower bounds.",
                   total, read);
  } else {
    out = zh ? fmt::format("共 {} 条日志，抽样读了 {} 条；级别和服务的数字只算读到的部分。", total,
                           read)
             : fmt::format(
                   "Of {} lines a sample of {} was read; figures by level and service count only "
                   "these.",
                   total, read);
  }
  if (coverage.data_until) {
    const std::string until = format_civil(*coverage.data_until, zone_of(digest)).substr(0, 16);
    out += zh ? fmt::format(" 数据截至 {}。", until) : fmt::format(" The data ends at {}.", until);
  }
  for (const auto& missing : coverage.missing)
    out += (zh ? " 没有读到：" : " Not read: ") + missing + (zh ? "。" : ".");
  return out;
}

std::string service_label(std::string_view service, Language language) {
  const bool zh = language == Language::zh;
  if (service.empty()) return zh ? "未注明服务" : "unnamed service";
  if (service == kOtherServices) return zh ? "其它服务" : "other services";
  return std::string(service);
}

bool knows_services(const Digest& digest) {
  return digest.services.size() > 1 ||
         (digest.services.size() == 1 && !digest.services[0].service.empty());
}

}  // namespace mtc::digest
