#include "mcp/call_safely.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "mcp/render.h"

namespace mtc::mcp {

Async<Result<Outcome>> call_safely(const Tool& tool, Json arguments, ParseOptions options,
                                   CallContext context, std::string label) {
  std::string trouble;
  try {
    auto outcome = co_await tool.call(std::move(arguments), options, std::move(context));
    if (!outcome) log_failure(outcome.error());
    co_return outcome;
  } catch (const boost::system::system_error& e) {
    if (e.code() == asio::error::operation_aborted) {
      co_return fail(Errc::cancelled, "The call was cancelled");
    }
    trouble = e.code().message();
  } catch (const std::exception& e) {
    trouble = e.what();
  }
  spdlog::error("mcp: {}: {}", label.empty() ? "tool " + tool.name : label, trouble);
  co_return fail(Errc::internal, fmt::format("{} failed inside the server", tool.name));
}

}  // namespace mtc::mcp
