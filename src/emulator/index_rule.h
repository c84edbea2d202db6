// The index of a topic: what of its logs can be searched and used in SQL.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "emulator/api_error.h"
#include "emulator/tokens.h"

namespace mtc::emulator {

enum class FieldType { integer, number, text, json };

struct KeyIndex {
  std::string name;
  FieldType type = FieldType::text;
  TokenRule tokens;
  bool in_sql = false;
  std::string alias;  // other name in SQL
  // Where the table keeps the value; empty for texts that are cut into words, which are read from
  // the log itself.
  std::string column;
  int since = 0;  // the first revision of the index that had this key
};

struct IndexRule {
  bool active = true;
  std::optional<TokenRule> full_text;
  std::vector<KeyIndex> keys;    // tag keys under "__TAG__.<name>"
  bool internal_fields = false;  // __SOURCE__, __FILENAME__, __HOSTNAME__ in the full-text index
  int metadata_flag =
      0;  // tags in the full-text index: 0 only those with a key index, 1 all, 2 none
  Json document = Json::object();  // Rule, Status … as DescribeIndex shows them

  const KeyIndex* find(std::string_view name) const;
  const KeyIndex* find_in_sql(std::string_view name_or_alias) const;
};

// From the members of CreateIndex or ModifyIndex. InvalidParameter.IndexConflict or
// InvalidParameterValue with the key.
ApiResult<IndexRule> parse_index_rule(const Json& document);

}  // namespace mtc::emulator
