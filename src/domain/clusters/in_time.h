// One piece of work with a deadline, after which it is cancelled.
#pragma once

#include <boost/asio/this_coro.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"
#include "domain/clusters/flights.h"

namespace mtc::clusters {

namespace in_time_detail {
template <class T>
struct Outcome {
  std::optional<T> value;
  std::exception_ptr broken;
};
template <class T>
Async<> keep(std::shared_ptr<Async<T>> work, std::shared_ptr<Outcome<T>> outcome) {
  try {
    outcome->value.emplace(co_await std::move(*work));
  } catch (...) {
    outcome->broken = std::current_exception();
  }
}
}  // namespace in_time_detail

// Errc::timed_out after `deadline`. The work owns what it uses, or uses what outlives the loop: it
// may end a little after this has returned.
template <class T>
Async<Result<T>> in_time(Async<Result<T>> work, Millis deadline) {
  using Answer = Result<T>;
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto outcome = std::make_shared<in_time_detail::Outcome<Answer>>();
  const auto shared = std::make_shared<Async<Answer>>(std::move(work));
  Flights flight(deadline * 2);  // cancels what is under way when it goes
  flight.begin(executor, "",
               [shared, outcome] { return in_time_detail::keep<Answer>(shared, outcome); });
  std::vector<std::string> keys(1);
  co_await flight.wait(std::move(keys), deadline);
  if (outcome->broken) std::rethrow_exception(outcome->broken);
  if (outcome->value) co_return std::move(*outcome->value);
  co_return fail(Errc::timed_out, "it took too long to answer");
}

}  // namespace mtc::clusters
