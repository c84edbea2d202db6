#include "domain/search/log_search.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "domain/logs/cql.h"
#include "domain/logs/template_miner.h"

namespace mtc::search {
namespace {

constexpr std::int64_t kLookAt = 1000;  // one page: what the kinds are taken from
constexpr std::size_t kKinds = 5;

// The condition for "at least this level": by the topic's own level field, else by the words
// programs write.
logs::Condition level_condition(logs::Level level, const logs::TopicFields& fields) {
  for (const std::string_view name : {"level", "severity", "lvl", "log_level", "loglevel"}) {
    if (fields.find(name) != nullptr) return logs::level_at_least(level, name);
  }
  std::vector<logs::Condition> words;
  for (auto each = static_cast<std::uint8_t>(level); each < logs::kLevels; ++each) {
    words.push_back(logs::keyword(logs::name_of(static_cast<logs::Level>(each))));
  }
  return logs::any_of(words);
}

// Every word has to be there, in any order: "payment timeout" finds "timeout while calling
// payment".
logs::Condition words_condition(std::string_view keywords) {
  std::vector<logs::Condition> words;
  for (const auto word : split(keywords, ' ')) words.push_back(logs::keyword(word));
  return logs::all_of(words);
}

std::vector<Kind> kinds_of(const std::vector<logs::LogRecord>& lines) {
  logs::TemplateMiner miner;
  std::vector<logs::TemplateId> ids;
  ids.reserve(lines.size());
  for (const auto& line : lines) ids.push_back(miner.add(line.message));
  std::map<std::pair<logs::TemplateId, std::string_view>, std::int64_t> counts;
  for (std::size_t i = 0; i < lines.size(); ++i)
    ++counts[{miner.resolve(ids[i]), lines[i].service}];
  std::vector<Kind> kinds;
  kinds.reserve(counts.size());
  for (const auto& [key, count] : counts) {
    kinds.push_back(
        {.text = miner.text(key.first), .service = std::string(key.second), .count = count});
  }
  std::ranges::sort(kinds, [](const Kind& a, const Kind& b) {
    return a.count != b.count ? a.count > b.count : a.text < b.text;
  });
  if (kinds.size() > kKinds) kinds.resize(kKinds);
  return kinds;
}

}  // namespace

std::string condition_of(const Question& question, const logs::TopicFields& fields) {
  std::vector<logs::Condition> conditions{logs::as_written(question.query),
                                          words_condition(question.keyword)};
  if (question.level) conditions.push_back(level_condition(*question.level, fields));
  return logs::all_of(conditions).text();
}

Async<Result<TableAnswer>> ask_table(logs::LogStore& store, logs::Topic topic, Question question,
                                     std::string sql) {
  auto fields = co_await store.fields(topic.id);
  if (!fields) co_return fail(std::move(fields).error());
  auto table = co_await store.analyze(topic.id, question.range, condition_of(question, *fields),
                                      std::move(sql));
  if (!table) co_return fail(std::move(table).error());
  TableAnswer answer{
      .topic = std::move(topic), .range = question.range, .table = std::move(*table), .rows = 0};
  answer.rows = answer.table.rows.size();
  if (answer.rows > kMostRows) answer.table.rows.resize(kMostRows);
  co_return answer;
}

Async<Result<Answer>> ask(logs::LogStore& store, logs::Topic topic, Question question) {
  auto fields = co_await store.fields(topic.id);
  if (!fields) co_return fail(std::move(fields).error());

  const std::string condition = condition_of(question, *fields);

  auto histogram = co_await store.histogram(topic.id, question.range, condition, Millis{0});
  if (!histogram) co_return fail(std::move(histogram).error());
  auto found = co_await store.search({.topic_id = topic.id,
                                      .range = question.range,
                                      .condition = condition,
                                      .limit = std::max<std::int64_t>(kLookAt, question.limit),
                                      .newest_first = true});
  if (!found) co_return fail(std::move(found).error());

  Answer answer{.question = std::move(question), .topic = std::move(topic)};
  answer.lines = std::move(found->lines);
  answer.looked_at = static_cast<std::int64_t>(answer.lines.size());
  answer.total = std::max(histogram->total,
                          answer.looked_at);  // lines go on arriving between the two questions
  answer.kinds = kinds_of(answer.lines);
  const auto [first, last] = std::ranges::minmax_element(answer.lines, {}, &logs::LogRecord::time);
  if (first != answer.lines.end()) {
    answer.first = first->time;
    answer.last = last->time;
  }
  const auto wanted = static_cast<std::size_t>(answer.question.limit);
  if (answer.lines.size() > wanted) answer.lines.resize(wanted);
  co_return answer;
}

}  // namespace mtc::search
