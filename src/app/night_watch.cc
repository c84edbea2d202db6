#include "app/night_watch.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace mtc::app {
namespace {

Async<> run_to_end(rollback::Runner* runner, rollback::Operation operation) {
  const std::string id = operation.id;
  const auto ended = co_await runner->run(std::move(operation));
  if (!ended) spdlog::warn("rollback {}: {}", id, ended.error().message);
}

void warn(std::string_view what, const Error& error) {
  spdlog::warn("{}: {}", what, error.message);
}

bool is_among(const std::vector<std::string>& names, const clusters::Cluster& cluster) {
  return names.empty() || std::ranges::find(names, cluster.id) != names.end() ||
         std::ranges::find(names, cluster.name) != names.end();
}

}  // namespace

NightWatch::NightWatch(const asio::any_io_executor& executor, NightWatchPorts ports,
                       NightWatchOptions options)
    : ports_(std::move(ports)), options_(options), bell_(executor) {}

void NightWatch::start(TaskGroup& group) {
  group_ = &group;
  if (options_.ask) group.spawn("asking for alarms", poll());
  group.spawn("answering alarms", respond());
  group.spawn("finding abandoned rollbacks", adopt());
  if (options_.keep_good_states) group.spawn("keeping good states", keep());
}

void NightWatch::run_beside(Async<> work) {
  group_->spawn("a rollback", std::move(work));
}

Async<> NightWatch::poll() {
  for (;;) {
    const auto accounts = co_await ports_.people.accounts();
    if (!accounts) warn("asking for alarms", accounts.error());
    if (accounts) {
      for (const auto account : *accounts) co_await poll_account(account);
    }
    co_await ports_.sleeper.sleep(options_.poll_every);
  }
}

Async<> NightWatch::poll_account(alerts::Account account) {
  const auto people = co_await ports_.people.of(account);
  if (!people || people->empty()) co_return;
  const auto histories = ports_.histories(people->front());
  for (auto* history : histories) {
    const auto heard = co_await ports_.intake.poll(account, *history);
    if (!heard) warn("asking " + history->name() + " for alarms", heard.error());
  }
}

Async<> NightWatch::respond() {
  for (;;) {
    ports_.refresh_rules();
    const auto begun =
        co_await ports_.responder.respond([this](Async<> work) { run_beside(std::move(work)); });
    if (!begun) warn("answering alarms", begun.error());
    co_await bell_.wait(options_.look_every);
  }
}

Async<> NightWatch::adopt() {
  for (;;) {
    auto adopted = co_await ports_.runner.adopt();
    if (!adopted) warn("finding abandoned rollbacks", adopted.error());
    if (adopted) {
      for (auto& operation : *adopted) {
        spdlog::warn("rollback {} was left in the middle; going on with it", operation.number);
        run_beside(run_to_end(&ports_.runner, std::move(operation)));
      }
    }
    co_await ports_.sleeper.sleep(options_.adopt_every);
  }
}

Async<> NightWatch::keep() {
  for (;;) {
    const auto accounts = co_await ports_.people.accounts();
    if (!accounts) warn("keeping good states", accounts.error());
    if (accounts) {
      for (const auto account : *accounts) co_await keep_account(account);
    }
    co_await ports_.sleeper.sleep(options_.keep_every);
  }
}

// Only where something may be repaired: good states hold Secrets, sealed.
Async<> NightWatch::keep_account(alerts::Account account) {
  const auto people = co_await ports_.people.of(account);
  if (!people) co_return warn("keeping good states", people.error());
  const auto who = std::ranges::find_if(*people, &identity::User::rollback_permission);
  if (who == people->end()) co_return;
  const auto all = co_await ports_.clusters(*who);
  if (!all) co_return warn("keeping good states", all.error());
  const auto rules = ports_.rules();
  for (const auto& cluster : *all) {
    if (!is_among(rules.clusters, cluster)) continue;
    auto scene = co_await ports_.places.open(
        *who, {.region = cluster.region, .cluster_id = cluster.id, .cluster_name = cluster.name});
    if (!scene) continue;  // no way in is open: its workloads cannot be repaired either
    const auto namespaces = co_await scene->api->namespaces();
    if (!namespaces) continue;
    for (const auto& ns : *namespaces) {
      if (std::ranges::find(rules.protected_namespaces, ns) != rules.protected_namespaces.end())
        continue;
      const auto noted = co_await ports_.keeper.look_around(*scene, account, ns, options_.settled,
                                                            rules.most_objects);
      if (!noted) warn("keeping good states of " + ns, noted.error());
    }
  }
}

Async<> NightWatch::work_through(alerts::Account account) {
  const auto over = std::make_shared<Bell>(co_await asio::this_coro::executor);
  run_beside(work_and_ring(account, over));
  co_await over->wait(options_.night_at_most);
}

Async<> NightWatch::work_and_ring(alerts::Account account, std::shared_ptr<Bell> over) {
  if (options_.ask) co_await poll_account(account);
  const auto begun = co_await ports_.responder.work_through(account);
  if (!begun) warn("working through the night", begun.error());
  over->ring();
}

}  // namespace mtc::app
