// An MCP server with everything a client may meet, for one input of a fuzzer.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <optional>

#include "base/clock.h"
#include "base/random.h"
#include "infra/crypto/secret_box.h"
#include "infra/loop/sleeper.h"
#include "mcp/change_hub.h"
#include "mcp/request_state.h"
#include "mcp/server.h"
#include "mcp/tasks/task_runner.h"
#include "mcp/tasks/task_store_in_memory.h"

namespace mtc::mcp {

// A server for one input, on a loop that is turned by hand. Clock and random numbers are fixed, so
// that ids repeat and the fuzzer can learn them.
class FuzzedServer {
 public:
  FuzzedServer();
  FuzzedServer(const FuzzedServer&) = delete;
  FuzzedServer& operator=(const FuzzedServer&) = delete;

  const Server& server() const { return *server_; }
  ChangeHub& changes() const;
  // Does it on the loop, as transports do, and then all that can be done now. Asio's signals must
  // not be emitted elsewhere: they look into the call later, when it may be gone.
  template <class Action>
  void run(Action action) {
    asio::post(loop, std::move(action));
    loop.restart();
    loop.poll();
  }
  // Ends the tasks and lets everything come to its end. Aborts the program if something does not:
  // whoever waits then would wait forever.
  void stop();

  asio::io_context loop{1};
  FakeClock clock;
  SeededRandom random{7};

 private:
  UsedOnceInMemory used_{clock};
  std::optional<RequestStates> states_;
  LoopSleeper sleeper_;
  TaskStoreInMemory tasks_;
  std::optional<TaskRunner> runner_;
  std::optional<Server> server_;
};

}  // namespace mtc::mcp
