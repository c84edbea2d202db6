#include "services/devops/rollback_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/digest/safe_text.h"
#include "domain/rollback/telling.h"
#include "services/devops/spoken_choice.h"

namespace mtc::services {
namespace {

using rollback::Operation;
using rollback::OperationState;
using rollback::StepState;

constexpr std::size_t kTextCharacters = 120;
constexpr std::int64_t kMostLookedAt = 100;
constexpr Millis kLookEvery{1'000};
constexpr Millis kPatience = std::chrono::minutes(30);

std::string shown(std::string_view text) {
  return shorten_characters(digest::visible_text(text), kTextCharacters);
}

StepStatus status_of(StepState state) {
  switch (state) {
    case StepState::waiting:
      return StepStatus::waiting;
    case StepState::planned:
    case StepState::acting:
    case StepState::verifying:
    case StepState::worse:
    case StepState::restoring:
      return StepStatus::running;
    case StepState::good:
      return StepStatus::done;
    case StepState::no_better:
    case StepState::unclear:
      return StepStatus::failed;
    case StepState::undone:
      return StepStatus::undone;
    case StepState::skipped:
    case StepState::refused:
      return StepStatus::skipped;
  }
  return StepStatus::waiting;
}

Verdict verdict_of(const Operation& operation) {
  switch (operation.state) {
    case OperationState::running:
      return Verdict::running;
    case OperationState::recovered:
      return Verdict::recovered;
    case OperationState::undone:
      return Verdict::undone;
    case OperationState::handed_over:
      return Verdict::handed_over;
    case OperationState::cancelled:
      // What a step has left behind is somebody's business.
      return std::ranges::any_of(
                 operation.steps,
                 [](const auto& step) { return status_of(step.state) == StepStatus::failed; })
                 ? Verdict::handed_over
                 : Verdict::undone;
  }
  return Verdict::running;
}

RollbackStepView view_of(const rollback::Step& step, int number, Language language) {
  return {
      .number = number,
      .name = step.summary.empty() ? rollback::say_rung(step.rung, language) : shown(step.summary),
      .status = status_of(step.state),
      .reason = shown(step.reason),
      .started = step.started,
      .ended = step.ended};
}

std::string say_of(const Operation& operation, const DevopsCaller& caller) {
  return rollback::say_operation(operation, caller.now, caller.zone, caller.language);
}

std::string say_begun(Language language) {
  return language == Language::zh ? "已经开始了，大约三分钟，好了我告诉你。"
                                  : "It has begun. About three minutes; I will tell you.";
}

// Somebody else is at it, or it may not be done by itself.
Async<Result<ChangeDone>> not_begun(DevopsToolPorts ports, std::string incident,
                                    DevopsCaller caller) {
  auto running = co_await running_operations(ports, {}, caller);
  if (!running) co_return fail(std::move(running).error());
  const auto same = std::ranges::find(*running, incident, &Operation::incident);
  ChangeDone done{.reply = {}};
  if (!incident.empty() && same != running->end()) {
    done.reply = reply_about(*same, caller);
    done.reply.speech =
        (caller.zh() ? "已经有人在处理了。" : "It is being handled already. ") + done.reply.speech;
    done.reply.data["speech"] = done.reply.speech;
    co_return done;
  }
  done.reply = refusal_to(
      {.code = Errc::conflict,
       .message = caller.zh() ? "这次没有动手：规则不允许，或者没有能修的，需要你看一下。"
                              : "Nothing was done: the rules forbid it, or there is "
                                "nothing to repair. Please have a look."},
      caller);
  co_return done;
}

std::unexpected<Error> none_such(const SaidOperation& said, const DevopsCaller& caller) {
  if (said.service.empty() && !said.number && said.id.empty())
    return fail(Errc::not_found,
                caller.zh() ? "还没有做过回滚。" : "There has been no rollback yet.");
  if (said.service.empty())
    return fail(Errc::not_found, caller.zh() ? "没有这次回滚。" : "There is no such rollback.");
  const auto name = shown(said.service);
  return fail(Errc::not_found, caller.zh() ? close_gaps(fmt::format("{} 没有做过回滚。", name))
                                           : fmt::format("There was no rollback of {}.", name));
}

void keep_service(std::vector<Operation>& all, const std::string& service, Language language) {
  keep_meant<Operation>(all, service, clusters::Named::workload, language,
                        [](const Operation& one) { return one.target.object.name; });
}

}  // namespace

RollbackProgress progress_of(const Operation& operation, const DevopsCaller& caller) {
  const auto& object = operation.target.object;
  RollbackProgress out{
      .rollback_id = operation.id,
      .incident = shown(operation.title),
      .target = object.ns.empty() ? object.name : object.ns + "/" + object.name,
      .score = static_cast<int>(std::clamp(std::lround(operation.score), 0L, 100L)),
      .verdict = verdict_of(operation),
      .speech = say_of(operation, caller),
      .language = caller.language,
      .zone = caller.zone.name()};
  int number = 0;
  for (const auto& step : operation.steps) {
    ++number;
    if (step.rung == rollback::Rung::person) continue;
    out.steps.push_back(view_of(step, number, caller.language));
  }
  return out;
}

mcp::Reply reply_about(const Operation& operation, const DevopsCaller& caller) {
  mcp::Reply reply;
  const auto progress = progress_of(operation, caller);
  reply.speech = progress.speech;
  reply.data = to_json(progress);
  reply.data["number"] = operation.number;
  return reply;
}

const Json& rollback_answer_schema() {
  static const Json schema = [] {
    Json out = rollback_progress_schema();
    out["properties"]["number"] = {{"type", "integer"}};
    out["properties"]["refused"] = {{"type", "string"}, {"description", "Why nothing was done"}};
    out["properties"]["plan"] = plan_schema();
    out["properties"]["change"] = {{"type", "object"}};
    out["required"] = {"speech"};
    return out;
  }();
  return schema;
}

Async<Result<ChangeDone>> begun(DevopsToolPorts ports, std::optional<Operation> operation,
                                std::string incident, DevopsCaller caller) {
  if (!operation) co_return co_await not_begun(std::move(ports), std::move(incident), caller);
  ChangeDone done{.reply = reply_about(*operation, caller)};
  if (operation->state != OperationState::running) co_return done;
  ports.work.run(std::move(*operation));
  done.reply.speech = say_begun(caller.language);
  done.reply.data["speech"] = done.reply.speech;
  co_return done;
}

Result<> may_roll_back(const DevopsCaller& caller) {
  if (caller.who.user.rollback_permission) return {};
  return fail(Errc::denied,
              caller.zh() ? "你的账号没有回滚权限。请管理员在控制台里打开，或者让有权限的人来操作。"
                          : "Your account may not roll back. Ask the administrator to allow it in "
                            "the console, or let somebody do it who may.");
}

Async<Result<mcp::Outcome>> propose_rollback(DevopsToolPorts ports, DevopsCaller caller,
                                             mcp::CallContext context, approval::Proposal proposal,
                                             DoChange change) {
  const std::string summary = proposal.summary;
  proposal.channel = caller.channel;
  auto outcome = co_await guarded_change(ports.approver, caller.who, std::move(context),
                                         std::move(proposal), std::move(change));
  if (!outcome) co_return refusal_to(outcome.error(), caller);
  auto* reply = std::get_if<mcp::Reply>(&*outcome);
  if (reply == nullptr) co_return std::move(*outcome);
  // The code stands in the speech alone, so that no model finds it in the data.
  const bool waits = reply->data.is_object() && reply->data.contains("plan");
  if (!reply->data.is_object()) reply->data = Json::object();
  reply->data["speech"] = waits ? summary : reply->speech;
  const bool runs = !waits && !reply->is_error && string_or(reply->data, "verdict") == "running";
  if (!runs) co_return std::move(*outcome);
  co_return mcp::LongWork{.state = {{"operation", string_or(reply->data, "rollback_id")}},
                          .message = say_begun(caller.language)};
}

bool is_follow(const mcp::CallContext& context) {
  return context.background && context.state.is_object() && context.state.contains("operation");
}

Async<Result<mcp::Outcome>> follow(DevopsToolPorts ports, DevopsCaller caller,
                                   mcp::CallContext context) {
  const std::string id = string_or(context.state, "operation");
  std::string told;
  double looks = 0;
  for (Millis waited{0};; waited += kLookEvery) {
    auto operation = co_await ports.operations.find(id);
    if (!operation) co_return refusal_to(operation.error(), caller);
    if (!*operation || (*operation)->account != caller.account)
      co_return refusal_to(none_such({.id = id}, caller).error(), caller);
    caller.now = ports.clock.now();
    const bool over = (*operation)->state != OperationState::running;
    if (over || waited >= kPatience) co_return reply_about(**operation, caller);
    if (auto speech = say_of(**operation, caller); speech != told) {
      told = std::move(speech);
      context.report(++looks, std::nullopt, told);
    }
    co_await ports.changes.sleeper.sleep(kLookEvery);
  }
}

Async<Result<std::vector<Operation>>> running_operations(DevopsToolPorts ports, std::string service,
                                                         DevopsCaller caller) {
  auto all = co_await ports.operations.list(
      caller.account, {.state = OperationState::running, .limit = kMostLookedAt});
  if (!all) co_return fail(std::move(all).error());
  keep_service(*all, service, caller.language);
  co_return std::move(*all);
}

Async<Result<Operation>> choose_operation(DevopsToolPorts ports, SaidOperation said,
                                          DevopsCaller caller) {
  if (!said.id.empty() || said.number) {
    auto found = said.id.empty()
                     ? co_await ports.operations.find_number(caller.account, *said.number)
                     : co_await ports.operations.find(said.id);
    if (!found) co_return fail(std::move(found).error());
    // Another account's is none of his business.
    if (!*found || (*found)->account != caller.account) co_return none_such(said, caller);
    co_return std::move(**found);
  }
  auto all = co_await ports.operations.list(caller.account, {.limit = kMostLookedAt});
  if (!all) co_return fail(std::move(all).error());
  keep_service(*all, said.service, caller.language);
  if (all->empty()) co_return none_such(said, caller);
  const auto running = std::ranges::find(*all, OperationState::running, &Operation::state);
  co_return std::move(running == all->end() ? all->front() : *running);
}

}  // namespace mtc::services
