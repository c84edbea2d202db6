#include <fmt/format.h>

#include "base/spoken.h"
#include "services/devops/rollback_run.h"
#include "services/devops/rollback_tools.h"

namespace mtc::services {
namespace {

using rollback::Operation;

struct StopArgs {
  std::string service;
  std::optional<std::int64_t> number;
};

std::string say_idle(const DevopsCaller& caller) {
  return caller.zh() ? "现在没有正在进行的回滚。" : "No rollback is going on.";
}

std::string say_stopped(std::size_t count, const DevopsCaller& caller) {
  const auto many = say_count(static_cast<std::int64_t>(count), caller.language);
  if (caller.zh()) {
    return (count > 1 ? "好，" + many + "个回滚都停了。" : std::string("好，停了。")) +
           "正在做的这一步我会看着，变差了就改回来。";
  }
  return (count > 1 ? "All " + many + " rollbacks are stopped. " : std::string("Stopped. ")) +
         "I still watch the step under way and take it back if it made things worse.";
}

Async<Result<std::vector<Operation>>> meant(DevopsToolPorts ports, StopArgs args,
                                            DevopsCaller caller) {
  auto running = co_await running_operations(ports, args.service, caller);
  if (running && args.number) {
    std::erase_if(*running,
                  [&](const Operation& operation) { return operation.number != *args.number; });
  }
  co_return running;
}

// One that is over meanwhile needs no stopping.
Async<Result<bool>> stop_one(DevopsToolPorts ports, Operation operation, DevopsCaller caller) {
  approval::Proposal proposal{
      .action = "stop_rollback",
      // Not the workload: what was changed there must not keep anybody from stopping.
      .target = "rollback/" + operation.id,
      .arguments = {{"operation", operation.id}},
      .details = {{"operation", operation.id}},
      .channel = caller.channel};
  if (auto allowed = co_await may_change(ports.approver, caller, proposal); !allowed)
    co_return fail(std::move(allowed).error());
  if (auto noted = co_await ports.approver.begun(caller.who, proposal, {}, {}); !noted)
    co_return fail(std::move(noted).error());
  auto stopped = co_await ports.work.cancel(operation.id, caller.who.user.username);
  Result<> outcome;
  if (!stopped) outcome = fail(stopped.error());
  (void)co_await ports.approver.ended(caller.who, proposal, {}, {}, outcome);
  co_return stopped;
}

Async<Result<mcp::Reply>> stop(DevopsToolPorts ports, StopArgs args, DevopsCaller caller) {
  auto running = co_await meant(ports, std::move(args), caller);
  if (!running) co_return fail(std::move(running).error());
  Json ids = Json::array();
  for (auto& operation : *running) {
    const std::string id = operation.id;
    auto stopped = co_await stop_one(ports, std::move(operation), caller);
    if (!stopped) co_return fail(std::move(stopped).error());
    if (*stopped) ids.push_back(id);
  }
  co_return reply_with(ids.empty() ? say_idle(caller) : say_stopped(ids.size(), caller),
                       {{"stopped", std::move(ids)}});
}

}  // namespace

mcp::Tool stop_rollback_tool(const DevopsToolPorts& ports) {
  return mcp::make_tool<StopArgs>(
      {.name = "stop_rollback",
       .title = "Stop a rollback",
       .description =
           "Stop at once what is being repaired or rolled back (停, 停下, 别弄了). Needs no "
           "confirmation.",
       .hints = {.read_only = false, .destructive = false, .idempotent = true, .open_world = true},
       .scope = "ops.operate",
       .fields = {field("service", &StopArgs::service, "Only of this service; all if absent",
                        {.required = false, .max_length = 200}),
                  field("number", &StopArgs::number, "Only this one, by its number",
                        {.minimum = 1})},
       .output_schema = {{"type", "object"},
                         {"properties",
                          {{"speech", {{"type", "string"}}},
                           {"refused", {{"type", "string"}}},
                           {"stopped", {{"type", "array"}, {"items", {{"type", "string"}}}}}}},
                         {"required", {"speech"}}},
       .handler = [ports](StopArgs args, mcp::CallContext context) {
         return answer_caller<StopArgs>(ports, std::move(args), std::move(context), stop);
       }});
}

}  // namespace mtc::services
