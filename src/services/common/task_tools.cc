#include "services/common/task_tools.h"

#include <algorithm>

#include "base/text.h"
#include "base/zone.h"
#include "services/common/task_number.h"
#include "services/common/task_speech.h"

namespace mtc::services {
namespace {

constexpr int kMaxSearched = 100;   // of the newest tasks
constexpr std::size_t kMinId = 32;  // a shorter text is a number

struct TaskArgs {
  std::string task;
};

struct TaskToolPorts {
  mcp::Tasks& tasks;
  Callers& callers;
};

const Json& task_schema() {
  static const Json schema = {
      {"type", "object"},
      {"properties",
       {{"number", {{"type", "integer"}}},
        {"id", {{"type", "string"}}},
        {"status",
         {{"type", "string"},
          {"enum", {"working", "input_required", "completed", "failed", "cancelled"}}}},
        {"message", {{"type", "string"}}},
        {"created", {{"type", "string"}}},
        {"updated", {{"type", "string"}}},
        {"tool", {{"type", "string"}}},
        {"error", {{"type", "string"}, {"description", "Why it failed"}}},
        {"result", {{"type", "object"}, {"description", "The data of a finished task"}}}}}};
  return schema;
}

Json to_json(const mcp::Task& task) {
  Json data{{"number", task.number},
            {"id", task.id},
            {"status", mcp::name_of(task.status)},
            {"message", task.message},
            {"created", format_iso_utc(task.created)},
            {"updated", format_iso_utc(task.updated)},
            {"tool", task.tool}};
  if (auto why = string_or(task.error, "message"); !why.empty()) data["error"] = std::move(why);
  if (task.result.is_object() && task.result.contains("structuredContent")) {
    data["result"] = task.result.at("structuredContent");
  }
  return data;
}

mcp::Reply reply_of(std::string speech, const mcp::Task& task) {
  return {.speech = std::move(speech), .data = to_json(task), .pictures = {}};
}

using MaybeTask = std::optional<mcp::Task>;

MaybeTask first_of(const std::vector<mcp::Task>& tasks, auto&& wanted) {
  const auto it = std::ranges::find_if(tasks, wanted);
  return it == tasks.end() ? std::nullopt : MaybeTask(*it);
}

// The task people mean by that name: its number or its id. Nullopt if there is none.
Async<Result<MaybeTask>> find_named(mcp::Tasks& tasks, std::string name, std::string subject) {
  if (name.size() >= kMinId) {
    auto found = co_await tasks.find(name, subject);
    if (found) co_return std::move(*found);
    if (found.error().code == Errc::not_found) co_return std::nullopt;
    co_return fail(std::move(found).error());
  }
  const auto number = parse_task_number(name);
  if (!number) co_return std::nullopt;
  const auto known = co_await tasks.list(subject, kMaxSearched);
  if (!known) co_return fail(known.error());
  co_return first_of(*known, [&](const auto& task) { return task.number == *number; });
}

// With no name, the newest; of those under way, if only they are of use.
enum class Unnamed { newest, newest_under_way };

Async<Result<MaybeTask>> find_meant(mcp::Tasks& tasks, std::string name, std::string subject,
                                    Unnamed unnamed) {
  if (!name.empty()) co_return co_await find_named(tasks, std::move(name), std::move(subject));
  const bool any = unnamed == Unnamed::newest;
  const auto known = co_await tasks.list(std::move(subject), any ? 1 : kMaxSearched);
  if (!known) co_return fail(known.error());
  co_return first_of(*known,
                     [any](const auto& task) { return any || !mcp::is_final(task.status); });
}

mcp::Reply nothing_found(const std::string& name, Language language) {
  if (name.empty()) return {.speech = say_no_task(language)};
  return {.speech = say_no_task_called(name, language), .is_error = true};
}

Async<Result<mcp::Reply>> get_task(TaskToolPorts ports, TaskArgs args, mcp::CallContext context) {
  const auto caller = co_await ports.callers.resolve(context.principal);
  if (!caller) co_return fail(caller.error());
  const Language language = caller->user.language;
  const std::string name(trim(args.task));
  const auto task =
      co_await find_meant(ports.tasks, name, context.principal.subject, Unnamed::newest);
  if (!task) co_return fail(task.error());
  if (!*task) co_return nothing_found(name, language);
  co_return reply_of(say_task(**task, language), **task);
}

Async<Result<mcp::Reply>> cancel_task(TaskToolPorts ports, TaskArgs args,
                                      mcp::CallContext context) {
  const auto caller = co_await ports.callers.resolve(context.principal);
  if (!caller) co_return fail(caller.error());
  const Language language = caller->user.language;
  const std::string name(trim(args.task));
  const auto& subject = context.principal.subject;
  const auto task = co_await find_meant(ports.tasks, name, subject, Unnamed::newest_under_way);
  if (!task) co_return fail(task.error());
  if (!*task) co_return nothing_found(name, language);
  if (auto done = co_await ports.tasks.cancel((*task)->id, subject); !done) {
    co_return fail(std::move(done).error());
  }
  // It may have ended just before.
  const auto now = co_await ports.tasks.find((*task)->id, subject);
  if (!now) co_return fail(now.error());
  co_return reply_of(say_cancelled(*now, language), *now);
}

Fields<TaskArgs> fields(const std::string& when_left_out) {
  return {field("task", &TaskArgs::task,
                "Number of the task as it was told, for example 3, or its id. " + when_left_out,
                {.required = false, .max_length = 100, .aliases = {"number", "id"}})};
}

}  // namespace

mcp::Tool get_task_tool(mcp::Tasks& tasks, Callers& callers) {
  const TaskToolPorts ports{.tasks = tasks, .callers = callers};
  return mcp::make_tool<TaskArgs>(
      {.name = "get_task",
       .title = "How a task is going",
       .description = "Tell how a long task is going or what came of it (任务怎么样了, 好了吗, "
                      "任务三做完了吗). Ask only when the user does.",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = false},
       .scope = "ops.read",
       .fields = fields("Leave out for the newest task"),
       .output_schema = task_schema(),
       .handler = [ports](TaskArgs args, mcp::CallContext context) {
         return get_task(ports, std::move(args), std::move(context));
       }});
}

mcp::Tool cancel_task_tool(mcp::Tasks& tasks, Callers& callers) {
  const TaskToolPorts ports{.tasks = tasks, .callers = callers};
  return mcp::make_tool<TaskArgs>(
      {.name = "cancel_task",
       .title = "Cancel a task",
       .description = "Stop a long task that is still running (取消任务, 别做了, 停下). What it "
                      "has done already stays done.",
       .hints = {.read_only = false, .destructive = false, .idempotent = true, .open_world = false},
       .scope = "ops.operate",
       .fields = fields("Leave out for the newest task that is running"),
       .output_schema = task_schema(),
       .handler = [ports](TaskArgs args, mcp::CallContext context) {
         return cancel_task(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
