// Where the objects of a kind are found in a cluster's API.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/kubernetes/api_client.h"
#include "domain/clusters/objects.h"

namespace mtc::kubernetes {

struct Resource {
  std::string api_version;  // "apps/v1"
  std::string kind;         // "Deployment"
  std::string plural;       // "deployments"
  bool namespaced = true;
};

// Of the kinds that every cluster has; null for others.
const Resource* find_known(std::string_view api_version, std::string_view kind);

// "/apis/apps/v1/namespaces/shop/deployments"; all namespaces if `ns` is empty.
// Errc::invalid_argument for a name that no namespace has.
Result<std::string> collection_path(const Resource& resource, std::string_view ns);
// One object's, or a part of it ("scale", "log"). Errc::invalid_argument also for a name that no
// object has, or without the namespace that it needs.
Result<std::string> object_path(const Resource& resource, std::string_view ns,
                                std::string_view name, std::string_view subresource = {});

// "Deployment shop/order", for messages.
std::string describe(const clusters::ObjectRef& object);

// Finds resources, asking the cluster for the kinds that not every cluster has.
class Resources {
 public:
  explicit Resources(ApiClient& client) : client_(client) {}

  // Errc::not_found if the cluster does not have that kind, Errc::invalid_argument for names that
  // no kind has.
  Async<std::expected<Resource, Failure>> find(std::string api_version, std::string kind);

 private:
  struct Group {
    std::vector<Resource> resources;
    TimePoint learnt{};
  };
  Async<std::expected<Group, Failure>> ask(const std::string& api_version);

  ApiClient& client_;
  std::map<std::string, Group> groups_;  // by api_version
};

}  // namespace mtc::kubernetes
