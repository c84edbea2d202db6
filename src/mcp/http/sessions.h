// Sessions of the 2025 revisions over HTTP: what `initialize` settled, under an id that cannot be
// guessed, and the streams that can be resumed.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/random.h"
#include "mcp/change_hub.h"
#include "mcp/http/event_stream.h"
#include "mcp/server.h"

namespace mtc::mcp {

struct SessionLimits {
  std::size_t count =
      4096;  // beyond, the one unused for longest ends; its client opens a new one by itself
  std::size_t per_principal = 256;  // the same among those of one principal
  Millis idle{30L * 60 * 1000};
};

class Session final : public Outlet {
 public:
  // How many streams can be resumed at a time; older ones are forgotten.
  static constexpr std::size_t kMaxStreams = 16;
  // The same for how much those hold whose answer has been given, bytes.
  static constexpr std::size_t kMaxKept = 1U << 20U;

  Session(std::string id, Peer peer, const asio::any_io_executor& executor);

  const std::string& id() const { return id_; }
  Peer& peer() { return peer_; }
  // For messages that belong to no request; the client fetches it by GET.
  EventStream& unasked() { return *unasked_; }
  // A new one for a request.
  std::shared_ptr<EventStream> open_stream();
  // Null if it is unknown or forgotten.
  std::shared_ptr<EventStream> find_stream(std::string_view name);

  void send(std::string news) override { unasked_->push_news(std::move(news)); }
  bool can_ask() const override { return false; }

  // Cancels what runs and closes the stream of what belongs to no request; those of calls end with
  // their calls.
  void end();

 private:
  friend class Sessions;
  bool in_use() const;
  void forget_old_answers();

  const std::string id_;
  Peer peer_;
  const asio::any_io_executor executor_;
  const std::shared_ptr<EventStream> unasked_;
  std::list<std::pair<std::string, std::shared_ptr<EventStream>>> streams_;  // oldest first
  std::uint64_t next_stream_ = 1;
  ChangeHub::Subscription changes_;
  TimePoint last_used_{};
};

class Sessions {
 public:
  // All outlive it.
  Sessions(const Server& server, const Clock& clock, Random& random, SessionLimits limits);

  // The new session; its id has 43 characters, 256 bits.
  std::shared_ptr<Session> open(Peer peer, const asio::any_io_executor& executor);
  // Null if there is none, it has expired, or another principal opened it.
  std::shared_ptr<Session> use(std::string_view id, const Principal& principal);
  // Ends it, unless that has happened.
  void close(const Session& session);
  void close_all();
  // Ends the streams that wait for news; the sessions stay.
  void close_unasked();
  // Ends those that have been idle for too long; so that idle time counts from the end of the last
  // use, somebody calls this every minute or so.
  void sweep();
  std::size_t size() const { return by_id_.size(); }

 private:
  using Place = std::list<std::shared_ptr<Session>>::iterator;

  void drop(Place place);
  void make_room(const std::string& subject);

  const Server& server_;
  const Clock& clock_;
  Random& random_;
  const SessionLimits limits_;
  std::list<std::shared_ptr<Session>> sessions_;  // the one used last at the end
  std::unordered_map<std::string_view, Place> by_id_;
};

}  // namespace mtc::mcp
