#include "domain/clusters/change_target.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/characters.h"
#include "base/job_queue.h"
#include "base/text.h"
#include "domain/clusters/names.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kMostNamespaces = 60;
constexpr std::size_t kAtOnce = 8;

bool is_plain_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 &&
         std::ranges::all_of(text, [](char c) { return is_alnum(c) || is_one_of(c, "-."); });
}

std::vector<NameCandidate> only(const Scene& scene, std::vector<NameCandidate> candidates) {
  for (NameCandidate& one : candidates) {
    one.cluster = scene.cluster.name;
    one.cluster_id = scene.cluster.id;
  }
  return candidates;
}

// What the jobs of find_config share.
struct ConfigSearch {
  std::shared_ptr<ClusterApi> api;
  std::string kind;
  std::vector<NameCandidate> found;
  std::optional<Error> error;
};

Async<> search_namespace(std::shared_ptr<ConfigSearch> search, std::string ns) {
  auto names = co_await search->api->names("v1", search->kind, ns);
  if (!names) {
    if (!search->error) search->error = std::move(names).error();
    co_return;
  }
  for (std::string& name : *names) {
    search->found.push_back({.name = std::move(name), .kind = search->kind, .ns = ns});
  }
}

Async<Result<std::vector<std::string>>> namespaces_to_search(Scene scene, std::string said) {
  auto ns = co_await find_namespace(scene.api, std::move(said), scene.user.language);
  if (!ns) co_return fail(std::move(ns).error());
  if (!ns->empty()) co_return std::vector{*ns};
  auto all = co_await scene.api->namespaces();
  if (!all) co_return fail(std::move(all).error());
  std::erase_if(*all, [](const std::string& one) { return one.starts_with("kube-"); });
  if (all->size() > kMostNamespaces) {
    co_return fail(Errc::invalid_argument, is_chinese(scene)
                                               ? "命名空间太多了，请说是哪一个命名空间。"
                                               : "There are too many namespaces; say which one.");
  }
  co_return all;
}

}  // namespace

Async<Result<std::string>> find_namespace(std::shared_ptr<ClusterApi> api, std::string said,
                                          Language language) {
  if (said.empty()) co_return std::string();
  auto all = co_await api->namespaces();
  if (!all && all.error().code == Errc::denied && is_plain_name(said)) co_return said;
  if (!all) co_return fail(std::move(all).error());
  const auto chosen =
      choose_name({.spoken = std::move(said), .what = Named::name_space, .language = language},
                  plain_candidates(*all));
  if (!chosen) co_return fail(chosen.error());
  co_return (*all)[chosen->index];
}

Async<Result<ObjectRef>> find_config(Scene scene, std::string kind, SaidObject said) {
  auto namespaces = co_await namespaces_to_search(scene, said.ns);
  if (!namespaces) co_return fail(std::move(namespaces).error());
  const auto search = std::make_shared<ConfigSearch>();
  search->api = scene.api;
  search->kind = kind;
  const auto queue = std::make_shared<JobQueue>();
  for (const std::string& ns : *namespaces) {
    queue->push([search, ns] { return search_namespace(search, ns); });
  }
  co_await queue->run(kAtOnce);
  if (search->found.empty() && search->error) co_return fail(std::move(*search->error));
  const auto candidates = only(scene, std::move(search->found));
  const auto chosen =
      choose_name({.spoken = said.name, .language = scene.user.language}, candidates);
  if (!chosen) co_return fail(chosen.error());
  const NameCandidate& found = candidates[chosen->index];
  co_return ObjectRef{
      .api_version = "v1", .kind = std::move(kind), .ns = found.ns, .name = found.name};
}

Async<Result<ObjectRef>> find_pod(Scene scene, SaidObject said) {
  auto ns = co_await find_namespace(scene.api, said.ns, scene.user.language);
  if (!ns) co_return fail(std::move(ns).error());
  ObjectRef out{.api_version = "v1", .kind = "Pod", .ns = *ns, .name = said.name};
  if (!is_plain_name(said.name)) {
    co_return fail(Errc::invalid_argument,
                   is_chinese(scene) ? "pod 要说全名，例如 payment-7d9f4-x2k。"
                                     : "Give the pod's whole name, as payment-7d9f4-x2k.");
  }
  if (!ns->empty()) co_return out;
  auto pods =
      co_await scene.api->pods({.ns = "", .labels = "", .fields = "metadata.name=" + said.name});
  if (!pods) co_return fail(std::move(pods).error());
  std::erase_if(*pods, [&said](const Pod& pod) { return pod.name != said.name; });
  if (pods->size() == 1) {
    out.ns = pods->front().ns;
    co_return out;
  }
  const bool zh = is_chinese(scene);
  if (pods->empty()) {
    co_return fail(Errc::not_found, zh ? fmt::format("没有叫 {} 的 pod。", said.name)
                                       : fmt::format("There is no pod {}.", said.name));
  }
  co_return fail(Errc::conflict, zh ? fmt::format("{} 和 {} 里都有 {}，你说哪一个？", (*pods)[0].ns,
                                                  (*pods)[1].ns, said.name)
                                    : fmt::format("{} is in {} and in {}; which one?", said.name,
                                                  (*pods)[0].ns, (*pods)[1].ns));
}

}  // namespace mtc::clusters
