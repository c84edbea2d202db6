#include "services/common/topic_names.h"

#include <algorithm>

namespace mtc::services {
namespace {

constexpr std::chrono::minutes kFresh{1};

}  // namespace

Async<Result<std::vector<std::string>>> TopicNames::list(identity::User user) {
  const TimePoint now = clock_.now();
  if (const auto it = known_.find(user.id); it != known_.end() && now < it->second.until) {
    co_return it->second.names;
  }
  auto topics = co_await stores_(user, "").topics();
  if (!topics) co_return fail(std::move(topics).error());
  std::vector<std::string> names;
  for (auto& topic : *topics) {
    if (topic.indexed && !topic.name.empty()) names.push_back(std::move(topic.name));
  }
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  names.erase(twice.begin(), twice.end());
  std::erase_if(known_, [now](const auto& one) { return one.second.until <= now; });
  known_.insert_or_assign(user.id, Known{.names = names, .until = now + kFresh});
  co_return names;
}

}  // namespace mtc::services
