#include "emulator/kubernetes/kubelet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "emulator/kubernetes/control_plane.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/pod_status.h"
#include "emulator/kubernetes/quantity.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

using State = ContainerRun::State;
constexpr auto kNever = TimePoint::max();
constexpr std::chrono::seconds kFirstBackOff{10};
constexpr std::chrono::seconds kLongestBackOff{300};
constexpr std::chrono::minutes kForgiven{10};  // running so long starts the back-off anew
constexpr std::chrono::seconds kProbePeriod{10};

std::chrono::seconds back_off(int step) {
  return std::min<std::chrono::seconds>(kLongestBackOff,
                                        kFirstBackOff * (1 << std::clamp(step, 0, 6)));
}

// "20s", "2m40s": as Go writes it.
std::string go_duration(std::chrono::seconds time) {
  if (time.count() < 60) return fmt::format("{}s", time.count());
  return fmt::format("{}m{}s", time.count() / 60, time.count() % 60);
}

const Json& containers_of(const Json& pod) {
  return array_or_empty(object_or_empty(pod, "spec"), "containers");
}

std::string restart_policy(const Json& pod) {
  return text_at(pod, {"spec", "restartPolicy"}, "Always");
}

std::string full_name(const Json& pod) {
  return fmt::format("{}_{}({})", name_of(pod), namespace_of(pod), uid_of(pod));
}

std::string container_id(const Json& pod, const std::string& container, int restart) {
  std::string digits;
  for (std::uint32_t part = 0; part < 8; ++part)
    digits += fmt::format("{:08x}",
                          fnv32(fmt::format("{}/{}/{}/{}", uid_of(pod), container, restart, part)));
  return "containerd://" + digits;
}

// When the container, started at that time, ends by itself.
TimePoint natural_end(const Behaviour& behaviour, const Json& container, TimePoint started) {
  if (behaviour.crashes_after) return started + *behaviour.crashes_after;
  if (behaviour.completes_after) return started + *behaviour.completes_after;
  if (behaviour.leak_bytes_per_second <= 0) return kNever;
  const auto limit = whole_of(dig(container, {"resources", "limits"}), "memory");
  if (limit <= 0) return kNever;
  const auto room = std::max<std::int64_t>(limit - behaviour.memory_bytes, 0);
  return started + std::chrono::seconds(1 + room / behaviour.leak_bytes_per_second);
}

}  // namespace

const PodRun* Kubelets::find(const std::string& uid) const {
  const auto found = runs_.find(uid);
  return found == runs_.end() ? nullptr : &found->second;
}

void Kubelets::set_down(const std::string& node, bool down) {
  if (down) {
    down_.insert(node);
  } else {
    down_.erase(node);
  }
}

std::string Kubelets::next_ip() {
  const auto number = ips_++;
  return fmt::format("172.16.{}.{}", (number / 250) % 256, number % 250 + 2);
}

void Kubelets::tell(const Json& pod, const Json& container, std::string_view type,
                    std::string_view reason, std::string message) {
  plane_.events.record(
      pod,
      {.type = type,
       .reason = reason,
       .message = std::move(message),
       .component = "kubelet",
       .host = text_at(pod, {"spec", "nodeName"}),
       .field_path = fmt::format("spec.containers{{{}}}", string_or(container, "name"))},
      plane_.now);
}

void Kubelets::begin(PodRun& run, const Json& pod) {
  run.began = plane_.now;
  run.ip = bool_at(pod, {"spec", "hostNetwork"}) ? "" : next_ip();
  for (const auto& container : containers_of(pod)) {
    ContainerRun one;
    one.image = string_or(container, "image");
    one.behaviour = plane_.behaviours.of(pod, container, plane_.store);
    one.until = plane_.now + one.behaviour->pull;
    one.next_probe = kNever;
    run.containers.push_back(std::move(one));
    tell(pod, container, "Normal", "Pulling",
         fmt::format("Pulling image \"{}\"", string_or(container, "image")));
  }
}

void Kubelets::start_at_once(Json& pod) {
  auto& run = runs_[uid_of(pod)];
  run.began = plane_.now;
  run.ip = bool_at(pod, {"spec", "hostNetwork"}) ? "" : next_ip();
  const ObjectId id{namespace_of(pod), name_of(pod)};
  for (const auto& container : containers_of(pod)) {
    ContainerRun one;
    one.image = string_or(container, "image");
    one.behaviour = plane_.behaviours.of(pod, container, plane_.store);
    one.next_probe = kNever;
    if (one.behaviour->image_exists && !lacks_config(one, pod, container)) {
      one.state = State::running;
      one.started = plane_.now;
      one.container_id = container_id(pod, string_or(container, "name"), 0);
      one.until = natural_end(*one.behaviour, container, one.started);
      one.ready = one.behaviour->ever_ready;
      one.ready_at = one.ready ? plane_.now : kNever;
      if (one.until != kNever) plane_.agenda.add_at(one.until, known::pods(), id);
    } else {
      plane_.agenda.add(known::pods(), id);
    }
    run.containers.push_back(std::move(one));
  }
  const auto* node = plane_.nodes.find(text_at(pod, {"spec", "nodeName"}));
  pod["status"] = pod_status(run, pod, node, plane_.now);
}

bool Kubelets::lacks_config(ContainerRun& run, const Json& pod, const Json& container) {
  for (const auto& use : config_uses(pod, container)) {
    if (use.optional || use.name.empty()) continue;
    const bool secret = use.kind == "Secret";
    const auto& kind = secret ? known::secrets() : known::config_maps();
    const auto found = plane_.store.find(kind, {namespace_of(pod), use.name});
    const auto* word = secret ? "secret" : "configmap";
    if (!found) {
      run.wait_message = fmt::format("{} \"{}\" not found", word, use.name);
      return true;
    }
    if (!use.key.empty() && dig(found->value(), {"data", use.key}).is_null()) {
      run.wait_message = fmt::format("couldn't find key {} in {} {}/{}", use.key,
                                     secret ? "Secret" : "ConfigMap", namespace_of(pod), use.name);
      return true;
    }
  }
  return false;
}

void Kubelets::start(ContainerRun& run, const Json& pod, const Json& container) {
  const auto name = string_or(container, "name");
  run.behaviour = plane_.behaviours.of(pod, container, plane_.store);
  if (lacks_config(run, pod, container)) {
    tell(pod, container, "Warning", "Failed", "Error: " + run.wait_message);
    run.state = State::config_wait;
    run.until = plane_.now + kProbePeriod;
    return;
  }
  tell(pod, container, "Normal", "Created", "Created container " + name);
  tell(pod, container, "Normal", "Started", "Started container " + name);
  run.state = State::running;
  run.started = plane_.now;
  run.container_id = container_id(pod, name, run.restarts);
  run.until = natural_end(*run.behaviour, container, run.started);
  run.ready_at = run.behaviour->ever_ready ? run.started + run.behaviour->ready_after : kNever;
  run.ready = run.ready_at <= plane_.now;
  run.next_probe = dig(container, {"readinessProbe"}).is_object() && !run.ready
                       ? run.started + kProbePeriod
                       : kNever;
}

void Kubelets::fail_pull(ContainerRun& run, const Json& pod, const Json& container) {
  run.wait_message = fmt::format(
      "rpc error: code = NotFound desc = failed to pull and unpack image \"{0}\": failed to "
      "resolve reference \"{0}\": {0}: not found",
      run.image);
  tell(pod, container, "Warning", "Failed",
       fmt::format("Failed to pull image \"{}\": {}", run.image, run.wait_message));
  tell(pod, container, "Warning", "Failed", "Error: ErrImagePull");
  run.pull_failed = true;
  run.until = plane_.now + std::chrono::seconds(2);
}

void Kubelets::end(ContainerRun& run, const Json& pod, const Json& container) {
  Termination last{.started = run.started,
                   .finished = plane_.now,
                   .container_id = run.container_id,
                   .behaviour = run.behaviour};
  if (run.behaviour->crashes_after) {
    last.exit_code = run.behaviour->exit_code;
    last.reason = last.exit_code == 0 ? "Completed" : "Error";
  } else if (run.behaviour->completes_after) {
    last.reason = "Completed";
  } else {
    last.exit_code = 137;
    last.reason = "OOMKilled";
  }
  const auto policy = restart_policy(pod);
  const bool again = policy == "Always" || (policy == "OnFailure" && last.exit_code != 0);
  if (last.finished - last.started > kForgiven) run.crashes = 0;
  run.last = std::move(last);
  run.ready = false;
  run.next_probe = kNever;
  if (!again) {
    run.state = State::ended;
    run.until = kNever;
    return;
  }
  ++run.crashes;
  if (run.crashes == 1) {  // the first time it is started again at once
    ++run.restarts;
    tell(pod, container, "Normal", "Pulled",
         fmt::format("Container image \"{}\" already present on machine", run.image));
    start(run, pod, container);
    return;
  }
  const auto wait = back_off(run.crashes - 2);
  run.state = State::crash_wait;
  run.until = plane_.now + wait;
  run.wait_message = fmt::format("back-off {} restarting failed container={} pod={}",
                                 go_duration(wait), string_or(container, "name"), full_name(pod));
  tell(pod, container, "Warning", "BackOff",
       fmt::format("Back-off restarting failed container {} in pod {}",
                   string_or(container, "name"), full_name(pod)));
}

void Kubelets::step(ContainerRun& run, const Json& pod, const Json& container) {
  const auto now = plane_.now;
  if (const auto image = string_or(container, "image"); image != run.image) {
    run.image = image;
    run.behaviour = plane_.behaviours.of(pod, container, plane_.store);
    if (run.state == State::running) {
      tell(pod, container, "Normal", "Killing",
           fmt::format("Container {} definition changed, will be restarted",
                       string_or(container, "name")));
      ++run.restarts;
    }
    run.state = State::pulling;
    run.pull_failed = run.ready = false;
    run.until = now + run.behaviour->pull;
    run.next_probe = kNever;
  }
  if (run.state == State::running && run.ready_at <= now) {
    run.ready = true;
    run.next_probe = kNever;
  }
  if (run.state == State::running && run.next_probe <= now) {
    tell(pod, container, "Warning", "Unhealthy",
         "Readiness probe failed: " + run.behaviour->probe_message);
    run.next_probe = now + kProbePeriod;
  }
  if (run.until > now) return;
  switch (run.state) {
    case State::pulling:
      if (run.pull_failed) {
        run.pull_failed = false;
        run.state = State::image_wait;
        run.until = now + back_off(run.failed_pulls++);
        run.wait_message = fmt::format("Back-off pulling image \"{}\"", run.image);
        tell(pod, container, "Normal", "BackOff", run.wait_message);
        tell(pod, container, "Warning", "Failed", "Error: ImagePullBackOff");
      } else if (!run.behaviour->image_exists) {
        fail_pull(run, pod, container);
      } else {
        const auto took = run.behaviour->pull.count();
        tell(pod, container, "Normal", "Pulled",
             fmt::format("Successfully pulled image \"{}\" in {}ms ({}ms including waiting)",
                         run.image, took, took));
        start(run, pod, container);
      }
      break;
    case State::image_wait:
      run.state = State::pulling;
      run.behaviour = plane_.behaviours.of(pod, container, plane_.store);
      run.until = now + run.behaviour->pull;
      tell(pod, container, "Normal", "Pulling", fmt::format("Pulling image \"{}\"", run.image));
      break;
    case State::config_wait:
      start(run, pod, container);
      break;
    case State::running:
      end(run, pod, container);
      break;
    case State::crash_wait:
      ++run.restarts;
      tell(pod, container, "Normal", "Pulled",
           fmt::format("Container image \"{}\" already present on machine", run.image));
      start(run, pod, container);
      break;
    case State::ended:
      break;
  }
}

void Kubelets::sync(const ObjectPtr& stored) {
  const auto& pod = stored->value();
  const auto node = text_at(pod, {"spec", "nodeName"});
  const auto phase = text_at(pod, {"status", "phase"});
  if (is_down(node)) return;
  const bool over = phase == "Succeeded" || phase == "Failed";
  if (over && !is_deleted(pod)) return;
  const auto [found, fresh] = runs_.try_emplace(uid_of(pod));
  auto& run = found->second;
  if (is_deleted(pod)) {
    finish(run, stored);
    return;
  }
  if (fresh) begin(run, pod);
  const auto& containers = containers_of(pod);
  auto next = kNever;
  for (std::size_t i = 0; i < run.containers.size() && i < containers.size(); ++i) {
    auto& one = run.containers[i];
    step(one, pod, containers[i]);
    if (one.state == State::running && !one.ready) next = std::min(next, one.ready_at);
    next = std::min({next, one.until, one.next_probe});
  }
  if (next != kNever) plane_.agenda.add_at(next, known::pods(), stored->id());
  (void)plane_.set_status(known::pods(), pod,
                          pod_status(run, pod, plane_.nodes.find(node), plane_.now));
}

// SIGTERM, some time to end, and then the pod is no more.
void Kubelets::finish(PodRun& run, const ObjectPtr& stored) {
  const auto& pod = stored->value();
  const auto grace =
      std::chrono::seconds(integer_at(pod, {"metadata", "deletionGracePeriodSeconds"}, 30));
  if (!run.ends) {
    Millis longest{0};
    const auto& containers = containers_of(pod);
    for (std::size_t i = 0; i < run.containers.size() && i < containers.size(); ++i) {
      const auto& one = run.containers[i];
      if (one.state != State::running) continue;
      longest = std::max(longest, one.behaviour->stops_after);
      tell(pod, containers[i], "Normal", "Killing",
           "Stopping container " + string_or(containers[i], "name"));
    }
    run.ends = plane_.now + std::min<Millis>(grace, longest);
  }
  run.ends = std::min(*run.ends, plane_.now + grace);
  if (*run.ends > plane_.now) {
    plane_.agenda.add_at(*run.ends, known::pods(), stored->id());
    return;
  }
  if (!array_or_empty(pod["metadata"], "finalizers").empty()) return;
  plane_.registry.erase(known::pods(), stored->id(), plane_.now);
}

Usage usage_of(const ContainerRun& run, const Json& container, TimePoint now, double load) {
  if (run.state != State::running || !run.behaviour) return {};
  const auto& behaviour = *run.behaviour;
  const auto age = std::chrono::duration<double>(now - run.started).count();
  // Waves of ten minutes, each container in a phase of its own.
  const auto offset = fnv32(run.container_id) % 600;
  const double wave = std::sin((std::floor(age / 15) * 15 + offset) * 2 * std::numbers::pi / 600);
  const auto& limits = dig(container, {"resources", "limits"});
  Usage usage;
  usage.cpu_milli =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(behaviour.cpu_milli) *
                                                          load * (1 + 0.15 * wave)));
  usage.memory_bytes =
      static_cast<std::int64_t>(static_cast<double>(behaviour.memory_bytes) * (1 + 0.03 * wave)) +
      behaviour.leak_bytes_per_second * static_cast<std::int64_t>(age);
  if (const auto limit = milli_of(limits, "cpu"); limit > 0)
    usage.cpu_milli = std::min(usage.cpu_milli, limit);
  if (const auto limit = whole_of(limits, "memory"); limit > 0)
    usage.memory_bytes =
        std::min(usage.memory_bytes, behaviour.leak_bytes_per_second > 0 ? limit : limit / 10 * 6);
  return usage;
}

}  // namespace mtc::emulator::kubernetes
