#include "app/incident_response.h"

#include <spdlog/spdlog.h>

#include "adapters/tencent/alarm_callbacks.h"

namespace mtc::app {
namespace {

constexpr Millis kLease = std::chrono::minutes(1);
constexpr std::int64_t kLessonsOfADay = 200;

NightWatchOptions watch_options(const AlertSettings& settings) {
  return {.ask = settings.ask,
          .poll_every = std::chrono::seconds(settings.ask_every_seconds),
          .settled = std::chrono::minutes(settings.good_after_minutes),
          .keep_good_states = settings.keep_good_states};
}

Async<Result<std::vector<clusters::Cluster>>> list_clusters(CloudAccounts* cloud,
                                                            identity::User user) {
  auto view = co_await cloud->estate(user).fleet().clusters();
  if (!view) co_return fail(std::move(view).error());
  co_return std::move(view->clusters);
}

// Whoever asked for it hears when it is done; what is handed over the runner tells everybody.
Async<> run_to_end(rollback::Runner* runner, rollback::Announcer* announcer,
                   rollback::Operation operation) {
  const std::int64_t number = operation.number;
  const auto ended = co_await runner->run(std::move(operation));
  if (!ended) {
    spdlog::warn("rollback {}: {}", number, ended.error().message);
    co_return;
  }
  const bool asked_for = ended->trigger == rollback::Trigger::person;
  if (!asked_for || ended->state != rollback::OperationState::recovered) co_return;
  auto told = co_await announcer->tell({.user = ended->user,
                                        .text = ended->speech,
                                        .priority = static_cast<int>(ended->score),
                                        .alert_id = ended->alert_id,
                                        .operation_id = ended->id});
  if (!told) spdlog::warn("rollback {}: {}", number, told.error().message);
}

}  // namespace

IncidentResponse::IncidentResponse(const asio::any_io_executor& executor,
                                   IncidentResponsePorts ports)
    : ports_(std::move(ports)),
      alert_rules_(ports_.foundation.settings.alerts.rules, alerts::parse_rules),
      rollback_rules_(ports_.foundation.settings.alerts.rollback, rollback::parse_rules),
      alerts_(*ports_.foundation.database, ports_.foundation.random),
      quiet_(*ports_.foundation.database),
      learned_(*ports_.foundation.database),
      operations_(*ports_.foundation.database, ports_.secrets.cipher()),
      good_(*ports_.foundation.database, ports_.secrets.cipher()),
      hook_keys_(*ports_.foundation.database),
      people_(ports_.foundation.directory, ports_.foundation.users, ports_.vault),
      places_(ports_.places),
      errors_(
          [this](const identity::User& user) -> logs::LogStore& {
            return ports_.cloud.log_store(user, "");
          },
          ports_.foundation.clock, {.topics = ports_.foundation.settings.tencent.topics}),
      announcer_(ports_.broadcasts, ports_.foundation.clock, ports_.foundation.fingerprint),
      observer_({.places = places_,
                 .errors = errors_,
                 .alerts = alerts_,
                 .good = good_,
                 .clock = ports_.foundation.clock}),
      surgeon_({.changes = ports_.changes, .good = good_}),
      guard_({.people = people_, .operations = operations_, .clock = ports_.foundation.clock}),
      runner_({.operations = operations_,
               .alerts = alerts_,
               .learned = learned_,
               .log = ports_.log,
               .places = places_,
               .people = people_,
               .announcer = announcer_,
               .observer = observer_,
               .surgeon = surgeon_,
               .guard = guard_,
               .investigator = ports_.model == nullptr
                                   ? nullptr
                                   : &investigator_.emplace(*ports_.model, ports_.foundation.clock,
                                                            ports_.changes.sleeper),
               .clock = ports_.foundation.clock,
               .sleeper = ports_.changes.sleeper,
               .random = ports_.foundation.random},
              [this] { return rollback_rules_.now(); },
              {.holder = ports_.holder,
               .lease = kLease,
               .weights = [this] { return alert_rules_.now().weights; }}),
      responder_(
          {.alerts = alerts_,
           .learned = learned_,
           .people = people_,
           .places = places_,
           .observer = observer_,
           .runner = runner_,
           .announcer = announcer_,
           .log = ports_.log,
           .clock = ports_.foundation.clock},
          [this] { return alert_rules_.now(); }, [this] { return rollback_rules_.now(); }),
      intake_({.store = alerts_, .quiet = quiet_, .clock = ports_.foundation.clock}, {},
              [this](const auto&) { watch_.wake(); }),
      desk_({.store = alerts_,
             .quiet = quiet_,
             .log = ports_.log,
             .clock = ports_.foundation.clock,
             .account_of =
                 [this](identity::User user) { return people_.account_of(std::move(user)); },
             .people_of = [this](alerts::Account account) { return people_.of(account); },
             .learn =
                 [this](alerts::Alert alert, alerts::Outcome outcome) {
                   return learn(std::move(alert), std::move(outcome));
                 }}),
      keeper_(good_, ports_.changes.fingerprints, ports_.foundation.clock),
      hooks_(
          {.keys = hook_keys_,
           .fingerprint = ports_.foundation.fingerprint,
           .intake = intake_,
           .clock = ports_.foundation.clock,
           .monitor = tencent::parse_monitor_callback,
           .logs = tencent::parse_log_callback},
          {.per_second = ports_.foundation.settings.alerts.hook_requests_per_second,
           .burst = static_cast<double>(ports_.foundation.settings.alerts.hook_requests_at_once)}),
      watch_(executor,
             {.intake = intake_,
              .responder = responder_,
              .runner = runner_,
              .people = people_,
              .places = places_,
              .keeper = keeper_,
              .histories = [this](const identity::User& user) { return histories(user); },
              .clusters =
                  [this](identity::User user) {
                    return list_clusters(&ports_.cloud, std::move(user));
                  },
              .refresh_rules =
                  [this] {
                    alert_rules_.refresh();
                    rollback_rules_.refresh();
                  },
              .rules = [this] { return rollback_rules_.now(); },
              .sleeper = ports_.changes.sleeper},
             watch_options(ports_.foundation.settings.alerts)) {}

Result<> IncidentResponse::open() {
  if (auto ok = alert_rules_.open(); !ok) return fail_in("alerts: rules", ok.error());
  if (auto ok = rollback_rules_.open(); !ok) return fail_in("alerts: rollback", ok.error());
  return {};
}

void IncidentResponse::start(TaskGroup& group) {
  group_ = &group;
  watch_.start(group);
}

std::vector<alerts::AlarmHistory*> IncidentResponse::histories(const identity::User& user) {
  return ports_.cloud.alarm_histories(user, ports_.foundation.settings.alerts.log_regions);
}

void IncidentResponse::run_beside(rollback::Operation operation) {
  if (group_ == nullptr) return;  // whoever serves takes it over when the lease is over
  group_->spawn("a rollback", run_to_end(&runner_, &announcer_, std::move(operation)));
}

services::RollbackWork IncidentResponse::work() {
  return {.handle =
              [this](alerts::Alert alert, identity::Principal who, std::string channel) {
                return responder_.handle(std::move(alert), std::move(who), std::move(channel));
              },
          .begin = [this](rollback::Request request) { return runner_.begin(std::move(request)); },
          .run = [this](rollback::Operation operation) { run_beside(std::move(operation)); },
          .cancel =
              [this](std::string operation, std::string by) {
                return runner_.cancel(std::move(operation), std::move(by));
              }};
}

// What cannot be learned now is not learned: nobody waits for it.
Async<> IncidentResponse::learn(alerts::Alert alert, alerts::Outcome outcome) {
  const auto newest = co_await learned_.newest(alert.account);
  if (!newest) co_return;
  const auto history = co_await learned_.list(alert.account, kLessonsOfADay);
  if (!history) co_return;
  const TimePoint now = ports_.foundation.clock.now();
  std::vector<alerts::Learned> today;
  for (const auto& one : *history) {
    if (now - one.at < std::chrono::hours(24)) today.push_back(one);
  }
  alerts::Learned before = *newest ? **newest : alerts::Learned{.weights = alert_rules().weights};
  auto lesson = alerts::learn(before, alert_rules().weights, outcome, {}, today, now);
  if (!lesson) co_return;
  if (auto kept = co_await learned_.add(alert.account, std::move(*lesson)); !kept)
    spdlog::warn("learning from alert {}: {}", alert.number, kept.error().message);
}

Async<> IncidentResponse::forget(TimePoint before) {
  if (auto done = co_await alerts_.forget(before); !done)
    spdlog::warn("forgetting old alerts: {}", done.error().message);
  if (auto done = co_await operations_.forget(before); !done)
    spdlog::warn("forgetting old rollbacks: {}", done.error().message);
}

}  // namespace mtc::app
