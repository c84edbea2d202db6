// Work that has to be done by a certain time, told by a Sleeper.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "base/async.h"
#include "base/clock.h"
#include "base/end_quietly.h"
#include "base/result.h"
#include "base/sleeper.h"

namespace mtc::rollback {

namespace within_detail {

template <class T>
struct Race {
  explicit Race(const asio::any_io_executor& executor) : decided(executor, SteadyTime::max()) {}
  asio::cancellation_signal stop_work, stop_clock;
  asio::steady_timer decided;  // cancelled by the first
  std::optional<Result<T>> answer;
  bool late = false;
};

template <class T>
Async<> work_on(std::shared_ptr<Race<T>> race, std::shared_ptr<Async<Result<T>>> work) {
  try {
    race->answer.emplace(co_await std::move(*work));
  } catch (const std::exception&) {
    race->answer.emplace(fail(Errc::internal, "it broke off"));
  }
  race->decided.cancel();
}

template <class T>
Async<> watch_time(std::shared_ptr<Race<T>> race, Sleeper& sleeper, Millis time) {
  try {
    co_await sleeper.sleep(time);
  } catch (const boost::system::system_error&) {
    co_return;  // the work was faster
  }
  race->late = true;
  race->decided.cancel();
}

// However the waiting ends, nothing goes on for it.
template <class T>
struct Stop {
  explicit Stop(std::shared_ptr<Race<T>> stopped) : race(std::move(stopped)) {}
  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;
  ~Stop() {
    race->stop_work.emit(asio::cancellation_type::all);
    race->stop_clock.emit(asio::cancellation_type::all);
  }
  std::shared_ptr<Race<T>> race;
};

}  // namespace within_detail

// What the work answers, or nullopt after that time: then it is cancelled and not waited for, so
// that work which cannot be cancelled holds nobody up. The work owns what it uses, or uses what
// outlives the loop; so does the sleeper. Work that throws is Errc::internal.
template <class T>
Async<std::optional<Result<T>>> within(Async<Result<T>> work, Sleeper& sleeper, Millis time) {
  using Race = within_detail::Race<T>;
  const auto executor = co_await asio::this_coro::executor;
  const auto race = std::make_shared<Race>(executor);
  const within_detail::Stop<T> stop(race);
  const auto shared = std::make_shared<Async<Result<T>>>(std::move(work));
  asio::co_spawn(
      executor, end_quietly(within_detail::work_on<T>(race, shared)),
      asio::bind_cancellation_slot(race->stop_work.slot(), [race](const std::exception_ptr&) {}));
  // What answers without waiting needs no clock.
  if (!race->answer) {
    asio::co_spawn(executor, end_quietly(within_detail::watch_time<T>(race, sleeper, time)),
                   asio::bind_cancellation_slot(race->stop_clock.slot(),
                                                [race](const std::exception_ptr&) {}));
  }
  if (!race->answer && !race->late)
    co_await race->decided.async_wait(asio::as_tuple(asio::use_awaitable));
  if (race->answer) co_return std::move(*race->answer);
  if (race->late) co_return std::nullopt;
  throw boost::system::system_error(asio::error::operation_aborted);  // we are cancelled ourselves
}

}  // namespace mtc::rollback
