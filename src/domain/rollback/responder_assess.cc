// Looking into alerts: what is known, how much it matters, which workload it is about.
#include <algorithm>
#include <map>

#include "base/job_queue.h"
#include "domain/rollback/assessment.h"
#include "domain/rollback/responder_incident.h"

namespace mtc::rollback {
namespace {

constexpr std::size_t kAtOnce = 16;

Zone zone_of(const identity::User& user) {
  auto zone = Zone::find(user.zone);
  return zone ? std::move(*zone) : Zone::shanghai();
}

}  // namespace

Request request_of(const alerts::Alert& alert, const Target& target, const identity::User& user,
                   Trigger trigger) {
  return {.account = alert.account,
          .user = user,
          .incident = alert.incident,
          .alert_id = alert.id,
          .title = alerts::spoken_name(alert, user.language),
          .target = target,
          .score = alert.score.value_or(0),
          .began = alert.first,
          .trigger = trigger};
}

Async<Result<alerts::Alert>> Responder::assess(alerts::Alert alert) {
  auto assessed = co_await look_into(std::move(alert));
  if (!assessed) co_return fail(std::move(assessed).error());
  co_return std::move(assessed->alert);
}

// The first who may roll back; without any, whoever is there, with id 0: for looking only.
Async<Result<std::optional<identity::User>>> Responder::answerable(alerts::Account account) {
  auto people = co_await ports_.people.of(account);
  if (!people) co_return fail(std::move(people).error());
  for (const identity::User& one : *people) {
    if (one.rollback_permission && !one.disabled) co_return one;
  }
  co_return std::nullopt;
}

Async<alerts::Weights> Responder::weights(alerts::Account account) {
  auto learned = co_await ports_.learned.newest(account);
  if (learned && *learned) co_return (*learned)->weights;
  co_return rules_().weights;
}

Async<Result<Responder::Assessed>> Responder::look_into(alerts::Alert alert) {
  Assessed out{.alert = std::move(alert)};
  auto people = co_await ports_.people.of(out.alert.account);
  if (!people) co_return fail(std::move(people).error());
  auto who = co_await answerable(out.alert.account);
  if (!who) co_return fail(std::move(who).error());
  // Looking needs no permission to roll back.
  identity::User looking = people->empty() ? identity::User{} : people->front();
  if (*who) looking = out.user = **who;
  if (!*who) out.user.language = looking.language;

  alerts::Evidence evidence = evidence_of(out.alert, ports_.clock.now());
  auto place = cluster_of(out.alert);
  if (place && looking.id != 0) {
    auto scene = co_await ports_.places.open(looking, *place);
    if (scene) {
      scene->user = looking;
      const auto workload = co_await find_workload(*scene, out.alert.subject);
      if (workload) {
        place->object = *workload;
        out.target = place;
        const auto health = co_await ports_.observer.look(*scene, out.alert.account, *place,
                                                          out.alert.incident, out.alert.first);
        if (health) add_health(*health, evidence);
        evidence.faces_outside = co_await faces_outside(*scene, *workload);
      }
    }
  }
  // A cluster that does not answer now may be asked by the runner later: the name is enough.
  if (!out.target && place && alerts::is_workload(out.alert.subject) &&
      !out.alert.subject.kind.empty()) {
    place->object = {.api_version = "apps/v1",
                     .kind = out.alert.subject.kind,
                     .ns = out.alert.subject.ns,
                     .name = out.alert.subject.name};
    out.target = place;
  }
  co_await keep_score(out.alert, std::move(evidence), looking);
  co_return out;
}

Async<> Responder::keep_score(alerts::Alert& alert, alerts::Evidence evidence,
                              identity::User user) {
  const auto weights = co_await this->weights(alert.account);
  const alerts::Score score =
      alerts::score(evidence, alert.subject, alert.policy_name, weights, rules_(), zone_of(user));
  alert.score = score.value;
  alert.scoring = alerts::to_json(score, evidence);
  const alerts::AlertChange change{.score = alert.score, .scoring = alert.scoring};
  // Without it, it is scored again next time.
  (void)co_await ports_.alerts.change(alert.id, change, ports_.clock.now());
}

Async<> Responder::assess_incident(std::shared_ptr<Incident> incident) {
  auto assessed = co_await look_into(incident->first.alert);
  if (!assessed) co_return;
  incident->first = std::move(*assessed);
  incident->known = true;
  const alerts::AlertChange same{.score = incident->first.alert.score,
                                 .scoring = incident->first.alert.scoring};
  for (alerts::Alert& other : incident->others) {
    if (other.score) continue;
    (void)co_await ports_.alerts.change(other.id, same, ports_.clock.now());
  }
}

// Each trouble is looked into once, however many alerts it has raised.
Async<Result<std::vector<std::shared_ptr<Responder::Incident>>>> Responder::assess_all(
    std::vector<alerts::Alert> alerts) {
  std::map<std::string, std::shared_ptr<Incident>> by_id;
  std::vector<std::shared_ptr<Incident>> out;
  for (alerts::Alert& alert : alerts) {
    auto& incident = by_id[alert.incident];
    if (!incident) {
      incident = std::make_shared<Incident>();
      incident->first.alert = std::move(alert);
      out.push_back(incident);
    } else {
      incident->others.push_back(std::move(alert));
    }
  }
  const auto queue = std::make_shared<JobQueue>();
  for (const auto& incident : out) {
    queue->push([this, incident] { return assess_incident(incident); });
  }
  co_await queue->run(kAtOnce);
  std::erase_if(out, [](const auto& incident) { return !incident->known; });
  std::ranges::sort(out, std::greater<>(),
                    [](const auto& one) { return one->first.alert.score.value_or(0); });
  co_return out;
}

}  // namespace mtc::rollback
