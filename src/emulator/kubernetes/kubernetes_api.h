// A loopback stand-in for Kubernetes API servers: several clusters in one process, each below
// /clusters/<id>. It is written against the documents and includes nothing of the product, so that
// it can judge our client; kubectl and the official clients in turn judge it.
//
//   KubernetesApi api(clock, random);
//   auto& cluster = api.add_cluster("cls-demo0001");
//   cluster.add_user(token, {.name = "admin", .groups = {"system:masters"}});
//   start_http_server(executor, {...},
//                     [&](HttpExchange& exchange) { return api.handle(exchange); });
//   tasks.spawn("kubernetes", api.drive());
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/random.h"
#include "emulator/kubernetes/cluster.h"
#include "emulator/kubernetes/object_requests.h"
#include "infra/http/server.h"

namespace mtc::emulator::kubernetes {

// All calls on one executor. Stop the HTTP server before this goes away.
class KubernetesApi {
 public:
  // Both outlive it.
  KubernetesApi(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  Cluster& add_cluster(const std::string& id, ClusterOptions options = {});
  Cluster* find(const std::string& id);

  // Serves /clusters/<id>/… and, from this machine, /_emulator/clusters/<id>/….
  Async<> handle(HttpExchange& exchange);

  // Lets things happen when they are due, also while nobody asks: for servers on a real clock.
  // Runs until it is cancelled. Without it each request brings its cluster up to the clock's now.
  Async<> drive();

 private:
  Async<> serve(HttpExchange& exchange, Cluster& cluster, std::string path);
  Async<> answer(HttpExchange& exchange, Cluster& cluster, KubeResult<Reply> reply,
                 const std::string& path);
  Async<> watch(HttpExchange& exchange, const ObjectRequest& request);
  Async<> log(HttpExchange& exchange, const ObjectRequest& request, const std::string& path);
  Async<> control(HttpExchange& exchange);
  KubeResult<Reply> document(Cluster& cluster, const HttpRequest& request, const std::string& path);
  KubeResult<Reply> run(const ObjectRequest& request, const std::string& verb);
  KubeResult<User> authenticate(const Cluster& cluster, const HttpRequest& request) const;
  void poke();  // something may be due earlier than it was

  const Clock& clock_;
  Random& random_;
  std::map<std::string, std::unique_ptr<Cluster>> clusters_;
  asio::steady_timer* driver_ = nullptr;  // of drive(), while it runs
};

}  // namespace mtc::emulator::kubernetes
