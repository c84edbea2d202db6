#include "adapters/storage/audit_repository.h"

#include <fmt/format.h>

#include "adapters/storage/sql.h"
#include "domain/audit/chain.h"

namespace mtc::storage {

using audit::Entry;
using audit::Row;

namespace {

// Others may append between our reading and our writing, where the engine lets them.
constexpr int kMostAttempts = 20;

struct AuditRow {
  static constexpr const char* kColumns =
      "number, happened, actor, assurance, channel, event, action, target, plan_id, reason, "
      "before_hash, after_hash, details, previous, hash";

  AuditRow() = default;
  explicit AuditRow(const Row& row)
      : number(row.number),
        happened(millis_of(row.entry.time)),
        event(name_of(row.entry.event)),
        details(row.entry.details.is_null() ? std::string() : dump_json(row.entry.details)),
        kept(row) {}

  void bind(soci::statement& statement) {
    statement.exchange(soci::into(number));
    statement.exchange(soci::into(happened));
    statement.exchange(soci::into(kept.entry.actor));
    statement.exchange(soci::into(kept.entry.assurance));
    statement.exchange(soci::into(kept.entry.channel));
    statement.exchange(soci::into(event));
    statement.exchange(soci::into(kept.entry.action));
    statement.exchange(soci::into(kept.entry.target));
    statement.exchange(soci::into(kept.entry.plan));
    statement.exchange(soci::into(kept.entry.reason));
    statement.exchange(soci::into(kept.entry.before));
    statement.exchange(soci::into(kept.entry.after));
    statement.exchange(soci::into(details));
    statement.exchange(soci::into(kept.previous));
    statement.exchange(soci::into(kept.hash));
  }

  void insert(soci::session& session) const {
    const Entry& entry = kept.entry;
    session << fmt::format(
        "INSERT INTO audit_log ({}) VALUES (:number, :happened, :actor, :assurance, :channel, "
        ":event, :action, :target, :plan, :reason, :before, :after, :details, :previous, :hash)",
        kColumns),
        soci::use(number), soci::use(happened), soci::use(entry.actor), soci::use(entry.assurance),
        soci::use(entry.channel), soci::use(event), soci::use(entry.action),
        soci::use(entry.target), soci::use(entry.plan), soci::use(entry.reason),
        soci::use(entry.before), soci::use(entry.after), soci::use(details),
        soci::use(kept.previous), soci::use(kept.hash);
  }

  // What somebody wrote into it that we never would must still be told apart: it becomes something
  // whose hash does not fit.
  Row row() const {
    Row out = kept;
    out.number = number;
    out.entry.time = time_of(happened);
    const auto known = audit::parse_event(event);
    out.entry.event = known.value_or(audit::Event::failed);
    if (!known) out.entry.reason += "\nunknown event: " + event;
    if (details.empty()) return out;
    auto json = parse_json(details);
    out.entry.details = json ? std::move(*json) : Json{{"unreadable", details}};
    return out;
  }

  long long number = 0;
  long long happened = 0;
  std::string event;
  std::string details;
  Row kept;  // all that needs no conversion
};

// Number and hash of the last row; number 0 if there is none.
Row last_row(soci::session& session) {
  long long number = 0;
  Row row;
  soci::statement query =
      (session.prepare << "SELECT number, hash FROM audit_log ORDER BY number DESC LIMIT 1",
       soci::into(number), soci::into(row.hash));
  if (query.execute(true)) row.number = number;
  return row;
}

std::vector<Row> read_rows(soci::statement& query, AuditRow& row, const std::string& rest) {
  start(query, fmt::format("SELECT {} FROM audit_log {}", AuditRow::kColumns, rest));
  std::vector<Row> rows;
  while (query.fetch()) rows.push_back(row.row());
  return rows;
}

// Conditions with their values, in the order in which they are bound.
class Conditions {
 public:
  void equal(const char* column, const std::string& value) {
    if (value.empty()) return;
    add(fmt::format("{0} = :{0}", column));
    texts_.push_back(&value);
  }
  void since(const long long& moment) {
    add("happened >= :since");
    moment_ = &moment;
  }
  std::string text() const { return text_; }
  void bind(soci::statement& query) const {
    for (const auto* text : texts_) query.exchange(soci::use(*text));
    if (moment_ != nullptr) query.exchange(soci::use(*moment_));
  }

 private:
  void add(const std::string& condition) {
    text_ += (text_.empty() ? "WHERE " : " AND ") + condition;
  }
  std::string text_;
  std::vector<const std::string*> texts_;
  const long long* moment_ = nullptr;  // bound last, so added last
};

std::int64_t count_rows(soci::session& session, audit::Event event, const std::string& actor,
                        const std::string& target, TimePoint since) {
  const std::string name(name_of(event));
  const std::string kept_target = audit::tidy_target(target);
  const long long moment = millis_of(since);
  Conditions conditions;
  conditions.equal("event", name);
  conditions.equal("actor", actor);
  conditions.equal("target", kept_target);
  conditions.since(moment);
  long long found = 0;
  soci::statement query(session);
  query.exchange(soci::into(found));
  conditions.bind(query);
  start(query, "SELECT count(*) FROM audit_log " + conditions.text());
  (void)query.fetch();
  return found;
}

}  // namespace

Async<Result<Row>> SqlAuditLog::append_within(Entry entry, std::vector<audit::Limit> limits) {
  for (int attempt = 1;; ++attempt) {
    auto row = co_await database_.transaction<Row>([entry, limits, hasher = &hasher_](
                                                       soci::session& session) -> Result<Row> {
      // The last row first: whoever appends after it in between takes our number, and we begin
      // again.
      const Row last = last_row(session);
      for (const audit::Limit& limit : limits) {
        const auto found = count_rows(session, limit.event, limit.actor, limit.target, limit.since);
        if (found >= limit.most) return fail(Errc::rate_limited, limit.refusal);
      }
      Row next = audit::next_row(last.number == 0 ? nullptr : &last, entry, *hasher);
      AuditRow(next).insert(session);
      return next;
    });
    const bool again = !row && row.error().code == Errc::conflict && attempt < kMostAttempts;
    if (!again) co_return row;
  }
}

Async<Result<std::vector<Row>>> SqlAuditLog::list(audit::Filter filter) {
  using Rows = std::vector<Row>;
  filter.target = audit::tidy_target(std::move(filter.target));
  return database_.run<Rows>([filter = std::move(filter)](soci::session& session) -> Result<Rows> {
    const long long moment = filter.since ? millis_of(*filter.since) : 0;
    const long long most = filter.limit;
    Conditions conditions;
    conditions.equal("actor", filter.actor);
    conditions.equal("action", filter.action);
    conditions.equal("target", filter.target);
    if (filter.since) conditions.since(moment);
    AuditRow row;
    soci::statement query(session);
    row.bind(query);
    conditions.bind(query);
    query.exchange(soci::use(most));
    return read_rows(query, row, conditions.text() + " ORDER BY number DESC LIMIT :most");
  });
}

Async<Result<std::vector<Row>>> SqlAuditLog::after(std::int64_t number, std::int64_t limit) {
  using Rows = std::vector<Row>;
  return database_.run<Rows>([number, limit](soci::session& session) -> Result<Rows> {
    const long long first = number;
    const long long most = limit;
    AuditRow row;
    soci::statement query(session);
    row.bind(query);
    query.exchange(soci::use(first));
    query.exchange(soci::use(most));
    return read_rows(query, row, "WHERE number > :number ORDER BY number LIMIT :most");
  });
}

Async<Result<std::int64_t>> SqlAuditLog::count(audit::Event event, std::string actor,
                                               std::string target, TimePoint since) {
  using Number = std::int64_t;
  return database_.run<Number>([event, actor = std::move(actor), target = std::move(target),
                                since](soci::session& session) -> Result<Number> {
    return count_rows(session, event, actor, target, since);
  });
}

}  // namespace mtc::storage
