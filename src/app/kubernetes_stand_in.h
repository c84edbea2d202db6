// The stand-in for a cluster's API, listening: for the commands emulate and demo.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "app/listen_address.h"
#include "base/json.h"
#include "emulator/emulator.h"
#include "emulator/kubernetes/demo_shop.h"
#include "infra/crypto/certificate_authority.h"
#include "infra/http/server.h"
#include "infra/loop/task_group.h"

namespace mtc::app {

// The shop's cluster. Its API speaks HTTPS, as kubectl shows a token over nothing else; the
// switches for tests stand on a plain listener beside it. Stop it before it goes away.
class KubernetesStandIn {
 public:
  // Both outlive it.
  KubernetesStandIn(const Clock& clock, Random& random);

  // `kubeconfig`: the file to write an administrator's to; empty: one in a folder that is removed
  // at the end.
  Result<> start(const asio::any_io_executor& executor, const ListenAddress& listen,
                 const std::string& kubeconfig);
  Async<> stop();

  // Where it is and how to get in: holds secrets.
  Json describe() const;
  // The cloud hands out this kubeconfig for its cluster of that id. After start().
  void serve_for(emulator::Emulator& cloud, const std::string& cluster_id) const;

 private:
  Result<> make_folder();
  Result<> listen_on(const asio::any_io_executor& executor, const ListenAddress& listen,
                     TlsFiles files);
  std::string kubeconfig_for(const std::string& cluster_id) const;

  SystemClock system_clock_;  // certificates are judged by other programs
  Random& random_;
  emulator::kubernetes::KubernetesApi api_;
  emulator::kubernetes::DemoShop shop_;
  emulator::kubernetes::User admin_{.name = "100000000001", .groups = {"system:masters"}};
  KeyedCertificate certificate_;  // the administrator's
  std::unique_ptr<HttpServer> server_, control_;
  std::optional<TaskGroup> tasks_;
  std::string url_, control_url_, ca_, kubeconfig_;
  std::filesystem::path folder_;  // of certificates; removed at the end
};

}  // namespace mtc::app
