#include "services/devops/devops_ports.h"

#include "base/text.h"
#include "domain/broadcast/schedule.h"
#include "domain/clusters/failure.h"
#include "domain/digest/safe_text.h"

namespace mtc::services {
namespace {

constexpr std::size_t kTextBytes = 600;

}  // namespace

Async<Result<DevopsCaller>> caller_of(DevopsToolPorts ports, mcp::CallContext context) {
  auto who = co_await ports.callers.resolve(context.principal);
  if (!who) co_return fail(std::move(who).error());
  auto account = co_await ports.people.account_of(who->user);
  if (!account) co_return fail(std::move(account).error());
  DevopsCaller caller{.who = std::move(*who),
                      .account = *account,
                      .now = ports.clock.now(),
                      .channel = context.principal.channel};
  caller.language = caller.who.user.language;
  caller.zone = broadcast::zone_of(caller.who.user);
  co_return caller;
}

mcp::Reply reply_with(std::string speech, Json data) {
  mcp::Reply reply;
  reply.speech = std::move(speech);
  data["speech"] = reply.speech;
  reply.data = std::move(data);
  return reply;
}

mcp::Reply refusal_to(const Error& error, const DevopsCaller& caller) {
  auto reply =
      refusal_of({.code = error.code, .message = clusters::say_failure(error, caller.language)});
  reply.data["speech"] = reply.speech;
  return reply;
}

Json bounded(Json data) {
  if (data.is_string()) {
    return shorten_bytes(digest::visible_text(data.get_ref<const std::string&>()), kTextBytes);
  }
  if (data.is_structured()) {
    for (auto& member : data) member = bounded(std::move(member));
  }
  return data;
}

Async<Result<>> may_change(approval::Approver& approver, const DevopsCaller& caller,
                           approval::Proposal proposal) {
  proposal.channel = caller.channel;
  auto verdict = co_await approver.consider(caller.who, std::move(proposal), false);
  if (!verdict) co_return fail(std::move(verdict).error());
  co_return Result<>{};
}

}  // namespace mtc::services
