#include "mcp/tasks/task_document.h"

namespace mtc::mcp {
namespace {

Json to_json(const Principal& principal) {
  return {{"subject", principal.subject},
          {"name", principal.name},
          {"scopes", principal.scopes},
          {"channel", principal.channel},
          {"trust", principal.trust}};
}

Principal read_principal(const Json& json) {
  return {.subject = json.at("subject"),
          .name = json.at("name"),
          .scopes = json.at("scopes").get<std::vector<std::string>>(),
          .channel = json.at("channel"),
          .trust = string_or(json, "trust")};
}

Json to_json(const ClientCapabilities& client) {
  return {{"form_elicitation", client.form_elicitation},
          {"url_elicitation", client.url_elicitation},
          {"sampling", client.sampling},
          {"roots", client.roots},
          {"tasks", client.tasks}};
}

ClientCapabilities read_client(const Json& json) {
  return {.form_elicitation = json.at("form_elicitation"),
          .url_elicitation = json.at("url_elicitation"),
          .sampling = json.at("sampling"),
          .roots = json.at("roots"),
          .tasks = json.at("tasks")};
}

template <class Map>
Map read_map(const Json& json) {
  Map out;
  for (const auto& [key, value] : json.items())
    out.emplace(key, value.template get<typename Map::mapped_type>());
  return out;
}

TimePoint read_time(const Json& json) {
  return TimePoint(Millis(json.get<std::int64_t>()));
}

Task read_task(const Json& json) {
  Task task;
  task.id = json.at("id");
  task.number = json.at("number");
  task.tool = json.at("tool");
  task.arguments = json.at("arguments");
  task.principal = read_principal(json.at("principal"));
  task.client_name = json.at("client_name");
  task.voice = json.at("voice");
  task.client = read_client(json.at("client"));
  task.can_ask = json.at("can_ask");
  task.message = json.at("message");
  task.created = read_time(json.at("created"));
  task.updated = read_time(json.at("updated"));
  task.ttl = Millis(json.at("ttl_ms").get<std::int64_t>());
  task.state = json.at("state");
  task.restarts = json.at("restarts");
  task.asked = read_map<std::map<std::string, Json>>(json.at("asked"));
  task.keys = read_map<std::map<std::string, std::string>>(json.at("keys"));
  task.answers = read_map<Answers>(json.at("answers"));
  task.result = json.at("result");
  task.error = json.at("error");
  return task;
}

}  // namespace

Json to_json(const Task& task) {
  return {{"id", task.id},
          {"number", task.number},
          {"tool", task.tool},
          {"arguments", task.arguments},
          {"principal", to_json(task.principal)},
          {"client_name", task.client_name},
          {"voice", task.voice},
          {"client", to_json(task.client)},
          {"can_ask", task.can_ask},
          {"status", name_of(task.status)},
          {"message", task.message},
          {"created", task.created.time_since_epoch().count()},
          {"updated", task.updated.time_since_epoch().count()},
          {"ttl_ms", task.ttl.count()},
          {"state", task.state},
          {"restarts", task.restarts},
          {"asked", task.asked},
          {"keys", task.keys},
          {"answers", task.answers},
          {"result", task.result},
          {"error", task.error}};
}

Result<Task> task_from_json(const Json& document) try {
  Task task = read_task(document);
  const std::string status = document.at("status");
  const auto known = parse_task_status(status);
  if (!known) return fail(Errc::internal, "stored task: no status is called " + status);
  task.status = *known;
  return task;
} catch (const Json::exception& e) {
  return fail(Errc::internal, std::string("stored task: ") + e.what());
}

}  // namespace mtc::mcp
