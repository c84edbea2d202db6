// What a task has stored → what a client of an older revision can read.
#pragma once

#include "base/json.h"
#include "mcp/revisions.h"

namespace mtc::mcp {

// A result of tools/call as 2026-07-28 has it, as `revision` has it: the same as render_reply()
// would have written for that revision at once. Content of a kind that the revision does not know
// is left out, or told in words.
Json older_result(Json result, Revision revision);

}  // namespace mtc::mcp
