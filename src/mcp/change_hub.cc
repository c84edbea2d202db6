#include "mcp/change_hub.h"

namespace mtc::mcp {

ChangeHub::Subscription ChangeHub::subscribe(Listener listener) {
  Subscription out;
  out.listener_ = std::make_shared<const Listener>(std::move(listener));
  listeners_.remove_if([](const auto& one) { return one.expired(); });
  listeners_.emplace_back(out.listener_);
  return out;
}

void ChangeHub::publish(const Change& change) {
  for (auto it = listeners_.begin(); it != listeners_.end();) {
    if (const auto listener = it->lock()) {
      (*listener)(change);
      ++it;
    } else {
      it = listeners_.erase(it);
    }
  }
}

std::size_t ChangeHub::size() {
  listeners_.remove_if([](const auto& one) { return one.expired(); });
  return listeners_.size();
}

}  // namespace mtc::mcp
