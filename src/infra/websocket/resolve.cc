#include "infra/websocket/resolve.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>

namespace mtc::ws {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

struct Resolving {
  Resolving(const asio::any_io_executor& executor, Millis limit)
      : resolver(executor), deadline(executor, limit) {}
  tcp::resolver resolver;
  asio::steady_timer deadline;  // cancelled when the answer is here
  std::optional<error_code> ec;
  std::vector<tcp::endpoint> endpoints;
};

}  // namespace

// A name server that does not answer blocks Asio's resolver thread and cannot be interrupted; so we
// stop waiting for it.
Async<Result<std::vector<tcp::endpoint>>> resolve(std::string host, std::uint16_t port,
                                                  Millis limit) {
  error_code literal;
  const auto address = asio::ip::make_address(host, literal);
  if (!literal) co_return std::vector{tcp::endpoint(address, port)};
  // RFC 6761 §6.3: this name is never asked of a name server.
  if (host == "localhost") {
    co_return std::vector{tcp::endpoint(asio::ip::address_v4::loopback(), port),
                          tcp::endpoint(asio::ip::address_v6::loopback(), port)};
  }

  const auto job = std::make_shared<Resolving>(co_await asio::this_coro::executor, limit);
  job->resolver.async_resolve(
      host, std::to_string(port),
      [job](const error_code& ec, const tcp::resolver::results_type& found) {
        job->ec = ec;
        for (const auto& entry : found) job->endpoints.push_back(entry.endpoint());
        job->deadline.cancel();
      });
  co_await job->deadline.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!job->ec) {
    job->resolver.cancel();
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
      co_return fail(Errc::cancelled, "connecting was cancelled");
    }
    co_return fail(Errc::timed_out, "no answer from the name server for " + host);
  }
  if (*job->ec || job->endpoints.empty()) {
    co_return fail(Errc::unavailable,
                   "the name " + host + " cannot be resolved: " + job->ec->message());
  }
  co_return std::move(job->endpoints);
}

}  // namespace mtc::ws
