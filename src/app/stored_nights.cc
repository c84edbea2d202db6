#include "app/stored_nights.h"

#include <algorithm>

#include "domain/broadcast/schedule.h"
#include "services/basic/dashboard_access.h"

namespace mtc::app {
namespace {

constexpr std::int64_t kMostAlerts = 50;
constexpr std::int64_t kMostOperations = 50;

}  // namespace

Async<Result<broadcast::Night>> StoredNights::collect(identity::User user, logs::TimeRange period) {
  const auto account = co_await ports_.people.account_of(user);
  if (!account) co_return fail(account.error());
  const alerts::AlertFilter filter{
      .since = period.from, .now = ports_.clock.now(), .limit = kMostAlerts};
  auto alerts = co_await ports_.alerts.list(*account, filter);
  if (!alerts) co_return fail(std::move(alerts).error());
  const auto counts = co_await ports_.alerts.count(*account, filter);
  if (!counts) co_return fail(counts.error());
  auto operations =
      co_await ports_.operations.list(*account, {.since = period.from, .limit = kMostOperations});
  if (!operations) co_return fail(std::move(operations).error());
  const auto shown = static_cast<std::int64_t>(alerts->size());
  co_return broadcast::Night{.alerts = std::move(*alerts),
                             .more = std::max<std::int64_t>(0, counts->all - shown),
                             .operations = std::move(*operations)};
}

Async<Result<std::string>> StoredNights::watch(identity::User user, logs::TimeRange period) {
  if (!logs_ || user.watched_dashboard.empty()) co_return "";
  const services::LogCaller caller{.who = {.user = user,
                                           .assurance = identity::Assurance::device,
                                           .scopes = {identity::Scope::read}},
                                   .zone = broadcast::zone_of(user),
                                   .now = ports_.clock.now()};
  auto board = co_await services::find_dashboard(*logs_, caller, user.watched_dashboard);
  if (!board) co_return fail(std::move(board).error());
  const auto view = co_await services::look_at_dashboard(*logs_, caller, std::move(*board), period);
  co_return broadcast::first_sentence(dashboards::say_view(view, user.language), user.language);
}

}  // namespace mtc::app
