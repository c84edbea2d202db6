// Reads what a dashboard shows out of the console's own definition of it, whose schema nobody
// publishes: walks data.panels[*] for members that look like a query, a topic, a title, a kind of
// chart. Nothing in it is trusted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/dashboards/painter.h"
#include "domain/logs/log_store.h"

namespace mtc::dashboards {

struct Panel {
  std::string title;  // one line, bounded; "图 3" is the caller's business where it is empty
  std::string query;  // "condition" or "condition | sql"
  std::string topic_id;
  std::string unit;
  std::optional<ChartKind> kind;  // as far as the definition says
};

struct Definition {
  std::vector<Panel> panels;
  std::size_t not_read = 0;           // panels without a query or topic, or beyond kMostPanels
  std::optional<Millis> usual_range;  // up to now, if the definition names one
};

inline constexpr std::size_t kMostPanels = 12;

// Any JSON will do; a text is parsed first. What makes no sense gives no panels.
Definition read_definition(const Json& data);

// "now-1h" → an hour; "now-h" too; "now/d" and others: nullopt.
std::optional<Millis> parse_back_from_now(std::string_view text);

}  // namespace mtc::dashboards
