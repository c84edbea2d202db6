// Verifies the q-sign signature of the log service's data endpoint (same family as object storage).
#pragma once

#include <vector>

#include "emulator/accounts.h"
#include "emulator/api_error.h"
#include "infra/http/server.h"

namespace mtc::emulator {

// Refuses with the codes of the data endpoint, which are the AuthFailure ones. `accounts` must
// outlive the result.
ApiResult<const Account*> verify_q_sign(const HttpRequest& request,
                                        const std::vector<Account>& accounts,
                                        std::int64_t now_seconds);

}  // namespace mtc::emulator
