#include "adapters/storage/quiet_repository.h"

#include <fmt/format.h>

#include "adapters/storage/numbers.h"
#include "adapters/storage/sql.h"

namespace mtc::storage {

using alerts::Account;
using alerts::Quiet;
using std::chrono::minutes;

namespace {

std::optional<long long> count_of(const std::optional<minutes>& time_of_day) {
  return time_of_day ? std::optional<long long>(time_of_day->count()) : std::nullopt;
}
std::optional<minutes> minutes_of(const Nullable<long long>& count) {
  return count.present() ? std::optional(minutes(count.value)) : std::nullopt;
}

std::string digits_of(const std::vector<unsigned>& weekdays) {
  std::string out;
  for (const unsigned day : weekdays) out += static_cast<char>('0' + day % 7);
  return out;
}
std::vector<unsigned> weekdays_of(const std::string& digits) {
  std::vector<unsigned> out;
  for (const char digit : digits) out.push_back(static_cast<unsigned>(digit - '0') % 7);
  return out;
}

struct QuietRow {
  static constexpr const char* kColumns =
      "account, number, cluster_id, ns, name, policy_id, spoken, begins, ends, daily_from, "
      "daily_until, weekdays, zone, reason, created_by, created, lifted";

  QuietRow() = default;
  explicit QuietRow(const Quiet& quiet)
      : account(quiet.account),
        number(quiet.number),
        begins(millis_of(quiet.from)),
        ends(millis_of(quiet.until)),
        daily_from(count_of(quiet.daily_from)),
        daily_until(count_of(quiet.daily_until)),
        weekdays(digits_of(quiet.weekdays)),
        created_by(quiet.created_by),
        created(millis_of(quiet.created)),
        lifted(nullable(quiet.lifted)),
        kept(quiet) {}

  template <class Visit>
  void each(Visit visit) {
    visit(account);
    visit(number);
    visit(kept.cluster_id);
    visit(kept.ns);
    visit(kept.name);
    visit(kept.policy_id);
    visit(kept.spoken);
    visit(begins);
    visit(ends);
    visit(daily_from);
    visit(daily_until);
    visit(weekdays);
    visit(kept.zone);
    visit(kept.reason);
    visit(created_by);
    visit(created);
    visit(lifted);
  }

  Quiet quiet() const {
    Quiet out = kept;
    out.account = account;
    out.number = number;
    out.from = time_of(begins);
    out.until = time_of(ends);
    out.daily_from = minutes_of(daily_from);
    out.daily_until = minutes_of(daily_until);
    out.weekdays = weekdays_of(weekdays);
    out.created_by = created_by;
    out.created = time_of(created);
    out.lifted = time_of(lifted);
    return out;
  }

  long long account = 0;
  long long number = 0;
  long long begins = 0;
  long long ends = 0;
  Nullable<long long> daily_from;
  Nullable<long long> daily_until;
  std::string weekdays;
  long long created_by = 0;
  long long created = 0;
  Nullable<long long> lifted;
  Quiet kept;  // all that needs no conversion
};

Quiet insert(soci::session& session, const Quiet& quiet) {
  Quiet numbered = quiet;
  numbered.number = take_numbers(session, "quiet", quiet.account);
  QuietRow row(numbered);
  soci::statement insert(session);
  row.each([&](auto& column) { give(insert, column); });
  write(insert, fmt::format("INSERT INTO alert_quiets ({}) VALUES (:account, :number, :cluster, "
                            ":ns, :name, :policy, :spoken, :begins, :ends, :daily_from, "
                            ":daily_until, :weekdays, :zone, :reason, :by, :created, :lifted)",
                            QuietRow::kColumns));
  return numbered;
}

}  // namespace

Async<Result<Quiet>> SqlQuietStore::add(Quiet quiet) {
  for (int attempt = 1;; ++attempt) {
    auto added = co_await database_.transaction<Quiet>(
        [quiet](soci::session& session) -> Result<Quiet> { return insert(session, quiet); });
    const bool again = !added && added.error().code == Errc::conflict && attempt < kMostAttempts;
    if (!again) co_return added;
  }
}

Async<Result<std::vector<Quiet>>> SqlQuietStore::live(Account account, TimePoint now) {
  using Quiets = std::vector<Quiet>;
  return database_.run<Quiets>([account, now](soci::session& session) -> Result<Quiets> {
    const long long whose = account;
    const long long moment = millis_of(now);
    QuietRow row;
    soci::statement query(session);
    row.each([&](auto& column) { take(query, column); });
    give(query, whose);
    give(query, moment);
    start(query, fmt::format("SELECT {} FROM alert_quiets WHERE account = :account AND ends > :now "
                             "AND lifted IS NULL ORDER BY number",
                             QuietRow::kColumns));
    Quiets out;
    while (query.fetch()) out.push_back(row.quiet());
    return out;
  });
}

Async<Result<bool>> SqlQuietStore::lift(Account account, std::int64_t number, TimePoint now) {
  return database_.run<bool>([account, number, now](soci::session& session) -> Result<bool> {
    const long long whose = account;
    const long long which = number;
    const long long moment = millis_of(now);
    soci::statement lift =
        (session.prepare << "UPDATE alert_quiets SET lifted = :now WHERE account = :account AND "
                            "number = :number AND lifted IS NULL AND ends > :moment",
         soci::use(moment), soci::use(whose), soci::use(which), soci::use(moment));
    lift.execute(true);
    return lift.get_affected_rows() == 1;
  });
}

}  // namespace mtc::storage
