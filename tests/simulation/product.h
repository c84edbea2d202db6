// The product's own parts, put together as the server does, around one cluster.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/sleeper.h"
#include "domain/alerts/alert.h"
#include "domain/clusters/cluster_api.h"
#include "domain/rollback/operation.h"
#include "incident.h"

namespace mtc::simulation {

class World;

// All outlive the product.
struct ProductWorld {
  FakeClock& clock;
  Sleeper& sleeper;
  Random& random;
  std::shared_ptr<clusters::ClusterApi> api;
  identity::User& person;
  Json& rollback_config;
  std::function<double(const std::string& workload)> errors, usual;
  std::map<std::string, std::string>& lines;
  std::vector<std::string>& told;
};

class Product {
 public:
  Product(const asio::any_io_executor& executor, ProductWorld world);
  ~Product();

  Async<> keep_good_states();
  // Takes the alarms in when they are due, answers them, and works through what is left, until
  // nothing is at work any more.
  Async<> answer(std::vector<Alarm> alarms, World& world);
  Async<bool> is_acting();  // something of ours has begun to change the cluster
  Async<std::vector<rollback::Operation>> operations();
  Async<std::vector<alerts::Alert>> alerts();
  Async<bool> audit_holds();
  Async<> stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace mtc::simulation
