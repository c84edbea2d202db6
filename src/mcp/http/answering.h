// Runs what a POST asks for and writes the answer: plain JSON, or a stream if it takes long or
// something is said before.
#pragma once

#include <memory>
#include <optional>

#include "base/async.h"
#include "base/clock.h"
#include "mcp/answer.h"
#include "mcp/http/accepts.h"
#include "mcp/http/gate.h"
#include "mcp/http/patience.h"
#include "mcp/http/post_stream.h"
#include "mcp/http/visit.h"

namespace mtc::mcp {

class Answering {
 public:
  // The gate outlives it. An answer that takes longer than `quiet` becomes a stream.
  Answering(const Gate& gate, Millis quiet) : gate_(gate), patience_(quiet) {}

  PostStream::Manner manner_of(const Accepts& accepts, Revision revision,
                               std::shared_ptr<Session> session) const;

  // `work` may have said something on the stream, which ends with the answer. It is cancelled with
  // the visit's connection, where that is no more than right (see PostStream). Throws what broke
  // the work, after the stream has ended. Leaves the coroutine deaf to cancellation.
  Async<> respond(Visit& visit, PostStream& stream, Async<std::optional<Answer>> work);
  // An answer that is at hand.
  Async<> send(Visit& visit, const PostStream::Manner& manner, std::optional<Answer> answer) const;

  // From now on calls end with their connections.
  void begin_stopping() { stopping_ = true; }
  bool stopping() const { return stopping_; }

 private:
  const Gate& gate_;
  Patience patience_;
  bool stopping_ = false;
};

}  // namespace mtc::mcp
