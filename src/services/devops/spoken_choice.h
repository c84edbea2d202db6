// Which alert or which workload somebody means.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clusters/names.h"
#include "services/devops/devops_ports.h"

namespace mtc::services {

// By its number (三号, E22, "12") or by words of it among those of the last week; nothing said: the
// one that waits or fires, if there is but one. Errc::not_found; Errc::conflict asks which of two.
Async<Result<alerts::Alert>> choose_alert(DevopsToolPorts ports, std::string said,
                                          DevopsCaller caller);

// Those of the names that are meant, misheard ones included; empty: none.
std::vector<std::string> names_meant(std::string_view said, const std::vector<std::string>& names,
                                     clusters::Named what, Language language);

// Keeps those items whose name is meant. Nothing said: all.
template <class Item>
void keep_meant(std::vector<Item>& items, std::string_view said, clusters::Named what,
                Language language, const std::function<std::string(const Item&)>& name_of) {
  if (said.empty()) return;
  std::vector<std::string> names;
  for (const Item& item : items) names.push_back(name_of(item));
  const auto meant = names_meant(said, names, what, language);
  std::erase_if(items, [&](const Item& item) {
    return std::ranges::find(meant, name_of(item)) == meant.end();
  });
}

// "payment 的 CPU 利用率": fit to stand in a sentence, whatever the alert says of itself.
std::string called(const alerts::Alert& alert, Language language);

}  // namespace mtc::services
