// Whether an operation is begun at all, and by whom.
#include "domain/rollback/hand_over.h"
#include "domain/rollback/operation_run.h"
#include "domain/rollback/refusals.h"
#include "domain/rollback/run_audit.h"
#include "domain/rollback/run_plan.h"
#include "domain/rollback/run_words.h"

namespace mtc::rollback {
namespace {

constexpr auto kRemembered = std::chrono::hours(24 * 7);
// So long a cluster that does not answer is asked again for what is urgent; then a person hears.
constexpr auto kClusterAway = std::chrono::minutes(5);

Operation draft_of(const Request& request, Random& random, TimePoint now) {
  const std::string incident =
      request.incident.empty() ? "person/" + make_uuid(random) : request.incident;
  return {.id = make_uuid(random),
          .account = request.account,
          .user = request.user.id,
          .incident = incident,
          .alert_id = request.alert_id,
          .title = request.title,
          .target = request.target,
          .score = request.score,
          .trigger = request.trigger,
          .assurance = request.assurance,
          .channel = request.channel,
          .language = request.user.language,
          .started = now};
}

HandedOver handed_over(const Request& request, const Operation& draft, std::string reason) {
  return {.account = request.account,
          .incident = draft.incident,
          .alert_id = request.alert_id,
          .title = request.title,
          .reason = std::move(reason),
          .score = request.score,
          .urgent = request.trigger == Trigger::urgent};
}

std::vector<Step> single_step(Rung rung, const std::string& to_version) {
  Step step{.rung = rung};
  if (!to_version.empty()) step.arguments = {{"to_version", to_version}};
  return {std::move(step)};
}

}  // namespace

Async<Result<std::optional<Operation>>> Runner::begin(Request request) {
  const Operation draft = draft_of(request, ports_.random, ports_.clock.now());
  const Language language = request.user.language;
  const bool asked = request.trigger == Trigger::person;
  auto taken = co_await is_taken(draft);
  if (!taken) co_return fail(std::move(taken).error());
  if (*taken && asked) {
    co_return fail(Errc::conflict, words::at_it_already(request.target.object.name, language));
  }
  if (*taken) co_return std::nullopt;

  const RollbackRules rules = rules_();
  if (auto ok = co_await ports_.guard.may_begin(rules, draft, request.user); !ok) {
    if (is_passing(ok.error()) && ok.error().code != Errc::rate_limited) {
      co_return fail(std::move(ok).error());
    }
    co_return co_await refuse(request, draft, std::move(ok).error());
  }
  auto diagnosis = co_await examine(request, draft);
  if (!diagnosis) {
    const bool again =
        request.trigger == Trigger::urgent && ports_.clock.now() - request.began < kClusterAway;
    if (is_passing(diagnosis.error()) && (asked || again)) {
      co_return fail(std::move(diagnosis).error());
    }
    co_return co_await refuse(request, draft, std::move(diagnosis).error());
  }
  if (!diagnosis->act && !request.only) {
    co_return co_await leave_alone(request, draft, std::move(*diagnosis));
  }
  co_return co_await start(request, draft, std::move(*diagnosis), rules);
}

// By an operation that runs, or by one of the same incident that is over; alerts that came since
// are where that one is.
Async<Result<bool>> Runner::is_taken(Operation draft) {
  const TimePoint now = ports_.clock.now();
  auto known =
      co_await ports_.operations.list(draft.account, {.cluster_id = draft.target.cluster_id,
                                                      .ns = draft.target.object.ns,
                                                      .name = draft.target.object.name,
                                                      .since = now - kRemembered});
  if (!known) co_return fail(std::move(known).error());
  for (const Operation& one : *known) {
    if (target_name(one.target) != target_name(draft.target)) continue;
    const bool same = one.incident == draft.incident;
    if (one.state == OperationState::running) {
      if (same) {
        (void)co_await ports_.alerts.move(draft.incident, alerts::Handling::none,
                                          alerts::Handling::running, now);
      }
      co_return true;
    }
    if (!same || draft.trigger == Trigger::person) continue;
    HandedOver again{.account = draft.account,
                     .incident = draft.incident,
                     .alert_id = draft.alert_id,
                     .title = draft.title,
                     .reason = refusals::too_soon(draft.target.object.name, draft.language),
                     .score = draft.score,
                     .urgent = draft.trigger == Trigger::urgent};
    if (one.state == OperationState::recovered) {
      auto told = co_await hand_over({ports_.alerts, ports_.people, ports_.announcer, ports_.clock},
                                     std::move(again));
      if (!told) co_return fail(std::move(told).error());
    } else {  // everybody knows
      (void)co_await ports_.alerts.move(draft.incident, alerts::Handling::none,
                                        alerts::Handling::handed_over, now);
    }
    co_return true;
  }
  co_return false;
}

// In the audit log once, however many find the same at the same time.
Async<Runner::Begun> Runner::refuse(Request request, Operation draft, Error error) {
  const bool ours = error.code == Errc::denied || error.code == Errc::rate_limited;
  const std::string reason = ours ? error.message : words::why_failed(error, draft.language);
  const bool asked = request.trigger == Trigger::person;
  if (!asked) {
    auto first = co_await hand_over({ports_.alerts, ports_.people, ports_.announcer, ports_.clock},
                                    handed_over(request, draft, reason));
    if (!first) co_return fail(std::move(first).error());
    if (!*first) co_return std::nullopt;
  }
  (void)co_await ports_.log.append(entry_of(draft, request.user, audit::Event::refused, nullptr,
                                            reason, {}, ports_.clock.now()));
  if (asked) co_return fail(error.code, reason);
  co_return std::nullopt;
}

Async<Result<Diagnosis>> Runner::examine(Request request, Operation draft) {
  auto scene = co_await ports_.places.open(request.user, request.target);
  if (!scene) co_return fail(std::move(scene).error());
  scene->user = request.user;
  scene->patience = Millis{0};
  auto findings = co_await ports_.observer.find(*scene, request.account, request.target,
                                                draft.incident, request.began);
  if (!findings) co_return fail(std::move(findings).error());
  co_return diagnose(*findings, request.target.object.name, draft.language);
}

Async<Runner::Begun> Runner::leave_alone(Request request, Operation draft, Diagnosis diagnosis) {
  const std::string why = diagnosis.why_not;
  const bool asked = request.trigger == Trigger::person;
  if (!asked) {
    auto first = co_await hand_over({ports_.alerts, ports_.people, ports_.announcer, ports_.clock},
                                    handed_over(request, draft, why));
    if (!first) co_return fail(std::move(first).error());
    if (!*first) co_return std::nullopt;
  }
  Json details{{"diagnosis", to_json(diagnosis)}, {"score", request.score}, {"acts", false}};
  (void)co_await ports_.log.append(entry_of(draft, request.user, audit::Event::planned, nullptr,
                                            why, std::move(details), ports_.clock.now()));
  if (asked) co_return fail(Errc::conflict, why);
  co_return std::nullopt;
}

Async<Runner::Begun> Runner::start(Request request, Operation draft, Diagnosis diagnosis,
                                   RollbackRules rules) {
  draft.trouble = name_of(diagnosis.trouble);
  draft.diagnosis = to_json(diagnosis);
  draft.diagnosis[std::string(kBegan)] = format_iso_utc(request.began);
  if (request.only) {
    draft.steps = single_step(*request.only, request.to_version);
  } else {
    const auto chances = co_await known_chances(ports_.learned, draft.account, diagnosis.trouble);
    draft.steps =
        steps_of(plan_ladder(diagnosis, draft.score, rules, chances, std::nullopt, draft.language));
  }
  const TimePoint now = ports_.clock.now();
  auto begun = co_await ports_.operations.begin(draft, options_.holder, now + options_.lease);
  if (!begun) co_return fail(std::move(begun).error());
  const bool ours = begun->has_value();
  if (ours) {
    (void)co_await ports_.alerts.move(draft.incident, alerts::Handling::none,
                                      alerts::Handling::running, now);
  }
  if (!ours && request.trigger == Trigger::person) {
    co_return fail(Errc::conflict,
                   words::at_it_already(request.target.object.name, draft.language));
  }
  co_return begun;
}

}  // namespace mtc::rollback
