#include "services/devops/digest_summary.h"

#include <algorithm>

#include "base/text.h"
#include "base/zone.h"
#include "domain/digest/hours.h"
#include "domain/digest/safe_text.h"
#include "domain/digest/wording.h"

namespace mtc::services {
namespace {

constexpr std::size_t kMostProblems = 5;
constexpr std::size_t kMostQuestions = 5;
constexpr std::size_t kTextBytes = 240;

std::string shown(std::string_view text) {
  return shorten_bytes(digest::visible_text(text), kTextBytes);
}

bool has_time(TimePoint time) {
  return time.time_since_epoch() != Millis{0};
}

Json problem(const digest::Digest& digest, const digest::TemplateTotal& total) {
  const auto& fresh = digest.new_templates;
  const bool is_new = std::ranges::find(fresh, total.id, &digest::TemplateTotal::id) != fresh.end();
  Json out{{"text", shown(total.text)},
           {"service", shown(total.service)},
           {"count", total.count},
           {"new", is_new}};
  if (has_time(total.first)) {
    out["first"] = format_iso_utc(total.first);
    out["last"] = format_iso_utc(total.last);
  }
  return out;
}

Json problems(const digest::Digest& digest) {
  Json out = Json::array();
  for (const auto& total : digest.top_errors) {
    if (out.size() == kMostProblems) break;
    out.push_back(problem(digest, total));
  }
  return out;
}

Json questions(const digest::Digest& digest, Language language) {
  Json out = Json::array();
  for (const auto& question : digest.questions) {
    if (out.size() == kMostQuestions) break;
    out.push_back(shown(question_text(digest, question, language)));
  }
  return out;
}

Json hours(const digest::Digest& digest) {
  Json out = Json::array();
  for (const auto& hour : digest.hours) {
    out.push_back({{"begin", format_iso_utc(hour.begin)},
                   {"errors", hour.errors},
                   {"raised", in_a_spike(digest, hour)}});
  }
  return out;
}

Json text_schema(std::string_view description = {}) {
  Json schema{{"type", "string"}};
  if (!description.empty()) schema["description"] = description;
  return schema;
}

Json count_schema(std::string_view description = {}) {
  Json schema{{"type", "integer"}};
  if (!description.empty()) schema["description"] = description;
  return schema;
}

Json problem_schema() {
  return {{"type", "object"},
          {"properties",
           {{"text", text_schema("Template of the lines; <*> is a variable part")},
            {"service", text_schema()},
            {"count", count_schema()},
            {"new", {{"type", "boolean"}, {"description", "Never seen before this period"}}},
            {"first", text_schema()},
            {"last", text_schema()}}},
          {"required", {"text", "service", "count", "new"}}};
}

Json hour_schema() {
  return {{"type", "object"},
          {"properties",
           {{"begin", text_schema()},
            {"errors", count_schema()},
            {"raised", {{"type", "boolean"}, {"description", "Far above the usual"}}}}},
          {"required", {"begin", "errors", "raised"}}};
}

Json list_schema(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

}  // namespace

Json digest_summary(const digest::Digest& digest, Language language) {
  Json out{{"scope", shown(digest.scope)},    {"zone", digest.zone},
           {"lines", digest.lines()},         {"errors", digest.errors()},
           {"warnings", digest.warnings()},   {"questions", questions(digest, language)},
           {"problems", problems(digest)},    {"hours", hours(digest)},
           {"hours_each", digest.hours_each}, {"coverage", shown(coverage_text(digest, language))}};
  if (digest.period.length() > Millis{0}) {
    out["from"] = format_iso_utc(digest.period.from);
    out["to"] = format_iso_utc(digest.period.to);
  }
  if (digest.has_history) {
    out["new_errors"] =
        std::ranges::count_if(digest.new_templates, logs::is_error, &digest::TemplateTotal::level);
  }
  if (auto compared = errors_compared(digest, language); !compared.empty()) {
    out["compared"] = std::move(compared);
  }
  return out;
}

const Json& digest_summary_schema() {
  static const Json schema = {
      {"type", "object"},
      {"description", "The figures behind the report; absent where none was told"},
      {"properties",
       {{"scope", text_schema()},
        {"from", text_schema("ISO 8601, UTC")},
        {"to", text_schema()},
        {"zone", text_schema("IANA name of the user's time zone")},
        {"lines", count_schema()},
        {"errors", count_schema()},
        {"warnings", count_schema()},
        {"new_errors", count_schema("Kinds never seen before; absent without a history")},
        {"compared", text_schema("The errors beside those of an earlier period")},
        {"questions", list_schema(text_schema("What a person should look at"))},
        {"problems", list_schema(problem_schema())},
        {"hours", list_schema(hour_schema())},
        {"hours_each", count_schema("Hours that each piece covers")},
        {"coverage", text_schema("How much was read, and what is missing")}}},
      {"required",
       {"scope", "zone", "lines", "errors", "warnings", "questions", "problems", "hours",
        "hours_each", "coverage"}}};
  return schema;
}

}  // namespace mtc::services
