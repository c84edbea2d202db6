// What people say about alarms and scheduled queries: whatever it is, what comes out is one
// condition and one statement of ours, with what was said inside quotes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "domain/logs/alarm_condition.h"
#include "domain/logs/cql.h"
#include "domain/logs/sql_intent.h"

namespace {

using namespace mtc;

const logs::TopicFields& fields() {
  static const logs::TopicFields known{
      .full_text = true,
      .keys = {{.name = "level", .type = "text", .in_sql = true},
               {.name = "service", .type = "text", .in_sql = true},
               {.name = "status", .type = "text", .in_sql = true},
               {.name = "client_ip", .type = "text", .in_sql = true},
               {.name = "request_time", .type = "double", .in_sql = true}}};
  return known;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto language : {Language::zh, Language::en}) {
    const auto condition = logs::parse_alarm_condition(text, 100, language);
    if (condition) {
      require(condition->threshold >= 0 && condition->threshold <= 1e12);
      (void)logs::say_condition(*condition, condition->minutes.value_or(5), language);
      const auto terms = logs::make_alarm_terms(*condition, fields(), language);
      require(terms.has_value());
      const auto parts = logs::split_query(terms->query);
      require(parts.sql.starts_with("select ") && !logs::has_sql_part(parts.sql));
      require(terms->trigger.starts_with("$1."));
    }
    const bool given = !logs::split_query(text).sql.empty();
    const auto statement = logs::make_statement(text, fields(), language);
    if (!statement || given) continue;
    const auto parts = logs::split_query(statement->text());
    require(parts.sql == statement->sql && parts.sql.starts_with("select "));
  }
  (void)logs::parse_period_minutes(text, Language::zh);
  return 0;
}
