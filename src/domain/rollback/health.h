// How well a workload is at one moment, and whether it got better or worse. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "base/language.h"

namespace mtc::rollback {

// What nobody knows is absent.
struct Health {
  TimePoint at{};
  bool exists = true;
  bool rolling = false;  // its pods are being replaced right now
  bool stuck = false;    // and the cluster says that this does not go on
  std::int64_t wanted = 0, ready = 0;
  std::optional<std::int64_t> restarts;  // of all its containers, ever
  std::optional<std::int64_t> crashing;  // pods in CrashLoopBackOff, image trouble, OOM
  std::optional<double> error_rate;      // errors of all lines, 0 to 1, over the last minutes
  std::optional<double> usual_error_rate;
  std::optional<double> resource_use;  // of its limit, 0 to 1 and more
  std::optional<bool> alert_firing;    // what the source says
  std::optional<TimePoint> alert_changed;
  std::optional<std::int64_t> release_ready, release_wanted;  // of all workloads of its release
};
Json to_json(const Health& health);
Health health_from_json(const Json& json);

enum class Verdict {
  well,    // as it should be
  better,  // and not yet well
  same,
  worse,      // than before the step
  undecided,  // too little can be seen
};
std::string_view name_of(Verdict verdict);

bool is_well(const Health& health);

// `looks`: since the step, oldest first; not empty. `over`: the time for looking is over, so that
// what is still rolling counts as what it is. While it is not over: well only after it has stayed
// well for `settled`; worse only where it cannot be the step itself (a restart takes pods away for
// a moment): fewer ready than before with nothing rolling, stuck, new crashes, errors above before
// and above twice the usual. nullopt: look on.
std::optional<Verdict> judge(const Health& before, std::span<const Health> looks, Millis settled,
                             bool over);

// "三个副本都好了，错误降到平时的水平"; without a full stop.
std::string say_health(const Health& now, const Health& before, Language language);

}  // namespace mtc::rollback
