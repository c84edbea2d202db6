// One question to many at once — each region, each cluster — with one deadline. What has answered
// by then is the answer; the others are told as missing, with the last good answer where there is
// one. Any question: clusters of regions, nodes or pods of clusters.
#pragma once

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/clusters/breaker.h"
#include "domain/clusters/flights.h"
#include "domain/clusters/snapshot.h"

namespace mtc::clusters {

struct GatherOptions {
  Millis deadline{2'500};  // of an answer
  Millis limit{10'000};    // of a question: a late answer still serves whoever asks next
  Millis fresh{10'000};    // younger than that is not asked again
  Millis keep{std::chrono::hours(1)};  // older than that is no answer at all
  BreakerOptions breaker{};
};

enum class Freshness {
  usual,  // as GatherOptions::fresh says
  now,    // ask again, whatever there is
};

// One executor. Several may ask at once: each key is asked once for all of them. Must outlive the
// loop on which it was asked, or its Ask must not care.
template <class T>
class Gather {
 public:
  using Ask = std::function<Async<Result<T>>(std::string key)>;

  Gather(Ask ask, const Clock& clock, GatherOptions options = {})
      : options_(options),
        state_(std::make_shared<State>(State{std::move(ask), clock, options, {}})),
        flights_(options.limit) {}

  // A part for each key, in their order.
  Async<std::vector<Part<T>>> gather(std::vector<std::string> keys,
                                     Freshness freshness = Freshness::usual) {
    const auto executor = co_await asio::this_coro::executor;
    const TimePoint begun = state_->clock.now();
    state_->drop_old(begun);
    std::vector<std::string> asked;
    for (const auto& key : keys) {
      Slot& slot = state_->slot(key);
      if (slot.is_fresh(begun, options_.fresh) && freshness == Freshness::usual) continue;
      if (!flights_.is_under_way(key)) {
        slot.breaker.lost();  // a question that died with its loop
        if (!slot.breaker.allows(begun)) continue;
        flights_.begin(executor, key, [state = state_, key] { return ask_one(state, key); });
      }
      asked.push_back(key);
    }
    co_await flights_.wait(asked, options_.deadline);
    std::vector<Part<T>> out;
    for (auto& key : keys) out.push_back(part_of(std::move(key), begun));
    co_return out;
  }

  Async<Part<T>> one(std::string key, Freshness freshness = Freshness::usual) {
    std::vector<std::string> keys;
    keys.push_back(std::move(key));
    auto parts = co_await gather(std::move(keys), freshness);
    co_return std::move(parts.front());
  }

  // What is known without asking; null where nothing is.
  const Snapshot<T>* known(const std::string& key) const {
    const auto it = state_->slots.find(key);
    return it != state_->slots.end() && it->second.snapshot ? &*it->second.snapshot : nullptr;
  }

 private:
  struct Slot {
    explicit Slot(BreakerOptions options) : breaker(options) {}
    std::optional<Snapshot<T>> snapshot;
    std::optional<Error> trouble;  // of the last question
    TimePoint used{};
    Breaker breaker;
    bool is_fresh(TimePoint now, Millis fresh) const {
      return snapshot && !trouble && now - snapshot->taken < fresh;
    }
  };
  struct State {
    Ask ask;
    const Clock& clock;
    GatherOptions options;
    std::map<std::string, Slot> slots;

    Slot& slot(const std::string& key) {
      auto& slot = slots.try_emplace(key, options.breaker).first->second;
      slot.used = clock.now();
      return slot;
    }
    void drop_old(TimePoint now) {
      std::erase_if(slots, [&](const auto& one) { return now - one.second.used > options.keep; });
    }
  };

  static Async<> ask_one(std::shared_ptr<State> state, std::string key) {
    Error error{.code = Errc::timed_out, .message = "it did not answer in time"};
    try {
      auto answer = co_await state->ask(key);
      if (answer) {
        Slot& slot = state->slot(key);
        slot.snapshot =
            Snapshot<T>{std::make_shared<const T>(std::move(*answer)), state->clock.now()};
        slot.trouble.reset();
        slot.breaker.succeeded();
        co_return;
      }
      error = std::move(answer).error();
    } catch (const boost::system::system_error&) {
      // Cancelled: it took too long.
    } catch (const std::exception& e) {
      error = {.code = Errc::internal, .message = e.what()};
    }
    Slot& slot = state->slot(key);
    if (is_trouble(error.code)) {
      slot.breaker.failed(state->clock.now());
    } else {
      slot.breaker.succeeded();  // it did answer
    }
    slot.trouble = std::move(error);
  }

  Part<T> part_of(std::string key, TimePoint begun) {
    const Slot& slot = state_->slot(key);
    Part<T> part{.key = key};
    if (slot.snapshot && begun - slot.snapshot->taken <= options_.keep)
      part.snapshot = slot.snapshot;
    if (slot.trouble) {
      part.trouble = slot.trouble;
    } else if (flights_.is_under_way(key) || !slot.snapshot) {
      part.trouble = Error{.code = Errc::timed_out, .message = "it has not answered yet"};
    }
    return part;
  }

  GatherOptions options_;
  std::shared_ptr<State> state_;
  Flights flights_;
};

}  // namespace mtc::clusters
