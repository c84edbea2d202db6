// The XiaoZhi connections of a running server: one for each endpoint of the settings.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/xiaozhi/endpoint.h"
#include "app/product.h"
#include "app/settings.h"

namespace mtc::app {

class XiaozhiDevices {
 public:
  // A connection as the settings want it.
  struct Wanted {
    xiaozhi::EndpointAddress address;
    identity::Principal owner;
  };

  // The product outlives it.
  XiaozhiDevices(asio::any_io_executor executor, Product& product)
      : executor_(std::move(executor)), product_(product) {}

  // What the settings ask for; changes nothing. Errc::invalid_argument for an address that cannot
  // be had or used, Errc::not_found for an owner who is not there.
  Async<Result<std::vector<Wanted>>> plan(const XiaozhiSettings& settings);

  // The first connections.
  void start(std::vector<Wanted> wanted);

  // Connections whose address, owner, language and trust stay go on; the others end, and what is
  // new begins a second later: a relay loses a registration that comes back at once.
  Async<> change_to(std::vector<Wanted> wanted);

  Async<> stop();

 private:
  struct Device {
    std::string url;  // holds the token: never print it
    std::string owner;
    Language language;
    identity::Assurance trust;
    std::unique_ptr<xiaozhi::XiaozhiEndpoint> endpoint;

    bool serves(const Wanted& wanted) const;
  };
  Device make(Wanted wanted, Millis start_after);

  asio::any_io_executor executor_;
  Product& product_;
  NetworkDialer dialer_;
  std::vector<Device> devices_;
};

// The URL of an endpoint, from where the settings say it is. It holds a token: never print it.
Result<std::string> endpoint_url(const XiaozhiEndpointSettings& endpoint);

}  // namespace mtc::app
