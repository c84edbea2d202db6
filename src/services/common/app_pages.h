// The pages that MCP Apps hosts (extension io.modelcontextprotocol/ui) show beside our answers, as
// resources; and how a tool points to the page that shows its answers.
#pragma once

#include <string_view>

#include "base/json.h"
#include "mcp/resource.h"

namespace mtc::services {

inline constexpr std::string_view kDigestPage = "ui://mcp-tencent-cloud/digest";
inline constexpr std::string_view kRollbackPage = "ui://mcp-tencent-cloud/rollback";

// The "_meta" of a tool whose structuredContent that page shows. The page may call the tool as
// well; who may call what is decided as for any other call.
Json shown_on(std::string_view page_uri);

// `html` is a whole document that loads nothing from anywhere, and outlives the resource: see
// web/apps/pages.h. The pages hold no data of anybody, are not listed and need no permission.
mcp::Resource digest_page(std::string_view html);
mcp::Resource rollback_page(std::string_view html);

}  // namespace mtc::services
