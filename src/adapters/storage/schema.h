// The tables of an installation of our own.
#pragma once

#include <vector>

#include "infra/database/migrations.h"

namespace mtc::storage {

// Moments are BIGINT milliseconds since 1970 (UTC), days are ISO texts, yes and no are 1 and 0.
std::vector<Migration> storage_migrations();

}  // namespace mtc::storage
