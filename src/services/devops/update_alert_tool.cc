#include <fmt/format.h>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/alerts/speech.h"
#include "domain/digest/safe_text.h"
#include "services/devops/alert_tools.h"
#include "services/devops/moment_ahead.h"
#include "services/devops/spoken_choice.h"

namespace mtc::services {
namespace {

using alerts::Alert;

constexpr Millis kUsualSnooze = std::chrono::hours(1);

struct UpdateArgs {
  std::string alert, change, to, until, duration, note;
};

Result<TimePoint> snoozed_until(const UpdateArgs& args, const DevopsCaller& caller) {
  if (!args.until.empty())
    return parse_moment_ahead(args.until, caller.now, caller.zone, caller.language);
  if (args.duration.empty()) return caller.now + kUsualSnooze;
  const auto length = parse_duration(args.duration, caller.language);
  if (!length) return fail(length.error());
  return caller.now + *length;
}

Async<Result<Alert>> carry_out_change(DevopsToolPorts ports, UpdateArgs args, std::int64_t number,
                                      DevopsCaller caller) {
  auto& desk = ports.desk;
  const auto& who = caller.who;
  if (args.change == "acknowledge")
    co_return co_await desk.acknowledge(who, caller.channel, number);
  if (args.change == "assign") co_return co_await desk.assign(who, caller.channel, number, args.to);
  if (args.change == "wake") co_return co_await desk.lift_snooze(who, caller.channel, number);
  if (args.change == "close") co_return co_await desk.close(who, caller.channel, number, args.note);
  if (args.change == "false_alarm")
    co_return co_await desk.report_false_alarm(who, caller.channel, number, args.note);
  const auto until = snoozed_until(args, caller);
  if (!until) co_return fail(until.error());
  co_return co_await desk.snooze(who, caller.channel, number, *until);
}

std::string say_zh(const UpdateArgs& args, const Alert& alert, const DevopsCaller& caller) {
  const auto name = called(alert, caller.language);
  if (args.change == "acknowledge") return fmt::format("好，{} 记在你名下，不再重复提醒。", name);
  if (args.change == "assign") {
    if (alert.assigned_to.empty()) return fmt::format("好，{} 现在没有指派给谁。", name);
    return fmt::format("好，{} 交给 {} 了。", name,
                       digest::visible_text(args.to.empty() ? alert.assigned_to : args.to));
  }
  if (args.change == "wake") return fmt::format("好，{} 有动静马上告诉你。", name);
  if (args.change == "close") return fmt::format("{} 关掉了。", name);
  if (args.change == "false_alarm") return fmt::format("{} 按误报关掉了，以后我会记着。", name);
  return fmt::format("好，{} {}以前不再提醒。", name,
                     say_moment(alert.snoozed_until.value_or(caller.now), caller.now, caller.zone,
                                caller.language));
}

std::string say_en(const UpdateArgs& args, const Alert& alert, const DevopsCaller& caller) {
  const auto name = called(alert, caller.language);
  if (args.change == "acknowledge")
    return fmt::format("All right, {} is yours; I won't bring it up again.", name);
  if (args.change == "assign") {
    if (alert.assigned_to.empty()) return fmt::format("{} is assigned to nobody now.", name);
    return fmt::format("{} is assigned to {}.", name,
                       digest::visible_text(args.to.empty() ? alert.assigned_to : args.to));
  }
  if (args.change == "wake") return fmt::format("I will tell you of {} again.", name);
  if (args.change == "close") return fmt::format("{} is closed.", name);
  if (args.change == "false_alarm")
    return fmt::format("{} is closed as a false alarm; I will remember.", name);
  return fmt::format("All right, nothing about {} until {}.", name,
                     say_moment(alert.snoozed_until.value_or(caller.now), caller.now, caller.zone,
                                caller.language));
}

Async<Result<mcp::Reply>> update(DevopsToolPorts ports, UpdateArgs args, DevopsCaller caller) {
  auto alert = co_await choose_alert(ports, args.alert, caller);
  if (!alert) co_return fail(std::move(alert).error());
  auto allowed = co_await may_change(
      ports.approver, caller,
      {.action = "update_alert", .target = fmt::format("alert/{}", alert->number)});
  if (!allowed) co_return fail(std::move(allowed).error());
  auto changed = co_await carry_out_change(ports, args, alert->number, caller);
  if (!changed) co_return fail(std::move(changed).error());
  auto speech =
      caller.zh() ? close_gaps(say_zh(args, *changed, caller)) : say_en(args, *changed, caller);
  co_return reply_with(std::move(speech), {{"alert", bounded(alerts::to_json(*changed))}});
}

}  // namespace

mcp::Tool update_alert_tool(const DevopsToolPorts& ports) {
  return mcp::make_tool<UpdateArgs>(
      {.name = "update_alert",
       .title = "Update an alert",
       .description =
           "Take note of an alert (我来处理), assign it (交给李四), put it off (晚点再说), "
           "wake it, close it, or say that it was false (误报).",
       .hints = {.read_only = false, .destructive = false, .idempotent = true, .open_world = false},
       .scope = "ops.operate",
       .fields = {field("alert", &UpdateArgs::alert, "Its number, E22, or words of its name",
                        {.required = false, .max_length = 200}),
                  field("change", &UpdateArgs::change, "What is done about it",
                        {.choices = {"acknowledge", "assign", "snooze", "wake", "close",
                                     "false_alarm"}}),
                  field("to", &UpdateArgs::to, "Who it is assigned to",
                        {.required = false, .max_length = 100}),
                  field("duration", &UpdateArgs::duration, "How long: 2h, 两小时",
                        {.required = false, .max_length = 60}),
                  field("until", &UpdateArgs::until, "Or until when: 15:00, 明天早上九点",
                        {.required = false, .max_length = 60}),
                  field("note", &UpdateArgs::note, "Why, if said",
                        {.required = false, .max_length = 1000})},
       .output_schema = {{"type", "object"},
                         {"properties",
                          {{"speech", {{"type", "string"}}},
                           {"refused", {{"type", "string"}}},
                           {"alert", {{"type", "object"}}}}},
                         {"required", {"speech"}}},
       .handler = [ports](UpdateArgs args, mcp::CallContext context) {
         return answer_caller<UpdateArgs>(ports, std::move(args), std::move(context), update);
       }});
}

}  // namespace mtc::services
