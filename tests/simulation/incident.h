// One thing that goes wrong in a cluster, and what is right to do about it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "domain/alerts/report.h"

namespace mtc::simulation {

class World;

enum class Right {
  cured,        // what is broken can be repaired, and is
  handed_over,  // a person has to go on; nothing is worse than it was found
  untouched,    // nothing is wrong with it, or it is not ours to touch
};

// What is reported, how long after it went wrong.
struct Alarm {
  std::string workload = "payment";
  std::string kind = "Deployment";
  std::string ns = "shop-prod";
  alerts::Level level = alerts::Level::critical;
  std::string policy = "错误率过高";
  std::string node;  // not empty: about a node
  Millis after = std::chrono::minutes(3);
};

struct Incident {
  std::string name;
  Right right = Right::cured;
  std::string why;  // what is right about that; for the table
  std::vector<Alarm> alarms{Alarm{}};
  std::function<Async<>(World&)> before{};  // the scene, while all is well; may be empty
  std::function<Async<>(World&)> strike{};  // what goes wrong; may be empty
};

// All of them, in the order of the table.
std::vector<Incident> all_incidents();
// By what they are about; all_incidents() joins them.
std::vector<Incident> version_incidents();
std::vector<Incident> configuration_incidents();
std::vector<Incident> load_incidents();
std::vector<Incident> machine_incidents();
std::vector<Incident> false_alarms();
std::vector<Incident> awkward_incidents();

}  // namespace mtc::simulation
