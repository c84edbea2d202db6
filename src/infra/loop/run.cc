#include "infra/loop/run.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

namespace mtc {

void run(Async<> work) {
  asio::io_context loop(1);
  std::exception_ptr error;
  asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& e) {
    error = e;
    loop.stop();
  });
  loop.run();
  if (error) std::rethrow_exception(error);
}

}  // namespace mtc
