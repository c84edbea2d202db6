#include "services/common/topic_names.h"

namespace mtc::services {
namespace {

Async<Result<std::vector<std::string>>> fetch(LogStores stores, identity::User user) {
  auto topics = co_await stores(user, "").topics();
  if (!topics) co_return fail(std::move(topics).error());
  std::vector<std::string> names;
  for (auto& topic : *topics) {
    if (topic.indexed && !topic.name.empty()) names.push_back(std::move(topic.name));
  }
  co_return names;
}

}  // namespace

KeptNames topic_names(LogStores stores, const Clock& clock) {
  return {
      [stores = std::move(stores)](identity::User user) { return fetch(stores, std::move(user)); },
      clock};
}

}  // namespace mtc::services
