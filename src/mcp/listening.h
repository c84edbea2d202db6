// Telling clients of changes: subscriptions/listen of 2026-07-28, and what sessions of older
// revisions get without asking.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>

#include "base/async.h"
#include "mcp/answer.h"
#include "mcp/change_hub.h"
#include "mcp/peer.h"
#include "mcp/request.h"
#include "mcp/results.h"
#include "mcp/server_options.h"

namespace mtc::mcp {

// What of it the server can tell at all.
struct Announced {
  // Whether that principal may read that resource.
  std::function<bool(const Principal&, const std::string& uri)> may_read;
  bool tools = false;
  bool prompts = false;
  bool resources = false;
  bool tasks = false;
};

class Listening {
 public:
  static constexpr std::size_t kMaxPerSubject = 16;

  // `hub` may be null: then nothing is announced.
  Listening(ChangeHub* hub, Announced announced, const Results& results);
  ~Listening();

  bool offered() const { return hub_ != nullptr; }
  // Answers when end_all() is called; else the client ends it.
  Async<Answer> listen(Request& request);
  void end_all();
  std::size_t size() const { return open_.size(); }

  // As long as the subscription lives, the peer's outlet gets what changes; the peer outlives it.
  ChangeHub::Subscription announce_to(Peer& peer);

 private:
  struct Open;
  class Place;

  ChangeHub* const hub_;
  const Announced announced_;
  const Results& results_;
  std::list<std::shared_ptr<Open>> open_;
};

}  // namespace mtc::mcp
