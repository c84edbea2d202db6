// The tool search_logs: find log lines by word, level and time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/logs/log_store.h"
#include "domain/logs/recent_lines.h"
#include "mcp/tool.h"
#include "services/common/callers.h"

namespace mtc::services {

struct SearchLogsPorts {
  Callers& callers;
  const Clock& clock;
  // The log service of a region for that user; an empty region means the usual one.
  std::function<logs::LogStore&(const identity::User& user, std::string region)> store;
  std::vector<std::string> usual_topics;
  logs::RecentLines* recent = nullptr;  // outlives the tool; null: nothing is kept for log_context
};

mcp::Tool search_logs_tool(const SearchLogsPorts& ports);

}  // namespace mtc::services
