// What the programs inside containers do, decided by their image: the part of a cluster that no
// API describes. A rule may also look at the configuration the container was started with.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "emulator/kubernetes/object_store.h"

namespace mtc::emulator::kubernetes {

struct Behaviour {
  bool image_exists = true;
  Millis pull{800};           // how long its image takes to fetch
  Millis ready_after{2'000};  // from the start to the first good readiness probe
  bool ever_ready = true;
  std::optional<Millis> crashes_after;    // from each start
  int exit_code = 1;                      // of that crash
  std::optional<Millis> completes_after;  // ends with exit code 0
  Millis stops_after{1'000};              // from SIGTERM to its end

  std::vector<std::string> first_lines{"server started"};
  std::vector<std::string> lines{"request handled status=200"};  // in turn, while it runs
  Millis line_interval{5'000};
  std::vector<std::string> last_lines;  // before a crash

  std::int64_t cpu_milli = 20;  // at load 1
  std::int64_t memory_bytes = std::int64_t{64} << 20U;
  std::int64_t leak_bytes_per_second = 0;
  std::string probe_message = "HTTP probe failed with statuscode: 503";  // while not ready
};

Behaviour good(Millis ready_after = Millis(2'000));
Behaviour slow_start(Millis ready_after);
Behaviour missing_image();
Behaviour crashing(Millis after, std::vector<std::string> last_lines, int exit_code = 1);
Behaviour never_ready();
Behaviour leaking(std::int64_t bytes_per_second);

struct BehaviourRule {
  std::string image;  // '*' stands for any text
  // With a kind, the rule holds only for containers that use this ConfigMap or Secret (environment
  // or volume) while its text under `key` contains `contains`.
  std::string config_kind = {};  // "ConfigMap", "Secret" or empty
  std::string config_name = {};
  std::string key = {};
  std::string contains = {};
  Behaviour behaviour = {};
};

class Behaviours {
 public:
  // The latest rule that fits decides; an image without one is good(). A running container keeps
  // the behaviour it was started with.
  void add(BehaviourRule rule) {
    rules_.push_back(std::make_shared<const BehaviourRule>(std::move(rule)));
  }
  void add(std::string image, Behaviour behaviour) {
    add({.image = std::move(image), .behaviour = std::move(behaviour)});
  }
  std::shared_ptr<const Behaviour> of(const Json& pod, const Json& container,
                                      const ObjectStore& store) const;

 private:
  std::vector<std::shared_ptr<const BehaviourRule>> rules_;
  std::shared_ptr<const Behaviour> otherwise_ = std::make_shared<const Behaviour>(good());
};

bool glob_matches(std::string_view pattern, std::string_view text);

// What a container refers to: {"ConfigMap", name} and so on.
struct ConfigUse {
  std::string kind, name;
  std::string key;  // empty: all of it
  bool optional = false;
};
std::vector<ConfigUse> config_uses(const Json& pod, const Json& container);

}  // namespace mtc::emulator::kubernetes
