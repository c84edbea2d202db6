// A morning's report as a document: what was spoken, and the details under it.
#pragma once

#include <string>

#include "domain/broadcast/ports.h"
#include "domain/identity/user.h"
#include "mcp/reply.h"

namespace mtc::services {

// "ops://reports/2026-11-22"
std::string report_uri(broadcast::Day day);

// Markdown in the user's language; only what was spoken if the digest is gone.
Async<Result<mcp::ResourceContents>> write_report(broadcast::BroadcastStore& store,
                                                  identity::User user,
                                                  broadcast::PreparedBroadcast prepared);

}  // namespace mtc::services
