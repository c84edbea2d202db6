#include "domain/rollback/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/json_lines.h"
#include "base/text.h"

namespace mtc::rollback {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kMostItems = 200;  // of a list
constexpr std::size_t kMostText = 253;   // bytes of a name or pattern
constexpr int kMostAttempts = 6;

// One object of the file, member by member. The first thing that is wrong is kept; what is read
// after it does not matter.
class Section {
 public:
  Section(const JsonLines& file, std::string_view name, std::string pointer,
          std::optional<Error>& wrong)
      : file_(file),
        name_(name),
        pointer_(std::move(pointer)),
        wrong_(wrong),
        json_(file.json().at(Json::json_pointer(pointer_))) {
    if (!json_.is_object()) complain("", "expected an object");
  }

  void flag(std::string_view key, bool& into) {
    const Json* value = take(key);
    if (value == nullptr) return;
    if (!value->is_boolean()) return complain(key, "expected true or false");
    into = value->get<bool>();
  }

  void number(std::string_view key, double least, double most, double& into) {
    const Json* value = take(key);
    if (value == nullptr) return;
    if (!value->is_number()) return complain(key, "expected a number");
    if (is_within(key, value->get<double>(), least, most)) into = value->get<double>();
  }

  template <class Integer>
  void integer(std::string_view key, std::int64_t least, std::int64_t most, Integer& into) {
    const Json* value = take(key);
    if (value == nullptr) return;
    if (!value->is_number_integer()) return complain(key, "expected an integer");
    const auto number = value->get<double>();  // of any size
    if (is_within(key, number, static_cast<double>(least), static_cast<double>(most)))
      into = static_cast<Integer>(value->get<std::int64_t>());
  }
  template <class Unit>
  void duration(std::string_view key, std::int64_t least, std::int64_t most, Unit& into) {
    std::int64_t count = into.count();
    integer(key, least, most, count);
    into = Unit(count);
  }

  void texts(std::string_view key, std::vector<std::string>& into) {
    const Json* list = take_list(key);
    if (list == nullptr) return;
    std::vector<std::string> out;
    for (const auto& item : *list) {
      if (!item.is_string() || trim(item.get_ref<const std::string&>()).empty())
        return complain(fmt::format("{}/{}", key, out.size()), "expected text");
      if (item.get_ref<const std::string&>().size() > kMostText)
        return complain(fmt::format("{}/{}", key, out.size()),
                        fmt::format("at most {} bytes", kMostText));
      out.push_back(item.get<std::string>());
    }
    into = std::move(out);
  }

  void time_of_day(std::string_view key, minutes& into) {
    const Json* value = take(key);
    if (value == nullptr) return;
    if (!value->is_string()) return complain(key, "expected a time such as \"22:00\"");
    const auto time = parse_time_of_day(value->get_ref<const std::string&>());
    if (!time) return complain(key, time.error().message);
    into = *time;
  }

  void rung(std::string_view key, Rung& into) {
    const Json* value = take(key);
    if (value == nullptr) return;
    const auto rung = value->is_string() ? parse_rung(value->get_ref<const std::string&>())
                                         : std::optional<Rung>();
    if (!rung || *rung == Rung::person)
      return complain(key,
                      "expected restart, scale_out, previous_version, isolate or whole_release");
    into = *rung;
  }

  // Null where it is absent.
  const Json* take_list(std::string_view key) {
    const Json* value = take(key);
    if (value == nullptr) return nullptr;
    if (value->is_array() && value->size() <= kMostItems) return value;
    complain(key, value->is_array() ? fmt::format("at most {} entries", kMostItems)
                                    : std::string("expected a list"));
    return nullptr;
  }
  Section item(std::string_view key, std::size_t index) {
    return {file_, name_, fmt::format("{}/{}/{}", pointer_, key, index), wrong_};
  }

  void require(std::string_view key) {
    if (json_.is_object() && !json_.contains(key)) complain(key, "missing");
  }
  void complain(std::string_view key, std::string_view what) {
    if (wrong_) return;
    const std::string pointer = key.empty() ? pointer_ : fmt::format("{}/{}", pointer_, key);
    wrong_ = file_.error_at(name_, pointer, what);
  }
  // After all that may be there was taken.
  void refuse_others() {
    if (!json_.is_object()) return;
    for (const auto& [key, value] : json_.items()) {
      if (known_.contains(key)) continue;
      const std::vector<std::string> names(known_.begin(), known_.end());
      return complain(pointer_step(key), "unknown; there are " + join(names, ", "));
    }
  }

 private:
  const Json* take(std::string_view key) {
    known_.emplace(key);
    if (!json_.is_object()) return nullptr;
    const auto it = json_.find(key);
    return it == json_.end() ? nullptr : &*it;
  }
  bool is_within(std::string_view key, double number, double least, double most) {
    if (number >= least && number <= most) return true;
    complain(key, number < least ? fmt::format("at least {}, not {}", least, number)
                                 : fmt::format("at most {}, not {}", most, number));
    return false;
  }

  const JsonLines& file_;
  std::string_view name_;
  std::string pointer_;
  std::optional<Error>& wrong_;
  const Json& json_;
  std::set<std::string, std::less<>> known_;
};

void read_bands(Section& root, std::vector<Band>& into) {
  const Json* list = root.take_list("bands");
  if (list == nullptr) return;
  std::vector<Band> bands;
  for (std::size_t i = 0; i < list->size(); ++i) {
    Section section = root.item("bands", i);
    Band band;
    for (const auto* key : {"from", "attempts", "highest"}) section.require(key);
    section.number("from", 0, 100, band.from);
    section.integer("attempts", 1, kMostAttempts, band.attempts);
    section.rung("highest", band.highest);
    section.refuse_others();
    if (!bands.empty() && !(band.from < bands.back().from))
      section.complain("from", fmt::format("the bands descend: less than {}, not {}",
                                           bands.back().from, band.from));
    bands.push_back(band);
  }
  if (bands.empty() || bands.back().from != 0)
    root.complain("bands", "the last band is from 0, so that each score has one");
  into = std::move(bands);
}

void read_weekdays(Section& window, std::vector<unsigned>& into) {
  const Json* list = window.take_list("weekdays");
  if (list == nullptr) return;
  std::vector<unsigned> days;
  for (const auto& day : *list) {
    const bool is_day = day.is_number_integer() && day.get<double>() >= 0 && day.get<double>() <= 6;
    if (!is_day)
      return window.complain(fmt::format("weekdays/{}", days.size()),
                             "expected 0 (Sunday) to 6 (Saturday)");
    days.push_back(day.get<unsigned>());
  }
  into = std::move(days);
}

void read_windows(Section& root, std::vector<TimeWindow>& into) {
  const Json* list = root.take_list("windows");
  if (list == nullptr) return;
  std::vector<TimeWindow> windows(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    Section section = root.item("windows", i);
    for (const auto* key : {"from", "to"}) section.require(key);
    section.time_of_day("from", windows[i].from);
    section.time_of_day("to", windows[i].to);
    read_weekdays(section, windows[i].weekdays);
    section.refuse_others();
    if (windows[i].from == windows[i].to)
      section.complain("to", "the window is empty: it ends when it begins");
  }
  into = std::move(windows);
}

void read_never(Section& root, RollbackRules& rules) {
  root.texts("never", rules.never);
  for (std::size_t i = 0; i < rules.never.size(); ++i) {
    if (std::ranges::count(rules.never[i], '/') != 1)
      root.complain(fmt::format("never/{}", i),
                    "expected \"namespace/workload\", where * stands for any text");
  }
}

void read_limits(Section& root, RollbackRules& rules) {
  root.integer("operations_an_hour", 0, 10'000, rules.operations_an_hour);
  root.integer("operations_of_target_a_day", 0, 1'000, rules.operations_of_target_a_day);
  root.duration("pause_of_target_minutes", 0, 7 * 24 * 60, rules.pause_of_target);
  root.integer("most_replicas", 1, 100'000, rules.most_replicas);
  root.integer("most_share_percent", 1, 100, rules.most_share);
  root.integer("most_scaled", 1, 10'000, rules.most_scaled);
  root.integer("most_objects", 1, 10'000, rules.most_objects);
  root.duration("verify_at_least_seconds", 0, 3'600, rules.verify_at_least);
  root.duration("verify_at_most_seconds", 1, 4 * 3'600, rules.verify_at_most);
  root.duration("look_every_seconds", 1, 600, rules.look_every);
  if (rules.verify_at_most <= rules.verify_at_least)
    root.complain("verify_at_most_seconds", "has to be more than verify_at_least_seconds");
}

// Minutes since the midnight a window began at.
bool covers(const TimeWindow& window, unsigned weekday, minutes time) {
  const auto fits_day = [&](unsigned day) {
    return window.weekdays.empty() ||
           std::ranges::find(window.weekdays, day) != window.weekdays.end();
  };
  if (window.from <= window.to) return fits_day(weekday) && time >= window.from && time < window.to;
  // Past midnight it still is the window of the day before.
  return (time >= window.from && fits_day(weekday)) ||
         (time < window.to && fits_day((weekday + 6) % 7));
}

}  // namespace

const Band& band_of(const RollbackRules& rules, double score) {
  for (const auto& band : rules.bands) {
    if (score >= band.from) return band;
  }
  return rules.bands.back();
}

bool may_act_at(const RollbackRules& rules, TimePoint now, const Zone& zone) {
  if (rules.windows.empty()) return true;
  const CivilTime civil = zone.civil(now);
  const minutes time{civil.hour * 60 + civil.minute};
  return std::ranges::any_of(
      rules.windows, [&](const auto& window) { return covers(window, civil.weekday, time); });
}

Result<RollbackRules> parse_rules(std::string_view text, std::string_view name) {
  const auto file = JsonLines::of(text);
  if (!file) return fail_in(name, file.error());
  RollbackRules rules;
  std::optional<Error> wrong;
  Section root(*file, name, "", wrong);
  root.flag("automatic", rules.automatic);
  read_bands(root, rules.bands);
  root.number("least_score", 0, 100, rules.least_score);
  read_windows(root, rules.windows);
  root.texts("clusters", rules.clusters);
  root.texts("protected_namespaces", rules.protected_namespaces);
  read_never(root, rules);
  read_limits(root, rules);
  root.refuse_others();
  if (wrong) return fail(std::move(*wrong));
  return rules;
}

Json to_json(const RollbackRules& rules) {
  Json bands = Json::array();
  for (const auto& band : rules.bands) {
    bands.push_back(
        {{"from", band.from}, {"attempts", band.attempts}, {"highest", name_of(band.highest)}});
  }
  Json windows = Json::array();
  for (const auto& window : rules.windows) {
    Json one{{"from", format_time_of_day(window.from)}, {"to", format_time_of_day(window.to)}};
    if (!window.weekdays.empty()) one["weekdays"] = window.weekdays;
    windows.push_back(std::move(one));
  }
  return {{"automatic", rules.automatic},
          {"bands", std::move(bands)},
          {"least_score", rules.least_score},
          {"windows", std::move(windows)},
          {"clusters", rules.clusters},
          {"protected_namespaces", rules.protected_namespaces},
          {"never", rules.never},
          {"operations_an_hour", rules.operations_an_hour},
          {"operations_of_target_a_day", rules.operations_of_target_a_day},
          {"pause_of_target_minutes", rules.pause_of_target.count()},
          {"most_replicas", rules.most_replicas},
          {"most_share_percent", rules.most_share},
          {"most_scaled", rules.most_scaled},
          {"most_objects", rules.most_objects},
          {"verify_at_least_seconds", rules.verify_at_least.count()},
          {"verify_at_most_seconds", rules.verify_at_most.count()},
          {"look_every_seconds", rules.look_every.count()}};
}

}  // namespace mtc::rollback
