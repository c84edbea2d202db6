// The answer to one POST that may become a stream: plain JSON as long as nothing has to be said
// before the result and it does not take long, server-sent events from then on.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "mcp/http/event_stream.h"
#include "mcp/http/sessions.h"
#include "mcp/http/visit.h"
#include "mcp/outlet.h"
#include "mcp/revisions.h"

namespace mtc::mcp {

class PostStream final : public Outlet {
 public:
  struct Manner {
    bool events = false;  // the client takes server-sent events
    bool json = true;     // … and plain JSON
    Revision revision = kModern;
    std::shared_ptr<Session> session{};  // where the stream can be resumed; null: nowhere
    const bool* stopping = nullptr;      // the server ends: calls do not outlive it
  };
  // The visit outlives the stream, and finish() is awaited before either ends: whoever does so is
  // not cancelled meanwhile.
  PostStream(Visit& visit, asio::any_io_executor executor, Manner manner);

  void send(std::string message) override;
  bool can_ask() const override;
  void hang_up(Millis retry) override;

  // Ends what the request awaits, although its connection may be there.
  void stop_call();
  // Whether what cancels the connection's coroutine is for the call in it, too. Before 2026-07-28
  // hanging up is no cancellation: the call goes on, and its answer can be fetched.
  bool lets_cancellation_through() const;

  // From now on it is a stream, if the client takes one.
  void begin();
  bool begun() const { return stream_ != nullptr; }
  const Manner& manner() const { return manner_; }

  // Sends the last message, if it is a stream, and waits until it is written or nobody reads it.
  Async<> finish(std::optional<std::string> last);

 private:
  Async<> carry();

  Visit& visit_;
  const asio::any_io_executor executor_;
  const Manner manner_;
  std::shared_ptr<EventStream> stream_;
  bool carrying_ = false;
  bool stopped_ = false;                       // by stop_call()
  std::optional<asio::steady_timer> carried_;  // cancelled when carry() has ended
};

}  // namespace mtc::mcp
