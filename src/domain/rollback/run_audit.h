// Rows of the audit log about operations.
#pragma once

#include <string>

#include "domain/audit/log.h"
#include "domain/identity/user.h"
#include "domain/rollback/operation.h"

namespace mtc::rollback {

// The ladder as a whole, in the audit log; its steps stand there under the names of the risk table.
inline constexpr std::string_view kHandling = "handle_alert";

// By the person who asked, or by the system on somebody's behalf. `step`: null: the whole.
audit::Entry entry_of(const Operation& operation, const identity::User& user, audit::Event event,
                      const Step* step, std::string reason, Json details, TimePoint now);
std::string_view action_of(Rung rung);

}  // namespace mtc::rollback
