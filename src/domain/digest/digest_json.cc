// The digest as JSON and back: moments as ISO 8601 in UTC, levels by name, absent parts left out.
#include <array>
#include <charconv>
#include <cmath>

#include "base/zone.h"
#include "domain/digest/digest.h"

namespace mtc::digest {
namespace {

using logs::Level;
using Kind = OpenQuestion::Kind;

constexpr std::array<std::string_view, logs::kLevels> kLevelNames{
    "UNKNOWN", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
constexpr std::array<std::string_view, 5> kKindNames{"new_error", "still_failing", "silent_service",
                                                     "volume_change", "incomplete_data"};

// ---- out

Json list(const auto& items, auto show) {
  Json out = Json::array();
  for (const auto& item : items) out.push_back(show(item));
  return out;
}

Json show(const Reference& reference) {
  return {{"lines", reference.lines}, {"errors", reference.errors}, {"periods", reference.periods}};
}

Json show(const ServiceTotal& total) {
  return {{"service", total.service},
          {"lines", total.lines},
          {"errors", total.errors},
          {"warnings", total.warnings}};
}

Json show(const TemplateTotal& total) {
  return {{"id", total.id},
          {"text", total.text},
          {"service", total.service},
          {"level", kLevelNames[static_cast<std::size_t>(total.level)]},
          {"count", total.count},
          {"first", format_iso_utc(total.first)},
          {"last", format_iso_utc(total.last)},
          {"example", total.example}};
}

Json show(const Spike& spike) {
  return {{"minute", format_iso_utc(spike.minute)},
          {"count", spike.count},
          {"usual", spike.usual},
          {"from", format_iso_utc(spike.from)},
          {"to", format_iso_utc(spike.to)},
          {"width_ms", spike.width.count()},
          {"total", spike.total},
          {"service", spike.service},
          {"of_service", spike.of_service},
          {"template_id", spike.template_id}};
}

Json show(const Coverage& coverage) {
  Json out{{"lines_total", coverage.lines_total},
           {"lines_read", coverage.lines_read},
           {"missing", coverage.missing},
           {"totals_exact", coverage.totals_exact},
           {"errors_complete", coverage.errors_complete}};
  if (coverage.data_until) out["data_until"] = format_iso_utc(*coverage.data_until);
  return out;
}

Json show_question(const OpenQuestion& question) {
  return {{"kind", kKindNames[static_cast<std::size_t>(question.kind)]},
          {"service", question.service},
          {"template_id", question.template_id},
          {"count", question.count},
          {"ratio", question.ratio}};
}

// ---- in

// Reads members of one object and keeps the first complaint, with the path to it.
class Reader {
 public:
  Reader(const Json& object, std::string path, std::string& error)
      : object_(object), path_(std::move(path)), error_(error) {
    if (!object.is_object()) complain("", "expected an object");
  }

  void read(std::string_view key, std::string& out) {
    if (const Json* value = find(key, true)) {
      value->is_string() ? void(out = value->get<std::string>()) : complain(key, "expected text");
    }
  }
  void read(std::string_view key, std::int64_t& out) {
    if (const Json* value = find(key, true)) integer(key, *value, out);
  }
  void read(std::string_view key, int& out) {
    std::int64_t wide = out;
    read(key, wide);
    if (!std::in_range<int>(wide)) return complain(key, "number too large");
    out = static_cast<int>(wide);
  }
  void read(std::string_view key, double& out) {
    if (const Json* value = find(key, true)) {
      value->is_number() ? void(out = value->get<double>()) : complain(key, "expected a number");
    }
  }
  void read(std::string_view key, bool& out) {
    if (const Json* value = find(key, true)) {
      value->is_boolean() ? void(out = value->get<bool>())
                          : complain(key, "expected true or false");
    }
  }
  void read(std::string_view key, TimePoint& out) {
    if (const Json* value = find(key, true)) moment(key, *value, out);
  }
  void read(std::string_view key, std::optional<TimePoint>& out) {
    if (const Json* value = find(key, false)) moment(key, *value, out.emplace());
  }
  void read(std::string_view key, Millis& out) {
    std::int64_t count = 0;
    read(key, count);
    out = Millis(count);
  }
  void read(std::string_view key, std::vector<std::string>& out) {
    for_each(key, [&](const Json& item, const std::string& path) {
      if (!item.is_string()) return complain_at(path, "expected text");
      out.push_back(item.get<std::string>());
    });
  }
  template <std::size_t N, class Enum>
  void read_name(std::string_view key, const std::array<std::string_view, N>& names, Enum& out) {
    std::string text;
    read(key, text);
    for (std::size_t i = 0; i < N; ++i) {
      if (names[i] == text) {
        out = static_cast<Enum>(i);
        return;
      }
    }
    complain(key, "unknown name");
  }
  template <class Item, class Read>
  void read_list(std::string_view key, std::vector<Item>& out, Read read_item) {
    for_each(key, [&](const Json& item, const std::string& path) {
      Reader inner(item, path, error_);
      if (error_.empty()) read_item(inner, out.emplace_back());
    });
  }
  template <class Read>
  void section(std::string_view key, bool required, Read read_it) {
    const Json* value = find(key, required);
    if (value == nullptr) return;
    Reader inner(*value, path_of(key), error_);
    if (error_.empty()) read_it(inner);
  }
  void complain(std::string_view key, std::string_view what) { complain_at(path_of(key), what); }

 private:
  std::string path_of(std::string_view key) const {
    if (path_.empty() || key.empty()) return path_.empty() ? std::string(key) : path_;
    return path_ + "." + std::string(key);
  }
  void complain_at(const std::string& path, std::string_view what) {
    if (!error_.empty()) return;
    error_ = path.empty() ? std::string(what) : path + ": " + std::string(what);
  }
  const Json* find(std::string_view key, bool required) {
    if (!error_.empty()) return nullptr;
    const auto at = object_.find(key);
    if (at != object_.end() && !at->is_null()) return &*at;
    if (required) complain(key, "missing");
    return nullptr;
  }
  void integer(std::string_view key, const Json& value, std::int64_t& out) {
    if (!value.is_number_integer()) return complain(key, "expected an integer");
    if (value.is_number_unsigned() && !std::in_range<std::int64_t>(value.get<std::uint64_t>())) {
      return complain(key, "number too large");
    }
    out = value.get<std::int64_t>();
  }
  void moment(std::string_view key, const Json& value, TimePoint& out) {
    const auto time = value.is_string() ? parse_iso(value.get_ref<const std::string&>())
                                        : fail(Errc::invalid_argument, "");
    time ? void(out = *time) : complain(key, "expected a moment such as 2026-11-22T05:00:00.000Z");
  }
  template <class Visit>
  void for_each(std::string_view key, Visit visit) {
    const Json* value = find(key, true);
    if (value == nullptr) return;
    if (!value->is_array()) return complain(key, "expected a list");
    for (std::size_t i = 0; i < value->size() && error_.empty(); ++i) {
      visit((*value)[i], path_of(key) + "[" + std::to_string(i) + "]");
    }
  }

  const Json& object_;
  std::string path_;
  std::string& error_;
};

void read_reference(Reader& in, Reference& out) {
  in.read("lines", out.lines);
  in.read("errors", out.errors);
  in.read("periods", out.periods);
}

void read_template(Reader& in, TemplateTotal& out) {
  in.read("id", out.id);
  in.read("text", out.text);
  in.read("service", out.service);
  in.read_name("level", kLevelNames, out.level);
  in.read("count", out.count);
  in.read("first", out.first);
  in.read("last", out.last);
  in.read("example", out.example);
}

void read_spike(Reader& in, Spike& out) {
  in.read("minute", out.minute);
  in.read("count", out.count);
  in.read("usual", out.usual);
  in.read("from", out.from);
  in.read("to", out.to);
  in.read("width_ms", out.width);
  if (out.width <= Millis{0}) in.complain("width_ms", "must be positive");
  in.read("total", out.total);
  in.read("service", out.service);
  in.read("of_service", out.of_service);
  in.read("template_id", out.template_id);
}

void read_coverage(Reader& in, Coverage& out) {
  in.read("lines_total", out.lines_total);
  in.read("lines_read", out.lines_read);
  in.read("data_until", out.data_until);
  in.read("missing", out.missing);
  in.read("totals_exact", out.totals_exact);
  in.read("errors_complete", out.errors_complete);
}

void read_digest(Reader& in, Digest& out) {
  in.read("id", out.id);
  in.read("scope", out.scope);
  in.section("period", true, [&](Reader& period) {
    period.read("from", out.period.from);
    period.read("to", out.period.to);
  });
  in.read("zone", out.zone);
  in.read("created", out.created);
  in.section("coverage", true, [&](Reader& coverage) { read_coverage(coverage, out.coverage); });
  in.section("by_level", true, [&](Reader& levels) {
    for (std::size_t i = 0; i < logs::kLevels; ++i) {
      levels.read(kLevelNames[i], out.by_level[i]);
    }
  });
  in.read_list("services", out.services, [](Reader& one, ServiceTotal& total) {
    one.read("service", total.service);
    one.read("lines", total.lines);
    one.read("errors", total.errors);
    one.read("warnings", total.warnings);
  });
  in.section("previous_day", false,
             [&](Reader& one) { read_reference(one, out.previous_day.emplace()); });
  in.section("usual_weekday", false,
             [&](Reader& one) { read_reference(one, out.usual_weekday.emplace()); });
  in.read_list("top_errors", out.top_errors, read_template);
  in.read("has_history", out.has_history);
  in.read_list("new_templates", out.new_templates, read_template);
  in.read_list("spikes", out.spikes, read_spike);
  in.read_list("keywords", out.keywords, [](Reader& one, Keyword& keyword) {
    one.read("word", keyword.word);
    one.read("count", keyword.count);
  });
  in.read_list("questions", out.questions, [](Reader& one, OpenQuestion& question) {
    one.read_name("kind", kKindNames, question.kind);
    one.read("service", question.service);
    one.read("template_id", question.template_id);
    one.read("count", question.count);
    one.read("ratio", question.ratio);
  });
  in.read("template_count", out.template_count);
  in.read_list("frequent", out.frequent, read_template);
  in.read_list("hours", out.hours, [](Reader& one, HourTotal& hour) {
    one.read("begin", hour.begin);
    one.read("errors", hour.errors);
  });
  in.read("hours_each", out.hours_each);
}

}  // namespace

Json to_json(const Digest& digest) {
  const auto plain = [](const auto& one) { return show(one); };
  Json levels = Json::object();
  for (std::size_t i = 0; i < logs::kLevels; ++i)
    levels[std::string(kLevelNames[i])] = digest.by_level[i];
  Json out{
      {"id", digest.id},
      {"scope", digest.scope},
      {"period",
       {{"from", format_iso_utc(digest.period.from)}, {"to", format_iso_utc(digest.period.to)}}},
      {"zone", digest.zone},
      {"created", format_iso_utc(digest.created)},
      {"coverage", show(digest.coverage)},
      {"by_level", std::move(levels)},
      {"services", list(digest.services, plain)},
      {"top_errors", list(digest.top_errors, plain)},
      {"has_history", digest.has_history},
      {"new_templates", list(digest.new_templates, plain)},
      {"spikes", list(digest.spikes, plain)},
      {"keywords",
       list(digest.keywords,
            [](const Keyword& one) { return Json{{"word", one.word}, {"count", one.count}}; })},
      {"questions", list(digest.questions, show_question)},
      {"template_count", digest.template_count},
      {"frequent", list(digest.frequent, plain)},
      {"hours", list(digest.hours,
                     [](const HourTotal& one) {
                       return Json{{"begin", format_iso_utc(one.begin)}, {"errors", one.errors}};
                     })},
      {"hours_each", digest.hours_each}};
  if (digest.previous_day) out["previous_day"] = show(*digest.previous_day);
  if (digest.usual_weekday) out["usual_weekday"] = show(*digest.usual_weekday);
  return out;
}

Result<Digest> digest_from_json(const Json& json) {
  Digest out;
  std::string error;
  Reader reader(json, "", error);
  if (error.empty()) read_digest(reader, out);
  if (!error.empty()) return fail(Errc::invalid_argument, "not a digest: " + error);
  return out;
}

}  // namespace mtc::digest
