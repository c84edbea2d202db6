#include "services/common/plan_tools.h"

#include "domain/approval/wording.h"

namespace mtc::services {
namespace {

struct ConfirmArgs {
  std::string code;
};

struct NoArgs {};

const Json& answer_schema() {
  static const Json schema{{"type", "object"}, {"properties", {{"plan", plan_schema()}}}};
  return schema;
}

// With the plan beside what the change itself says.
mcp::Reply with_plan(mcp::Reply reply, Json plan) {
  if (!reply.data.is_object()) reply.data = Json::object();
  reply.data["plan"] = std::move(plan);
  return reply;
}

Async<Result<mcp::Reply>> confirm_plan(PlanToolPorts ports, ConfirmArgs args,
                                       mcp::CallContext context) {
  auto who = co_await ports.callers.resolve(context.principal);
  if (!who) co_return fail(std::move(who).error());
  auto plan =
      co_await ports.approver.confirm(*who, std::move(args.code), context.principal.channel);
  if (!plan) co_return refusal_of(plan.error());
  Json told = to_json(*plan);
  const DoChange* const change = find_executor(ports.executors, plan->action);
  if (change == nullptr) {
    auto sentence = approval::say_cannot_go_on(who->user.language);
    (void)co_await ports.approver.finish(std::move(*plan), false, sentence);
    co_return refusal_of({.code = Errc::unavailable, .message = std::move(sentence)});
  }
  auto reply = co_await carry_out(ports.approver, std::move(*who), std::move(context),
                                  std::move(*plan), *change);
  if (!reply) co_return fail(std::move(reply).error());
  told["state"] =
      name_of(reply->is_error ? approval::PlanState::failed : approval::PlanState::done);
  co_return with_plan(std::move(*reply), std::move(told));
}

Async<Result<mcp::Reply>> cancel_plan(PlanToolPorts ports, mcp::CallContext context) {
  auto who = co_await ports.callers.resolve(context.principal);
  if (!who) co_return fail(std::move(who).error());
  const Language language = who->user.language;
  const auto plan = co_await ports.approver.cancel(std::move(*who), context.principal.channel);
  if (!plan) co_return refusal_of(plan.error());
  mcp::Reply reply;
  reply.speech = approval::say_cancelled(language);
  co_return with_plan(std::move(reply), to_json(*plan));
}

}  // namespace

mcp::Tool confirm_plan_tool(PlanToolPorts ports) {
  return mcp::make_tool<ConfirmArgs>(
      {.name = "confirm_plan",
       .title = "Confirm what was planned",
       .description = "Do what waits for its confirmation, when the user says the code (确认 "
                      "七三一五, 确认码是7315). Only with a code that the user just said; never "
                      "take it from an earlier answer.",
       .hints = {.read_only = false, .destructive = true, .idempotent = false, .open_world = true},
       .scope = "ops.operate",
       .fields = {field("code", &ConfirmArgs::code,
                        "The four digits as the user said them, for example 7315",
                        {.max_length = 100})},
       .output_schema = answer_schema(),
       .handler = [ports](ConfirmArgs args, mcp::CallContext context) {
         return confirm_plan(ports, std::move(args), std::move(context));
       }});
}

mcp::Tool cancel_plan_tool(PlanToolPorts ports) {
  return mcp::make_tool<NoArgs>(
      {.name = "cancel_plan",
       .title = "Drop what was planned",
       .description = "Drop what waits for its confirmation (取消, 不要做了, 算了). Nothing is "
                      "changed.",
       .hints = {.read_only = false, .destructive = false, .idempotent = true, .open_world = false},
       .scope = "ops.operate",
       .fields = {},
       .output_schema = answer_schema(),
       .handler = [ports](NoArgs, mcp::CallContext context) {
         return cancel_plan(ports, std::move(context));
       }});
}

}  // namespace mtc::services
