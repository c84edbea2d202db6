#include "app/server_run.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/asio/steady_timer.hpp>

#include "app/listen_address.h"
#include "app/logging.h"
#include "base/zone.h"
#include "domain/broadcast/schedule.h"

namespace mtc::app {
namespace {

constexpr auto kPrepareEvery = std::chrono::seconds(30);
constexpr Millis kSweepEvery = std::chrono::minutes(1);
constexpr Millis kRecoverEvery = std::chrono::minutes(1);
constexpr auto kNightLease = std::chrono::minutes(45);
constexpr auto kForgetEvery = std::chrono::hours(24);
constexpr auto kKeepCheckpoints = std::chrono::hours(24 * 30);  // they may hold Secrets
constexpr auto kLastWords = std::chrono::seconds(1);            // for answers of cancelled calls

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
  if (next.safety != now.safety) out.emplace_back("safety");
  if (next.alerts != now.alerts) out.emplace_back("alerts");
  if (next.state_dir != now.state_dir) out.emplace_back("state_dir");
  return out;
}

}  // namespace

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
  const bool shared_address = listen.is_loopback() || settings.server.behind_tls_proxy;
  auto http = start_http_server(
      executor,
      {.address = listen.address,
       .port = listen.port,
       .max_connections_per_address =
           shared_address ? 0 : static_cast<std::size_t>(settings.server.connections_per_address),
       .tls = tls_files(settings.server)},
      [self = run.get()](HttpExchange& exchange) { return self->handle(exchange); });
  if (!http) co_return fail(std::move(http).error());
  run->http_ = std::move(*http);
  run->url_ = listen.url(run->http_->port(), !settings.server.tls_certificate.empty());

  const std::string public_url =
      settings.server.public_url.empty() ? run->url_ : settings.server.public_url;
  auto product = Product::open(executor, settings, clock, public_url);
  if (!product) co_return fail(std::move(product).error());
  run->product_ = std::move(*product);
  run->devices_ = std::make_unique<XiaozhiDevices>(executor, *run->product_);
  auto devices = co_await run->devices_->plan(settings.xiaozhi);
  if (!devices) co_return fail(std::move(devices).error());
  // From here on nothing fails: whoever has tasks has to stop them before he goes.
  co_await run->product_->tasks().resume();
  run->mcp_ =
      std::make_unique<McpFront>(executor, run->product_->servers(), run->product_->authenticator(),
                                 clock, run->product_->foundation().random, settings, public_url);
  run->devices_->start(std::move(*devices));
  run->product_->incidents().start(*run->background_);
  run->background_->spawn("preparing the mornings", run->prepare_mornings());
  run->background_->spawn("forgetting what is old", run->forget_the_old());
  run->background_->spawn("ending idle sessions", run->end_idle_sessions());
  run->background_->spawn("finding abandoned plans", run->recover_plans());
  co_return run;
}

Async<> ServerRun::handle(HttpExchange& exchange) {
  const std::string& path = exchange.request().path;
  if (mcp_ == nullptr) {
    co_await exchange.respond({.status = 503, .headers = {{"Retry-After", "1"}}, .body = {}});
  } else if (mcp_->serves(path)) {
    co_await mcp_->handle(exchange);
  } else if (web::Api::serves(path)) {
    co_await product_->api().handle(exchange);
  } else if (web::Hooks::serves(path)) {
    co_await product_->incidents().hooks().handle(exchange);
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
    co_await product_->incidents().forget(now - std::chrono::days(settings_.alerts.keep_days));
    if (auto done = co_await product_->approver().forget(); !done)
      spdlog::warn("forgetting old plans: {}", done.error().message);
    if (auto done = co_await product_->checkpoints().forget(now - kKeepCheckpoints); !done)
      spdlog::warn("forgetting old checkpoints: {}", done.error().message);
    co_await product_->sleeper().sleep(kForgetEvery);
  }
}

Async<> ServerRun::recover_plans() {
  for (;;) {
    co_await product_->recover_plans();
    co_await product_->sleeper().sleep(kRecoverEvery);
  }
}

Async<> ServerRun::end_idle_sessions() {
  for (;;) {
    co_await product_->sleeper().sleep(kSweepEvery);
    mcp_->sweep();
  }
}

Async<> ServerRun::prepare_mornings() {
  for (;;) {
    auto users = co_await product_->foundation().directory.users();
    if (users) {
      co_await work_through_nights(*users);
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

// What still fires in the small hours is dealt with before the morning is told: once for each
// account and day, by one process.
Async<> ServerRun::work_through_nights(std::vector<identity::User> users) {
  const TimePoint now = product_->foundation().clock.now();
  for (auto& user : users) {
    if (user.disabled) continue;
    const auto day = broadcast::day_to_prepare(user, product_->preparer().schedule(), now);
    if (!day) continue;
    const auto account = co_await product_->incidents().people().account_of(user);
    if (!account) continue;
    const auto name = fmt::format("night/{}/{}", *account, format_day(*day));
    if (nights_done_.contains(name)) continue;
    const auto lease =
        co_await product_->broadcasts().take_lease(name, product_->id(), now, now + kNightLease);
    if (!lease) continue;
    nights_done_.insert(name);
    if (*lease) co_await product_->incidents().watch().work_through(*account);
  }
}

Async<Result<>> ServerRun::reload(Settings settings) {
  if (auto ok = check_listen(settings.server); !ok) co_return ok;
  auto devices = co_await devices_->plan(settings.xiaozhi);
  if (!devices) co_return fail(std::move(devices).error());
  if (auto ok = http_->reload_certificate(); !ok) co_return ok;
  for (const auto part : fixed_parts_that_differ(settings_, settings)) {
    spdlog::warn("settings: something in {} changed that needs a restart", part);
  }
  mcp_->apply(settings);
  set_log_level(settings.log_level);
  co_await devices_->change_to(std::move(*devices));
  settings_.xiaozhi = settings.xiaozhi;
  settings_.server.stop_within_seconds = settings.server.stop_within_seconds;
  spdlog::info("settings: read again");
  co_return Result<>{};
}

// New work is refused first, then what waits for news ends, then what runs has its time.
Async<> ServerRun::stop() {
  const std::chrono::seconds patience(settings_.server.stop_within_seconds);
  background_->stop();
  co_await devices_->stop();
  mcp_->close_streams();
  // Calls of older clients do not end with their connections: they are told before those are cut.
  asio::steady_timer late(co_await asio::this_coro::executor, patience);
  late.async_wait([this](const boost::system::error_code& in_time) {
    if (!in_time) mcp_->stop();
  });
  co_await http_->stop(patience + kLastWords);
  late.cancel();
  mcp_->stop();
  co_await mcp_->join();
  co_await product_->tasks().stop();
  co_await product_->authenticator().stop();
  co_await background_->join();
}

}  // namespace mtc::app
