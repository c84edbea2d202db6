#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/contains.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/logs/alarm_condition.h"
#include "domain/logs/cql.h"
#include "domain/logs/new_topic.h"
#include "domain/logs/range_speech.h"
#include "services/basic/create_log_tools.h"
#include "services/basic/log_changes.h"

namespace mtc::services {
namespace {

constexpr int kUsualMinutes = 5;

struct AlarmArgs {
  std::string name;
  std::string topic;
  std::string condition;
  std::optional<double> threshold;
  std::optional<int> period_minutes;
  std::string notice;
  std::string level = "warn";
  std::string region;
};

const Fields<AlarmArgs>& alarm_fields() {
  static const Fields<AlarmArgs> table{
      field("name", &AlarmArgs::name, "Its name; made from the condition if absent",
            optional_text(255)),
      field("topic", &AlarmArgs::topic, "Log topic (主题) as said; the usual one if absent",
            optional_text()),
      field(
          "condition", &AlarmArgs::condition,
          "When it fires, as said: 错误超过100条, 5xx 占比超过百分之五, 99 分位延迟高于 2 秒, 出现 "
          "OutOfMemory; or a measure and a comparison: error_count > 100",
          {.max_length = 600}),
      field("threshold", &AlarmArgs::threshold, "The number, where the condition has none",
            {.required = false}),
      field("period_minutes", &AlarmArgs::period_minutes, "Window in minutes, default 5",
            {.required = false, .minimum = 1, .maximum = 1440}),
      field("notice", &AlarmArgs::notice,
            "Whom to tell: a notice group such as 运维组, or a channel", optional_text()),
      field("level", &AlarmArgs::level, "How bad it is, default warn",
            {.required = false, .choices = {"warn", "info", "critical"}}),
      field("region", &AlarmArgs::region, "广州, ap-shanghai …", optional_text(50)),
  };
  return table;
}

// The service's name of a channel as people and slots say it.
std::string channel_name(std::string_view said) {
  struct Channel {
    std::string_view said, name;
  };
  static constexpr auto kChannels = std::to_array<Channel>({{"email", "Email"},
                                                            {"邮件", "Email"},
                                                            {"邮箱", "Email"},
                                                            {"sms", "Sms"},
                                                            {"短信", "Sms"},
                                                            {"wechat", "WeChat"},
                                                            {"微信", "WeChat"},
                                                            {"wecom", "WeCom"},
                                                            {"企业微信", "WeCom"},
                                                            {"企微", "WeCom"},
                                                            {"dingtalk", "DingTalk"},
                                                            {"钉钉", "DingTalk"},
                                                            {"feishu", "Lark"},
                                                            {"飞书", "Lark"},
                                                            {"phone", "Phone"},
                                                            {"电话", "Phone"}});
  for (const auto& channel : kChannels) {
    if (equals_ignoring_case(trim(said), channel.said)) return std::string(channel.name);
  }
  return {};
}

// Which group is told. None at all where there is none: that is said, not refused.
Result<std::optional<logs::NoticeGroup>> choose_notice(std::vector<logs::NoticeGroup> groups,
                                                       std::string said, Language language) {
  if (groups.empty() && trim(said).empty()) return std::nullopt;
  if (const std::string channel = channel_name(said); !channel.empty()) {
    const auto has_none = [&](const logs::NoticeGroup& group) {
      return !contains(group.channels, channel);
    };
    if (std::ranges::all_of(groups, has_none)) {
      return fail(Errc::not_found,
                  language == Language::zh
                      ? fmt::format("没有走{}的通知组", trim(said))
                      : fmt::format("There is no notice group that uses {}", channel));
    }
    std::erase_if(groups, has_none);
    said.clear();
  }
  auto one = choose_from(groups, said, clusters::Named::notice_group, language);
  if (!one) return fail(std::move(one).error());
  return *one;
}

// What the query gives now: proof that the service takes it, and a feeling for the threshold.
Async<Result<std::string>> try_out(logs::LogStore* store, std::string topic_id,
                                   logs::AlarmTerms terms, logs::Measure measure, int minutes,
                                   LogCaller caller) {
  const auto parts = logs::split_query(terms.query);
  const logs::TimeRange range{caller.now - std::chrono::minutes(minutes), caller.now};
  const auto table =
      co_await store->analyze(std::move(topic_id), range, parts.condition, parts.sql);
  if (!table) co_return cloud_failure(table.error(), caller.language());
  if (table->rows.empty() || table->rows[0].empty() || !table->rows[0][0].is_number())
    co_return std::string();
  const double value = table->rows[0][0].get<double>();
  if (!std::isfinite(value) || std::abs(value) > 1e15) co_return std::string();
  const std::string when = logs::say_range(range, caller.now, caller.zone, caller.language());
  const std::string amount =
      logs::say_amount(measure, std::round(value * 100) / 100, caller.language());
  co_return caller.zh() ? fmt::format("{}是{}。", when, amount)
                        : fmt::format(" It was {} {}.", amount, when);
}

logs::AlarmLevel level_of(std::string_view name) {
  if (name == "critical") return logs::AlarmLevel::critical;
  return name == "info" ? logs::AlarmLevel::info : logs::AlarmLevel::warn;
}

Async<Result<mcp::Outcome>> create_alarm(LogToolPorts ports, AlarmArgs args,
                                         mcp::CallContext context) {
  auto caller = co_await who_asks(&ports.callers, &ports.clock, context, args.region);
  if (!caller) co_return fail(std::move(caller).error());
  const Language language = caller->language();
  const bool zh = caller->zh();
  auto condition = logs::parse_alarm_condition(args.condition, args.threshold, language);
  if (!condition) co_return fail(std::move(condition).error());
  const int minutes = args.period_minutes.value_or(condition->minutes.value_or(kUsualMinutes));
  if (minutes > 1440) {
    co_return fail(Errc::invalid_argument,
                   zh ? "period_minutes: 最多看一天" : "period_minutes: one day at most");
  }
  const std::string when = logs::say_condition(*condition, minutes, language);
  const auto name = logs::check_name(trim(args.name).empty() ? when : args.name, language);
  if (!name) co_return fail(name.error());

  auto& store = ports.store(caller->user(), caller->region);
  auto& admin = ports.admin(caller->user(), caller->region);
  const auto topic = co_await topic_meant(&store, args.topic, ports.usual_topics, language);
  if (!topic) co_return fail(topic.error());
  const auto fields = co_await store.fields(topic->id);
  if (!fields) co_return cloud_failure(fields.error(), language);
  const auto terms = logs::make_alarm_terms(*condition, *fields, language);
  if (!terms) co_return fail(terms.error());
  auto groups = co_await admin.notice_groups();
  if (!groups) co_return cloud_failure(groups.error(), language);
  const auto notice = choose_notice(
      std::move(*groups), trim(args.notice).empty() ? condition->notice : args.notice, language);
  if (!notice) co_return fail(notice.error());
  const auto alarms = co_await admin.alarms();
  if (!alarms) co_return cloud_failure(alarms.error(), language);
  if (std::ranges::find(*alarms, *name, &logs::AlarmPolicy::name) != alarms->end()) {
    co_return fail(Errc::conflict,
                   zh ? close_gaps(fmt::format("已经有叫 {} 的告警规则了", spoken_name(*name)))
                      : fmt::format("there is an alarm {} already", spoken_name(*name)));
  }
  const auto now =
      co_await try_out(&store, topic->id, *terms, condition->measure, minutes, *caller);
  if (!now) co_return fail(now.error());

  logs::AlarmPolicy alarm{.id = {},
                          .name = *name,
                          .queries = {{.topic_id = topic->id,
                                       .logset_id = topic->logset_id,
                                       .query = terms->query,
                                       .minutes = minutes}},
                          .condition = terms->trigger,
                          .every_minutes = minutes <= 5 ? 1 : 5,
                          .level = level_of(args.level)};
  std::string tell = zh ? "，还没有通知组，只在控制台里看得到"
                        : "; there is no notice group, so it shows in the console only";
  if (*notice) {
    alarm.notice_ids = {(*notice)->id};
    tell = zh ? fmt::format("就通知 {}", spoken_name((*notice)->name))
              : fmt::format("; it tells {}", spoken_name((*notice)->name));
  }
  const std::string note = terms->note.empty() ? "" : (zh ? "，" : ", ") + terms->note;
  Json arguments = to_json(alarm);
  arguments["region"] = caller->region;
  arguments["now"] = *now;
  approval::Proposal proposal{
      .action = "create_alarm",
      .target = fmt::format("cls/{}/alarm/{}", region_of(*caller, ports), *name),
      .target_version = {},
      .ns = {},
      .arguments = std::move(arguments),
      .details = {{"name", *name},
                  {"topic", topic->name},
                  {"query", terms->query},
                  {"condition", terms->trigger}},
      .summary = zh ? close_gaps(fmt::format("准备给主题 {} 建告警：{}{}{}。",
                                             spoken_name(topic->name), when, tell, note))
                    : fmt::format("I will set an alarm on topic {}: {}{}{}.",
                                  spoken_name(topic->name), when, tell, note),
      .channel = context.principal.channel};
  co_return co_await guarded_change(*ports.approver, std::move(caller->who), std::move(context),
                                    std::move(proposal), log_executor(ports, "create_alarm"));
}

}  // namespace

mcp::Tool create_alarm_tool(const LogToolPorts& ports) {
  return mcp::make_tool<AlarmArgs>(
      {.name = "create_alarm",
       .title = "Create an alarm rule",
       .description = "Create an alarm rule on a log topic from a condition in words (建告警, "
                      "超过多少就通知).",
       .hints = {.read_only = false, .destructive = false, .idempotent = false, .open_world = true},
       .scope = std::string(name_of(identity::Scope::operate)),
       .fields = alarm_fields(),
       .output_schema = log_change_schema(),
       .dialogue = [ports](AlarmArgs args, mcp::CallContext context) {
         return create_alarm(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
