#include "domain/alerts/speech.h"
#include "web/api/routes.h"

namespace mtc::web {
namespace {

using alerts::Alert;

constexpr char kChannel[] = "console";

struct NoArgs {};
struct AssignArgs {
  std::string to;
};
struct SnoozeArgs {
  std::optional<std::string> until;
  std::optional<std::int64_t> minutes;
  bool lift = false;
};
struct CloseArgs {
  std::string note;
  bool false_alarm = false;
};

Result<Json> shown(Result<Alert> alert) {
  if (!alert) return fail(std::move(alert).error());
  return alerts::to_json(*alert);
}

Async<Result<Json>> acknowledge(ApiCall call) {
  const auto args = Fields<NoArgs>().parse(call.body);
  if (!args) co_return fail(args.error());
  co_return shown(co_await call.ports.desk.acknowledge(std::move(call.who), kChannel, call.number));
}

Async<Result<Json>> assign(ApiCall call) {
  static const Fields<AssignArgs> kFields{
      field("to", &AssignArgs::to, "Username or display name; empty: nobody any more")};
  auto args = kFields.parse(call.body);
  if (!args) co_return fail(std::move(args).error());
  co_return shown(co_await call.ports.desk.assign(std::move(call.who), kChannel, call.number,
                                                  std::move(args->to)));
}

Async<Result<Json>> snooze(ApiCall call) {
  static const Fields<SnoozeArgs> kFields{
      field("until", &SnoozeArgs::until, "ISO 8601"),
      field("minutes", &SnoozeArgs::minutes, "From now", {.minimum = 1, .maximum = 60 * 24 * 30}),
      field("lift", &SnoozeArgs::lift, "Not any more", {.required = false})};
  const auto args = kFields.parse(call.body);
  if (!args) co_return fail(args.error());
  if (int(args->until.has_value()) + int(args->minutes.has_value()) + int(args->lift) != 1) {
    co_return fail(Errc::invalid_argument, "give one of until, minutes and lift");
  }
  auto& desk = call.ports.desk;
  if (args->lift) {
    co_return shown(co_await desk.lift_snooze(std::move(call.who), kChannel, call.number));
  }
  auto until = read_moment("until", args->until);
  if (!until) co_return fail(std::move(until).error());
  if (args->minutes) *until = call.ports.clock.now() + std::chrono::minutes(*args->minutes);
  co_return shown(co_await desk.snooze(std::move(call.who), kChannel, call.number, **until));
}

Async<Result<Json>> close(ApiCall call) {
  static const Fields<CloseArgs> kFields{
      field("note", &CloseArgs::note, "What it was", {.required = false}),
      field("false_alarm", &CloseArgs::false_alarm, "Nothing was wrong", {.required = false})};
  auto args = kFields.parse(call.body);
  if (!args) co_return fail(std::move(args).error());
  auto& desk = call.ports.desk;
  if (args->false_alarm) {
    co_return shown(co_await desk.report_false_alarm(std::move(call.who), kChannel, call.number,
                                                     std::move(args->note)));
  }
  co_return shown(
      co_await desk.close(std::move(call.who), kChannel, call.number, std::move(args->note)));
}

// The desk checks the scope itself, and notes in the audit log whom it refused.
constexpr std::array kRoutes{
    Route{"POST", "/alerts/{number}/acknowledge", identity::Scope::read, acknowledge},
    Route{"POST", "/alerts/{number}/assign", identity::Scope::read, assign},
    Route{"POST", "/alerts/{number}/snooze", identity::Scope::read, snooze},
    Route{"POST", "/alerts/{number}/close", identity::Scope::read, close},
};

}  // namespace

std::span<const Route> desk_routes() {
  return kRoutes;
}

}  // namespace mtc::web
