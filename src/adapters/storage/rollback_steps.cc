#include "adapters/storage/rollback_steps.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "adapters/storage/sql.h"

namespace mtc::storage {

using identity::SecretCipher;
using rollback::Health;
using rollback::Step;

namespace {

constexpr int kMaxDepth = 80;  // what came in through parse_json() lies a few levels deeper here

std::string place_of(const std::string& operation_id, long long place) {
  return fmt::format("rollback_steps/{}/{}", operation_id, place);
}

std::optional<std::string> text_of(const std::optional<Health>& health) {
  return health ? std::optional(dump_json(to_json(*health))) : std::nullopt;
}
std::optional<Health> health_of(const Nullable<std::string>& text) {
  if (!text.present()) return std::nullopt;
  const auto json = parse_json(text.value);
  return json ? std::optional(rollback::health_from_json(*json)) : std::nullopt;
}

struct StepRow {
  static constexpr const char* kColumns =
      "operation_id, place, rung, state, reason, action, sealed, version, target, summary, "
      "checkpoint_id, health_before, health_after, started, ended";

  template <class Visit>
  void each(Visit visit) {
    visit(operation_id);
    visit(place);
    visit(rung);
    visit(state);
    visit(kept.reason);
    visit(kept.action);
    visit(sealed);
    visit(kept.version);
    visit(kept.target);
    visit(kept.summary);
    visit(kept.checkpoint);
    visit(before);
    visit(after);
    visit(started);
    visit(ended);
  }

  void set(Step step, const SecretCipher& cipher) {
    rung = number_of(step.rung);
    state = name_of(step.state);
    sealed = step.arguments.is_null()
                 ? std::string()
                 : cipher.seal(dump_json(step.arguments), place_of(operation_id, place));
    before = Nullable(text_of(step.before));
    after = Nullable(text_of(step.after));
    started = nullable(step.started);
    ended = nullable(step.ended);
    kept = std::move(step);
  }

  Json arguments(const SecretCipher& cipher) const {
    if (sealed.empty()) return nullptr;
    const auto where = place_of(operation_id, place);
    const auto text = cipher.open(sealed, where);
    auto json = text ? parse_json(*text, kMaxDepth) : Result<Json>(fail(text.error()));
    if (json) return std::move(*json);
    spdlog::error("{}: {}", where, json.error().message);
    return nullptr;
  }

  Result<Step> step(const SecretCipher& cipher) const {
    const auto known_rung = rollback::rung_of(static_cast<int>(rung));
    const auto known_state = rollback::parse_step_state(state);
    if (!known_rung || !known_state) {
      return fail(Errc::internal, place_of(operation_id, place) +
                                      " was stored in a form this program does not know");
    }
    Step out = kept;
    out.rung = *known_rung;
    out.state = *known_state;
    out.arguments = arguments(cipher);
    out.before = health_of(before);
    out.after = health_of(after);
    out.started = time_of(started);
    out.ended = time_of(ended);
    return out;
  }

  std::string operation_id;
  long long place = 0;
  long long rung = 0;
  std::string state;
  std::string sealed;
  Nullable<std::string> before;
  Nullable<std::string> after;
  Nullable<long long> started;
  Nullable<long long> ended;
  Step kept;  // all that needs no conversion
};

}  // namespace

void write_steps(soci::session& session, const std::string& operation_id, std::vector<Step> steps,
                 const SecretCipher& cipher) {
  session << "DELETE FROM rollback_steps WHERE operation_id = :id", soci::use(operation_id);
  StepRow row;
  row.operation_id = operation_id;
  soci::statement insert(session);
  row.each([&](auto& column) { give(insert, column); });
  prepare(insert, fmt::format("INSERT INTO rollback_steps ({}) VALUES (:operation, :place, :rung, "
                              ":state, :reason, :action, :sealed, :version, :target, :summary, "
                              ":checkpoint, :before, :after, :started, :ended)",
                              StepRow::kColumns));
  for (Step& step : steps) {
    row.set(std::move(step), cipher);
    insert.execute(true);
    ++row.place;
  }
}

Result<std::vector<Step>> read_steps(soci::session& session, const std::string& operation_id,
                                     const SecretCipher& cipher) {
  StepRow row;
  soci::statement query(session);
  row.each([&](auto& column) { take(query, column); });
  give(query, operation_id);
  start(query, fmt::format("SELECT {} FROM rollback_steps WHERE operation_id = :id ORDER BY place",
                           StepRow::kColumns));
  std::vector<Step> out;
  while (query.fetch()) {
    auto step = row.step(cipher);
    if (!step) return fail(std::move(step).error());
    out.push_back(std::move(*step));
  }
  return out;
}

}  // namespace mtc::storage
