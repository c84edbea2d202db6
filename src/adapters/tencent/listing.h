// Listings that come page by page.
#pragma once

#include <string>
#include <vector>

#include "adapters/tencent/client.h"

namespace mtc::tencent {

// All pages of a Describe action that has Offset, Limit and TotalCount: the objects in `member`.
// Each page is a call of its own, with the timeout that `call` states.
Async<Result<std::vector<Json>>> list_all(TencentClient& client, ApiCall call, std::string member);

}  // namespace mtc::tencent
