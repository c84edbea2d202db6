#include "emulator/control.h"

#include "base/fields.h"
#include "emulator/scheduled_sql.h"

namespace mtc::emulator {
namespace {

struct Advance {
  std::int64_t seconds = 0;
};

Result<Json> advance(Cloud& cloud, const Json& body) {
  static const Fields<Advance> kFields{field("seconds", &Advance::seconds, "How much further",
                                             {.minimum = 1, .maximum = 7 * 86'400})};
  const auto wanted = kFields.parse(body);
  if (!wanted) return fail(wanted.error());
  cloud.advance(std::chrono::seconds(wanted->seconds));
  run_background(cloud);
  return Json{{"now_ms", millis(cloud.now())}};
}

}  // namespace

Result<Json> run_control(Cloud& cloud, std::uint64_t /*uin*/, std::string_view path,
                         const Json& body) {
  if (path == "/_emulator/advance") return advance(cloud, body);
  return fail(Errc::not_found, "POST /_emulator/faults or /_emulator/advance");
}

}  // namespace mtc::emulator
