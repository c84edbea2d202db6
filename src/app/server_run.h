// A running server: the HTTP front, the clock that prepares the mornings, the XiaoZhi connections.
#pragma once

#include <memory>
#include <string>

#include "adapters/xiaozhi/endpoint.h"
#include "app/mcp_front.h"
#include "app/product.h"
#include "app/settings.h"
#include "infra/http/server.h"
#include "infra/loop/task_group.h"

namespace mtc::app {

class ServerRun {
 public:
  // Opens the product and starts listening; the settings are complete (with_defaults).
  static Async<Result<std::unique_ptr<ServerRun>>> start(Settings settings, const Clock& clock);

  const std::string& url() const { return url_; }  // http://127.0.0.1:8080
  Product& product() { return *product_; }
  const std::vector<std::unique_ptr<xiaozhi::XiaozhiEndpoint>>& devices() const { return devices_; }

  // Takes over what may change while the server runs: the certificate, log level, hosts, origins,
  // limits and XiaoZhi endpoints. The log says what else has changed and needs a restart. After a
  // failure everything is as before.
  Async<Result<>> reload(Settings settings);

  // Takes no new work, lets what runs finish for a while, then ends it.
  Async<> stop();

 private:
  ServerRun() = default;
  Async<> handle(HttpExchange& exchange);
  Async<> prepare_mornings();
  Async<> forget_the_old();
  Async<Result<void>> connect_xiaozhi();
  Async<Result<std::vector<std::unique_ptr<xiaozhi::XiaozhiEndpoint>>>> make_devices(
      const XiaozhiSettings& settings);

  Settings settings_;
  std::string url_;
  std::unique_ptr<Product> product_;
  std::unique_ptr<McpFront> mcp_;
  std::unique_ptr<TaskGroup> background_;
  std::unique_ptr<HttpServer> http_;
  NetworkDialer dialer_;
  std::vector<std::unique_ptr<xiaozhi::XiaozhiEndpoint>> devices_;
};

// The URL of an endpoint, from where the settings say it is. It holds a token: never print it.
Result<std::string> endpoint_url(const XiaozhiEndpointSettings& endpoint);

// Refuses an address that the whole network could reach without encryption by TLS of ours or of a
// proxy in front.
Result<void> check_listen(const ServerSettings& settings);

}  // namespace mtc::app
