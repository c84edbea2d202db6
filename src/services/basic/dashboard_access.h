// Finding a dashboard and looking at it, for the tool and the resources.
#pragma once

#include "domain/dashboards/view.h"
#include "services/basic/log_tool_common.h"

namespace mtc::services {

// Those of the caller's region, with failures as sentences.
Async<Result<std::vector<logs::Dashboard>>> list_dashboards(LogToolPorts ports, LogCaller caller);

// The one that is meant, by id or as people say its name.
Async<Result<logs::Dashboard>> find_dashboard(LogToolPorts ports, LogCaller caller,
                                              std::string said);

// The time that a dashboard shows if nobody names one: its own, up to now, else the last hour.
logs::TimeRange usual_range(const logs::Dashboard& board, TimePoint now);

// Runs its panels, while somebody waits.
Async<dashboards::View> look_at_dashboard(LogToolPorts ports, LogCaller caller,
                                          logs::Dashboard board, logs::TimeRange range);

}  // namespace mtc::services
