#include <fmt/format.h>

#include <cmath>

#include "base/spoken.h"
#include "domain/alerts/spoken_words.h"
#include "services/common/app_pages.h"
#include "services/devops/rollback_run.h"
#include "services/devops/rollback_tools.h"
#include "services/devops/spoken_choice.h"

namespace mtc::services {
namespace {

using alerts::Alert;

struct HandleArgs {
  std::string alert;
};

// What was decided on: a person agrees to repairing an alert that fires.
std::string version_of(const Alert& alert) {
  return fmt::format("{} {} {}", alert.id, name_of(alert.state), name_of(alert.handling));
}

std::string target_of(const Alert& alert) {
  const auto& subject = alert.subject;
  if (!alerts::is_workload(subject)) return fmt::format("alert/{}", alert.number);
  return fmt::format("{}/{}/{}/{}", subject.cluster_id, subject.ns, subject.kind, subject.name);
}

std::string summary_of(const Alert& alert, Language language) {
  const auto name = called(alert, language);
  const auto number = alerts::say_alert_number(alert.number, language);
  if (language == Language::zh) {
    return close_gaps(fmt::format(
        "准备处理{}告警 "
        "{}：从最轻的办法试起，先重启，不行再扩容、回滚，每一步都看效果，变差就改回来。",
        number, name));
  }
  return fmt::format(
      "About to handle alert {}, {}: the gentlest step first, a restart, then more replicas or the "
      "version before. Each step is checked, and taken back if it makes things worse.",
      number, name);
}

Result<> still_needed(const Alert& alert, const DevopsCaller& caller) {
  const auto name = called(alert, caller.language);
  if (alert.state != alerts::State::firing) {
    return fail(Errc::conflict,
                caller.zh() ? close_gaps(fmt::format("{} 已经恢复了，不用处理。", name))
                            : fmt::format("{} is over already; there is nothing to do.", name));
  }
  if (alert.handling == alerts::Handling::running) {
    return fail(Errc::conflict, caller.zh() ? close_gaps(fmt::format("{} 已经在处理了。", name))
                                            : fmt::format("{} is being handled already.", name));
  }
  return {};
}

Async<Result<ChangeDone>> execute(DevopsToolPorts ports, approval::Proposal proposal,
                                  mcp::CallContext context) {
  auto caller = co_await caller_of(ports, std::move(context));
  if (!caller) co_return fail(std::move(caller).error());
  if (auto may = may_roll_back(*caller); !may) co_return fail(may.error());
  auto alert = co_await ports.alerts.find(string_or(proposal.arguments, "alert"));
  if (!alert) co_return fail(std::move(alert).error());
  if (!*alert || (*alert)->account != caller->account)
    co_return fail(Errc::not_found, caller->zh() ? "这条告警已经没有了。" : "That alert is gone.");
  if (auto needed = still_needed(**alert, *caller); !needed) co_return fail(needed.error());
  if (version_of(**alert) != proposal.target_version)
    co_return fail(Errc::conflict, caller->zh()
                                       ? "这条告警在这期间变过了，没有动手；要的话再说一遍。"
                                       : "The alert has changed meanwhile, so nothing was done; "
                                         "ask again if you still want it.");
  std::string incident = (*alert)->incident;
  auto operation = co_await ports.work.handle(std::move(**alert), caller->who, caller->channel);
  if (!operation) co_return fail(std::move(operation).error());
  co_return co_await begun(std::move(ports), std::move(*operation), std::move(incident),
                           std::move(*caller));
}

Async<Result<mcp::Outcome>> handle(DevopsToolPorts ports, HandleArgs args,
                                   mcp::CallContext context) {
  auto caller = co_await caller_of(ports, context);
  if (!caller) co_return fail(std::move(caller).error());
  if (is_follow(context))
    co_return co_await follow(std::move(ports), std::move(*caller), std::move(context));
  auto alert = co_await choose_alert(ports, std::move(args.alert), *caller);
  if (!alert) co_return refusal_to(alert.error(), *caller);
  if (auto needed = still_needed(*alert, *caller); !needed) {
    auto running = co_await running_operations(ports, {}, *caller);
    if (running) {
      for (const auto& one : *running) {
        if (!alert->incident.empty() && one.incident == alert->incident)
          co_return reply_about(one, *caller);
      }
    }
    co_return reply_with(needed.error().message);
  }
  if (auto may = may_roll_back(*caller); !may) co_return refusal_to(may.error(), *caller);
  const Json arguments{{"alert", alert->id}, {"number", alert->number}};
  approval::Proposal proposal{.action = "handle_alert",
                              .target = target_of(*alert),
                              .target_version = version_of(*alert),
                              .ns = alert->subject.ns,
                              .arguments = arguments,
                              .details = arguments,
                              .summary = summary_of(*alert, caller->language)};
  auto change = handle_alert_executor(ports);
  co_return co_await propose_rollback(std::move(ports), std::move(*caller), std::move(context),
                                      std::move(proposal), std::move(change));
}

}  // namespace

DoChange handle_alert_executor(const DevopsToolPorts& ports) {
  return [ports](approval::Proposal proposal, identity::Principal, mcp::CallContext context) {
    return execute(ports, std::move(proposal), std::move(context));
  };
}

mcp::Tool handle_alert_tool(const DevopsToolPorts& ports) {
  return mcp::make_tool<HandleArgs>(
      {.name = "handle_alert",
       .title = "Handle an alert",
       .description = "Repair what an alert is about, step by step with checks, after a "
                      "confirmation (处理三号告警).",
       .hints = {.read_only = false, .destructive = true, .idempotent = false, .open_world = true},
       .scope = "ops.operate",
       .task = mcp::TaskUse::optional,
       .fields = {field("alert", &HandleArgs::alert, "Its number, E22, or words of its name",
                        {.required = false, .max_length = 200})},
       .output_schema = rollback_answer_schema(),
       .meta = shown_on(kRollbackPage),
       .dialogue = [ports](HandleArgs args, mcp::CallContext context) {
         return handle(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
