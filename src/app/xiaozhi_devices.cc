#include "app/xiaozhi_devices.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "adapters/xiaozhi/address.h"
#include "adapters/xiaozhi/serving.h"
#include "adapters/xiaozhi/tool_rules.h"
#include "base/text.h"

namespace mtc::app {
namespace {

constexpr Millis kPauseAfterClose = std::chrono::seconds(1);

}  // namespace

Result<std::string> endpoint_url(const XiaozhiEndpointSettings& endpoint) {
  if (!endpoint.url_env.empty()) {
    const char* value = std::getenv(endpoint.url_env.c_str());
    if (value != nullptr && *value != '\0') return std::string(trim(value));
    return fail(
        Errc::invalid_argument,
        fmt::format(
            "xiaozhi: the environment variable {} is not set; put the endpoint's URL into it",
            endpoint.url_env));
  }
  std::ifstream in(endpoint.url_file);
  std::string line;
  if (in && std::getline(in, line) && !trim(line).empty()) return std::string(trim(line));
  return fail(Errc::invalid_argument,
              fmt::format("xiaozhi: cannot read the endpoint's URL from {}", endpoint.url_file));
}

Async<Result<std::vector<XiaozhiDevices::Wanted>>> XiaozhiDevices::plan(
    const XiaozhiSettings& settings) {
  std::vector<Wanted> wanted;
  if (settings.endpoints.empty()) co_return wanted;
  if (auto fit = xiaozhi::check_tools(product_.device_server().tools()); !fit) {
    co_return fail(fit.error());
  }
  std::vector<std::string> urls;
  for (const auto& endpoint : settings.endpoints) {
    auto url = endpoint_url(endpoint);
    if (!url) co_return fail(std::move(url).error());
    urls.push_back(std::move(*url));
  }
  auto addresses = xiaozhi::parse_endpoint_addresses(urls);
  if (!addresses) co_return fail(std::move(addresses).error());
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    const std::string& username = settings.endpoints[i].user;
    // The endpoint's token names the agent; the settings name its owner, and whether anybody else
    // speaks to it.
    const auto trust = identity::parse_assurance(settings.endpoints[i].trust)
                           .value_or(identity::Assurance::device);
    auto owner = co_await product_.foundation().directory.by_name(username, trust,
                                                                  {identity::Scope::operate});
    if (!owner) co_return fail_in("xiaozhi: endpoints: user " + username, owner.error());
    wanted.push_back({.address = std::move((*addresses)[i]), .owner = std::move(*owner)});
  }
  co_return wanted;
}

void XiaozhiDevices::start(std::vector<Wanted> wanted) {
  for (auto& one : wanted) devices_.push_back(make(std::move(one), Millis{0}));
}

Async<> XiaozhiDevices::change_to(std::vector<Wanted> wanted) {
  std::vector<Device> kept;
  std::vector<Device> leaving;
  for (auto& device : devices_) {
    const auto same = std::ranges::find_if(wanted, [&](const auto& w) { return device.serves(w); });
    // Somebody may have put right what was refused; it would be tried again only much later.
    const bool stuck = device.endpoint->status().state == xiaozhi::EndpointState::misconfigured;
    if (same != wanted.end() && !stuck) {
      wanted.erase(same);
      kept.push_back(std::move(device));
    } else {
      leaving.push_back(std::move(device));
    }
  }
  devices_ = std::move(kept);
  for (const auto& device : leaving) co_await device.endpoint->stop();
  for (auto& one : wanted) devices_.push_back(make(std::move(one), kPauseAfterClose));
}

Async<> XiaozhiDevices::stop() {
  for (const auto& device : devices_) co_await device.endpoint->stop();
}

bool XiaozhiDevices::Device::serves(const Wanted& wanted) const {
  return url == wanted.address.url.text() && owner == wanted.owner.user.username &&
         language == wanted.owner.user.language && trust == wanted.owner.assurance;
}

XiaozhiDevices::Device XiaozhiDevices::make(Wanted wanted, Millis start_after) {
  const auto& user = wanted.owner.user;
  Device device{.url = wanted.address.url.text(),
                .owner = user.username,
                .language = user.language,
                .trust = wanted.owner.assurance,
                .endpoint = nullptr};
  auto handler = xiaozhi::make_handler(
      product_.device_server(), to_protocol(wanted.owner, "xiaozhi"),
      {.language = user.language, .remainders = &product_.remainders(), .subject = user.username});
  device.endpoint = std::make_unique<xiaozhi::XiaozhiEndpoint>(
      executor_,
      xiaozhi::EndpointOptions{.address = std::move(wanted.address),
                               .language = user.language,
                               .start_after = start_after},
      std::move(handler), dialer_, product_.foundation().clock, product_.sleeper(),
      product_.foundation().random);
  device.endpoint->start();
  return device;
}

}  // namespace mtc::app
