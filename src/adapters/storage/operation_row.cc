#include "adapters/storage/operation_row.h"

#include <fmt/format.h>

namespace mtc::storage {

using rollback::Operation;
using rollback::OperationState;

namespace {

constexpr int kMaxDepth = 80;  // what came in through parse_json() lies a few levels deeper here

}  // namespace

OperationRow::OperationRow(const Operation& operation, std::string holder_name, TimePoint until)
    : account(operation.account),
      number(operation.number),
      user_id(operation.user),
      target(rollback::target_name(operation.target)),
      begun_by(name_of(operation.trigger)),
      state(name_of(operation.state)),
      language(name_of(operation.language)),
      cancel_asked(operation.cancel_asked ? 1 : 0),
      started(millis_of(operation.started)),
      ended(nullable(operation.ended)),
      diagnosis(dump_json(operation.diagnosis)),
      revision(operation.revision),
      holder(std::move(holder_name)),
      held_until(millis_of(until)),
      kept(operation) {
  if (operation.state == OperationState::running) running_target = Nullable(std::optional(target));
}

template <class Visit>
void OperationRow::each_column(Visit visit) {
  visit(kept.id);
  visit(account);
  visit(number);
  visit(user_id);
  visit(kept.incident);
  visit(attempt);
  visit(kept.alert_id);
  visit(kept.trouble);
  visit(kept.title);
  visit(kept.target.region);
  visit(kept.target.cluster_id);
  visit(kept.target.cluster_name);
  visit(kept.target.object.api_version);
  visit(kept.target.object.kind);
  visit(kept.target.object.ns);
  visit(kept.target.object.name);
  visit(target);
  visit(running_target);
  visit(kept.score);
  visit(begun_by);
  visit(kept.assurance);
  visit(kept.channel);
  visit(state);
  visit(kept.speech);
  visit(language);
  visit(cancel_asked);
  visit(kept.cancel_by);
  visit(started);
  visit(ended);
  visit(diagnosis);
  visit(revision);
  visit(holder);
  visit(held_until);
}

void OperationRow::read_with(soci::statement& query) {
  each_column([&](auto& column) { take(query, column); });
}

void OperationRow::insert_with(soci::statement& insert) {
  each_column([&](auto& column) { give(insert, column); });
}

void OperationRow::update_with(soci::statement& update) {
  give(update, kept.alert_id);
  give(update, kept.trouble);
  give(update, kept.title);
  give(update, kept.target.region);
  give(update, kept.target.cluster_id);
  give(update, kept.target.cluster_name);
  give(update, kept.target.object.api_version);
  give(update, kept.target.object.kind);
  give(update, kept.target.object.ns);
  give(update, kept.target.object.name);
  give(update, target);
  give(update, running_target);
  give(update, kept.score);
  give(update, begun_by);
  give(update, kept.assurance);
  give(update, kept.channel);
  give(update, state);
  give(update, kept.speech);
  give(update, language);
  give(update, started);
  give(update, ended);
  give(update, diagnosis);
  give(update, held_until);
  give(update, kept.id);
  give(update, revision);
  give(update, holder);
}

Result<Operation> OperationRow::operation() const {
  const auto known_state = rollback::parse_operation_state(state);
  const auto known_trigger = rollback::parse_trigger(begun_by);
  auto json = parse_json(diagnosis, kMaxDepth);
  if (!known_state || !known_trigger || !json) {
    return fail(
        Errc::internal,
        fmt::format("rollback {} was stored in a form this program does not know", kept.id));
  }
  Operation out = kept;
  out.account = account;
  out.number = number;
  out.user = user_id;
  out.trigger = *known_trigger;
  out.state = *known_state;
  out.language = parse_language(language).value_or(Language::zh);
  out.cancel_asked = cancel_asked != 0;
  out.started = time_of(started);
  out.ended = time_of(ended);
  out.diagnosis = std::move(*json);
  out.revision = revision;
  return out;
}

}  // namespace mtc::storage
