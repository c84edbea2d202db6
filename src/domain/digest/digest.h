// The summary of a period of logs: one structure, from which every rendering (ear, chat, mail,
// page, JSON) is made. Only what was measured stands here; what is not known is absent, never zero.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/logs/log_line.h"
#include "domain/logs/log_store.h"

namespace mtc::digest {

// How much of the period the digest rests on.
struct Coverage {
  std::int64_t lines_total =
      0;  // lines in the period, as counted by the log service or by reading them all
  std::int64_t lines_read = 0;  // of these, lines the miner has read
  bool complete() const { return lines_read >= lines_total; }
  std::optional<TimePoint> data_until;  // if the data ends before the period does
  std::vector<std::string> missing;     // topics or regions that could not be read, with the reason
  bool totals_exact =
      true;  // by_level and services count every line of the period, not only those read
  bool errors_complete = true;  // every error line was read, so counts of error templates are whole
};

struct ServiceTotal {
  std::string service;
  std::int64_t lines = 0;
  std::int64_t errors = 0;  // level error and fatal
  std::int64_t warnings = 0;
};

// The same figures of another period, to compare with.
struct Reference {
  std::int64_t lines = 0;
  std::int64_t errors = 0;
  int periods = 1;  // how many days the mean is taken over (for "the usual for that weekday")
};

struct TemplateTotal {
  std::string id;    // stable for equal texts: hex of a hash over service and template
  std::string text;  // "connection to <*> refused": <*> is a variable part
  std::string service;
  logs::Level level = logs::Level::unknown;
  std::int64_t count = 0;
  TimePoint first{};
  TimePoint last{};
  std::string example;  // one whole message, as it was written (at most 500 bytes)
};

struct Spike {
  TimePoint minute{};      // the worst minute
  std::int64_t count = 0;  // errors in that minute
  double usual = 0;        // errors in a usual minute of this period
  TimePoint from{};        // the run of raised minutes around it
  TimePoint to{};          // exclusive
  Millis width{60'000};    // of what is called a minute here; wider where the period is very long
  std::int64_t total = 0;  // errors in the whole run
  std::string service;     // the service with most of these errors; may be empty
  bool of_service =
      false;  // count, usual and total are of that service alone: it makes up most of the rise
  std::string template_id;  // the template with most of them; may be empty
};

// One piece of the period, for the picture of the night.
struct HourTotal {
  TimePoint begin{};
  std::int64_t errors = 0;
};

struct Keyword {
  std::string word;
  std::int64_t count = 0;
};

// What the data cannot answer by itself and a person should look at.
struct OpenQuestion {
  enum class Kind {
    new_error,        // an error never seen before
    still_failing,    // errors go on at the end of the period
    silent_service,   // a service that used to write is silent
    volume_change,    // far more or fewer lines than usual
    incomplete_data,  // part of the logs could not be read
  };
  Kind kind = Kind::new_error;
  std::string service;
  std::string template_id;
  std::int64_t count = 0;
  double ratio = 0;  // for volume_change: to the usual
};

struct Digest {
  std::string id;     // UUID
  std::string scope;  // what it is about, as people call it: "线上日志", a topic's or a file's name
  logs::TimeRange period;
  std::string zone = "Asia/Shanghai";
  TimePoint created{};
  Coverage coverage;

  std::array<std::int64_t, logs::kLevels> by_level{};  // index: logs::Level
  std::vector<ServiceTotal> services;                  // most errors first, then most lines
  std::optional<Reference> previous_day;               // the period before
  std::optional<Reference> usual_weekday;              // mean of the same weekday of earlier weeks

  std::vector<TemplateTotal> top_errors;     // most frequent first
  bool has_history = false;                  // false: new_templates cannot be told and is empty
  std::vector<TemplateTotal> new_templates;  // never seen before this period, errors first
  std::vector<Spike> spikes;                 // worst first
  std::vector<Keyword> keywords;
  std::vector<OpenQuestion> questions;
  std::int64_t template_count = 0;      // distinct templates in what was read
  std::vector<TemplateTotal> frequent;  // most frequent templates below error, of the lines read
  std::vector<HourTotal> hours;  // the whole period without gaps; empty where no line has a time
  int hours_each = 1;            // how many hours one of them covers (long periods: more)

  std::int64_t lines() const { return coverage.lines_total; }
  std::int64_t errors() const {
    return by_level[static_cast<std::size_t>(logs::Level::error)] +
           by_level[static_cast<std::size_t>(logs::Level::fatal)];
  }
  std::int64_t warnings() const { return by_level[static_cast<std::size_t>(logs::Level::warn)]; }
  const TemplateTotal* find_template(std::string_view template_id) const {
    for (const auto* list : {&top_errors, &new_templates, &frequent}) {
      for (const auto& total : *list) {
        if (total.id == template_id) return &total;
      }
    }
    return nullptr;
  }
};

// The whole structure and back; what is stored and what tools return.
Json to_json(const Digest& digest);
Result<Digest> digest_from_json(const Json& json);

}  // namespace mtc::digest
