#include "services/basic/dashboard_access.h"

namespace mtc::services {
namespace {

constexpr Millis kDeadline{12'000};  // for all panels: somebody waits
constexpr auto kUsualRange = std::chrono::hours(1);

}  // namespace

Async<Result<std::vector<logs::Dashboard>>> list_dashboards(LogToolPorts ports, LogCaller caller) {
  auto boards = co_await ports.admin(caller.user(), caller.region).dashboards();
  if (!boards) co_return cloud_failure(std::move(boards).error(), caller.language());
  co_return boards;
}

Async<Result<logs::Dashboard>> find_dashboard(LogToolPorts ports, LogCaller caller,
                                              std::string said) {
  const auto language = caller.language();
  const auto boards = co_await list_dashboards(ports, std::move(caller));
  if (!boards) co_return fail(boards.error());
  co_return dashboards::choose_dashboard(*boards, said, language);
}

logs::TimeRange usual_range(const logs::Dashboard& board, TimePoint now) {
  const auto usual = dashboards::read_definition(board.data).usual_range;
  return {.from = now - usual.value_or(kUsualRange), .to = now};
}

Async<dashboards::View> look_at_dashboard(LogToolPorts ports, LogCaller caller,
                                          logs::Dashboard board, logs::TimeRange range) {
  co_return co_await dashboards::look_at(ports.store(caller.user(), caller.region),
                                         std::move(board), range, caller.zone, kDeadline);
}

}  // namespace mtc::services
