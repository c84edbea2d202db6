#include "services/basic/change_log_rule_tool.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "base/text.h"
#include "services/basic/log_changes.h"

namespace mtc::services {
namespace {

using clusters::Named;

struct RuleArgs {
  std::string what;
  std::string name;
  std::string act;
  std::string region;
};

const Fields<RuleArgs>& rule_fields() {
  static const Fields<RuleArgs> table{
      field("what", &RuleArgs::what,
            "alarm (告警规则), scheduled_sql (定时 SQL), log_topic (日志主题) or logset (日志集)",
            {.choices = {"alarm", "scheduled_sql", "log_topic", "logset"}}),
      field("name", &RuleArgs::name, "Which one, by name", {.max_length = 255}),
      field("do", &RuleArgs::act, "enable (打开), disable (关掉) or delete (删除)",
            {.choices = {"enable", "disable", "delete"}}),
      field("region", &RuleArgs::region, "广州, ap-shanghai …", optional_text(50)),
  };
  return table;
}

// What is to be changed, and what else that touches.
struct Found {
  std::string id, name, version;
  std::optional<bool> enabled;  // of rules
  std::string consequence;      // a sentence; may be empty
};

Named kind_of(std::string_view what) {
  if (what == "alarm") return Named::alarm;
  if (what == "scheduled_sql") return Named::scheduled_query;
  return what == "log_topic" ? Named::topic : Named::logset;
}

// Who else lives on a topic. What cannot be found out is said, not taken for nobody.
Async<std::string> users_of_topic(logs::LogAdmin* admin, std::string id, Language language) {
  const bool zh = language == Language::zh;
  const auto alarms = co_await admin->alarms();
  const auto tasks = co_await admin->scheduled_sqls();
  std::string out = zh ? "里面的日志都会没有，不能恢复。" : " All its lines are lost for good.";
  if (!alarms || !tasks) {
    co_return out + (zh ? "有没有告警在用它没查到。" : " Whether alarms use it is not known.");
  }
  const auto watched = std::ranges::count_if(*alarms, [&](const auto& alarm) {
    return std::ranges::any_of(alarm.queries, [&](const auto& q) { return q.topic_id == id; });
  });
  const auto read = std::ranges::count_if(
      *tasks, [&](const auto& task) { return task.source_topic == id || task.target_topic == id; });
  std::vector<std::string> parts;
  if (watched > 0) {
    const auto number = say_count(watched, language);
    parts.push_back(zh ? number + "条告警" : number + " alarms");
  }
  if (read > 0) {
    const auto number = say_count(read, language);
    parts.push_back(zh ? number + "个定时 SQL" : number + " SQL tasks");
  }
  if (!parts.empty()) {
    out += zh ? fmt::format("还有{}在用它。", join(parts, "和"))
              : fmt::format(" {} use it.", join(parts, " and "));
  }
  co_return out;
}

Async<Result<Found>> find_rule(LogToolPorts ports, RuleArgs args, LogCaller caller) {
  const Language language = caller.language();
  const bool zh = caller.zh();
  const Named kind = kind_of(args.what);
  auto& admin = ports.admin(caller.user(), caller.region);
  auto& store = ports.store(caller.user(), caller.region);
  if (args.what == "alarm") {
    const auto alarm = choose_from(co_await admin.alarms(), args.name, kind, language);
    if (!alarm) co_return fail(alarm.error());
    co_return Found{.id = alarm->id,
                    .name = alarm->name,
                    .version = version_of(*alarm),
                    .enabled = alarm->enabled,
                    .consequence = zh ? "之后它不会再报。" : " It will not tell anybody any more."};
  }
  if (args.what == "scheduled_sql") {
    const auto task = choose_from(co_await admin.scheduled_sqls(), args.name, kind, language);
    if (!task) co_return fail(task.error());
    co_return Found{.id = task->id,
                    .name = task->name,
                    .version = version_of(*task),
                    .enabled = task->enabled,
                    .consequence = zh ? "之后不再有新的结果。" : " It will give no new results."};
  }
  if (args.what == "log_topic") {
    const auto topic = choose_from(co_await store.topics(), args.name, kind, language);
    if (!topic) co_return fail(topic.error());
    co_return Found{.id = topic->id,
                    .name = topic->name,
                    .version = version_of(*topic),
                    .enabled = std::nullopt,
                    .consequence = co_await users_of_topic(&admin, topic->id, language)};
  }
  const auto logset = choose_from(co_await store.logsets(), args.name, kind, language);
  if (!logset) co_return fail(logset.error());
  if (logset->topics > 0) {
    const std::string count = say_count(logset->topics, language);
    co_return fail(Errc::conflict,
                   zh ? close_gaps(fmt::format("日志集 {} 里还有{}个主题，先删主题",
                                               spoken_name(logset->name), count))
                      : fmt::format("logset {} still holds {} topics; delete them first",
                                    spoken_name(logset->name), count));
  }
  co_return Found{.id = logset->id,
                  .name = logset->name,
                  .version = version_of(*logset),
                  .enabled = std::nullopt,
                  .consequence = {}};
}

std::string action_of(const RuleArgs& args) {
  if (args.act == "enable") return "enable_log_rule";
  if (args.act == "disable") return "disable_log_rule";
  return "delete_" + args.what;
}

std::string summary_of(const RuleArgs& args, const Found& found, Language language) {
  const bool zh = language == Language::zh;
  const auto* act = args.act == "enable"    ? (zh ? "打开" : "switch on")
                    : args.act == "disable" ? (zh ? "关掉" : "switch off")
                                            : (zh ? "删除" : "delete");
  const std::string kind = clusters::noun(kind_of(args.what), language);
  const std::string name = spoken_name(found.name);
  return (zh ? close_gaps(fmt::format("准备{}{} {}。", act, kind, name))
             : fmt::format("I will {} {} {}.", act, kind, name)) +
         (args.act == "enable" ? "" : found.consequence);
}

Async<Result<mcp::Outcome>> change_log_rule(LogToolPorts ports, RuleArgs args,
                                            mcp::CallContext context) {
  auto caller = co_await who_asks(&ports.callers, &ports.clock, context, args.region);
  if (!caller) co_return fail(std::move(caller).error());
  const bool zh = caller->zh();
  const bool rule = args.what == "alarm" || args.what == "scheduled_sql";
  if (!rule && args.act != "delete") {
    co_return fail(Errc::invalid_argument,
                   zh ? "do: 主题和日志集没有开关，只能删除"
                      : "do: topics and logsets have no switch; they can only be deleted");
  }
  // An empty name would mean the only one there is: not where something is switched off or deleted.
  if (trim(args.name).empty()) {
    co_return fail(Errc::invalid_argument,
                   zh ? "name: 没说是哪一个" : "name: which one is missing");
  }
  const auto found = co_await find_rule(ports, args, *caller);
  if (!found) co_return fail(found.error());
  if (found->enabled && args.act != "delete" && *found->enabled == (args.act == "enable")) {
    const std::string name = spoken_name(found->name);
    mcp::Reply reply;
    reply.speech =
        zh ? close_gaps(fmt::format("{} 本来就是{}的。", name, *found->enabled ? "开着" : "关着"))
           : fmt::format("{} is {} already.", name, *found->enabled ? "on" : "off");
    reply.data = {{"speech", reply.speech}, {"id", found->id}, {"name", found->name}};
    co_return reply;
  }
  const std::string action = action_of(args);
  const Json arguments{
      {"region", caller->region}, {"what", args.what}, {"id", found->id}, {"name", found->name}};
  approval::Proposal proposal{
      .action = action,
      .target = fmt::format("cls/{}/{}/{}", region_of(*caller, ports), args.what, found->id),
      .target_version = found->version,
      .ns = {},
      .arguments = arguments,
      .details = arguments,
      .summary = summary_of(args, *found, caller->language()),
      .channel = context.principal.channel};
  co_return co_await guarded_change(*ports.approver, std::move(caller->who), std::move(context),
                                    std::move(proposal), log_executor(ports, action));
}

}  // namespace

mcp::Tool change_log_rule_tool(const LogToolPorts& ports) {
  return mcp::make_tool<RuleArgs>(
      {.name = "change_log_rule",
       .title = "Change a log rule",
       .description =
           "Switch an alarm rule or scheduled SQL on or off, or delete one, a log topic or "
           "a logset (关掉告警, 删除主题).",
       .hints = {.read_only = false, .destructive = true, .idempotent = false, .open_world = true},
       .scope = std::string(name_of(identity::Scope::operate)),
       .fields = rule_fields(),
       .output_schema = log_change_schema(),
       .dialogue = [ports](RuleArgs args, mcp::CallContext context) {
         return change_log_rule(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
