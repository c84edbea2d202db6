// A dashboard looked at: its panels' queries run, charts made of the answers, and what stands out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/language.h"
#include "base/zone.h"
#include "domain/dashboards/definition.h"
#include "domain/dashboards/insight.h"
#include "domain/dashboards/painter.h"
#include "domain/logs/log_admin.h"
#include "domain/logs/log_store.h"

namespace mtc::dashboards {

struct PanelView {
  Panel panel;
  Result<Chart> chart = Chart{};  // or why there is none
  Insight insight;
};

struct View {
  std::string name;  // of the dashboard
  logs::TimeRange range;
  std::vector<PanelView> panels;
  std::size_t not_read = 0;  // panels that could not be understood
};

// Which of the dashboards is meant: by id, by name, without case, blanks, - and _ and a trailing
// 看板 or "dashboard", then by part of the name. Errc::not_found names the nearest, Errc::conflict
// asks which of two. An empty name means the only one.
Result<logs::Dashboard> choose_dashboard(const std::vector<logs::Dashboard>& boards,
                                         std::string_view name, Language language);

// Runs every panel, a few at a time, each within the deadline that all share: what is not there by
// then has Errc::timed_out. The store outlives the loop, not only the call: a query that came too
// late ends by itself.
Async<View> look_at(logs::LogStore& store, logs::Dashboard board, logs::TimeRange range, Zone zone,
                    Millis deadline);

// What stands out, the weightiest first, then what failed; at most about 300 characters.
std::string say_view(const View& view, Language language);

// The charts that there are, for the painter.
std::vector<Chart> charts_of(const View& view, Language language);

Json to_json(const View& view);
// What the panels ask for, without running them.
Json to_json(const Definition& definition);

}  // namespace mtc::dashboards
