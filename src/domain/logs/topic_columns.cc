#include "domain/logs/topic_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/characters.h"
#include "base/text.h"
#include "domain/logs/cql.h"

namespace mtc::logs {
namespace {

constexpr std::size_t kMostListed = 12;

// Best first.
constexpr std::array<std::string_view, 9> kLevel{"level",     "severity",  "loglevel",
                                                 "log_level", "levelname", "level_name",
                                                 "lvl",       "log.level", "priority"};
constexpr std::array<std::string_view, 14> kService{"service",
                                                    "service_name",
                                                    "servicename",
                                                    "service.name",
                                                    "app",
                                                    "app_name",
                                                    "appname",
                                                    "application",
                                                    "__TAG__.service",
                                                    "__TAG__.app",
                                                    "container_name",
                                                    "__TAG__.container_name",
                                                    "container",
                                                    "component"};
constexpr std::array<std::string_view, 10> kStatus{
    "status",        "status_code", "statuscode",       "http_status",         "http_code",
    "response_code", "code",        "http.status_code", "responseStatus.code", "upstream_status"};
constexpr std::array<std::string_view, 20> kLatency{
    "latency_ms",       "cost_ms",       "duration_ms",  "elapsed_ms",
    "response_time_ms", "latency",       "cost",         "duration",
    "elapsed",          "elapsed_time",  "rt",           "took",
    "took_ms",          "response_time", "request_time", "upstream_response_time",
    "cost_time",        "latency_us",    "duration_us",  "duration_ns"};
constexpr std::array<std::string_view, 9> kUrl{"url",         "uri",          "path",
                                               "request_uri", "requestURI",   "api",
                                               "endpoint",    "request_path", "http.url"};
constexpr std::array<std::string_view, 11> kClient{
    "client_ip", "clientip",  "remote_addr", "source_ip", "src_ip",         "ip",
    "remote_ip", "sourceIPs", "client",      "real_ip",   "x_forwarded_for"};
constexpr std::array<std::string_view, 9> kHost{"host",     "hostname", "host_name",        "node",
                                                "instance", "pod_name", "__TAG__.pod_name", "pod",
                                                "container"};
constexpr std::array<std::string_view, 6> kUser{"user",     "user_id",       "uid",
                                                "username", "user.username", "account"};
constexpr std::array<std::string_view, 6> kMessage{"message", "msg",  "content",
                                                   "log",     "body", "__CONTENT__"};

std::span<const std::string_view> names_of(Column column) {
  switch (column) {
    case Column::level:
      return kLevel;
    case Column::service:
      return kService;
    case Column::status:
      return kStatus;
    case Column::latency:
      return kLatency;
    case Column::url:
      return kUrl;
    case Column::client:
      return kClient;
    case Column::host:
      return kHost;
    case Column::user:
      return kUser;
    case Column::message:
      return kMessage;
  }
  return {};
}

bool type_fits(Column column, std::string_view type) {
  if (type == "json") return false;
  return column == Column::status || column == Column::latency || column == Column::user ||
         type == "text";
}

}  // namespace

std::string_view name_of(Column column, Language language) {
  const bool zh = language == Language::zh;
  switch (column) {
    case Column::level:
      return zh ? "级别" : "level";
    case Column::service:
      return zh ? "服务" : "service";
    case Column::status:
      return zh ? "状态码" : "status";
    case Column::latency:
      return zh ? "耗时" : "latency";
    case Column::url:
      return zh ? "接口路径" : "URL";
    case Column::client:
      return zh ? "来源 IP" : "client IP";
    case Column::host:
      return zh ? "主机" : "host";
    case Column::user:
      return zh ? "用户" : "user";
    case Column::message:
      return zh ? "正文" : "message";
  }
  return {};
}

std::optional<TopicFields::Key> find_column(const TopicFields& fields, Column column) {
  for (const auto name : names_of(column)) {
    for (const auto& key : fields.keys) {
      if (type_fits(column, key.type) && equals_ignoring_case(key.name, name)) return key;
    }
  }
  return std::nullopt;
}

double milliseconds_per_unit(std::string_view latency_field) {
  const std::string name = to_lower_ascii(latency_field);
  if (name.ends_with("_us")) return 1e-3;
  if (name.ends_with("_ns")) return 1e-6;
  const bool seconds = name == "request_time" || name == "upstream_response_time" ||
                       name.ends_with("_s") || name.ends_with("_sec") || name.ends_with("seconds");
  return seconds ? 1000 : 1;
}

std::string sql_column(std::string_view name) {
  const bool plain = !name.empty() && !is_digit(name[0]) &&
                     std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '_'; });
  return plain ? std::string(name) : sql_identifier(name);
}

std::string sql_number(const TopicFields::Key& key) {
  const bool number = key.type == "long" || key.type == "double";
  return number ? sql_column(key.name)
                : fmt::format("try_cast({} as double)", sql_column(key.name));
}

std::string list_fields(const TopicFields& fields, bool only_in_sql, Language language) {
  std::vector<std::string> names;
  std::size_t left_out = 0;
  for (const auto& key : fields.keys) {
    if (only_in_sql && !key.in_sql) continue;
    if (names.size() < kMostListed) {
      names.push_back(shorten_characters(sanitize_utf8(key.name), 40));
    } else {
      ++left_out;
    }
  }
  const bool zh = language == Language::zh;
  std::string out = join(names, zh ? "、" : ", ");
  if (left_out > 0) out += zh ? "等" : " and others";
  return out;
}

std::unexpected<Error> missing_column(const TopicFields& fields, Column column, Language language) {
  const auto known = find_column(fields, column);
  const bool zh = language == Language::zh;
  const std::string_view name = name_of(column, language);
  std::string there = list_fields(fields, true, language);
  std::string what =
      known ? (zh ? fmt::format("字段 {} 没有开启统计", known->name)
                  : fmt::format("the field {} is not kept for statistics", known->name))
            : (zh ? fmt::format("这个主题没有{}字段", name)
                  : fmt::format("this topic has no {} field", name));
  if (there.empty()) {
    what += zh ? "，也没有其它可统计的字段；请先在索引里加上"
               : ", nor any other field kept for statistics; add it to the index first";
  } else {
    what += zh ? fmt::format("；可统计的字段有 {}", there)
               : fmt::format("; the fields kept for statistics are {}", there);
  }
  return fail(Errc::invalid_argument, std::move(what));
}

}  // namespace mtc::logs
