#include "adapters/storage/alert_row.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/alerts/cause.h"

namespace mtc::storage {

using alerts::Alert;
using alerts::Subject;

namespace {

constexpr int kMaxDepth = 80;  // what came in through parse_json() lies a few levels deeper here

Json json_of(const Subject& subject) {
  return {{"region", subject.region},
          {"cluster_id", subject.cluster_id},
          {"cluster_name", subject.cluster_name},
          {"ns", subject.ns},
          {"kind", subject.kind},
          {"name", subject.name},
          {"pod", subject.pod},
          {"node", subject.node},
          {"instance", subject.instance},
          {"text", subject.text}};
}

Subject subject_of(const Json& json) {
  return {.region = string_or(json, "region"),
          .cluster_id = string_or(json, "cluster_id"),
          .cluster_name = string_or(json, "cluster_name"),
          .ns = string_or(json, "ns"),
          .kind = string_or(json, "kind"),
          .name = string_or(json, "name"),
          .pod = string_or(json, "pod"),
          .node = string_or(json, "node"),
          .instance = string_or(json, "instance"),
          .text = string_or(json, "text")};
}

// What no column has.
std::string document_of(const Alert& alert) {
  Json json{{"source", name_of(alert.source)},
            {"policy_id", alert.policy_id},
            {"policy_name", alert.policy_name},
            {"metric", alert.metric},
            {"condition", alert.condition},
            {"unit", alert.unit},
            {"link", alert.link},
            {"message", alert.message},
            {"subject", json_of(alert.subject)},
            {"reports", alert.reports},
            {"flaps", alert.flaps},
            {"scoring", alert.scoring},
            {"assigned_to", alert.assigned_to},
            {"note", alert.note},
            {"created", millis_of(alert.created)}};
  if (alert.value) json["value"] = *alert.value;
  if (alert.limit) json["limit"] = *alert.limit;
  if (alert.recovered) json["recovered"] = millis_of(*alert.recovered);
  return dump_json(json);
}

std::optional<double> number_if_any(const Json& json, const char* key) {
  if (!json.contains(key) || !json[key].is_number()) return std::nullopt;
  return json[key].get<double>();
}

void read_document(const Json& json, Alert& alert) {
  alert.source = alerts::parse_source(string_or(json, "source")).value_or(alerts::Source::monitor);
  alert.policy_id = string_or(json, "policy_id");
  alert.policy_name = string_or(json, "policy_name");
  alert.metric = string_or(json, "metric");
  alert.condition = string_or(json, "condition");
  alert.unit = string_or(json, "unit");
  alert.link = string_or(json, "link");
  alert.message = string_or(json, "message");
  alert.subject = subject_of(object_or_empty(json, "subject"));
  alert.value = number_if_any(json, "value");
  alert.limit = number_if_any(json, "limit");
  if (json.contains("recovered")) alert.recovered = time_of(integer_or(json, "recovered"));
  alert.reports = integer_or(json, "reports");
  alert.flaps = integer_or(json, "flaps");
  alert.scoring = json.value("scoring", Json());
  alert.assigned_to = string_or(json, "assigned_to");
  alert.note = string_or(json, "note");
  alert.created = time_of(integer_or(json, "created"));
}

}  // namespace

AlertRow::AlertRow(const Alert& alert, long long row_revision)
    : id(alert.id),
      account(alert.account),
      number(alert.number),
      cause(alert.cause),
      group(alerts::group_of(alert.subject, alert.cause)),
      incident(alert.incident),
      state(name_of(alert.state)),
      handling(name_of(alert.handling)),
      level(name_of(alert.level)),
      score(alert.score),
      cluster_id(alert.subject.cluster_id),
      ns(alert.subject.ns),
      name(alert.subject.name),
      began(millis_of(alert.first)),
      last_seen(millis_of(alert.last)),
      last_told(std::max(last_seen, millis_of(alert.recovered.value_or(alert.last)))),
      acknowledged_by(alert.acknowledged_by),
      snoozed_until(nullable(alert.snoozed_until)),
      changed(millis_of(alert.changed)),
      document(document_of(alert)),
      revision(row_revision) {}

template <class Visit>
void AlertRow::each_changing(Visit visit) {
  visit(group);
  visit(incident);
  visit(state);
  visit(handling);
  visit(level);
  visit(score);
  visit(cluster_id);
  visit(ns);
  visit(name);
  visit(began);
  visit(last_seen);
  visit(last_told);
  visit(acknowledged_by);
  visit(snoozed_until);
  visit(changed);
  visit(document);
}

void AlertRow::read_with(soci::statement& query) {
  take(query, id);
  take(query, account);
  take(query, number);
  take(query, cause);
  each_changing([&](auto& column) { take(query, column); });
  take(query, revision);
}

void AlertRow::insert_with(soci::statement& insert) {
  give(insert, id);
  give(insert, account);
  give(insert, number);
  give(insert, cause);
  each_changing([&](auto& column) { give(insert, column); });
  give(insert, revision);
}

void AlertRow::update_with(soci::statement& update) {
  each_changing([&](auto& column) { give(update, column); });
  give(update, id);
  give(update, revision);
}

Result<Alert> AlertRow::alert() const {
  const auto unreadable = [this] {
    return fail(Errc::internal,
                fmt::format("alert {} was stored in a form this program does not know", id));
  };
  const auto json = parse_json(document, kMaxDepth);
  const auto known_state = alerts::parse_state(state);
  const auto known_handling = alerts::parse_handling(handling);
  const auto known_level = alerts::parse_level(level);
  if (!json || !json->is_object() || !known_state || !known_handling || !known_level) {
    return unreadable();
  }
  Alert out;
  read_document(*json, out);
  out.id = id;
  out.number = number;
  out.account = account;
  out.cause = cause;
  out.incident = incident;
  out.level = *known_level;
  out.state = *known_state;
  out.handling = *known_handling;
  out.first = time_of(began);
  out.last = time_of(last_seen);
  out.score = score.get();
  out.acknowledged_by = acknowledged_by;
  out.snoozed_until = time_of(snoozed_until);
  out.changed = time_of(changed);
  return out;
}

}  // namespace mtc::storage
