// Keys for the addresses to which the cloud sends alarms: unguessable, good for nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "domain/identity/user.h"

namespace mtc::identity {

struct HookKey {
  std::int64_t id = 0;
  UserId account =
      0;  // whose cloud account reports with it: a user's own, or 0: the installation's
  std::string label;
  std::string hash;    // of the key; the key itself is shown once and kept nowhere
  std::string prefix;  // of the key, to tell it by: "mth_Zk3x"
  TimePoint created{};
  std::optional<TimePoint> last_used, revoked;
};

// 192 random bits: "mth_…".
std::string make_hook_key(Random& random);
// Whether it has the shape of one: what has not is not looked up.
bool looks_like_hook_key(std::string_view text);

class HookRepository {
 public:
  virtual ~HookRepository() = default;
  virtual Async<Result<HookKey>> add(HookKey key) = 0;  // gives it an id
  // Not revoked ones only.
  virtual Async<Result<std::optional<HookKey>>> find_by_hash(std::string hash) = 0;
  virtual Async<Result<std::vector<HookKey>>> all() = 0;  // oldest first, revoked ones too
  virtual Async<Result<bool>> revoke(std::int64_t id,
                                     TimePoint now) = 0;  // false: none, or already
  virtual Async<Result<>> touch(std::int64_t id, TimePoint now) = 0;
};

}  // namespace mtc::identity
