// A cluster that is not ours (the stand-in of a Kubernetes API), the product's own parts that watch
// over it, and one clock that stands still until somebody waits: hours of incidents in seconds.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapters/kubernetes/kubernetes_api.h"
#include "domain/identity/user.h"
#include "emulator/kubernetes/demo_shop.h"
#include "incident.h"
#include "infra/http/client.h"
#include "infra/loop/sleeper.h"

namespace mtc::simulation {

class Product;

inline constexpr const char* kShop = "shop-prod";

// How the cluster is at one moment, for comparing.
struct Picture {
  struct Workload {
    std::int64_t wanted = 0, ready = 0;
    double errors = 0;
  };
  std::map<std::string, Workload> workloads;  // "shop-prod/payment"
  std::map<std::string, std::string>
      objects;  // what people decided on: "Deployment shop-prod/payment"
};

class World {
 public:
  World();
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Serves the cluster, then runs the work.
  Async<> play(std::function<Async<>(World&)> work);

  // ---- for scenes: what people and chance do ----
  emulator::kubernetes::Cluster& cluster() { return *shop_.cluster; }
  clusters::ClusterApi& team() { return *team_; }  // somebody with kubectl
  const Clock& clock() const { return clock_; }
  Async<> pass(Millis time);
  // So long after now, whoever waits then.
  void later(Millis after, std::function<Async<>(World&)> event);
  // What part of its lines are errors; else it follows from its pods.
  void set_errors(std::string workload, std::function<double(World&)> errors) {
    errors_[std::move(workload)] = std::move(errors);
  }
  double errors_of(const std::string& workload);
  std::int64_t ready_pods(const std::string& workload);
  std::int64_t pods_of(const std::string& workload);
  bool is_well(const std::string& workload);
  std::vector<std::string> pod_names(const std::string& workload);
  bool has_any_pod(const std::vector<std::string>& names);
  bool runs_image(const std::string& workload, const std::string& tag);
  bool config_says(const std::string& config, const std::string& key, const std::string& text);
  void say_in_logs(const std::string& workload, std::string line) {
    lines_[workload] = std::move(line);
  }
  // New ones, with an image of the shop.
  Async<> deploy(std::string name, std::string tag);
  Async<> deploy_daemon(std::string name);
  // So long after the product has begun to change something.
  void when_working(Millis after, std::function<Async<>(World&)> event);
  // The rules in force and the person on whose behalf it is done.
  Json& rollback_config() { return rollback_config_; }
  identity::User& person() { return person_; }
  // What is said in alarms, besides their names.
  std::string alarm_text;

  // ---- for the run ----
  Async<> keep_good_states();
  Async<Picture> picture();
  // Reports the alarms, lets the product answer, until nothing is at work any more.
  Async<> answer(const std::vector<Alarm>& alarms);
  std::vector<std::string> told() const { return told_; }
  Product& product() { return *product_; }

 private:
  class WorldSleeper;
  class WorldErrors;
  friend class WorldSleeper;
  Async<> moved();  // the clock has: what is due happens

  FakeClock clock_;
  SeededRandom random_{1};
  std::unique_ptr<WorldSleeper> sleeper_;
  emulator::kubernetes::KubernetesApi stand_in_;
  emulator::kubernetes::DemoShop shop_;
  CurlTransport http_;
  FakeSleeper team_sleeper_;
  std::unique_ptr<kubernetes::KubernetesApi> team_;
  std::multimap<TimePoint, std::function<Async<>(World&)>> events_;
  std::map<std::string, std::function<double(World&)>> errors_;
  std::map<std::string, double> usual_;  // errors while all was well
  std::map<std::string, std::string> lines_;
  std::vector<std::pair<Millis, std::function<Async<>(World&)>>> when_working_;
  Json rollback_config_;
  identity::User person_;
  std::vector<std::string> told_;
  std::unique_ptr<Product> product_;
};

}  // namespace mtc::simulation
