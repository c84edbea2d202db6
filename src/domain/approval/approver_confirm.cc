// Confirming, cancelling and finishing plans.
#include "domain/approval/approver.h"
#include "domain/approval/code.h"
#include "domain/approval/wording.h"

namespace mtc::approval {
namespace {

// How far back a code may belong to a plan that is over.
constexpr auto kRemembered = std::chrono::hours(1);

// Where no plan is meant.
Proposal no_plan(std::string channel) {
  return {.action = "confirm_plan",
          .target = {},
          .target_version = {},
          .ns = {},
          .arguments = nullptr,
          .summary = {},
          .channel = std::move(channel)};
}

}  // namespace

Async<Result<Plan>> Approver::confirm(identity::Principal who, std::string code,
                                      std::string channel) {
  const Language language = who.user.language;
  const auto now = ports_.clock.now();
  const auto read = read_code(code);
  if (!read) co_return fail(Errc::invalid_argument, say_no_code(language));
  const auto wrong = co_await ports_.log.count(audit::Event::wrong_code, who.user.username, {},
                                               now - std::chrono::hours(1));
  if (!wrong) co_return fail(Errc::unavailable, say_not_recorded(language));
  if (*wrong >= rules_.wrong_codes_an_hour) {
    co_return fail(
        co_await refuse(who, no_plan(channel), Errc::rate_limited, say_too_many_codes(language)));
  }
  auto waiting = co_await ports_.plans.waiting(who.user.id, now);
  if (!waiting) co_return fail(std::move(waiting).error());
  if (const Plan* meant = match(*waiting, *read)) {
    co_return co_await claim(who, *meant, std::move(channel));
  }
  const auto recent = co_await ports_.plans.recent(who.user.id, now - kRemembered);
  if (!recent) co_return fail(recent.error());
  if (const Plan* over = match(*recent, *read)) {
    co_return fail(co_await not_waiting(who, *over, std::move(channel)));
  }
  if (waiting->empty()) co_return fail(Errc::not_found, say_nothing_waits(language));
  co_return fail(co_await wrong_code(who, std::move(*waiting), std::move(channel)));
}

Async<Result<Plan>> Approver::claim(const identity::Principal& who, Plan plan,
                                    std::string channel) {
  const Language language = who.user.language;
  const auto proposal = proposal_of(plan, channel);
  // Who may not confirm it does not use up the attempts of who may.
  if (auto ok = co_await check(who, proposal); !ok) co_return fail(std::move(ok).error());
  // Counted as an attempt before it is believed: of many codes tried at once no more are taken for
  // true than of codes tried one after the other.
  const auto attempt = co_await ports_.plans.note_wrong_code(plan.id);
  if (!attempt) co_return fail(attempt.error());
  if (*attempt > rules_.wrong_codes) {
    (void)co_await note(audit::Event::wrong_code, who, proposal, plan.id, "one code too many");
    co_return fail(Errc::denied, say_dropped_after(rules_.wrong_codes, language));
  }
  const auto now = ports_.clock.now();
  const auto claimed =
      co_await ports_.plans.move(plan.id, PlanState::waiting, PlanState::executing, {}, now);
  if (!claimed) co_return fail(claimed.error());
  if (!*claimed) {
    const auto other = co_await ports_.plans.find(plan.id);
    if (!other) co_return fail(other.error());
    if (*other) plan.state = (*other)->state;
    co_return fail(co_await not_waiting(who, plan, std::move(channel)));
  }
  auto noted = co_await note(audit::Event::confirmed, who, proposal, plan.id, "by its code");
  if (!noted) {
    (void)co_await ports_.plans.move(plan.id, PlanState::executing, PlanState::failed,
                                     noted.error().message, now);
    co_return fail(std::move(noted).error());
  }
  plan.state = PlanState::executing;
  plan.changed = now;
  co_return plan;
}

// A code that once was right.
Async<Error> Approver::not_waiting(const identity::Principal& who, const Plan& plan,
                                   std::string channel) {
  if (plan.state == PlanState::waiting && plan.expires <= ports_.clock.now()) {
    (void)co_await ports_.plans.move(plan.id, PlanState::waiting, PlanState::expired, {},
                                     ports_.clock.now());
  }
  auto sentence = say_over(plan.state, who.user.language);
  (void)co_await note(audit::Event::refused, who, proposal_of(plan, std::move(channel)), plan.id,
                      sentence);
  co_return Error{.code = Errc::conflict, .message = std::move(sentence)};
}

// A wrong code does not say which plan it was meant for: it counts for each that waits.
Async<Error> Approver::wrong_code(const identity::Principal& who, std::vector<Plan> waiting,
                                  std::string channel) {
  bool some_left = false;
  std::vector<Plan> to_drop;
  for (auto& plan : waiting) {
    const auto count = co_await ports_.plans.note_wrong_code(plan.id);
    if (count && *count < rules_.wrong_codes) {
      some_left = true;
    } else {
      to_drop.push_back(std::move(plan));
    }
  }
  const auto& any = to_drop.empty() ? waiting.front() : to_drop.front();
  const bool one = waiting.size() == 1;
  (void)co_await note(audit::Event::wrong_code, who,
                      one ? proposal_of(any, channel) : no_plan(channel),
                      one ? any.id : std::string(), {});
  const auto sentence = say_dropped_after(rules_.wrong_codes, who.user.language);
  for (const auto& plan : to_drop) (void)co_await drop(who, plan, channel, sentence);
  co_return Error{.code = Errc::denied,
                  .message = some_left ? say_wrong_code(who.user.language) : sentence};
}

Async<Result<>> Approver::drop(const identity::Principal& who, const Plan& plan,
                               std::string channel, std::string why) {
  const auto moved = co_await ports_.plans.move(plan.id, PlanState::waiting, PlanState::cancelled,
                                                why, ports_.clock.now());
  if (!moved) co_return fail(moved.error());
  if (!*moved) co_return Result<>{};  // somebody was quicker
  co_return co_await note(audit::Event::cancelled, who, proposal_of(plan, std::move(channel)),
                          plan.id, std::move(why));
}

Async<Result<Plan>> Approver::cancel(identity::Principal who, std::string channel) {
  const auto now = ports_.clock.now();
  const auto waiting = co_await ports_.plans.waiting(who.user.id, now);
  if (!waiting) co_return fail(waiting.error());
  for (auto plan : *waiting) {
    const auto moved =
        co_await ports_.plans.move(plan.id, PlanState::waiting, PlanState::cancelled, {}, now);
    if (!moved) co_return fail(moved.error());
    if (!*moved) continue;
    // Cancelled is cancelled, written down or not.
    (void)co_await note(audit::Event::cancelled, who, proposal_of(plan, std::move(channel)),
                        plan.id, "by the user");
    plan.state = PlanState::cancelled;
    plan.changed = now;
    co_return plan;
  }
  co_return fail(Errc::not_found, say_nothing_waits(who.user.language));
}

Async<Result<>> Approver::finish(Plan plan, bool well, std::string outcome) {
  const auto moved = co_await ports_.plans.move(plan.id, PlanState::executing,
                                                well ? PlanState::done : PlanState::failed,
                                                std::move(outcome), ports_.clock.now());
  if (!moved) co_return fail(moved.error());
  if (!*moved) co_return fail(Errc::conflict, "the plan was given up meanwhile");
  co_return Result<>{};
}

Async<Result<std::vector<Plan>>> Approver::recover(Millis patience) {
  const auto now = ports_.clock.now();
  auto abandoned = co_await ports_.plans.executing(now - patience);
  if (!abandoned) co_return fail(std::move(abandoned).error());
  std::vector<Plan> found;
  for (auto& plan : *abandoned) {
    plan.outcome = say_nobody_knows(plan.language);
    const auto moved = co_await ports_.plans.move(plan.id, PlanState::executing, PlanState::failed,
                                                  plan.outcome, now);
    if (!moved) co_return fail(moved.error());
    if (!*moved) continue;  // another process was quicker
    plan.state = PlanState::failed;
    plan.changed = now;
    auto noted = co_await append({.time = now,
                                  .actor = "system",
                                  .assurance = {},
                                  .channel = {},
                                  .event = audit::Event::failed,
                                  .action = plan.action,
                                  .target = plan.target,
                                  .plan = plan.id,
                                  .reason = plan.outcome,
                                  .before = plan.before,
                                  .after = {},
                                  .details = plan.details},
                                 plan.language);
    if (!noted) co_return fail(std::move(noted).error());
    found.push_back(std::move(plan));
  }
  co_return found;
}

Async<Result<int>> Approver::forget(Millis age) {
  co_return co_await ports_.plans.forget(ports_.clock.now() - age);
}

}  // namespace mtc::approval
