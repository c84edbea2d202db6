#include "kubernetes_contract.h"

#include <fmt/format.h>

#include "infra/http/server.h"
#include "infra/loop/run.h"

namespace mtc {
namespace {

FakeClock morning() {
  FakeClock clock;
  clock.time =
      TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(1));
  return clock;
}

Async<> serve_and_play(KubernetesContract& it, Async<> (*scenario)(KubernetesContract& it)) {
  auto server =
      start_http_server(co_await asio::this_coro::executor, {.max_body_bytes = 8U << 20U},
                        [&it](HttpExchange& exchange) { return it.stand_in.handle(exchange); });
  if (!server) {
    ADD_FAILURE() << server.error().message;
    co_return;
  }
  it.url = fmt::format("http://127.0.0.1:{}/clusters/{}", (*server)->port(),
                       emulator::kubernetes::kDemoClusterId);
  it.admin = it.as(it.shop.tokens.admin);
  co_await scenario(it);
  co_await (*server)->stop(Millis{0});
}

Async<> play_all(Async<> (*scenario)(KubernetesContract& it)) {
  KubernetesContract it;
  co_await serve_and_play(it, scenario);
}

}  // namespace

KubernetesContract::KubernetesContract() : clock(morning()), stand_in(clock, random) {
  sleeper.clock = &clock;
  shop = emulator::kubernetes::add_demo_shop(stand_in, clock, random);
}

std::unique_ptr<kubernetes::KubernetesApi> KubernetesContract::as(const std::string& token,
                                                                  kubernetes::ApiOptions options) {
  auto config = kubernetes::parse_kubeconfig(emulator::kubernetes::kubeconfig_text(
      emulator::kubernetes::kDemoClusterId, url, "somebody", token));
  if (!config) throw std::runtime_error(config.error().message);
  return std::make_unique<kubernetes::KubernetesApi>(http, std::move(*config), clock, sleeper,
                                                     random, options);
}

void play(Async<> (*scenario)(KubernetesContract& it)) {
  run(play_all(scenario));
}

}  // namespace mtc
