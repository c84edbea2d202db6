// The nodes' agents: they start containers, watch them as their behaviour says, restart them with
// back-off and report it all in the pods' status.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "emulator/kubernetes/behaviours.h"

namespace mtc::emulator::kubernetes {

struct ControlPlane;

struct Termination {
  TimePoint started{}, finished{};
  int exit_code = 0;
  std::string reason;  // Completed, Error, OOMKilled
  std::string container_id;
  std::shared_ptr<const Behaviour> behaviour;
};

struct ContainerRun {
  enum class State { pulling, image_wait, config_wait, running, crash_wait, ended };
  State state = State::pulling;
  TimePoint until{};  // when the state ends by itself; TimePoint::max(): it does not
  TimePoint started{};
  TimePoint ready_at{};    // TimePoint::max(): never
  TimePoint next_probe{};  // that fails and is told; TimePoint::max(): none
  bool ready = false;
  int restarts = 0;
  int crashes = 0;  // in a row: what the back-off counts
  int failed_pulls = 0;
  bool pull_failed = false;  // state pulling: the attempt has failed and is not yet waited for
  std::string image, container_id;
  std::string wait_message;  // what the status says while it waits
  std::shared_ptr<const Behaviour> behaviour;
  std::optional<Termination> last;
};

struct PodRun {
  std::vector<ContainerRun> containers;  // beside spec.containers
  std::string ip;
  TimePoint began{};
  std::optional<TimePoint> ends;  // of a pod that is being deleted
};

class Kubelets {
 public:
  explicit Kubelets(ControlPlane& plane) : plane_(plane) {}

  // Brings the pod's containers and its status up to now and notes when to look again.
  void sync(const ObjectPtr& pod);
  // Of a pod that is not stored yet: as if it had been started long enough ago to be ready.
  void start_at_once(Json& pod);
  void forget(const std::string& uid) { runs_.erase(uid); }
  const PodRun* find(const std::string& uid) const;
  // The node's agent answers no more (or again).
  void set_down(const std::string& node, bool down);
  bool is_down(const std::string& node) const { return down_.contains(node); }

 private:
  void begin(PodRun& run, const Json& pod);
  void finish(PodRun& run, const ObjectPtr& pod);
  void step(ContainerRun& run, const Json& pod, const Json& container);
  void start(ContainerRun& run, const Json& pod, const Json& container);
  void end(ContainerRun& run, const Json& pod, const Json& container);
  void fail_pull(ContainerRun& run, const Json& pod, const Json& container);
  bool lacks_config(ContainerRun& run, const Json& pod, const Json& container);
  void tell(const Json& pod, const Json& container, std::string_view type, std::string_view reason,
            std::string message);
  std::string next_ip();

  ControlPlane& plane_;
  std::unordered_map<std::string, PodRun> runs_;  // by the pod's uid
  std::set<std::string> down_;
  std::uint32_t ips_ = 1;
};

// What the container uses at that time: millicores and bytes; zero unless it runs.
struct Usage {
  std::int64_t cpu_milli = 0;
  std::int64_t memory_bytes = 0;
};
Usage usage_of(const ContainerRun& run, const Json& container, TimePoint now, double load);

}  // namespace mtc::emulator::kubernetes
