#include "domain/alerts/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/contains.h"
#include "base/strict_json.h"
#include "base/text.h"

namespace mtc::alerts {
namespace {

using std::chrono::minutes;

constexpr std::size_t kMostRules = 1000;
constexpr std::size_t kMostDays = 400;
constexpr double kSumSlack = 0.01 + 1e-9;

std::string item_of(std::string_view list, std::size_t index) {
  return fmt::format("{}/{}", list, index);
}

void read_weights(StrictJson& json, Weights& weights) {
  if (!json.object("/weights", {"impact", "severity", "business", "time"})) return;
  double sum = 0;
  for (const auto dimension : kDimensions) {
    const std::string pointer = fmt::format("/weights/{}", name_of(dimension));
    json.require(pointer);
    weights.of(dimension) = json.number(pointer, 0, 0, 100);
    sum += weights.of(dimension);
  }
  if (std::fabs(sum - 100) > kSumSlack) {
    json.complain("/weights", fmt::format("together 100, not {:.10g}", sum));
  }
}

BusinessRule read_business(StrictJson& json, const std::string& pointer) {
  json.object(pointer, {"cluster", "namespace", "name", "policy", "weight", "why"});
  json.require(pointer + "/weight");
  BusinessRule rule{.cluster = json.text(pointer + "/cluster", "*"),
                    .ns = json.text(pointer + "/namespace", "*"),
                    .name = json.text(pointer + "/name", "*"),
                    .policy = json.text(pointer + "/policy", "*"),
                    .weight = json.number(pointer + "/weight", 50, 0, 100),
                    .why = json.text(pointer + "/why", "")};
  for (const char* member : {"/cluster", "/namespace", "/name", "/policy"}) {
    if (json.has(pointer + member) && json.text(pointer + member, "*").empty()) {
      json.complain(pointer + member, "empty; leave it out, or write * for anything");
    }
  }
  return rule;
}

minutes read_time(StrictJson& json, std::string_view pointer, minutes fallback) {
  const auto time = parse_time_of_day(json.text(pointer, format_time_of_day(fallback)));
  if (time) return *time;
  json.complain(pointer, time.error().message);
  return fallback;
}

std::vector<unsigned> read_weekdays(StrictJson& json, std::vector<unsigned> fallback) {
  if (!json.has("/working_time/weekdays")) return fallback;
  std::vector<unsigned> out;
  for (std::size_t i = 0, count = json.items("/working_time/weekdays", 7); i < count; ++i) {
    const std::string pointer = item_of("/working_time/weekdays", i);
    const auto day = static_cast<unsigned>(json.integer(pointer, 0, 0, 6));  // 0 = Sunday
    if (contains(out, day)) json.complain(pointer, fmt::format("{} is there twice", day));
    out.push_back(day);
  }
  return out;
}

std::vector<std::string> read_days(StrictJson& json, std::string_view list) {
  std::vector<std::string> out;
  for (std::size_t i = 0, count = json.items(list, kMostDays); i < count; ++i) {
    const std::string pointer = item_of(list, i);
    const auto day = parse_day(json.text(pointer, ""));
    if (!day) {
      json.complain(pointer, day.error().message);
    } else {
      out.push_back(format_day(*day));
    }
  }
  return out;
}

void read_working_time(StrictJson& json, WorkingTime& times) {
  if (!json.object("/working_time", {"from", "to", "weekdays", "holidays", "workdays"})) return;
  times.from = read_time(json, "/working_time/from", times.from);
  times.to = read_time(json, "/working_time/to", times.to);
  if (times.to <= times.from) {
    json.complain("/working_time/to",
                  fmt::format("not after from, {}", format_time_of_day(times.from)));
  }
  times.weekdays = read_weekdays(json, times.weekdays);
  times.holidays = read_days(json, "/working_time/holidays");
  times.workdays = read_days(json, "/working_time/workdays");
  for (std::size_t i = 0; i < times.workdays.size(); ++i) {
    if (!contains(times.holidays, times.workdays[i])) continue;
    json.complain(item_of("/working_time/workdays", i),
                  times.workdays[i] + " is one of the holidays as well");
  }
}

// '*' stands for any text. Letters of both cases are the same: names of clusters and policies are
// typed by people.
bool fits(std::string_view pattern, std::string_view text) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  std::size_t at = 0, next = 0, star = std::string_view::npos, resume = 0;
  while (at < text.size()) {
    if (next < pattern.size() && pattern[next] == '*') {
      star = next++;
      resume = at;
    } else if (next < pattern.size() && lower(pattern[next]) == lower(text[at])) {
      ++next;
      ++at;
    } else if (star != std::string_view::npos) {
      next = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (next < pattern.size() && pattern[next] == '*') ++next;
  return next == pattern.size();
}

// A pod's name begins with its workload's; where there is neither, what else the trouble is of.
std::string_view name_of_what(const Subject& subject) {
  if (!subject.name.empty()) return subject.name;
  if (!subject.pod.empty()) return subject.pod;
  return subject.node.empty() ? subject.instance : subject.node;
}

}  // namespace

Result<AlertRules> parse_rules(std::string_view text, std::string_view name) {
  const auto lines = JsonLines::of(text);
  if (!lines) return fail_in(name, lines.error());
  StrictJson json(*lines, name);
  json.object("", {"weights", "business", "usual_business", "working_time", "urgent_from",
                   "opinion_moves_by", "returns_within_minutes", "flapping_after"});
  AlertRules rules;
  read_weights(json, rules.weights);
  for (std::size_t i = 0, count = json.items("/business", kMostRules); i < count; ++i) {
    rules.business.push_back(read_business(json, item_of("/business", i)));
  }
  rules.usual_business = json.number("/usual_business", rules.usual_business, 0, 100);
  read_working_time(json, rules.working_time);
  rules.urgent_from = json.number("/urgent_from", rules.urgent_from, 0, 100);
  rules.opinion_moves_by = json.number("/opinion_moves_by", rules.opinion_moves_by, 0, 20);
  const auto within = std::chrono::duration_cast<minutes>(rules.returns_within).count();
  rules.returns_within = minutes(json.integer("/returns_within_minutes", within, 0, 7 * 24 * 60));
  rules.flapping_after = json.integer("/flapping_after", rules.flapping_after, 1, 1000);
  if (auto outcome = json.outcome(); !outcome) return fail(std::move(outcome).error());
  return rules;
}

Json to_json(const AlertRules& rules) {
  Json business = Json::array();
  for (const auto& rule : rules.business) {
    business.push_back({{"cluster", rule.cluster},
                        {"namespace", rule.ns},
                        {"name", rule.name},
                        {"policy", rule.policy},
                        {"weight", rule.weight},
                        {"why", rule.why}});
  }
  Json weights = Json::object();
  for (const auto dimension : kDimensions) {
    weights[std::string(name_of(dimension))] = rules.weights.of(dimension);
  }
  const auto& times = rules.working_time;
  return {
      {"weights", std::move(weights)},
      {"business", std::move(business)},
      {"usual_business", rules.usual_business},
      {"working_time",
       {{"from", format_time_of_day(times.from)},
        {"to", format_time_of_day(times.to)},
        {"weekdays", times.weekdays},
        {"holidays", times.holidays},
        {"workdays", times.workdays}}},
      {"urgent_from", rules.urgent_from},
      {"opinion_moves_by", rules.opinion_moves_by},
      {"returns_within_minutes", std::chrono::duration_cast<minutes>(rules.returns_within).count()},
      {"flapping_after", rules.flapping_after}};
}

const BusinessRule* find_business(const AlertRules& rules, const Subject& subject,
                                  std::string_view policy_name) {
  const std::string_view name = name_of_what(subject);
  const auto it = std::ranges::find_if(rules.business, [&](const BusinessRule& rule) {
    return fits(rule.name, name) && fits(rule.ns, subject.ns) && fits(rule.policy, policy_name) &&
           (fits(rule.cluster, subject.cluster_id) || fits(rule.cluster, subject.cluster_name));
  });
  return it == rules.business.end() ? nullptr : &*it;
}

bool is_working_time(const WorkingTime& times, TimePoint now, const Zone& zone) {
  const CivilTime civil = zone.civil(now);
  const minutes time{civil.hour * 60 + civil.minute};
  if (time < times.from || time >= times.to) return false;
  if (times.holidays.empty() && times.workdays.empty()) {
    return contains(times.weekdays, civil.weekday);
  }
  const std::string day = format_day(zone.day_of(now));  // short enough to stay on the stack
  if (contains(times.workdays, day)) return true;
  return !contains(times.holidays, day) && contains(times.weekdays, civil.weekday);
}

}  // namespace mtc::alerts
