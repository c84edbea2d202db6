// The steps of a rollback, in table rollback_steps. Only .cc files of this folder include it.
#pragma once

#include <soci/soci.h>

#include <string>
#include <vector>

#include "domain/identity/repositories.h"
#include "domain/rollback/operation.h"

namespace mtc::storage {

// Instead of those there were.
void write_steps(soci::session& session, const std::string& operation_id,
                 std::vector<rollback::Step> steps, const identity::SecretCipher& cipher);

// Arguments that cannot be opened any more come out as null, so that the operation can still be
// told and ended: without them its step cannot be done.
Result<std::vector<rollback::Step>> read_steps(soci::session& session,
                                               const std::string& operation_id,
                                               const identity::SecretCipher& cipher);

}  // namespace mtc::storage
