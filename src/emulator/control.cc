#include "emulator/control.h"

#include <functional>

#include "base/fields.h"
#include "emulator/monitor_alarms.h"
#include "emulator/monitor_metrics.h"
#include "emulator/scheduled_sql.h"

namespace mtc::emulator {
namespace {

constexpr std::size_t kMaxItems = 1000;

struct Advance {
  std::int64_t seconds = 0;
};

Result<Json> advance(Cloud& cloud, const Json& body) {
  static const Fields<Advance> kFields{field("seconds", &Advance::seconds, "How much further",
                                             {.minimum = 1, .maximum = 7 * 86'400})};
  const auto wanted = kFields.parse(body);
  if (!wanted) return fail(wanted.error());
  const Millis by = std::chrono::seconds(wanted->seconds);
  if (millis(cloud.now() + by) >= kMaxLogTime)
    return fail(Errc::invalid_argument, "seconds: the log service ends in the year 2039");
  cloud.advance(by);
  run_background(cloud);
  return Json{{"now_ms", millis(cloud.now())}};
}

Result<Json> each(const Json& body, const std::function<Result<void>(const Json&)>& take) {
  const Json items = body.is_array() ? body : Json::array({body});
  if (items.size() > kMaxItems) return fail(Errc::invalid_argument, "more than 1000 items");
  for (const auto& item : items) {
    if (auto ok = take(item); !ok) return fail(ok.error());
  }
  return Json{{"taken", items.size()}};
}

Result<void> take_scenario(Cloud& cloud, const Json& item) {
  const auto scenario = parse_scenario(item);
  if (!scenario) return fail(scenario.error());
  add_scenario(cloud, *scenario);
  return {};
}

}  // namespace

Result<Json> run_control(Cloud& cloud, std::uint64_t uin, std::string_view path, const Json& body) {
  if (path == "/_emulator/advance") return advance(cloud, body);
  if (path == "/_emulator/alarms")
    return each(body, [&](const Json& row) { return add_alarm_history(cloud, uin, row); });
  if (path == "/_emulator/scenarios") {
    if (body.is_object() && body.size() == 1 && bool_or(body, "clear")) {
      clear_scenarios(cloud);
      return Json{{"taken", 0}};
    }
    return each(body, [&](const Json& item) { return take_scenario(cloud, item); });
  }
  return fail(Errc::not_found,
              "POST /_emulator/faults, /_emulator/advance, /_emulator/alarms or "
              "/_emulator/scenarios");
}

}  // namespace mtc::emulator
