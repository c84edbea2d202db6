// What people, programs and machines do to a cluster, as one line each.
#pragma once

#include <string>

#include "emulator/kubernetes/behaviours.h"
#include "world.h"

namespace mtc::simulation {

using emulator::kubernetes::Behaviour;

struct At {
  std::string name;  // of a workload
  std::string kind = "Deployment";
  std::string ns = kShop;
};

// A release of another image: "v42" of the shop's, else a whole image. Throws if it is refused.
Async<> release(World& world, At at, std::string image);
Async<> scale(World& world, At at, std::int64_t replicas);
Async<> restart(World& world, At at);
// Its pods are deleted; whoever controls them makes new ones.
Async<> delete_pods(World& world, std::string workload);
// Any part of a workload, as a merge patch.
Async<> change(World& world, At at, Json patch);
Async<> set_config(World& world, std::string name, std::string key, std::string value);
Async<> set_secret(World& world, std::string name, std::string key, std::string value);
Async<> remove(World& world, std::string kind, std::string name);
// These belong to one release from now on.
Async<> make_release(World& world, std::string release, std::vector<At> workloads);
// From now on programs of that image do this when they start; '*' stands for any text.
void behaves(World& world, std::string image, Behaviour behaviour);
void behaves_with(World& world, std::string image, std::string config, std::string key,
                  std::string contains, Behaviour behaviour);
void set_node_down(World& world, const std::string& node, bool down);
std::string shop_image(std::string_view service, std::string_view tag);
// The node on which the most pods of that workload run.
std::string node_of(World& world, const std::string& workload);

Behaviour good();
Behaviour crashing();
Behaviour never_ready();
Behaviour missing();
Behaviour leaking();

}  // namespace mtc::simulation
