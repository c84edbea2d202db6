// What a request means: its path, its query and the form the answer shall have.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/kubernetes/access.h"
#include "emulator/kubernetes/kinds.h"
#include "emulator/kubernetes/status.h"

namespace mtc::emulator::kubernetes {

class Query {
 public:
  explicit Query(std::string_view text);
  std::string text(const std::string& key) const;
  bool flag(const std::string& key) const;  // "1" or "true"
  // 400 if it is there and no whole number.
  KubeResult<std::optional<std::int64_t>> number(const std::string& key) const;

 private:
  std::map<std::string, std::string> values_;
};

struct Route {
  const ResourceKind* kind = nullptr;  // as asked for
  const ResourceKind* stored = nullptr;
  std::string ns, name, subresource;
  std::string proxied;  // what the node's kubelet is asked for: "stats/summary"
};

// "/apis/apps/v1/namespaces/shop/deployments/cart/scale". 404 for what is not served.
KubeResult<Route> parse_route(std::string_view path);

// The verb that access control knows: get, list, watch, create, …
std::string verb_of(std::string_view method, const Route& route, const Query& query);
Attributes attributes_of(const Route& route, std::string verb);

enum class Form { json, table, partial };
// By the Accept header; 406 if none of what it names is spoken here.
KubeResult<Form> accepted_form(std::string_view accept);

// Who writes: ?fieldManager=, else the program's name from User-Agent.
std::string manager_of(const Query& query, std::string_view user_agent);

}  // namespace mtc::emulator::kubernetes
