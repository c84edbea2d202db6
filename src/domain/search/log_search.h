// A question to the logs, as somebody asks it: how many such lines, what are they mostly, and a few
// of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/language.h"
#include "base/result.h"
#include "base/zone.h"
#include "domain/logs/log_store.h"

namespace mtc::search {

struct Question {
  std::string keyword;               // words the lines must contain; may be empty
  std::optional<logs::Level> level;  // at least this level
  logs::TimeRange range;
  int limit = 20;     // lines to return
  std::string query;  // a condition in CQL besides, as somebody wrote it; without SQL
};

struct Kind {
  std::string text;     // the template: "connection to <*> refused"
  std::string service;  // may be empty
  std::int64_t count = 0;
};

struct Answer {
  Question question;
  logs::Topic topic;
  std::int64_t total = 0;  // lines that match, counted by the log service
  std::int64_t looked_at =
      0;                    // newest lines that the kinds and the first line below were taken from
  std::vector<Kind> kinds;  // most frequent first
  std::vector<logs::LogRecord> lines;  // newest first, at most question.limit
  std::optional<TimePoint> first;      // of the lines looked at
  std::optional<TimePoint> last;
};

// Condition of the lines that a question is about.
std::string condition_of(const Question& question, const logs::TopicFields& fields);

Async<Result<Answer>> ask(logs::LogStore& store, logs::Topic topic, Question question);

// What "condition | sql" gives; at most kMostRows rows.
struct TableAnswer {
  logs::Topic topic;
  logs::TimeRange range;
  logs::Table table;
  std::size_t rows = 0;  // there were
};
inline constexpr std::size_t kMostRows = 200;
Async<Result<TableAnswer>> ask_table(logs::LogStore& store, logs::Topic topic, Question question,
                                     std::string sql);
// One value, or the first rows: what a table answers for the ear.
std::string say_table(const TableAnswer& answer, TimePoint now, const Zone& zone,
                      Language language);

// One or two sentences for the ear.
std::string say_answer(const Answer& answer, TimePoint now, const Zone& zone, Language language);

}  // namespace mtc::search
