#include "mcp/http/sessions.h"

#include <algorithm>

namespace mtc::mcp {
namespace {

constexpr std::string_view kUnasked = "0";

}  // namespace

Session::Session(std::string id, Peer peer, const asio::any_io_executor& executor)
    : id_(std::move(id)),
      peer_(std::move(peer)),
      executor_(executor),
      unasked_(std::make_shared<EventStream>(executor, std::string(kUnasked))) {
  peer_.outlet = this;
}

std::shared_ptr<EventStream> Session::open_stream() {
  forget_old_answers();
  auto name = std::to_string(next_stream_++);
  auto stream = std::make_shared<EventStream>(executor_, name);
  streams_.emplace_back(std::move(name), stream);
  // A stream that still waits for its answer is worth more than one that has it.
  if (streams_.size() > kMaxStreams) {
    const auto done = std::ranges::find_if(
        streams_, [](const auto& one) { return one.second->closed() && !one.second->carried(); });
    streams_.erase(done == streams_.end() ? streams_.begin() : done);
  }
  return stream;
}

void Session::forget_old_answers() {
  std::size_t kept = 0;
  for (const auto& [name, stream] : streams_) kept += stream->kept_bytes();
  for (auto it = streams_.begin(); it != streams_.end() && kept > kMaxKept;) {
    const auto& stream = *it->second;
    const bool answered = stream.closed() && !stream.carried();
    if (answered) kept -= stream.kept_bytes();
    it = answered ? streams_.erase(it) : std::next(it);
  }
}

std::shared_ptr<EventStream> Session::find_stream(std::string_view name) {
  if (name == kUnasked) return unasked_;
  const auto it =
      std::ranges::find_if(streams_, [&](const auto& one) { return one.first == name; });
  return it == streams_.end() ? nullptr : it->second;
}

void Session::end() {
  changes_ = {};
  unasked_->close();
  if (peer_.asks) peer_.asks->abandon();
  peer_.running->end();
}

// A call under way or an open stream is use, however long it takes.
bool Session::in_use() const {
  return peer_.running->size() > 0 || unasked_->carried() ||
         std::ranges::any_of(streams_, [](const auto& one) { return one.second->carried(); });
}

Sessions::Sessions(const Server& server, const Clock& clock, Random& random, SessionLimits limits)
    : server_(server), clock_(clock), random_(random), limits_(limits) {}

std::shared_ptr<Session> Sessions::open(Peer peer, const asio::any_io_executor& executor) {
  make_room(peer.principal.subject);
  auto session = std::make_shared<Session>(random_token(random_, 32), std::move(peer), executor);
  session->last_used_ = clock_.now();
  session->changes_ = server_.announce_to(session->peer());
  sessions_.push_back(session);
  by_id_.emplace(session->id(), std::prev(sessions_.end()));
  return session;
}

std::shared_ptr<Session> Sessions::use(std::string_view id, const Principal& principal) {
  const auto it = by_id_.find(id);
  if (it == by_id_.end()) return nullptr;
  auto session = *it->second;
  if (session->peer().principal.subject != principal.subject) return nullptr;
  const auto now = clock_.now();
  if (now - session->last_used_ > limits_.idle && !session->in_use()) {
    drop(it->second);
    return nullptr;
  }
  session->last_used_ = now;
  sessions_.splice(sessions_.end(), sessions_, it->second);
  return session;
}

void Sessions::close(const Session& session) {
  if (const auto it = by_id_.find(session.id()); it != by_id_.end()) drop(it->second);
}

void Sessions::close_all() {
  while (!sessions_.empty()) drop(sessions_.begin());
}

void Sessions::close_unasked() {
  for (const auto& session : sessions_) session->unasked().close();
}

// One client that opens sessions without end loses its own, not those of others.
void Sessions::make_room(const std::string& subject) {
  const auto mine = [&](const auto& session) {
    return session->peer().principal.subject == subject;
  };
  if (static_cast<std::size_t>(std::ranges::count_if(sessions_, mine)) >= limits_.per_principal) {
    drop(std::ranges::find_if(sessions_, mine));
  }
  while (!sessions_.empty() && sessions_.size() >= limits_.count) drop(sessions_.begin());
}

void Sessions::drop(Place place) {
  const auto session = std::move(*place);
  by_id_.erase(session->id());
  sessions_.erase(place);
  session->end();
}

void Sessions::sweep() {
  const auto now = clock_.now();
  auto it = sessions_.begin();
  for (auto left = sessions_.size(); left > 0; --left) {  // those in use move to the end
    const auto place = it++;
    if ((*place)->in_use()) {
      (*place)->last_used_ = now;
      sessions_.splice(sessions_.end(), sessions_, place);
    } else if (now - (*place)->last_used_ > limits_.idle) {
      drop(place);
    }
  }
}

}  // namespace mtc::mcp
