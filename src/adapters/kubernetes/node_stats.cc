// What a node's kubelet measures, asked through the API server: proxy/stats/summary, described at
// https://kubernetes.io/docs/reference/instrumentation/node-metrics/. Its members are those of
// k8s.io/kubelet/pkg/apis/stats/v1alpha1.
#include "adapters/kubernetes/json_view.h"
#include "adapters/kubernetes/kubernetes_api.h"

namespace mtc::kubernetes {
namespace {

std::int64_t bytes_at(const JsonView& view) {
  return std::max<std::int64_t>(view.integer(), 0);
}

clusters::PodStorage read_pod_storage(const JsonView& item) {
  clusters::PodStorage out{.ns = std::string(item["podRef"]["namespace"].text()),
                           .name = std::string(item["podRef"]["name"].text()),
                           .local = bytes_at(item["ephemeral-storage"]["usedBytes"]),
                           .volumes = {}};
  item["volume"].each([&out](const JsonView& volume) {
    const auto claim = volume["pvcRef"];
    if (!claim) return;  // lies on the node and is counted there
    out.volumes.push_back({.ns = std::string(claim["namespace"].text()),
                           .claim = std::string(claim["name"].text()),
                           .used = bytes_at(volume["usedBytes"]),
                           .capacity = bytes_at(volume["capacityBytes"])});
  });
  return out;
}

}  // namespace

Async<Result<std::vector<clusters::PodStorage>>> KubernetesApi::pod_storage(std::string node) {
  auto call = co_await call_for({.api_version = "v1", .kind = "Node", .ns = {}, .name = node},
                                "GET", "proxy");
  if (!call) co_return fail(std::move(call).error().error);
  call->path += "/stats/summary";
  call->what = "the disks of node " + node;
  std::vector<clusters::PodStorage> out;
  const auto done = co_await client_.send(std::move(*call), [&out](OutboundResponse& response) {
    out.clear();
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.parse(response.body).get(root) || !root.is_object())
      return Result<>(fail(Errc::unavailable, ""));
    JsonView(root)["pods"].each(
        [&out](const JsonView& item) { out.push_back(read_pod_storage(item)); });
    return Result<>{};
  });
  if (!done) co_return fail(done.error().error);
  co_return out;
}

}  // namespace mtc::kubernetes
