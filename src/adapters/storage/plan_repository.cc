#include "adapters/storage/plan_repository.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "adapters/storage/sql.h"

namespace mtc::storage {

using approval::Plan;
using approval::PlanState;
using identity::SecretCipher;

namespace {

constexpr int kMaxDepth = 80;  // what came in through parse_json() lies a few levels deeper here

std::string place_of(const std::string& id) {
  return "plans/" + id;
}

std::string place_of_outcome(const std::string& id) {
  return place_of(id) + "/outcome";
}

std::string seal(const Plan& plan, const SecretCipher& cipher) {
  const Json document{{"code_hash", plan.code_hash},
                      {"arguments", plan.arguments},
                      {"details", plan.details},
                      {"target", plan.target},
                      {"target_version", plan.target_version},
                      {"ns", plan.ns},
                      {"before", plan.before},
                      {"summary", plan.summary},
                      {"language", name_of(plan.language)}};
  return cipher.seal(dump_json(document), place_of(plan.id));
}

Result<> unseal(const std::string& sealed, Plan& plan, const SecretCipher& cipher) {
  auto text = cipher.open(sealed, place_of(plan.id));
  if (!text) return fail(std::move(text).error());
  const auto json = parse_json(*text, kMaxDepth);
  if (!json || !json->is_object()) {
    return fail(Errc::internal, "it was stored in a form this program does not know");
  }
  plan.code_hash = string_or(*json, "code_hash");
  plan.arguments = json->value("arguments", Json());
  plan.details = json->value("details", Json());
  plan.target = string_or(*json, "target");
  plan.target_version = string_or(*json, "target_version");
  plan.ns = string_or(*json, "ns");
  plan.before = string_or(*json, "before");
  plan.summary = string_or(*json, "summary");
  plan.language = parse_language(string_or(*json, "language")).value_or(Language::zh);
  return {};
}

struct PlanRow {
  static constexpr const char* kColumns =
      "id, user_id, state, wrong_codes, action, sealed, outcome, created, expires, changed";

  void bind(soci::statement& statement) {
    statement.exchange(soci::into(id));
    statement.exchange(soci::into(user));
    statement.exchange(soci::into(state));
    statement.exchange(soci::into(wrong_codes));
    statement.exchange(soci::into(action));
    statement.exchange(soci::into(sealed));
    statement.exchange(soci::into(outcome));
    statement.exchange(soci::into(created));
    statement.exchange(soci::into(expires));
    statement.exchange(soci::into(changed));
  }

  Result<Plan> plan(const SecretCipher& cipher) const {
    Plan out;
    out.id = id;
    out.user = user;
    out.wrong_codes = wrong_codes;
    out.action = action;
    out.created = time_of(created);
    out.expires = time_of(expires);
    out.changed = time_of(changed);
    const auto known = approval::parse_plan_state(state);
    if (!known) return fail(Errc::internal, fmt::format("plan {}: unknown state", id));
    out.state = *known;
    if (auto ok = unseal(sealed, out, cipher); !ok) return fail_in("plan " + id, ok.error());
    if (outcome.empty()) return out;
    auto text = cipher.open(outcome, place_of_outcome(id));
    if (!text) return fail_in("plan " + id, std::move(text).error());
    out.outcome = std::move(*text);
    return out;
  }

  std::string id;
  long long user = 0;
  std::string state;
  int wrong_codes = 0;
  std::string action;
  std::string sealed;
  std::string outcome;
  long long created = 0;
  long long expires = 0;
  long long changed = 0;
};

std::string select_plans(std::string_view rest) {
  return fmt::format("SELECT {} FROM plans {}", PlanRow::kColumns, rest);
}

// One that cannot be read any more must not hide the others.
std::vector<Plan> read_plans(soci::statement& query, PlanRow& row, const SecretCipher& cipher,
                             std::string_view rest) {
  start(query, select_plans(rest));
  std::vector<Plan> plans;
  while (query.fetch()) {
    auto plan = row.plan(cipher);
    if (plan) {
      plans.push_back(std::move(*plan));
    } else {
      spdlog::error("{}", plan.error().message);
    }
  }
  return plans;
}

}  // namespace

Async<Result<>> SqlPlanStore::add(Plan plan) {
  return database_.run<void>(
      [plan = std::move(plan), cipher = &cipher_](soci::session& session) -> Result<> {
        const long long user = plan.user;
        const std::string state(name_of(plan.state));
        const std::string sealed = seal(plan, *cipher);
        const std::string outcome =
            plan.outcome.empty() ? "" : cipher->seal(plan.outcome, place_of_outcome(plan.id));
        const long long created = millis_of(plan.created);
        const long long expires = millis_of(plan.expires);
        const long long changed = millis_of(plan.changed);
        session << fmt::format(
            "INSERT INTO plans ({}) VALUES (:id, :user, :state, :wrong, :action, "
            ":sealed, :outcome, :created, :expires, :changed)",
            PlanRow::kColumns),
            soci::use(plan.id), soci::use(user), soci::use(state), soci::use(plan.wrong_codes),
            soci::use(plan.action), soci::use(sealed), soci::use(outcome), soci::use(created),
            soci::use(expires), soci::use(changed);
        return {};
      });
}

Async<Result<std::optional<Plan>>> SqlPlanStore::find(std::string id) {
  using Found = std::optional<Plan>;
  return database_.run<Found>(
      [id = std::move(id), cipher = &cipher_](soci::session& session) -> Result<Found> {
        PlanRow row;
        soci::statement query(session);
        row.bind(query);
        query.exchange(soci::use(id));
        start(query, select_plans("WHERE id = :id"));
        if (!query.fetch()) return std::nullopt;
        auto plan = row.plan(*cipher);
        if (!plan) return fail(std::move(plan).error());
        return std::move(*plan);
      });
}

Async<Result<std::vector<Plan>>> SqlPlanStore::waiting(identity::UserId user, TimePoint now) {
  using Plans = std::vector<Plan>;
  return database_.run<Plans>(
      [user, now, cipher = &cipher_](soci::session& session) -> Result<Plans> {
        const long long whose = user;
        const long long moment = millis_of(now);
        PlanRow row;
        soci::statement query(session);
        row.bind(query);
        query.exchange(soci::use(whose));
        query.exchange(soci::use(moment));
        return read_plans(query, row, *cipher,
                          "WHERE user_id = :user AND state = 'waiting' AND expires > :now "
                          "ORDER BY created DESC, id");
      });
}

Async<Result<std::vector<Plan>>> SqlPlanStore::recent(identity::UserId user, TimePoint since) {
  using Plans = std::vector<Plan>;
  return database_.run<Plans>(
      [user, since, cipher = &cipher_](soci::session& session) -> Result<Plans> {
        const long long whose = user;
        const long long moment = millis_of(since);
        const long long most = kMostRecent;
        PlanRow row;
        soci::statement query(session);
        row.bind(query);
        query.exchange(soci::use(whose));
        query.exchange(soci::use(moment));
        query.exchange(soci::use(most));
        return read_plans(
            query, row, *cipher,
            "WHERE user_id = :user AND created >= :since ORDER BY created DESC, id LIMIT :most");
      });
}

Async<Result<std::vector<Plan>>> SqlPlanStore::executing(TimePoint changed_before) {
  using Plans = std::vector<Plan>;
  return database_.run<Plans>(
      [changed_before, cipher = &cipher_](soci::session& session) -> Result<Plans> {
        const long long moment = millis_of(changed_before);
        PlanRow row;
        soci::statement query(session);
        row.bind(query);
        query.exchange(soci::use(moment));
        return read_plans(query, row, *cipher,
                          "WHERE state = 'executing' AND changed < :before ORDER BY changed, id");
      });
}

Async<Result<bool>> SqlPlanStore::move(std::string id, PlanState from, PlanState to,
                                       std::string outcome, TimePoint now) {
  const std::string sealed =
      outcome.empty() ? std::string() : cipher_.seal(outcome, place_of_outcome(id));
  return database_.run<bool>([id = std::move(id), before = std::string(name_of(from)),
                              after = std::string(name_of(to)), sealed,
                              now](soci::session& session) -> Result<bool> {
    const long long moment = millis_of(now);
    soci::statement move =
        (session.prepare << "UPDATE plans SET state = :after, outcome = :outcome, changed = :now "
                            "WHERE id = :id AND state = :before",
         soci::use(after), soci::use(sealed), soci::use(moment), soci::use(id), soci::use(before));
    move.execute(true);
    return move.get_affected_rows() == 1;
  });
}

Async<Result<int>> SqlPlanStore::note_wrong_code(std::string id) {
  // The statement that counts also takes the row's lock, so that nobody reads our number.
  return database_.transaction<int>([id = std::move(id)](soci::session& session) -> Result<int> {
    soci::statement count =
        (session.prepare << "UPDATE plans SET wrong_codes = wrong_codes + 1 WHERE id = :id",
         soci::use(id));
    count.execute(true);
    if (count.get_affected_rows() != 1) return fail(Errc::not_found, "there is no such plan");
    int number = 0;
    session << "SELECT wrong_codes FROM plans WHERE id = :id", soci::into(number), soci::use(id);
    return number;
  });
}

Async<Result<int>> SqlPlanStore::forget(TimePoint changed_before) {
  return database_.run<int>([changed_before](soci::session& session) -> Result<int> {
    const long long moment = millis_of(changed_before);
    soci::statement forget =
        (session.prepare << "DELETE FROM plans WHERE changed < :before AND state <> 'executing' "
                            "AND (state <> 'waiting' OR expires < :expired)",
         soci::use(moment), soci::use(moment));
    forget.execute(true);
    return static_cast<int>(forget.get_affected_rows());
  });
}

}  // namespace mtc::storage
