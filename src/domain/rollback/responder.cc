// Which alerts are acted upon, and when. How one is looked into stands in responder_assess.cc.
#include "domain/rollback/responder.h"

#include <map>

#include "base/job_queue.h"
#include "domain/rollback/hand_over.h"
#include "domain/rollback/refusals.h"
#include "domain/rollback/responder_incident.h"
#include "domain/rollback/run_audit.h"

namespace mtc::rollback {
namespace {

// Those that were scored and wait for the night are among them.
constexpr std::int64_t kMostAtOnce = 2'000;
constexpr std::size_t kTargetsAtOnce = 4;

std::string key_of(const std::optional<Target>& target, const std::string& incident) {
  return target ? target_name(*target) : incident;
}

}  // namespace

Responder::Responder(ResponderPorts ports, AlertRules rules, Runner::Rules rollback_rules)
    : ports_(ports), rules_(std::move(rules)), rollback_rules_(std::move(rollback_rules)) {}

bool Responder::is_urgent(const alerts::Alert& alert) const {
  return alert.score && *alert.score >= rules_().urgent_from;
}

Async<Result<int>> Responder::respond(Spawn spawn) {
  auto alerts = co_await ports_.alerts.unhandled(kMostAtOnce);
  if (!alerts) co_return fail(std::move(alerts).error());
  // Scored and not urgent: the night's.
  std::erase_if(*alerts, [&](const alerts::Alert& one) { return one.score && !is_urgent(one); });
  auto incidents = co_await assess_all(std::move(*alerts));
  if (!incidents) co_return fail(std::move(incidents).error());
  int begun = 0;
  std::optional<Error> trouble;
  for (const auto& incident : *incidents) {
    if (!is_urgent(incident->first.alert)) continue;
    auto operation = co_await take_on(incident, Trigger::urgent);
    if (!operation && !trouble) trouble = operation.error();
    if (!operation || !*operation) continue;
    ++begun;
    spawn(run_alone(std::move(**operation)));
  }
  // One that could not be begun is tried again with the next call; the others are under way.
  if (trouble && begun == 0) co_return fail(std::move(*trouble));
  co_return begun;
}

Async<> Responder::run_alone(Operation operation) {
  (void)co_await ports_.runner.run(std::move(operation));  // what stops it stands in its record
}

// Targets side by side, what is wrong with one of them one after the other.
Async<Result<int>> Responder::work_through(alerts::Account account) {
  auto alerts = co_await ports_.alerts.list(
      account,
      {.state = alerts::State::firing, .handling = {alerts::Handling::none}, .limit = kMostAtOnce});
  if (!alerts) co_return fail(std::move(alerts).error());
  auto incidents = co_await assess_all(std::move(*alerts));
  if (!incidents) co_return fail(std::move(incidents).error());
  std::map<std::string, std::vector<std::shared_ptr<Incident>>> targets;
  for (const auto& incident : *incidents) {
    targets[key_of(incident->first.target, incident->first.alert.incident)].push_back(incident);
  }
  const auto tally = std::make_shared<Tally>();
  const auto queue = std::make_shared<JobQueue>();
  for (const auto& [key, of_one] : targets) {
    queue->push([this, of_one, tally] { return work_on(of_one, tally); });
  }
  co_await queue->run(kTargetsAtOnce);
  if (tally->trouble && tally->begun == 0) co_return fail(std::move(*tally->trouble));
  co_return tally->begun;
}

Async<> Responder::work_on(std::vector<std::shared_ptr<Incident>> of_one_target,
                           std::shared_ptr<Tally> tally) {
  for (const auto& incident : of_one_target) {
    auto operation = co_await take_on(incident, Trigger::night);
    if (!operation && !tally->trouble) tally->trouble = operation.error();
    if (!operation || !*operation) continue;
    ++tally->begun;
    co_await run_alone(std::move(**operation));
  }
}

Async<Result<std::optional<Operation>>> Responder::take_on(std::shared_ptr<Incident> incident,
                                                           Trigger trigger) {
  const Assessed& first = incident->first;
  const bool urgent = trigger == Trigger::urgent;
  const Language language = first.user.language;
  if (first.user.id == 0) {
    auto ok = co_await leave_to_people(first, refusals::nobody_may(language), urgent);
    if (!ok) co_return fail(std::move(ok).error());
    co_return std::nullopt;
  }
  if (!first.target) {
    auto ok = co_await leave_to_people(first, refusals::no_workload(language), urgent);
    if (!ok) co_return fail(std::move(ok).error());
    co_return std::nullopt;
  }
  co_return co_await ports_.runner.begin(
      request_of(first.alert, *first.target, first.user, trigger));
}

Async<Result<>> Responder::leave_to_people(Assessed what, std::string reason, bool urgent) {
  const alerts::Alert& alert = what.alert;
  const std::string title = alerts::spoken_name(alert, what.user.language);
  auto first = co_await hand_over({ports_.alerts, ports_.people, ports_.announcer, ports_.clock},
                                  {.account = alert.account,
                                   .incident = alert.incident,
                                   .alert_id = alert.id,
                                   .title = title,
                                   .reason = reason,
                                   .score = alert.score.value_or(0),
                                   .urgent = urgent});
  if (!first) co_return fail(std::move(first).error());
  if (!*first) co_return Result<>{};
  Operation never{.account = alert.account,
                  .incident = alert.incident,
                  .alert_id = alert.id,
                  .title = title,
                  .target = what.target.value_or(Target{}),
                  .score = alert.score.value_or(0),
                  .trigger = urgent ? Trigger::urgent : Trigger::night};
  auto entry = entry_of(never, what.user, audit::Event::refused, nullptr, std::move(reason), {},
                        ports_.clock.now());
  if (!what.target) entry.target = alert.subject.text;
  (void)co_await ports_.log.append(std::move(entry));
  co_return Result<>{};
}

Async<Result<std::optional<Operation>>> Responder::handle(alerts::Alert alert,
                                                          identity::Principal who,
                                                          std::string channel) {
  const Language language = who.user.language;
  auto assessed = co_await look_into(std::move(alert));
  if (!assessed) co_return fail(std::move(assessed).error());
  if (!assessed->target) co_return fail(Errc::invalid_argument, refusals::no_workload(language));
  Request request = request_of(assessed->alert, *assessed->target, who.user, Trigger::person);
  request.assurance = identity::name_of(who.assurance);
  request.channel = std::move(channel);
  co_return co_await ports_.runner.begin(std::move(request));
}

}  // namespace mtc::rollback
