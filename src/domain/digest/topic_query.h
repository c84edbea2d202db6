// What can be asked of a topic: which of its fields are the level and the service, and the
// conditions made of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/logs/cql.h"
#include "domain/logs/log_line.h"
#include "domain/logs/log_store.h"

namespace mtc::digest {

struct TopicKeys {
  std::optional<logs::TopicFields::Key> level;
  std::optional<logs::TopicFields::Key> service;
};

// By the names people give such fields ("level", "severity", "__TAG__.container_name" …); text
// fields only.
TopicKeys find_keys(const logs::TopicFields& fields);

// Lines whose field is one of these values; everything if there are none.
logs::Condition is_one_of(std::string_view field, const std::vector<std::string>& values);

// "select level, service, count(*) as n group by level, service order by n desc limit 10000".
std::string totals_sql(const TopicKeys& keys);

struct LevelTotal {
  std::string value;  // as it stands in the logs
  logs::Level level = logs::Level::unknown;
  std::string service;
  std::int64_t lines = 0;
};

// The rows of totals_sql; rows that make no sense are left out.
std::vector<LevelTotal> read_totals(const logs::Table& table, const TopicKeys& keys);

}  // namespace mtc::digest
