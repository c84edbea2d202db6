// Numbers that people say: "三号告警". They count for each account and kind of thing, and none is
// given twice, whatever is forgotten. Only .cc files of this folder include it.
#pragma once

#include <soci/soci.h>

#include <string>

namespace mtc::storage {

// Both belong into a transaction. Until that is over nobody else takes numbers of this kind for
// this account, so it also keeps those apart who number the same things, whatever the engine lets
// them read meanwhile.
void hold_numbers(soci::session& session, const std::string& kind, long long account);
// The first of that many.
long long take_numbers(soci::session& session, const std::string& kind, long long account,
                       long long count = 1);

// For the rest of a transaction that another one was quicker than: Errc::conflict, so often again.
inline constexpr int kMostAttempts = 20;

}  // namespace mtc::storage
