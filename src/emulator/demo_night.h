// The night of a small shop that the demo and many tests talk about: nine days of logs of seven
// services, the last of them with a bad release. The same seed and day give the same logs.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "emulator/emulator.h"
#include "emulator/monitor_objects.h"

namespace mtc::emulator {

struct DemoNight {
  std::string region, logset_id, topic_id;
  TimePoint day{};         // 00:00 UTC+8 of the night's day: today by the clock
  std::int64_t lines = 0;  // of all days; 0 if they were there already
};

struct DemoVolume {
  int lines_per_day = 120'000;
  int days_before = 8;  // ordinary days in front of the night's
};

// What happens on that day, minutes after 00:00 UTC+8: release of payment v42 at 02:00, errors from
// 02:08 at about forty times the day's usual, a restart at 02:10 that does not help, rolled back
// from 02:12, quiet again at 02:14. The disk of mysql-proxy fills slowly over three days. One line
// tries to give orders to whoever reads it.
//
// The whole day is written, also the hours that the clock has not reached: whoever asks for "until
// now" does not see them, and a demo that runs on finds lines. Logset "shop-prod" with topic
// "shop-app" in ap-guangzhou, owned by the emulator's first account. Days before have the same
// volume without the trouble. A stored night of another day is replaced. Throws SqliteError on a
// broken disk. The rest of the account comes with it: demo_operations.h.
DemoNight load_demo_night(Emulator& emulator, std::uint64_t seed, const Clock& clock,
                          DemoVolume volume = {});

// The seven services as they run in the shop's production cluster, namespace shop-prod.
std::vector<Workload> demo_workloads();

}  // namespace mtc::emulator
