#include "services/common/guarded_change.h"

#include <boost/asio/this_coro.hpp>
#include <exception>
#include <optional>

#include "base/zone.h"
#include "domain/approval/wording.h"

namespace mtc::services {
namespace {

constexpr std::string_view kAnswer = "confirm";  // the question's key, and its field

mcp::Reply said(std::string speech) {
  mcp::Reply reply;
  reply.speech = std::move(speech);
  return reply;
}

mcp::NeedInput ask(const approval::Proposal& proposal, std::string mark, Language language) {
  const bool zh = language == Language::zh;
  Json field{{"type", "boolean"}, {"title", zh ? "确认执行" : "Go ahead"}, {"default", false}};
  mcp::NeedInput need;
  need.questions.push_back(mcp::ask_person(std::string(kAnswer),
                                           approval::say_question(proposal.summary, language),
                                           {{"type", "object"},
                                            {"properties", {{kAnswer, std::move(field)}}},
                                            {"required", {kAnswer}}}));
  need.state = {{"change", std::move(mark)}};
  return need;
}

// What the person was asked about in the round before, if there is an answer: the fingerprint of
// the proposal; else empty. An answer that nobody asked for does not count.
std::string answered_before(const mcp::CallContext& context) {
  if (!context.answers.contains(kAnswer) || !context.state.is_object()) return {};
  return string_or(context.state, "change");
}

bool has_agreed(const mcp::CallContext& context) {
  const auto answer = context.answers.find(kAnswer);
  return answer != context.answers.end() && mcp::is_confirmed(answer->second, kAnswer);
}

Result<> outcome_of(const Result<ChangeDone>& done) {
  if (!done) return fail(done.error());
  if (done->reply.is_error) return fail(Errc::internal, done->reply.speech);
  return {};
}

struct Performed {
  Result<ChangeDone> done;
  std::exception_ptr broken;  // set: it ended in the middle, and `done` says so
};

// The change between its two rows. Whatever becomes of the call, the second one is written.
Async<Result<Performed>> perform(approval::Approver& approver, const identity::Principal& who,
                                 mcp::CallContext context, const approval::Proposal& proposal,
                                 std::string plan_id, const DoChange& change) {
  auto begun = co_await approver.begun(who, proposal, plan_id, proposal.before);
  if (!begun) co_return fail(std::move(begun).error());
  std::optional<Result<ChangeDone>> done;
  std::exception_ptr broken;
  try {
    done.emplace(co_await change(proposal, who, std::move(context)));
  } catch (...) {
    broken = std::current_exception();
  }
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  if (!done) done.emplace(fail(Errc::internal, approval::say_nobody_knows(who.user.language)));
  const auto noted = co_await approver.ended(
      who, proposal, std::move(plan_id), *done ? (*done)->after : std::string(), outcome_of(*done));
  if (!noted && *done) {
    (*done)->reply.speech += approval::say_done_unrecorded(who.user.language);
  }
  co_return Performed{.done = std::move(*done), .broken = std::move(broken)};
}

Result<mcp::Reply> reply_of(Performed performed) {
  if (performed.broken) std::rethrow_exception(performed.broken);
  if (!performed.done) return fail(std::move(performed.done).error());
  return std::move(performed.done->reply);
}

Async<Result<mcp::Outcome>> go_on(approval::Approver& approver, identity::Principal who,
                                  mcp::CallContext context, approval::Proposal proposal,
                                  DoChange change) {
  auto performed =
      co_await perform(approver, who, std::move(context), proposal, std::string(), change);
  if (!performed) co_return refusal_of(performed.error());
  auto reply = reply_of(std::move(*performed));
  if (!reply) co_return fail(std::move(reply).error());
  co_return std::move(*reply);
}

}  // namespace

const DoChange* find_executor(const ChangeExecutors& executors, std::string_view action) {
  auto it = executors.find(action);
  if (it == executors.end()) it = executors.find(action.substr(0, action.find('.')));
  return it == executors.end() ? nullptr : &it->second;
}

mcp::Reply refusal_of(const Error& error) {
  auto reply = said(error.message);
  reply.data = {{"refused", name_of(error.code)}};
  reply.is_error = true;
  return reply;
}

Json plan_schema() {
  const Json text{{"type", "string"}};
  return {{"type", "object"},
          {"description", "What waits for its confirmation, or was confirmed"},
          {"properties",
           {{"id", text},
            {"action", text},
            {"target", text},
            {"summary", text},
            {"expires", text},
            {"state", text}}}};
}

Json to_json(const approval::Plan& plan) {
  return {{"id", plan.id},
          {"action", plan.action},
          {"target", plan.target},
          {"summary", plan.summary},
          {"expires", format_iso_utc(plan.expires)},
          {"state", name_of(plan.state)}};
}

Async<Result<mcp::Outcome>> guarded_change(approval::Approver& approver, identity::Principal who,
                                           mcp::CallContext context, approval::Proposal proposal,
                                           DoChange change) {
  const Language language = who.user.language;
  const auto mark = approver.fingerprint_of(proposal);
  const auto asked = answered_before(context);
  if (!asked.empty() && !has_agreed(context)) {
    (void)co_await approver.declined(who, proposal, "declined in a form");
    co_return said(approval::say_declined(language));
  }
  if (!asked.empty() && asked != mark) {
    (void)co_await approver.declined(who, proposal, "the target changed while the form was open");
    co_return refusal_of(
        {.code = Errc::conflict, .message = approval::say_target_changed(language)});
  }
  if (asked.empty() && context.can_ask && context.client.form_elicitation) {
    const auto needed = co_await approver.needs_confirmation(who, proposal);
    if (!needed) co_return refusal_of(needed.error());
    if (*needed) co_return ask(proposal, mark, language);
  }
  auto verdict = co_await approver.consider(who, proposal, !asked.empty());
  if (!verdict) co_return refusal_of(verdict.error());
  if (const auto* waiting = std::get_if<approval::Waiting>(&*verdict)) {
    auto reply = said(approval::say_plan(proposal.summary, waiting->code, language));
    reply.data = {{"plan", to_json(waiting->plan)}};
    co_return reply;
  }
  co_return co_await go_on(approver, std::move(who), std::move(context), std::move(proposal),
                           std::move(change));
}

Async<Result<mcp::Reply>> carry_out(approval::Approver& approver, identity::Principal who,
                                    mcp::CallContext context, approval::Plan plan,
                                    DoChange change) {
  const auto proposal = approval::proposal_of(plan, context.principal.channel);
  auto performed = co_await perform(approver, who, std::move(context), proposal, plan.id, change);
  if (!performed) {
    (void)co_await approver.finish(std::move(plan), false, performed.error().message);
    co_return refusal_of(performed.error());
  }
  const auto outcome = outcome_of(performed->done);
  (void)co_await approver.finish(std::move(plan), outcome.has_value(),
                                 outcome ? performed->done->reply.speech : outcome.error().message);
  co_return reply_of(std::move(*performed));
}

}  // namespace mtc::services
