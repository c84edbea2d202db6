#include "emulator/index_rule.h"

#include <algorithm>

namespace mtc::emulator {
namespace {

constexpr std::size_t kMaxKeys = 300;

bool valid_separators(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return c == '\n' || c == '\t' || c == '\r' || c == ' ' ||
           (c > ' ' && c < 0x7F && std::isalnum(static_cast<unsigned char>(c)) == 0);
  });
}

bool valid_key(std::string_view name) {
  if (name.empty() || name[0] == '_') return name == "__CONTENT__";
  return std::ranges::all_of(name, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-./@").find(c) != std::string_view::npos ||
           (static_cast<unsigned char>(c) & 0x80U) != 0;
  });
}

std::optional<FieldType> type_named(std::string_view name) {
  if (name == "long") return FieldType::integer;
  if (name == "double") return FieldType::number;
  if (name == "text") return FieldType::text;
  if (name == "json") return FieldType::json;
  return std::nullopt;
}

ApiResult<> add_keys(const Json& list, const std::string& prefix, bool case_sensitive, int depth,
                     IndexRule& rule) {
  for (const auto& item : list) {
    const auto name = string_or(item, "Key");
    if (!valid_key(name))
      return bad_value("the key `" + name + "` has characters that are not allowed");
    const Json& value = object_or_empty(item, "Value");
    const auto type = type_named(string_or(value, "Type"));
    if (!type)
      return bad_value("the type of key `" + name + "` should be long, double, text or json");
    KeyIndex key{.name = prefix + name,
                 .type = *type,
                 .in_sql = bool_or(value, "SqlFlag"),
                 .alias = string_or(value, "Alias")};
    key.tokens = {.separators = string_or(value, "Tokenizer"),
                  .chinese = bool_or(value, "ContainZH"),
                  .case_sensitive = case_sensitive};
    if (!valid_separators(key.tokens.separators))
      return bad_value("the tokenizer of key `" + name + "`");
    if (rule.find(key.name) != nullptr) return bad_value("the key `" + key.name + "` stands twice");
    if (rule.keys.size() >= kMaxKeys)
      return refuse("LimitExceeded.IndexKeyOverLimit", "more than 300 keys");
    const bool nested = *type == FieldType::json && depth < 10;
    rule.keys.push_back(std::move(key));
    if (!nested) continue;
    if (auto ok = add_keys(array_or_empty(value, "ChildNode"), prefix + name + ".", case_sensitive,
                           depth + 1, rule);
        !ok) {
      return ok;
    }
  }
  return {};
}

}  // namespace

const KeyIndex* IndexRule::find(std::string_view name) const {
  for (const auto& key : keys) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

const KeyIndex* IndexRule::find_in_sql(std::string_view name) const {
  for (const auto& key : keys) {
    if (key.in_sql && (key.name == name || (!key.alias.empty() && key.alias == name))) return &key;
  }
  return nullptr;
}

ApiResult<IndexRule> parse_index_rule(const Json& document) {
  IndexRule out;
  out.document = document;
  out.active = bool_or(document, "Status", true);
  out.internal_fields = bool_or(document, "IncludeInternalFields");
  out.metadata_flag = static_cast<int>(integer_or(document, "MetadataFlag"));
  if (out.metadata_flag < 0 || out.metadata_flag > 2)
    return bad_value("MetadataFlag should be 0, 1 or 2");
  const Json& rule = object_or_empty(document, "Rule");
  if (const Json& text = object_or_empty(rule, "FullText"); !text.empty()) {
    out.full_text = TokenRule{.separators = string_or(text, "Tokenizer"),
                              .chinese = bool_or(text, "ContainZH"),
                              .case_sensitive = bool_or(text, "CaseSensitive")};
    if (!valid_separators(out.full_text->separators)) return bad_value("the tokenizer of FullText");
  }
  const Json& keys = object_or_empty(rule, "KeyValue");
  if (auto ok =
          add_keys(array_or_empty(keys, "KeyValues"), "", bool_or(keys, "CaseSensitive"), 0, out);
      !ok) {
    return std::unexpected(ok.error());
  }
  const Json& tags = object_or_empty(rule, "Tag");
  if (auto ok = add_keys(array_or_empty(tags, "KeyValues"), "__TAG__.",
                         bool_or(tags, "CaseSensitive"), 0, out);
      !ok) {
    return std::unexpected(ok.error());
  }
  return out;
}

}  // namespace mtc::emulator
