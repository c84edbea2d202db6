#include "app/kubernetes_stand_in.h"

#include <fmt/format.h>

#include <cstdlib>

#include "emulator/kubernetes/kube_certificates.h"
#include "infra/files/files.h"

namespace mtc::app {
namespace {

using emulator::kubernetes::kDemoClusterId;

constexpr std::size_t kMaxBody = 32U << 20U;

}  // namespace

KubernetesStandIn::KubernetesStandIn(const Clock& clock, Random& random)
    : random_(random),
      api_(clock, random),
      shop_(emulator::kubernetes::add_demo_shop(api_, clock, random)) {}

Result<> KubernetesStandIn::make_folder() {
  auto pattern =
      (std::filesystem::temp_directory_path() / "mcp-tencent-cloud-kube-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    return fail(Errc::denied, "cannot make a folder for certificates at " + pattern);
  folder_ = pattern;
  return {};
}

Result<> KubernetesStandIn::listen_on(const asio::any_io_executor& executor,
                                      const ListenAddress& listen, TlsFiles files) {
  const auto handler = [this](HttpExchange& exchange) { return api_.handle(exchange); };
  auto server = start_http_server(executor,
                                  {.address = listen.address,
                                   .port = listen.port,
                                   .max_body_bytes = kMaxBody,
                                   .tls = std::move(files)},
                                  handler);
  if (!server) return fail(server.error());
  server_ = std::move(*server);
  auto control = start_http_server(executor, {.address = listen.address}, handler);
  if (!control) return fail(control.error());
  control_ = std::move(*control);
  url_ = fmt::format("{}/clusters/{}", listen.url(server_->port(), true), kDemoClusterId);
  control_url_ =
      fmt::format("{}/_emulator/clusters/{}", listen.url(control_->port()), kDemoClusterId);
  return {};
}

Result<> KubernetesStandIn::start(const asio::any_io_executor& executor,
                                  const ListenAddress& listen, const std::string& kubeconfig) {
  if (auto made = make_folder(); !made) return made;
  auto certificates = emulator::kubernetes::KubeCertificates::create(system_clock_, random_);
  if (!certificates) return fail(certificates.error());
  auto files = certificates->write_server_files(folder_);
  if (!files) return fail(files.error());
  auto issued = certificates->issue(admin_);
  if (!issued) return fail(issued.error());
  certificate_ = std::move(*issued);
  ca_ = certificates->ca();
  if (auto up = listen_on(executor, listen, std::move(*files)); !up) return up;
  tasks_.emplace(executor);
  tasks_->spawn("kubernetes stand-in", api_.drive());
  kubeconfig_ = kubeconfig.empty() ? (folder_ / "kubeconfig").string() : kubeconfig;
  return write_file(kubeconfig_, kubeconfig_for(kDemoClusterId), 0600);
}

Async<> KubernetesStandIn::stop() {
  if (server_) co_await server_->stop(Millis(500));
  if (control_) co_await control_->stop(Millis(100));
  if (tasks_) {
    tasks_->stop();
    co_await tasks_->join();
  }
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

Json KubernetesStandIn::describe() const {
  return {{"url", url_},
          {"control", control_url_},
          {"ca", ca_},
          {"cluster", kDemoClusterId},
          {"token", shop_.tokens.admin},
          {"users",
           {{"admin", shop_.tokens.admin},
            {"operator", shop_.tokens.ops},
            {"viewer", shop_.tokens.reader},
            {"developer", shop_.tokens.tester}}},
          {"kubeconfig", kubeconfig_}};
}

void KubernetesStandIn::serve_for(emulator::Emulator& cloud, const std::string& cluster_id) const {
  // The text is made now: the cloud asks on a thread of its own.
  cloud.cloud().set_kubeconfig(
      cluster_id, [text = kubeconfig_for(cluster_id)](const std::string&, std::uint64_t, bool) {
        return text;
      });
}

std::string KubernetesStandIn::kubeconfig_for(const std::string& cluster_id) const {
  return emulator::kubernetes::kubeconfig_text({.cluster = cluster_id,
                                                .server = url_,
                                                .ca = ca_,
                                                .user = admin_.name,
                                                .certificate = certificate_});
}

}  // namespace mtc::app
