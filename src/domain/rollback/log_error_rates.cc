#include "domain/rollback/log_error_rates.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "domain/logs/cql.h"
#include "domain/logs/topic_columns.h"
#include "domain/rollback/outside_text.h"

namespace mtc::rollback {
namespace {

constexpr Millis kTopicsFresh = std::chrono::minutes(5);
constexpr Millis kUsualFresh = std::chrono::hours(1);  // what is over does not change
constexpr Millis kExamplesFresh = std::chrono::minutes(1);
constexpr Millis kRound = std::chrono::minutes(10);   // so that workloads share a question
constexpr Millis kBefore = std::chrono::minutes(10);  // trouble begins before it is reported
constexpr std::int64_t kExamples = 3;
constexpr std::size_t kExampleCharacters = 200;
constexpr char kBetween = '\n';  // in keys; topics and services have no line breaks

struct Watched {
  std::string topic;
  logs::TopicFields::Key level, service;
};
using Topics = std::vector<Watched>;

struct Lines {
  std::int64_t all = 0, errors = 0;
};
using ByService = std::map<std::string, Lines>;

std::int64_t count_of(const Json& value) {
  if (value.is_number()) return value.get<std::int64_t>();
  if (!value.is_string()) return 0;
  const auto& text = value.get_ref<const std::string&>();
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

bool is_wanted(const logs::Topic& topic, const std::vector<std::string>& wanted) {
  if (!topic.indexed) return false;
  return wanted.empty() || std::ranges::find(wanted, topic.id) != wanted.end() ||
         std::ranges::find(wanted, topic.name) != wanted.end();
}

Async<Result<Topics>> read_topics(logs::LogStore* store, std::vector<std::string> wanted) {
  auto all = co_await store->topics();
  if (!all) co_return fail(std::move(all).error());
  Topics out;
  for (const auto& topic : *all) {
    if (!is_wanted(topic, wanted)) continue;
    const auto fields = co_await store->fields(topic.id);
    if (!fields) continue;
    const auto level = logs::find_column(*fields, logs::Column::level);
    const auto service = logs::find_column(*fields, logs::Column::service);
    if (!level || !service || !level->in_sql || !service->in_sql) continue;
    out.push_back({.topic = topic.id, .level = *level, .service = *service});
  }
  co_return out;
}

Async<Result<ByService>> count_lines(logs::LogStore* store, Watched watched,
                                     logs::TimeRange range) {
  const auto table = co_await store->analyze(
      watched.topic, range, "*",
      fmt::format("select {0}, {1}, count(*) as n group by {0}, {1} order by n desc limit 10000",
                  logs::sql_column(watched.service.name), logs::sql_column(watched.level.name)));
  if (!table) co_return fail(table.error());
  ByService out;
  for (const auto& row : table->rows) {
    if (row.size() != 3 || !row[0].is_string()) continue;
    const std::string level = row[1].is_string() ? row[1].get<std::string>() : row[1].dump();
    const auto known = logs::parse_level(level);
    Lines& lines = out[row[0].get<std::string>()];
    const std::int64_t count = count_of(row[2]);
    lines.all += count;
    if (known && *known >= logs::Level::error) lines.errors += count;
  }
  co_return out;
}

double rate_of(const Lines& lines) {
  return static_cast<double>(lines.errors) / static_cast<double>(lines.all);
}

const Watched* find_topic(const Topics& topics, std::string_view id) {
  const auto it = std::ranges::find(topics, id, &Watched::topic);
  return it == topics.end() ? nullptr : &*it;
}

}  // namespace

struct LogErrorRates::Reader {
  Reader(logs::LogStore& store, const Clock& clock, const LogErrorOptions& options)
      : store(store),
        clock(clock),
        options(options),
        topics(
            [this](const std::string&) { return read_topics(&this->store, this->options.topics); },
            clock, {.fresh = kTopicsFresh}),
        recent([this](std::string key) { return recent_lines(std::move(key)); }, clock,
               {.fresh = options.fresh}),
        usual([this](std::string key) { return usual_lines(std::move(key)); }, clock,
              {.fresh = kUsualFresh}),
        examples([this](std::string key) { return newest_errors(std::move(key)); }, clock,
                 {.fresh = kExamplesFresh}) {}

  // Key: topic and milliseconds.
  Async<Result<ByService>> recent_lines(std::string key) {
    const auto parts = split(key, kBetween);
    const TimePoint now = clock.now();
    co_return co_await count(std::string(parts[0]), now - Millis(std::stoll(std::string(parts[1]))),
                             now);
  }
  // Key: topic and the end as milliseconds.
  Async<Result<ByService>> usual_lines(std::string key) {
    const auto parts = split(key, kBetween);
    const TimePoint end{Millis(std::stoll(std::string(parts[1])))};
    co_return co_await count(std::string(parts[0]), end - options.usual, end);
  }
  // Key: topic and service.
  Async<Result<std::vector<std::string>>> newest_errors(std::string key) {
    const auto parts = split(key, kBetween);
    const auto* known = topics.known("");
    const Watched* watched = known ? find_topic(*known->value, parts[0]) : nullptr;
    if (watched == nullptr) co_return std::vector<std::string>{};
    const TimePoint now = clock.now();
    auto found = co_await store.search(
        {.topic_id = watched->topic,
         .range = {.from = now - options.longer, .to = now},
         .condition = logs::all_of({logs::field_equals(watched->service.name, parts[1]),
                                    logs::level_at_least(logs::Level::error, watched->level.name)})
                          .text(),
         .limit = kExamples});
    if (!found) co_return fail(std::move(found).error());
    std::vector<std::string> out;
    for (const auto& line : found->lines) {
      out.push_back(clean_text(line.message, kExampleCharacters));
    }
    co_return out;
  }
  Async<Result<ByService>> count(std::string topic, TimePoint from, TimePoint to) {
    const auto* known = topics.known("");
    const Watched* watched = known ? find_topic(*known->value, topic) : nullptr;
    if (watched == nullptr) co_return ByService{};
    co_return co_await count_lines(&store, *watched, {.from = from, .to = to});
  }

  // Of all topics; nothing where none of them could be asked.
  Async<std::optional<Lines>> sum(clusters::Gather<ByService>* gather, std::string about,
                                  std::string service) {
    const auto* known = topics.known("");
    std::vector<std::string> keys;
    for (const Watched& watched : *known->value) keys.push_back(watched.topic + kBetween + about);
    const auto parts = co_await gather->gather(std::move(keys));
    std::optional<Lines> out;
    for (const auto& part : parts) {
      if (!part.snapshot || part.trouble) continue;
      if (!out) out.emplace();
      const auto it = part.snapshot->value->find(service);
      if (it == part.snapshot->value->end()) continue;
      out->all += it->second.all;
      out->errors += it->second.errors;
    }
    co_return out;
  }

  logs::LogStore& store;
  const Clock& clock;
  const LogErrorOptions& options;
  clusters::Gather<Topics> topics;
  clusters::Gather<ByService> recent, usual;
  clusters::Gather<std::vector<std::string>> examples;
};

LogErrorRates::LogErrorRates(Stores stores, const Clock& clock, LogErrorOptions options)
    : stores_(std::move(stores)), clock_(clock), options_(std::move(options)) {}
LogErrorRates::~LogErrorRates() = default;

LogErrorRates::Reader& LogErrorRates::reader(const identity::User& user) {
  auto& reader = readers_[user.id];
  if (!reader) reader = std::make_unique<Reader>(stores_(user), clock_, options_);
  return *reader;
}

Async<Result<ErrorRate>> LogErrorRates::of(identity::User user, Target target, TimePoint began,
                                           TimePoint) {
  Reader& reader = this->reader(user);
  const auto topics = co_await reader.topics.one("");
  if (!topics.snapshot) co_return fail(*topics.trouble);
  const std::string service = target.object.name;
  auto lines =
      co_await reader.sum(&reader.recent, std::to_string(options_.recent.count()), service);
  if (lines && lines->all < options_.least_lines) {
    lines = co_await reader.sum(&reader.recent, std::to_string(options_.longer.count()), service);
  }
  if (!lines || lines->all == 0) {
    co_return fail(Errc::not_found, "no logs of " + service + " in the last minutes");
  }
  ErrorRate out{.now = rate_of(*lines), .usual = {}, .examples = {}};
  const auto end = std::chrono::floor<std::chrono::minutes>(began - kBefore).time_since_epoch();
  const Millis rounded = end - end % kRound;
  const auto before = co_await reader.sum(&reader.usual, std::to_string(rounded.count()), service);
  if (before && before->all >= options_.least_lines) out.usual = rate_of(*before);
  if (lines->errors == 0) co_return out;
  std::vector<std::string> keys;
  for (const Watched& watched : *topics.snapshot->value) {
    keys.push_back(watched.topic + kBetween + service);
  }
  const auto found = co_await reader.examples.gather(std::move(keys));
  for (const auto& part : found) {
    if (!part.snapshot) continue;
    for (const auto& line : *part.snapshot->value) out.examples.push_back(line);
  }
  co_return out;
}

}  // namespace mtc::rollback
