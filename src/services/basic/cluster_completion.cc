#include "services/basic/cluster_completion.h"

#include <algorithm>

#include "base/text.h"
#include "services/common/cluster_names.h"
#include "services/common/completion.h"

namespace mtc::services {
namespace {

using Values = std::vector<std::string>;

constexpr std::size_t kLongestName = 200;  // bytes: each is compared with all names there are

struct Filled {
  std::string cluster;
  std::string ns;
};

std::string filled_in(const std::map<std::string, std::string>& others, const std::string& name) {
  const auto it = others.find(name);
  return it == others.end() ? std::string() : std::string(trim(it->second));
}

using List = Async<Result<Values>> (*)(ClusterNames, identity::User, Filled);

Async<Result<Values>> list_clusters(ClusterNames names, identity::User user, Filled) {
  co_return co_await names.list_clusters(std::move(user));
}

Async<Result<Values>> list_namespaces(ClusterNames names, identity::User user, Filled filled) {
  co_return co_await names.list_namespaces(std::move(user), std::move(filled.cluster));
}

Async<Result<Values>> list_workloads(ClusterNames names, identity::User user, Filled filled) {
  co_return co_await names.list_workloads(std::move(user), std::move(filled.cluster),
                                          std::move(filled.ns));
}

Async<Result<Values>> complete(Callers* callers, ClusterNames names, List list, std::string typed,
                               Filled filled, mcp::CallContext context) {
  auto principal = co_await callers->resolve(context.principal);
  if (!principal) co_return fail(std::move(principal).error());
  if (std::max(filled.cluster.size(), filled.ns.size()) > kLongestName) co_return Values{};
  auto found = co_await list(std::move(names), std::move(principal->user), std::move(filled));
  // Completing is a courtesy: a cloud that does not answer must not stop anybody from typing.
  if (!found) co_return Values{};
  co_return beginning_with(typed, std::move(*found));
}

mcp::Completer completer(const ClusterPorts& ports, List list) {
  return [callers = &ports.callers, names = ClusterNames(ports.estate), list](
             std::string typed, const std::map<std::string, std::string>& others,
             mcp::CallContext context) {
    return complete(callers, names, list, std::move(typed),
                    {.cluster = filled_in(others, "cluster"), .ns = filled_in(others, "namespace")},
                    std::move(context));
  };
}

}  // namespace

ClusterCompleters cluster_completers(const ClusterPorts& ports) {
  return {.cluster = completer(ports, list_clusters),
          .ns = completer(ports, list_namespaces),
          .workload = completer(ports, list_workloads)};
}

}  // namespace mtc::services
