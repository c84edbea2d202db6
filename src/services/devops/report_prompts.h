// The prompts a person can pick: morning_report, incident_review and hand_over. Each tells the
// model which tools to call and, where there is one, brings the report along; what comes from logs
// is declared to be data. In the user's language.
#pragma once

#include <vector>

#include "base/clock.h"
#include "domain/broadcast/ports.h"
#include "mcp/prompt.h"
#include "services/common/callers.h"
#include "services/common/topic_names.h"

namespace mtc::services {

// The references outlive the prompts.
struct ReportPromptPorts {
  broadcast::BroadcastStore& store;
  Callers& callers;
  const Clock& clock;
  LogStores logs;  // asked for the names of topics
};

std::vector<mcp::Prompt> report_prompts(const ReportPromptPorts& ports);

}  // namespace mtc::services
