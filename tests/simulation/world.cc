#include "world.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "adapters/kubernetes/kubeconfig.h"
#include "base/contains.h"
#include "domain/clusters/object.h"
#include "domain/rollback/rules.h"
#include "infra/http/server.h"
#include "infra/loop/task_group.h"
#include "product.h"
#include "scene.h"

namespace mtc::simulation {
namespace {

using emulator::kubernetes::find_stored;

constexpr Millis kTick{1'000};
constexpr Millis kSettle = std::chrono::minutes(12);
constexpr double kUsualErrors = 0.002;

Json object_of(const char* api_version, const char* kind, const std::string& name, Json spec) {
  return {{"apiVersion", api_version},
          {"kind", kind},
          {"metadata", {{"name", name}, {"namespace", kShop}, {"labels", {{"app", name}}}}},
          {"spec", std::move(spec)}};
}

Json one_container(const std::string& name, const std::string& image) {
  return {{"metadata", {{"labels", {{"app", name}}}}},
          {"spec", {{"containers", Json::array({{{"name", name}, {"image", image}}})}}}};
}

bool is_ready(const Json& pod) {
  for (const Json& one : array_or_empty(object_or_empty(pod, "status"), "conditions")) {
    if (string_or(one, "type") == "Ready") return string_or(one, "status") == "True";
  }
  return false;
}

std::int64_t wanted_of(const Json& workload) {
  if (string_or(workload, "kind") == "DaemonSet")
    return integer_or(object_or_empty(workload, "status"), "desiredNumberScheduled");
  return integer_or(object_or_empty(workload, "spec"), "replicas", 1);
}

}  // namespace

// Whoever waits moves the clock, second by second, and what is due then happens.
class World::WorldSleeper final : public Sleeper {
 public:
  explicit WorldSleeper(World& world) : world_(world) {}
  Async<> sleep(Millis duration) override {
    const TimePoint until = world_.clock_.time + duration;
    while (world_.clock_.time < until) {
      world_.clock_.time += std::min(kTick, until - world_.clock_.time);
      co_await world_.moved();
    }
    // Others have their turn, too.
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  }

 private:
  World& world_;
};

World::World() : sleeper_(std::make_unique<WorldSleeper>(*this)), stand_in_(clock_, random_) {
  // A Tuesday, ten in the morning in Shanghai.
  clock_.time =
      TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + std::chrono::hours(2));
  shop_ = emulator::kubernetes::add_demo_shop(stand_in_, clock_, random_);
  rollback_config_ = rollback::to_json(rollback::RollbackRules{});
  person_ = {.id = 1, .username = "zhangsan", .display_name = "张三", .rollback_permission = true};
}

World::~World() = default;

Async<> World::play(std::function<Async<>(World&)> work) {
  const auto executor = co_await asio::this_coro::executor;
  auto server =
      start_http_server(executor, {.max_body_bytes = 8U << 20U},
                        [this](HttpExchange& exchange) { return stand_in_.handle(exchange); });
  if (!server) throw std::runtime_error(server.error().message);
  const std::string url = fmt::format("http://127.0.0.1:{}/clusters/{}", (*server)->port(),
                                      emulator::kubernetes::kDemoClusterId);
  const auto connect = [&](Sleeper& sleeper) {
    kubernetes::Kubeconfig config{.server = url, .token = shop_.tokens.admin};
    return std::make_unique<kubernetes::KubernetesApi>(http_, std::move(config), clock_, sleeper,
                                                       random_);
  };
  team_sleeper_.clock = nullptr;
  team_ = connect(team_sleeper_);
  product_ = std::make_unique<Product>(
      executor, ProductWorld{.clock = clock_,
                             .sleeper = *sleeper_,
                             .random = random_,
                             .api = connect(*sleeper_),
                             .person = person_,
                             .rollback_config = rollback_config_,
                             .errors = [this](const std::string& name) { return errors_of(name); },
                             .usual = [this](const std::string& name) { return usual_[name]; },
                             .lines = lines_,
                             .told = told_});
  co_await work(*this);
  co_await product_->stop();
  team_.reset();
  product_.reset();
  co_await (*server)->stop(Millis{0});
}

Async<> World::pass(Millis time) {
  co_await sleeper_->sleep(time);
}

void World::later(Millis after, std::function<Async<>(World&)> event) {
  events_.emplace(clock_.time + after, std::move(event));
}

void World::when_working(Millis after, std::function<Async<>(World&)> event) {
  when_working_.emplace_back(after, std::move(event));
}

Async<> World::moved() {
  cluster().advance();
  if (!when_working_.empty() && product_ && co_await product_->is_acting()) {
    for (auto& [after, event] : std::exchange(when_working_, {})) later(after, std::move(event));
  }
  while (!events_.empty() && events_.begin()->first <= clock_.time) {
    auto event = std::move(events_.begin()->second);
    events_.erase(events_.begin());
    co_await event(*this);
  }
}

double World::errors_of(const std::string& workload) {
  if (const auto it = errors_.find(workload); it != errors_.end()) return it->second(*this);
  const std::int64_t pods = std::max<std::int64_t>(pods_of(workload), 1);
  const double sick = static_cast<double>(pods - std::min(pods, ready_pods(workload)));
  return kUsualErrors + 0.9 * sick / static_cast<double>(pods);
}

std::vector<std::string> World::pod_names(const std::string& workload) {
  std::vector<std::string> out;
  for (const auto& [id, pod] : cluster().store().all(*find_stored("", "pods"))) {
    const Json& metadata = object_or_empty(pod->value(), "metadata");
    const bool leaves = metadata.contains("deletionTimestamp");
    const Json& labels = object_or_empty(metadata, "labels");
    if (id.ns == kShop && !leaves && string_or(labels, "app") == workload) out.push_back(id.name);
  }
  return out;
}

std::int64_t World::pods_of(const std::string& workload) {
  return static_cast<std::int64_t>(pod_names(workload).size());
}

std::int64_t World::ready_pods(const std::string& workload) {
  std::int64_t out = 0;
  for (const auto& name : pod_names(workload)) {
    const auto pod = cluster().store().find(*find_stored("", "pods"), {kShop, name});
    if (pod && is_ready(pod->value())) ++out;
  }
  return out;
}

bool World::has_any_pod(const std::vector<std::string>& names) {
  return std::ranges::any_of(names, [&](const std::string& name) {
    return cluster().store().find(*find_stored("", "pods"), {kShop, name}) != nullptr;
  });
}

bool World::runs_image(const std::string& workload, const std::string& tag) {
  for (const auto& name : pod_names(workload)) {
    const auto pod = cluster().store().find(*find_stored("", "pods"), {kShop, name});
    if (pod && pod->value()["spec"]["containers"][0]["image"] == shop_image(workload, tag))
      return true;
  }
  return false;
}

bool World::config_says(const std::string& config, const std::string& key,
                        const std::string& text) {
  const auto found = cluster().store().find(*find_stored("", "configmaps"), {kShop, config});
  return found && string_or(object_or_empty(found->value(), "data"), key).contains(text);
}

Async<> World::deploy(std::string name, std::string tag) {
  cluster().create(object_of("apps/v1", "Deployment", name,
                             {{"replicas", 2},
                              {"selector", {{"matchLabels", {{"app", name}}}}},
                              {"template", one_container(name, shop_image(name, tag))}}));
  co_return;
}

Async<> World::deploy_daemon(std::string name) {
  behaves(*this, shop_image(name, "v1"), good());
  cluster().create(object_of("apps/v1", "DaemonSet", name,
                             {{"selector", {{"matchLabels", {{"app", name}}}}},
                              {"template", one_container(name, shop_image(name, "v1"))}}));
  co_return;
}

Async<> World::keep_good_states() {
  // Seen well, and seen well again after a while.
  for (int look = 0; look < 3; ++look) {
    co_await product_->keep_good_states();
    co_await pass(kSettle);
  }
  const Picture well = co_await picture();
  for (const auto& [where, workload] : well.workloads) {
    if (!where.starts_with(std::string(kShop) + "/")) continue;
    usual_[where.substr(where.find('/') + 1)] = workload.errors;
  }
}

Async<Picture> World::picture() {
  Picture out;
  cluster().advance();
  for (const auto* plural : {"deployments", "statefulsets", "daemonsets"}) {
    for (const auto& [id, object] : cluster().store().all(*find_stored("apps", plural))) {
      const std::string where = id.ns + "/" + id.name;
      const Json& status = object_or_empty(object->value(), "status");
      const bool daemon = std::string_view(plural) == "daemonsets";
      out.workloads[where] = {.wanted = wanted_of(object->value()),
                              .ready = integer_or(status, daemon ? "numberReady" : "readyReplicas"),
                              .errors = id.ns == kShop ? errors_of(id.name) : 0};
      out.objects[string_or(object->value(), "kind") + " " + where] =
          clusters::without_noise(object->value()).dump();
    }
  }
  for (const auto* plural : {"configmaps", "secrets", "services"}) {
    for (const auto& [id, object] : cluster().store().all(*find_stored("", plural))) {
      out.objects[fmt::format("{} {}/{}", plural, id.ns, id.name)] =
          clusters::without_noise(object->value()).dump();
    }
  }
  for (const auto& [id, object] : cluster().store().all(*find_stored("", "nodes"))) {
    const bool cordoned = bool_or(object_or_empty(object->value(), "spec"), "unschedulable");
    out.objects["node " + id.name] = cordoned ? "cordoned" : "";
  }
  co_return out;
}

bool World::is_well(const std::string& workload) {
  return ready_pods(workload) >= pods_of(workload) && errors_of(workload) < 0.05;
}

Async<> World::answer(const std::vector<Alarm>& alarms) {
  co_await product_->answer(alarms, *this);
}

}  // namespace mtc::simulation
