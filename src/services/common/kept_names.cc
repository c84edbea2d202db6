#include "services/common/kept_names.h"

#include <algorithm>

namespace mtc::services {
namespace {

constexpr std::chrono::minutes kFresh{1};

}  // namespace

Async<Result<std::vector<std::string>>> KeptNames::list(identity::User user) {
  const TimePoint now = clock_.now();
  const auto id = user.id;
  if (const auto it = known_.find(id); it != known_.end() && now < it->second.until) {
    co_return it->second.names;
  }
  auto names = co_await fetch_(std::move(user));
  if (!names) co_return fail(std::move(names).error());
  std::ranges::sort(*names);
  const auto twice = std::ranges::unique(*names);
  names->erase(twice.begin(), twice.end());
  std::erase_if(known_, [now](const auto& one) { return one.second.until <= now; });
  known_.insert_or_assign(id, Known{.names = *names, .until = now + kFresh});
  co_return std::move(*names);
}

}  // namespace mtc::services
