#include "kubernetes_contract.h"

#include <fmt/format.h>
#include <stdlib.h>  // mkdtemp

#include <filesystem>
#include <stdexcept>

#include "infra/http/server.h"
#include "infra/loop/run.h"

namespace mtc {
namespace {

using emulator::kubernetes::kDemoClusterId;

struct Folder {
  Folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "mtc-contract-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

Async<> serve_and_play(KubernetesContract& it, Async<> (*scenario)(KubernetesContract& it)) {
  const Folder folder;
  auto tls = it.certificates.write_server_files(folder.path);
  if (!tls) throw std::runtime_error(tls.error().message);
  auto server = start_http_server(
      co_await asio::this_coro::executor, {.max_body_bytes = 8U << 20U, .tls = std::move(*tls)},
      [&it](HttpExchange& exchange) { return it.stand_in.handle(exchange); });
  if (!server) throw std::runtime_error(server.error().message);
  it.url = fmt::format("https://127.0.0.1:{}/clusters/{}", (*server)->port(), kDemoClusterId);
  const auto certificate =
      it.certificates.issue({.name = "100000000001", .groups = {"system:masters"}});
  it.admin = it.by(certificate.value(), it.certificates.ca());
  co_await scenario(it);
  co_await (*server)->stop(Millis{0});
}

Async<> play_all(Async<> (*scenario)(KubernetesContract& it)) {
  KubernetesContract it;
  co_await serve_and_play(it, scenario);
}

}  // namespace

KubernetesContract::KubernetesContract()
    : stand_in(clock, random),
      certificates(emulator::kubernetes::KubeCertificates::create(system_clock, random).value()) {
  clock.time =
      TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(1));
  sleeper.clock = &clock;
  shop = emulator::kubernetes::add_demo_shop(stand_in, clock, random);
}

std::unique_ptr<kubernetes::KubernetesApi> KubernetesContract::as(const std::string& token,
                                                                  kubernetes::ApiOptions options) {
  return connect({.cluster = kDemoClusterId,
                  .server = url,
                  .ca = certificates.ca(),
                  .user = "somebody",
                  .token = token},
                 options);
}

std::unique_ptr<kubernetes::KubernetesApi> KubernetesContract::by(
    const KeyedCertificate& certificate, const std::string& ca) {
  return connect({.cluster = kDemoClusterId,
                  .server = url,
                  .ca = ca,
                  .user = "somebody",
                  .certificate = certificate},
                 {});
}

std::unique_ptr<kubernetes::KubernetesApi> KubernetesContract::connect(
    const emulator::kubernetes::KubeAccess& access, kubernetes::ApiOptions options) {
  auto config = kubernetes::parse_kubeconfig(emulator::kubernetes::kubeconfig_text(access));
  if (!config) throw std::runtime_error(config.error().message);
  return std::make_unique<kubernetes::KubernetesApi>(http, std::move(*config), clock, sleeper,
                                                     random, options);
}

void play(Async<> (*scenario)(KubernetesContract& it)) {
  run(play_all(scenario));
}

}  // namespace mtc
