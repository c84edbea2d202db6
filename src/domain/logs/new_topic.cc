#include "domain/logs/new_topic.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/text.h"

namespace mtc::logs {
namespace {

constexpr std::size_t kMostKeys = 100;
constexpr std::size_t kMostNameBytes = 255;
constexpr auto kReserved =
    std::to_array<std::string_view>({"cls_service_log", "loglistener_status", "loglistener_alarm",
                                     "loglistener_business", "cls_service_metric"});

bool may_be_key(const TopicFields::Key& key) {
  if (key.name.empty() || key.name.size() > 128 || key.name[0] == '_') return false;
  if (key.type != "text" && key.type != "long" && key.type != "double") return false;
  return std::ranges::all_of(key.name, [](char c) { return is_alnum(c) || is_one_of(c, "_-./@"); });
}

// "user.name" of a JSON field "user" is part of that field.
bool inside_json(const TopicFields& fields, std::string_view name) {
  return std::ranges::any_of(fields.keys, [&](const auto& key) {
    return key.type == "json" && name.size() > key.name.size() && name.starts_with(key.name) &&
           name[key.name.size()] == '.';
  });
}

}  // namespace

std::vector<TopicFields::Key> usual_keys() {
  return {{.name = "level", .type = "text", .in_sql = true},
          {.name = "service", .type = "text", .in_sql = true},
          {.name = "message", .type = "text", .in_sql = true},
          {.name = "status", .type = "long", .in_sql = true},
          {.name = "latency_ms", .type = "long", .in_sql = true},
          {.name = "url", .type = "text", .in_sql = true},
          {.name = "client_ip", .type = "text", .in_sql = true},
          {.name = "trace_id", .type = "text", .in_sql = true}};
}

std::vector<TopicFields::Key> keys_like(const TopicFields& fields) {
  std::vector<TopicFields::Key> out;
  for (const auto& key : fields.keys) {
    if (out.size() == kMostKeys) break;
    if (!may_be_key(key) || inside_json(fields, key.name)) continue;
    const bool known = std::ranges::any_of(
        out, [&](const auto& other) { return equals_ignoring_case(other.name, key.name); });
    if (!known) out.push_back(key);
  }
  return out;
}

Result<int> check_retention(int days, Language language) {
  if (days >= kForEver) return kForEver;
  if (days < 1 || days > 3600) {
    return fail(Errc::invalid_argument,
                language == Language::zh ? "retention_days: 要 1 到 3600 天，或者 3640 表示永久"
                                         : "retention_days: expected 1 to 3600, or 3640 for ever");
  }
  return days;
}

Result<std::string> check_name(std::string_view name, Language language) {
  const bool zh = language == Language::zh;
  name = trim(name);
  if (name.empty()) return fail(Errc::invalid_argument, zh ? "name: 没说名字" : "name: missing");
  if (name.size() > kMostNameBytes || !is_valid_utf8(name))
    return fail(Errc::invalid_argument, zh ? "name: 名字太长了" : "name: too long");
  const bool bad = std::ranges::any_of(
      name, [](char c) { return c == '|' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (bad) {
    return fail(Errc::invalid_argument, zh ? "name: 名字里不能有竖线和控制字符"
                                           : "name: no '|' and no control characters are allowed");
  }
  if (std::ranges::find(kReserved, name) != kReserved.end()) {
    return fail(Errc::invalid_argument, zh ? fmt::format("name: {} 是日志服务自己用的名字", name)
                                           : fmt::format("name: {} belongs to the service", name));
  }
  return std::string(name);
}

}  // namespace mtc::logs
