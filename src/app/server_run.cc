#include "app/server_run.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/asio/steady_timer.hpp>
#include <cstdlib>
#include <fstream>

#include "adapters/xiaozhi/address.h"
#include "adapters/xiaozhi/serving.h"
#include "adapters/xiaozhi/tool_rules.h"
#include "app/listen_address.h"
#include "app/logging.h"
#include "base/text.h"

namespace mtc::app {
namespace {

constexpr auto kPrepareEvery = std::chrono::seconds(30);
constexpr auto kForgetEvery = std::chrono::hours(24);
constexpr auto kLastWords = std::chrono::seconds(1);  // for answers of cancelled calls

std::optional<TlsFiles> tls_files(const ServerSettings& settings) {
  if (settings.tls_certificate.empty()) return std::nullopt;
  return TlsFiles{.certificate = settings.tls_certificate, .key = settings.tls_key};
}

// The sections of which something differs that a running server cannot take over.
std::vector<std::string_view> fixed_parts_that_differ(const Settings& now, const Settings& next) {
  // The part of `server` that it can.
  auto server = next.server;
  server.allowed_hosts = now.server.allowed_hosts;
  server.allowed_origins = now.server.allowed_origins;
  server.requests_per_second = now.server.requests_per_second;
  server.concurrent_requests = now.server.concurrent_requests;
  server.stop_within_seconds = now.server.stop_within_seconds;
  std::vector<std::string_view> out;
  if (server != now.server) out.emplace_back("server");
  if (next.oauth != now.oauth) out.emplace_back("oauth");
  if (next.database != now.database) out.emplace_back("database");
  if (next.secrets != now.secrets) out.emplace_back("secrets");
  if (next.tencent != now.tencent) out.emplace_back("tencent");
  if (next.broadcast != now.broadcast) out.emplace_back("broadcast");
  if (next.llm != now.llm) out.emplace_back("llm");
  if (next.state_dir != now.state_dir) out.emplace_back("state_dir");
  return out;
}

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

Result<void> check_listen(const ServerSettings& settings) {
  auto listen = parse_listen(settings.listen);
  if (!listen) return fail(std::move(listen).error());
  const bool encrypted = !settings.tls_certificate.empty() || settings.behind_tls_proxy;
  if (listen->is_loopback() || encrypted) return {};
  return fail(
      Errc::invalid_argument,
      fmt::format(
          "server: listen: {} can be reached from the network, and tokens would travel in the "
          "clear. Give tls_certificate and tls_key, or listen on 127.0.0.1 and put a TLS proxy in "
          "front, or, if one already protects this address, set behind_tls_proxy: true",
          settings.listen));
}

Async<Result<std::unique_ptr<ServerRun>>> ServerRun::start(Settings settings, const Clock& clock) {
  if (auto ok = check_listen(settings.server); !ok) co_return fail(ok.error());
  const ListenAddress listen = *parse_listen(settings.server.listen);
  const auto executor = co_await asio::this_coro::executor;

  std::unique_ptr<ServerRun> run(new ServerRun);
  run->settings_ = settings;
  run->background_ = std::make_unique<TaskGroup>(executor);
  auto http = start_http_server(
      executor, {.address = listen.address, .port = listen.port, .tls = tls_files(settings.server)},
      [self = run.get()](HttpExchange& exchange) { return self->handle(exchange); });
  if (!http) co_return fail(std::move(http).error());
  run->http_ = std::move(*http);
  run->url_ = listen.url(run->http_->port(), !settings.server.tls_certificate.empty());

  const std::string public_url =
      settings.server.public_url.empty() ? run->url_ : settings.server.public_url;
  auto product = Product::open(executor, settings, clock, public_url);
  if (!product) co_return fail(std::move(product).error());
  run->product_ = std::move(*product);
  run->mcp_ =
      std::make_unique<McpFront>(run->product_->servers(), run->product_->authenticator(), clock,
                                 run->product_->foundation().random, settings, public_url);
  co_await run->product_->tasks().resume();
  if (auto connected = co_await run->connect_xiaozhi(); !connected)
    co_return fail(std::move(connected).error());
  run->background_->spawn("preparing the mornings", run->prepare_mornings());
  run->background_->spawn("forgetting what is old", run->forget_the_old());
  co_return run;
}

Async<> ServerRun::handle(HttpExchange& exchange) {
  const std::string& path = exchange.request().path;
  if (mcp_ == nullptr) {
    co_await exchange.respond({.status = 503, .headers = {{"Retry-After", "1"}}, .body = {}});
  } else if (mcp_->serves(path)) {
    co_await mcp_->handle(exchange);
  } else {
    co_await product_->site().handle(exchange);
  }
}

Async<> ServerRun::forget_the_old() {
  const std::chrono::days kept(settings_.broadcast.keep_days);
  for (;;) {
    const TimePoint now = product_->foundation().clock.now();
    if (auto done = co_await product_->broadcasts().forget(now, now - kept); !done)
      spdlog::warn("forgetting what is old: {}", done.error().message);
    co_await product_->sleeper().sleep(kForgetEvery);
  }
}

Async<> ServerRun::prepare_mornings() {
  for (;;) {
    auto users = co_await product_->foundation().directory.users();
    if (users) {
      for (const auto& failure :
           co_await product_->preparer().prepare_due(std::move(*users), product_->id())) {
        spdlog::warn("the broadcast of {} is not prepared yet: {}", failure.username,
                     failure.error.message);
      }
    } else {
      spdlog::warn("preparing the mornings: {}", users.error().message);
    }
    co_await product_->sleeper().sleep(kPrepareEvery);
  }
}

Async<Result<void>> ServerRun::connect_xiaozhi() {
  auto devices = co_await make_devices(settings_.xiaozhi);
  if (!devices) co_return fail(std::move(devices).error());
  devices_ = std::move(*devices);
  for (const auto& device : devices_) device->start();
  co_return Result<void>{};
}

Async<Result<std::vector<std::unique_ptr<xiaozhi::XiaozhiEndpoint>>>> ServerRun::make_devices(
    const XiaozhiSettings& settings) {
  std::vector<std::unique_ptr<xiaozhi::XiaozhiEndpoint>> devices;
  if (settings.endpoints.empty()) co_return devices;
  if (auto fit = xiaozhi::check_tools(product_->device_server().tools()); !fit)
    co_return fail(fit.error());
  std::vector<std::string> urls;
  for (const auto& endpoint : settings.endpoints) {
    auto url = endpoint_url(endpoint);
    if (!url) co_return fail(std::move(url).error());
    urls.push_back(std::move(*url));
  }
  auto addresses = xiaozhi::parse_endpoint_addresses(urls);
  if (!addresses) co_return fail(std::move(addresses).error());

  const auto executor = co_await asio::this_coro::executor;
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    const std::string& username = settings.endpoints[i].user;
    // The endpoint's token names the agent, and the settings name its owner: that is a device's
    // assurance, no more.
    auto owner = co_await product_->foundation().directory.by_name(
        username, identity::Assurance::device, {identity::Scope::operate});
    if (!owner) co_return fail_in("xiaozhi: endpoints: user " + username, owner.error());
    const Language language = owner->user.language;
    devices.push_back(std::make_unique<xiaozhi::XiaozhiEndpoint>(
        executor,
        xiaozhi::EndpointOptions{.address = std::move((*addresses)[i]), .language = language},
        xiaozhi::make_handler(product_->device_server(), to_protocol(*owner, "xiaozhi"),
                              {.language = language,
                               .remainders = &product_->remainders(),
                               .subject = owner->user.username}),
        dialer_, product_->foundation().clock, product_->sleeper(), product_->foundation().random));
  }
  co_return devices;
}

Async<Result<>> ServerRun::reload(Settings settings) {
  if (auto ok = check_listen(settings.server); !ok) co_return ok;
  auto devices = co_await make_devices(settings.xiaozhi);
  if (!devices) co_return fail(std::move(devices).error());
  if (auto ok = http_->reload_certificate(); !ok) co_return ok;
  for (const auto part : fixed_parts_that_differ(settings_, settings)) {
    spdlog::warn("settings: something in {} changed that needs a restart", part);
  }
  mcp_->apply(settings);
  set_log_level(settings.log_level);
  // The relay keeps one connection for each agent: the old one goes first.
  for (const auto& device : devices_) co_await device->stop();
  devices_ = std::move(*devices);
  for (const auto& device : devices_) device->start();
  settings_.xiaozhi = settings.xiaozhi;
  settings_.server.stop_within_seconds = settings.server.stop_within_seconds;
  spdlog::info("settings: read again");
  co_return Result<>{};
}

// New work is refused first, then what waits for news ends, then what runs has its time.
Async<> ServerRun::stop() {
  const std::chrono::seconds patience(settings_.server.stop_within_seconds);
  background_->stop();
  for (const auto& device : devices_) co_await device->stop();
  mcp_->close_streams();
  // Calls of older clients do not end with their connections: they are told before those are cut.
  asio::steady_timer late(co_await asio::this_coro::executor, patience);
  late.async_wait([this](const boost::system::error_code& in_time) {
    if (!in_time) mcp_->stop();
  });
  co_await http_->stop(patience + kLastWords);
  late.cancel();
  mcp_->stop();
  co_await product_->tasks().stop();
  co_await product_->authenticator().stop();
  co_await background_->join();
}

}  // namespace mtc::app
