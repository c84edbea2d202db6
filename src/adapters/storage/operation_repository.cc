#include "adapters/storage/operation_repository.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "adapters/storage/numbers.h"
#include "adapters/storage/operation_row.h"
#include "adapters/storage/rollback_steps.h"
#include "adapters/storage/sql_conditions.h"

namespace mtc::storage {

using alerts::Account;
using identity::SecretCipher;
using rollback::Operation;
using rollback::OperationFilter;
using rollback::OperationState;
using Operations = std::vector<Operation>;
using Found = std::optional<Operation>;

namespace {

struct Begun {
  long long times = 0;
  long long running = 0;
};

Begun begun_of(soci::session& session, const std::string& incident) {
  Begun out;
  session << "SELECT count(*), coalesce(sum(CASE WHEN state = 'running' THEN 1 ELSE 0 END), 0) "
             "FROM rollback_operations WHERE incident = :incident",
      soci::into(out.times), soci::into(out.running), soci::use(incident);
  return out;
}

bool is_there(soci::session& session, const std::string& id) {
  int found = 0;
  session << "SELECT count(*) FROM rollback_operations WHERE id = :id", soci::into(found),
      soci::use(id);
  return found > 0;
}

bool is_running_on(soci::session& session, const std::string& target) {
  int found = 0;
  session << "SELECT count(*) FROM rollback_operations WHERE running_target = :target",
      soci::into(found), soci::use(target);
  return found > 0;
}

Found begin_operation(soci::session& session, Operation operation, const std::string& holder,
                      TimePoint until, const SecretCipher& cipher) {
  operation.number = take_numbers(session, "rollback", operation.account);
  operation.state = OperationState::running;
  operation.revision = 1;
  OperationRow row(operation, holder, until);
  row.attempt = begun_of(session, operation.incident).times + 1;
  soci::statement insert(session);
  row.insert_with(insert);
  write(insert, fmt::format(OperationRow::kInsert, OperationRow::kColumns));
  write_steps(session, operation.id, operation.steps, cipher);
  return operation;
}

bool may_begin(soci::session& session, const Operation& operation) {
  const Begun begun = begun_of(session, operation.incident);
  const bool by_person = operation.trigger == rollback::Trigger::person;
  if ((by_person ? begun.running : begun.times) > 0) return false;
  return !is_running_on(session, rollback::target_name(operation.target));
}

Result<Operation> save_operation(soci::session& session, Operation operation,
                                 const std::string& holder, TimePoint until,
                                 const SecretCipher& cipher) {
  OperationRow row(operation, holder, until);
  soci::statement update(session);
  row.update_with(update);
  write(update, OperationRow::kUpdate);
  if (update.get_affected_rows() != 1) {
    if (!is_there(session, operation.id)) return fail(Errc::not_found, "there is no such rollback");
    return fail(Errc::conflict, "somebody else goes on with this rollback");
  }
  write_steps(session, operation.id, operation.steps, cipher);
  int cancel_asked = 0;
  session << "SELECT cancel_asked, cancel_by, revision FROM rollback_operations WHERE id = :id",
      soci::into(cancel_asked), soci::into(operation.cancel_by), soci::into(row.revision),
      soci::use(operation.id);
  operation.cancel_asked = cancel_asked != 0;
  operation.revision = row.revision;
  return operation;
}

void start_query(soci::statement& query, OperationRow& row, const Conditions& where,
                 std::string_view rest = "") {
  row.read_with(query);
  where.bind(query);
  start(query, fmt::format("SELECT {} FROM rollback_operations {} {}", OperationRow::kColumns,
                           where.text(), rest));
}

Result<Operation> read_operation(soci::session& session, const OperationRow& row,
                                 const SecretCipher& cipher) {
  auto operation = row.operation();
  if (!operation) return operation;
  auto steps = read_steps(session, operation->id, cipher);
  if (!steps) return fail(std::move(steps).error());
  operation->steps = std::move(*steps);
  return operation;
}

Result<Found> find_operation(soci::session& session, const Conditions& where,
                             const SecretCipher& cipher) {
  OperationRow row;
  soci::statement query(session);
  start_query(query, row, where);
  if (!query.fetch()) return std::nullopt;
  auto operation = read_operation(session, row, cipher);
  if (!operation) return fail(std::move(operation).error());
  return std::move(*operation);
}

struct Lease {
  std::string id;
  long long revision = 0;
};

std::vector<Lease> leases_that_are_over(soci::session& session, TimePoint now) {
  const long long moment = millis_of(now);
  Lease row;
  soci::statement query =
      (session.prepare << "SELECT id, revision FROM rollback_operations "
                          "WHERE state = 'running' AND held_until <= :now ORDER BY started, id",
       soci::into(row.id), soci::into(row.revision), soci::use(moment));
  query.execute();
  std::vector<Lease> out;
  while (query.fetch()) out.push_back(row);
  return out;
}

// The revision counts up, so that what the holder before still wants to save comes too late, even
// if it has the same name.
bool take_lease(soci::session& session, const Lease& lease, const std::string& holder,
                TimePoint until) {
  const long long end = millis_of(until);
  soci::statement take =
      (session.prepare << "UPDATE rollback_operations SET holder = :holder, held_until = :until, "
                          "revision = revision + 1 WHERE id = :id AND revision = :revision AND "
                          "state = 'running'",
       soci::use(holder), soci::use(end), soci::use(lease.id), soci::use(lease.revision));
  take.execute(true);
  return take.get_affected_rows() == 1;
}

Conditions conditions_of(Account account, const OperationFilter& filter) {
  Conditions where;
  where.equal("account", account);
  if (filter.state) where.equal("state", std::string(name_of(*filter.state)));
  where.equal_if_any("cluster_id", filter.cluster_id);
  where.equal_if_any("ns", filter.ns);
  where.equal_if_any("name", filter.name);
  if (filter.since) where.require("started >= " + where.hold(millis_of(*filter.since)));
  if (filter.until) where.require("started < " + where.hold(millis_of(*filter.until)));
  return where;
}

}  // namespace

Async<Result<Found>> SqlOperationStore::begin(Operation operation, std::string holder,
                                              TimePoint until) {
  for (int attempt = 1;; ++attempt) {
    auto begun = co_await database_.transaction<Found>(
        [operation, holder, until, cipher = &cipher_](soci::session& session) -> Result<Found> {
          if (!may_begin(session, operation)) return std::nullopt;
          return begin_operation(session, operation, holder, until, *cipher);
        });
    // A key that is taken: somebody else was quicker, and now we see it.
    const bool again = !begun && begun.error().code == Errc::conflict && attempt < kMostAttempts;
    if (!again) co_return begun;
  }
}

Async<Result<Operation>> SqlOperationStore::save(Operation operation, std::string holder,
                                                 TimePoint until) {
  return database_.transaction<Operation>(
      [operation = std::move(operation), holder = std::move(holder), until,
       cipher = &cipher_](soci::session& session) -> Result<Operation> {
        return save_operation(session, operation, holder, until, *cipher);
      });
}

Async<Result<Operations>> SqlOperationStore::adopt(std::string holder, TimePoint now,
                                                   TimePoint until) {
  // Asked again and again: that must not wait for the write lock.
  const auto waiting =
      co_await database_.run<std::size_t>([now](soci::session& session) -> Result<std::size_t> {
        return leases_that_are_over(session, now).size();
      });
  if (!waiting) co_return fail(waiting.error());
  if (*waiting == 0) co_return Operations{};
  co_return co_await database_.transaction<Operations>(
      [holder = std::move(holder), now, until,
       cipher = &cipher_](soci::session& session) -> Result<Operations> {
        Operations out;
        const auto leases = leases_that_are_over(session, now);
        for (const Lease& lease : leases) {
          if (!take_lease(session, lease, holder, until)) continue;
          Conditions where;
          where.equal("id", lease.id);
          auto taken = find_operation(session, where, *cipher);
          if (taken && *taken) out.push_back(std::move(**taken));
          if (!taken) spdlog::error("{}", taken.error().message);  // the others have to go on
        }
        return out;
      });
}

Async<Result<Found>> SqlOperationStore::find(std::string id) {
  return database_.run<Found>(
      [id = std::move(id), cipher = &cipher_](soci::session& session) -> Result<Found> {
        Conditions where;
        where.equal("id", id);
        return find_operation(session, where, *cipher);
      });
}

Async<Result<Found>> SqlOperationStore::find_number(Account account, std::int64_t number) {
  return database_.run<Found>(
      [account, number, cipher = &cipher_](soci::session& session) -> Result<Found> {
        Conditions where;
        where.equal("account", account);
        where.equal("number", number);
        return find_operation(session, where, *cipher);
      });
}

Async<Result<Operations>> SqlOperationStore::list(Account account, OperationFilter filter) {
  return database_.run<Operations>([account, filter = std::move(filter), cipher = &cipher_](
                                       soci::session& session) -> Result<Operations> {
    auto where = conditions_of(account, filter);
    const auto most = where.hold(static_cast<long long>(filter.limit));
    OperationRow row;
    soci::statement query(session);
    start_query(query, row, where,
                fmt::format("ORDER BY started DESC, number DESC LIMIT {}", most));
    Operations out;
    while (query.fetch()) {
      auto operation = read_operation(session, row, *cipher);
      if (operation) {
        out.push_back(std::move(*operation));
      } else {  // it must not hide the others
        spdlog::error("{}", operation.error().message);
      }
    }
    return out;
  });
}

Async<Result<bool>> SqlOperationStore::ask_cancel(std::string id, std::string by) {
  return database_.run<bool>(
      [id = std::move(id), by = std::move(by)](soci::session& session) -> Result<bool> {
        soci::statement ask =
            (session.prepare << "UPDATE rollback_operations SET cancel_asked = 1, cancel_by = :by "
                                "WHERE id = :id AND state = 'running'",
             soci::use(by), soci::use(id));
        ask.execute(true);
        return ask.get_affected_rows() == 1;
      });
}

Async<Result<std::int64_t>> SqlOperationStore::count(Account account, std::string target,
                                                     TimePoint since) {
  using Number = std::int64_t;
  return database_.run<Number>(
      [account, target = std::move(target), since](soci::session& session) -> Result<Number> {
        Conditions where;
        where.equal("account", account);
        where.equal_if_any("target", target);
        where.require("started >= " + where.hold(millis_of(since)));
        long long found = 0;
        soci::statement query(session);
        take(query, found);
        where.bind(query);
        start(query, "SELECT count(*) FROM rollback_operations " + where.text());
        (void)query.fetch();
        return found;
      });
}

Async<Result<int>> SqlOperationStore::forget(TimePoint ended_before) {
  return database_.run<int>([ended_before](soci::session& session) -> Result<int> {
    const long long moment = millis_of(ended_before);
    soci::statement forget =
        (session.prepare << "DELETE FROM rollback_operations WHERE ended < :before AND "
                            "state <> 'running'",
         soci::use(moment));
    forget.execute(true);
    return static_cast<int>(forget.get_affected_rows());
  });
}

}  // namespace mtc::storage
