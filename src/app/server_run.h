// A running server: the HTTP front, the clock that prepares the mornings, the XiaoZhi connections.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "app/mcp_front.h"
#include "app/product.h"
#include "app/settings.h"
#include "app/xiaozhi_devices.h"
#include "infra/http/server.h"
#include "infra/loop/task_group.h"

namespace mtc::app {

class ServerRun {
 public:
  // Opens the product and starts listening; the settings are complete (with_defaults).
  static Async<Result<std::unique_ptr<ServerRun>>> start(Settings settings, const Clock& clock);

  const std::string& url() const { return url_; }  // http://127.0.0.1:8080
  Product& product() { return *product_; }

  // Takes over what may change while the server runs: the certificate, log level, hosts, origins,
  // limits and XiaoZhi endpoints; connections of endpoints that stay are not touched. The log says
  // what else has changed and needs a restart. After a failure everything is as before.
  Async<Result<>> reload(Settings settings);

  // Takes no new work, lets what runs finish for a while, then ends it.
  Async<> stop();

 private:
  ServerRun() = default;
  Async<> handle(HttpExchange& exchange);
  Async<> prepare_mornings();
  Async<> work_through_nights(std::vector<identity::User> users);
  Async<> forget_the_old();
  Async<> end_idle_sessions();
  Async<> recover_plans();

  Settings settings_;
  std::string url_;
  std::unique_ptr<Product> product_;
  std::unique_ptr<McpFront> mcp_;  // null until calls can be taken
  std::unique_ptr<TaskGroup> background_;
  std::unique_ptr<HttpServer> http_;
  std::unique_ptr<XiaozhiDevices> devices_;
  std::set<std::string> nights_done_;  // by account and day
};

// Refuses an address that the whole network could reach without encryption by TLS of ours or of a
// proxy in front.
Result<void> check_listen(const ServerSettings& settings);

}  // namespace mtc::app
