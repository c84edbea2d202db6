#include "app/mcp_front.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "domain/identity/user.h"

namespace mtc::app {
namespace {

constexpr std::string_view kPath = "/mcp";
constexpr std::string_view kOldStream = "/sse";
constexpr std::string_view kOldMessages = "/messages";

Services offered_by(const Settings& settings) {
  // Checked when the settings were read.
  return parse_services(settings.server.services).value_or(Services{});
}

mcp::RequestLimitOptions limits_of(const Settings& settings) {
  return {.per_second = settings.server.requests_per_second,
          .burst = 4.0 * settings.server.requests_per_second,
          .concurrent = static_cast<std::size_t>(settings.server.concurrent_requests)};
}

mcp::GateOptions gate_of(const Settings& settings, std::string public_url) {
  return {.hosts = settings.server.allowed_hosts,
          .origins = settings.server.allowed_origins,
          .public_url = std::move(public_url),
          .scope = std::string(name_of(identity::Scope::read))};
}

mcp::ResourceMetadataOptions metadata_of(const Settings& settings, std::string public_url) {
  mcp::ResourceMetadataOptions out{.public_url = std::move(public_url),
                                   .paths = {std::string(kPath)},
                                   .name = "mcp-tencent-cloud"};
  for (const auto service : offered_by(settings)) {
    out.paths.push_back(fmt::format("{}/{}", kPath, name_of(service)));
  }
  for (const auto& issuer : settings.oauth.issuers) {
    out.authorization_servers.push_back(issuer.issuer);
  }
  for (const auto scope :
       {identity::Scope::read, identity::Scope::operate, identity::Scope::admin}) {
    out.scopes.emplace_back(name_of(scope));
  }
  return out;
}

std::string_view profile_in(std::string_view query) {
  constexpr std::string_view kName = "profile=";
  for (const auto part : split(query, '&')) {
    if (part.starts_with(kName)) return part.substr(kName.size());
  }
  return {};
}

}  // namespace

McpFront::McpFront(const asio::any_io_executor& executor, McpServers& servers,
                   mcp::Authenticator& authenticator, const Clock& clock, Random& random,
                   const Settings& settings, std::string public_url)
    : servers_(servers),
      clock_(clock),
      random_(random),
      public_url_(std::move(public_url)),
      offered_(offered_by(settings)),
      limits_(clock, limits_of(settings)),
      gate_(gate_of(settings, public_url_), &authenticator, &limits_),
      metadata_(metadata_of(settings, public_url_)) {
  if (settings.server.old_sse) {
    old_ = std::make_unique<mcp::OldSseEndpoint>(executor, servers.server(offered_, Profile::full),
                                                 gate_, random, std::string(kOldMessages),
                                                 peer_of(Profile::full));
  }
}

bool McpFront::serves(std::string_view path) const {
  return path == kPath || path.starts_with("/mcp/") || metadata_.serves(path) ||
         (old_ && (path == kOldStream || path == kOldMessages));
}

Async<> McpFront::handle(HttpExchange& exchange) {
  const auto& request = exchange.request();
  if (metadata_.serves(request.path)) {
    co_await metadata_.handle(exchange);
  } else if (old_ && request.path == kOldStream) {
    co_await old_->handle_stream(exchange);
  } else if (old_ && request.path == kOldMessages) {
    co_await old_->handle_message(exchange);
  } else if (auto* endpoint = endpoint_of(request.path, request.query)) {
    co_await endpoint->handle(exchange);
  } else {
    // Tells nobody without a token what there is.
    mcp::Visit visit{.exchange = exchange, .resource = kPath};
    if (co_await gate_.admit(visit)) {
      std::vector<std::string_view> names;
      for (const auto service : offered_) names.push_back(name_of(service));
      co_await visit.send_error(
          404, mcp::invalid_request(fmt::format("There is no such endpoint; use /mcp, or /mcp/ and "
                                                "one of {}, with ?profile=voice or full",
                                                fmt::join(names, ", "))));
    }
  }
}

mcp::HttpEndpoint* McpFront::endpoint_of(std::string_view path, std::string_view query) {
  const auto profile = parse_profile(profile_in(query));
  if (!profile) return nullptr;
  Services services = offered_;
  if (path != kPath) {
    const auto one = parse_service(path.substr(kPath.size() + 1));
    if (!one || !offered_.contains(*one)) return nullptr;
    services = {*one};
  }
  auto& endpoint = endpoints_[{services, *profile}];
  if (!endpoint) {
    endpoint = std::make_unique<mcp::HttpEndpoint>(
        servers_.server(services, *profile), gate_, clock_, random_,
        mcp::HttpEndpointOptions{.peer = peer_of(*profile)});
  }
  return endpoint.get();
}

void McpFront::apply(const Settings& settings) {
  gate_.set_options(gate_of(settings, public_url_));
  limits_.set_options(limits_of(settings));
}

void McpFront::sweep() {
  for (const auto& [key, endpoint] : endpoints_) endpoint->sweep();
}

void McpFront::close_streams() {
  for (const auto& [key, endpoint] : endpoints_) endpoint->close_streams();
  if (old_) old_->close_idle();
}

void McpFront::stop() {
  for (const auto& [key, endpoint] : endpoints_) endpoint->stop();
  if (old_) old_->stop();
}

Async<> McpFront::join() {
  if (old_) co_await old_->join();
}

}  // namespace mtc::app
