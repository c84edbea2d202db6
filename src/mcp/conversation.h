// Asking the client in the middle of a request, whatever its revision: by a result that it answers
// with a second request (2026-07-28), or by a request of ours (before).
#pragma once

#include <optional>

#include "base/async.h"
#include "mcp/answer.h"
#include "mcp/call_context.h"
#include "mcp/reply.h"
#include "mcp/request.h"
#include "mcp/request_state.h"
#include "mcp/results.h"
#include "mcp/server_options.h"

namespace mtc::mcp {

// The "inputResponses" of a request of 2026-07-28, if it has any; Errc::invalid_argument unless
// each is an object.
Result<Answers> read_answers(const Json& params);

class Conversation {
 public:
  // How often one request may ask before 2026-07-28.
  static constexpr int kMaxRounds = 10;

  Conversation(const Results& results, const ServerOptions& options, const ServerParts& parts)
      : results_(results), options_(options), states_(parts.states) {}

  // What every handler is told about its request. `link` may be null.
  CallContext context_of(const Request& request, std::shared_ptr<CallLink> link) const;

  // Puts the answers and the state that a second round of 2026-07-28 brings into the context. The
  // answer to give instead if they are not in order.
  Async<std::optional<Answer>> take_answers(const Request& request, CallContext& context) const;

  // What to answer when input is needed (2026-07-28). Nullopt if all of it is optional and nothing
  // of it can be asked: the context then is that of the next round.
  std::optional<Answer> ask_by_result(const Request& request, NeedInput need,
                                      CallContext& context) const;

  // Asks now and puts the answers into the context (before 2026-07-28). Errc::unavailable or
  // timed_out, with a sentence for the model, if there are none.
  Async<Result<>> ask_by_request(const Request& request, NeedInput need,
                                 CallContext& context) const;

 private:
  const Results& results_;
  const ServerOptions& options_;
  const RequestStates* const states_;
};

}  // namespace mtc::mcp
