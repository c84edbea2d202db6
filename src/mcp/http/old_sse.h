// The transport of 2024-11-05, for clients that know no other: one stream of events from GET, and
// messages by POST to the address that its first event names.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/async.h"
#include "base/random.h"
#include "infra/http/server.h"
#include "infra/loop/task_group.h"
#include "mcp/http/gate.h"
#include "mcp/server.h"

namespace mtc::mcp {

class OldSseEndpoint {
 public:
  // Beyond it new clients are told 503.
  static constexpr std::size_t kMaxClients = 256;

  // All references outlive it. `messages_path` is where handle_message() is reached; `prototype`
  // is what every peer starts from.
  OldSseEndpoint(asio::any_io_executor executor, const Server& server, const Gate& gate,
                 Random& random, std::string messages_path, Peer prototype);
  ~OldSseEndpoint();

  // GET: lasts as long as the client stays, or until stop().
  Async<> handle_stream(HttpExchange& exchange);
  // POST …?sessionId=…: 202, the answer comes on the stream.
  Async<> handle_message(HttpExchange& exchange);

  // Closes the streams on which no call is to be answered.
  void close_idle();
  // Cancels what runs and closes the streams.
  void stop();
  // Resumes when no call runs any more.
  Async<> join() { co_await calls_.join(); }
  std::size_t client_count() const { return clients_.size(); }

 private:
  class Client;
  Async<> serve(std::shared_ptr<Client> client, std::string text);

  const Server& server_;
  const Gate& gate_;
  Random& random_;
  const std::string messages_path_;
  const Peer prototype_;
  std::map<std::string, std::shared_ptr<Client>, std::less<>> clients_;
  TaskGroup calls_;  // they go on when the POST that brought them has ended
};

}  // namespace mtc::mcp
