#include "emulator/kubernetes/status.h"

#include <fmt/format.h>

#include "base/text.h"

namespace mtc::emulator::kubernetes {
namespace {

Json named(std::string_view kind, std::string_view group, std::string_view name) {
  auto details = Json::object();
  if (!name.empty()) details["name"] = name;
  if (!group.empty()) details["group"] = group;
  if (!kind.empty()) details["kind"] = kind;
  return details;
}

Refusal refuse(int code, std::string reason, std::string message, Json details = nullptr) {
  return Refusal(Status{.code = code,
                        .reason = std::move(reason),
                        .message = std::move(message),
                        .details = std::move(details)});
}

// As Go prints a value in such messages: text in quotes, structures as JSON.
std::string shown(const Json& value) {
  return dump_json(value);
}

}  // namespace

Json to_json(const Status& status) {
  Json out = {{"kind", "Status"},    {"apiVersion", "v1"},        {"metadata", Json::object()},
              {"status", "Failure"}, {"message", status.message}, {"reason", status.reason},
              {"code", status.code}};
  if (status.details.is_object()) out["details"] = status.details;
  if (!status.continue_token.empty()) out["metadata"]["continue"] = status.continue_token;
  return out;
}

std::string group_resource(std::string_view plural, std::string_view group) {
  return group.empty() ? std::string(plural) : fmt::format("{}.{}", plural, group);
}

FieldError field_required(std::string field, std::string_view detail) {
  return {std::move(field), "FieldValueRequired",
          detail.empty() ? "Required value" : fmt::format("Required value: {}", detail)};
}
FieldError field_invalid(std::string field, const Json& value, std::string_view detail) {
  return {std::move(field), "FieldValueInvalid",
          fmt::format("Invalid value: {}: {}", shown(value), detail)};
}
FieldError field_not_supported(std::string field, const Json& value,
                               const std::vector<std::string>& supported) {
  std::vector<std::string> quoted;
  quoted.reserve(supported.size());
  for (const auto& one : supported) quoted.push_back(shown(one));
  return {
      std::move(field), "FieldValueNotSupported",
      fmt::format("Unsupported value: {}: supported values: {}", shown(value), join(quoted, ", "))};
}
FieldError field_duplicate(std::string field, const Json& value) {
  return {std::move(field), "FieldValueDuplicate", "Duplicate value: " + shown(value)};
}
FieldError field_forbidden(std::string field, std::string_view detail) {
  return {std::move(field), "FieldValueForbidden", fmt::format("Forbidden: {}", detail)};
}

Refusal bad_request(std::string message) {
  return refuse(400, "BadRequest", std::move(message));
}

Refusal unauthorized() {
  return refuse(401, "Unauthorized", "Unauthorized");
}

Refusal forbidden(std::string_view plural, std::string_view group, std::string_view name,
                  std::string_view why) {
  const auto what = group_resource(plural, group);
  auto message = name.empty() ? fmt::format("{} is forbidden: {}", what, why)
                              : fmt::format("{} \"{}\" is forbidden: {}", what, name, why);
  return refuse(403, "Forbidden", std::move(message), named(plural, group, name));
}

Refusal not_found(std::string_view plural, std::string_view group, std::string_view name) {
  return refuse(404, "NotFound",
                fmt::format("{} \"{}\" not found", group_resource(plural, group), name),
                named(plural, group, name));
}

Refusal no_such_path() {
  return refuse(404, "NotFound", "the server could not find the requested resource",
                Json::object());
}

Refusal method_not_allowed() {
  return refuse(405, "MethodNotAllowed",
                "the server does not allow this method on the requested resource", Json::object());
}

Refusal not_acceptable(std::string_view supported) {
  return refuse(406, "NotAcceptable",
                fmt::format("only the following media types are accepted: {}", supported));
}

Refusal already_exists(std::string_view plural, std::string_view group, std::string_view name) {
  return refuse(409, "AlreadyExists",
                fmt::format("{} \"{}\" already exists", group_resource(plural, group), name),
                named(plural, group, name));
}

Refusal conflict(std::string_view plural, std::string_view group, std::string_view name,
                 std::string_view why) {
  if (why.empty())
    why =
        "the object has been modified; please apply your changes to the latest version and try "
        "again";
  return refuse(409, "Conflict",
                fmt::format("Operation cannot be fulfilled on {} \"{}\": {}",
                            group_resource(plural, group), name, why),
                named(plural, group, name));
}

Refusal expired(std::string message) {
  return refuse(410, "Expired", std::move(message));
}

Refusal unsupported_media_type(std::string_view supported) {
  return refuse(415, "UnsupportedMediaType",
                fmt::format("the body of the request was in an unknown format - accepted media "
                            "types include: {}",
                            supported));
}

Refusal invalid(std::string_view kind, std::string_view group, std::string_view name,
                const std::vector<FieldError>& errors) {
  auto details = named(kind, group, name);
  details["causes"] = Json::array();
  std::vector<std::string> sentences;
  for (const auto& error : errors) {
    auto sentence = fmt::format("{}: {}", error.field, error.message);
    // The API says each sentence once, and keeps every cause.
    if (std::ranges::find(sentences, sentence) == sentences.end())
      sentences.push_back(std::move(sentence));
    details["causes"].push_back(
        {{"reason", error.reason}, {"message", error.message}, {"field", error.field}});
  }
  auto text = join(sentences, ", ");
  if (sentences.size() != 1) text = "[" + text + "]";
  return refuse(422, "Invalid",
                fmt::format("{} \"{}\" is invalid: {}", group_resource(kind, group), name, text),
                std::move(details));
}

Refusal too_many_requests(std::string message, int retry_after_seconds, Json causes) {
  auto details = Json::object();
  if (retry_after_seconds > 0) details["retryAfterSeconds"] = retry_after_seconds;
  if (causes.is_array()) details["causes"] = std::move(causes);
  return refuse(429, "TooManyRequests", std::move(message), std::move(details));
}

Refusal internal_error(std::string_view what) {
  return refuse(500, "InternalError", fmt::format("Internal error occurred: {}", what),
                {{"causes", Json::array({{{"message", what}}})}});
}

}  // namespace mtc::emulator::kubernetes
