#include "app/server_run.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <fstream>

#include "adapters/xiaozhi/address.h"
#include "adapters/xiaozhi/serving.h"
#include "adapters/xiaozhi/tool_rules.h"
#include "app/listen_address.h"
#include "base/text.h"

namespace mtc::app {
namespace {

constexpr auto kPrepareEvery = std::chrono::seconds(30);
constexpr auto kForgetEvery = std::chrono::hours(24);
constexpr auto kFinishWithin = std::chrono::seconds(10);

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
  if (listen->is_loopback() || settings.behind_tls_proxy) return {};
  return fail(
      Errc::invalid_argument,
      fmt::format(
          "server: listen: {} can be reached from the network, and tokens would travel in the "
          "clear. Listen on 127.0.0.1 and put a TLS proxy in front, or, if one already protects "
          "this address, set behind_tls_proxy: true",
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
      executor, {.address = listen.address, .port = listen.port},
      [self = run.get()](HttpExchange& exchange) { return self->handle(exchange); });
  if (!http) co_return fail(std::move(http).error());
  run->http_ = std::move(*http);
  run->url_ = listen.url(run->http_->port());

  const std::string public_url =
      settings.server.public_url.empty() ? run->url_ : settings.server.public_url;
  auto product = Product::open(settings, clock, public_url);
  if (!product) co_return fail(std::move(product).error());
  run->product_ = std::move(*product);
  run->mcp_ = std::make_unique<mcp::HttpEndpoint>(
      run->product_->server(), clock, run->product_->foundation().random,
      &run->product_->authenticator(),
      mcp::HttpEndpointOptions{.hosts = settings.server.allowed_hosts,
                               .origins = settings.server.allowed_origins});
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
  } else if (path == "/mcp") {
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
  if (settings_.xiaozhi.endpoints.empty()) co_return Result<void>{};
  if (auto fit = xiaozhi::check_tools(product_->device_server().tools()); !fit)
    co_return fail(fit.error());
  std::vector<std::string> urls;
  for (const auto& endpoint : settings_.xiaozhi.endpoints) {
    auto url = endpoint_url(endpoint);
    if (!url) co_return fail(std::move(url).error());
    urls.push_back(std::move(*url));
  }
  auto addresses = xiaozhi::parse_endpoint_addresses(urls);
  if (!addresses) co_return fail(std::move(addresses).error());

  const auto executor = co_await asio::this_coro::executor;
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    const std::string& username = settings_.xiaozhi.endpoints[i].user;
    // The endpoint's token names the agent, and the settings name its owner: that is a device's
    // assurance, no more.
    auto owner = co_await product_->foundation().directory.by_name(
        username, identity::Assurance::device, {identity::Scope::operate});
    if (!owner) co_return fail_in("xiaozhi: endpoints: user " + username, owner.error());
    const Language language = owner->user.language;
    devices_.push_back(std::make_unique<xiaozhi::XiaozhiEndpoint>(
        executor,
        xiaozhi::EndpointOptions{.address = std::move((*addresses)[i]), .language = language},
        xiaozhi::make_handler(product_->device_server(), to_protocol(*owner, "xiaozhi"),
                              {.language = language,
                               .remainders = &product_->remainders(),
                               .subject = owner->user.username}),
        dialer_, product_->foundation().clock, product_->sleeper(), product_->foundation().random));
    devices_.back()->start();
  }
  co_return Result<void>{};
}

Async<> ServerRun::stop() {
  background_->stop();
  for (const auto& device : devices_) co_await device->stop();
  mcp_->stop();
  co_await http_->stop(kFinishWithin);
  co_await background_->join();
}

}  // namespace mtc::app
