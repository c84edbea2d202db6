// Tells whoever listens that something a client may have read has changed.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>

#include "base/json.h"

namespace mtc::mcp {

struct Change {
  enum class Kind { tools, prompts, resources, resource, task };
  Kind kind = Kind::tools;
  std::string subject;  // only this principal may hear of it; empty: everybody
  std::string id;       // of `resource` its URI, of `task` its id
  Json task = nullptr;  // of `task`: as tasks/get shows it
};

// On the executor's thread. Outlives its subscriptions.
class ChangeHub {
 public:
  using Listener = std::function<void(const Change&)>;

  // Ends with the object's life.
  class Subscription {
   public:
    Subscription() = default;

   private:
    friend class ChangeHub;
    std::shared_ptr<const Listener> listener_;
  };

  // The listener only passes the news on: it must not come back here.
  [[nodiscard]] Subscription subscribe(Listener listener);
  void publish(const Change& change);
  std::size_t size();

 private:
  std::list<std::weak_ptr<const Listener>> listeners_;
};

}  // namespace mtc::mcp
