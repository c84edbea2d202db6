// How the Kubernetes API says no: metav1.Status, with the reasons and sentences of a real API
// server, because clients (kubectl, and ours) decide by them.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace mtc::emulator::kubernetes {

struct Status {
  int code = 500;      // of HTTP
  std::string reason;  // "NotFound" and so on
  std::string message;
  Json details = nullptr;      // {name, group, kind, uid, causes, retryAfterSeconds}, or null
  std::string continue_token;  // metadata.continue, of a list that has grown too old
};

template <class T = void>
using KubeResult = std::expected<T, Status>;
using Refusal = std::unexpected<Status>;

// {"kind": "Status", "apiVersion": "v1", "status": "Failure", …}
Json to_json(const Status& status);

// "deployments" and "apps" are "deployments.apps"; the core group "" leaves "pods".
std::string group_resource(std::string_view plural, std::string_view group);

// One thing that is wrong with an object: `field` is "spec.replicas", `reason` "FieldValueInvalid",
// `message` 'Invalid value: -1: must be greater than or equal to 0'.
struct FieldError {
  std::string field;
  std::string reason;
  std::string message;
};
FieldError field_required(std::string field, std::string_view detail = {});
FieldError field_invalid(std::string field, const Json& value, std::string_view detail);
FieldError field_not_supported(std::string field, const Json& value,
                               const std::vector<std::string>& supported);
FieldError field_duplicate(std::string field, const Json& value);
FieldError field_forbidden(std::string field, std::string_view detail);

// Where a resource is named it is by plural and group; `kind` is "Deployment".
Refusal bad_request(std::string message);  // 400
Refusal unauthorized();                    // 401
Refusal forbidden(std::string_view plural, std::string_view group, std::string_view name,
                  std::string_view why);                                                    // 403
Refusal not_found(std::string_view plural, std::string_view group, std::string_view name);  // 404
Refusal no_such_path();                                                                     // 404
Refusal method_not_allowed();                                                               // 405
Refusal not_acceptable(std::string_view supported);                                         // 406
Refusal already_exists(std::string_view plural, std::string_view group, std::string_view name);
// 409, "Operation cannot be fulfilled on …: " and the reason, by default the lost update's.
Refusal conflict(std::string_view plural, std::string_view group, std::string_view name,
                 std::string_view why = {});
Refusal expired(std::string message);                        // 410
Refusal unsupported_media_type(std::string_view supported);  // 415
Refusal invalid(std::string_view kind, std::string_view group, std::string_view name,
                const std::vector<FieldError>& errors);  // 422
// 429 with details.retryAfterSeconds where it is above zero; the header is the caller's to send.
Refusal too_many_requests(std::string message, int retry_after_seconds, Json causes = nullptr);
Refusal internal_error(std::string_view what);  // 500

}  // namespace mtc::emulator::kubernetes
