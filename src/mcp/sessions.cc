#include "mcp/sessions.h"

namespace mtc::mcp {

Sessions::Sessions(const Clock& clock, Random& random, SessionLimits limits)
    : clock_(clock), random_(random), limits_(limits) {}

std::string Sessions::open(ConnectionContext peer) {
  drop_expired();
  while (!sessions_.empty() && sessions_.size() >= limits_.count) drop(sessions_.begin());
  sessions_.push_back(
      {.id = random_token(random_, 32), .peer = std::move(peer), .last_used = clock_.now()});
  const auto place = std::prev(sessions_.end());
  by_id_.emplace(place->id, place);
  return place->id;
}

const ConnectionContext* Sessions::use(std::string_view id, const Principal& principal) {
  drop_expired();
  const auto it = by_id_.find(id);
  if (it == by_id_.end() || it->second->peer.principal.subject != principal.subject) return nullptr;
  it->second->last_used = clock_.now();
  sessions_.splice(sessions_.end(), sessions_, it->second);
  return &it->second->peer;
}

bool Sessions::close(std::string_view id, const Principal& principal) {
  if (use(id, principal) == nullptr) return false;
  drop(by_id_.find(id)->second);
  return true;
}

void Sessions::close_all() {
  while (!sessions_.empty()) drop(sessions_.begin());
}

void Sessions::drop(Place place) {
  const auto running = place->peer.running;
  by_id_.erase(place->id);
  sessions_.erase(place);
  running->cancel_all();
}

// A session with a call under way is in use, however long the call takes.
void Sessions::drop_expired() {
  const auto now = clock_.now();
  for (auto it = sessions_.begin(); it != sessions_.end() && now - it->last_used > limits_.idle;) {
    const auto place = it++;
    if (place->peer.running->size() == 0) {
      drop(place);
    } else {
      place->last_used = now;
      sessions_.splice(sessions_.end(), sessions_, place);
    }
  }
}

}  // namespace mtc::mcp
