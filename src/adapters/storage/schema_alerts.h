// The tables of alerts and of rollbacks: migration 4.
#pragma once

#include "infra/database/migrations.h"

namespace mtc::storage {

Migration alerts_and_rollbacks();

}  // namespace mtc::storage
