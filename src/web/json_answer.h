// Answers in JSON, as all of the web but MCP gives them.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "infra/http/server.h"

namespace mtc::web {

// Not to be kept by anybody.
HttpResponse json_answer(int status, const Json& body);
// {"error": "not_found", "message": "…"}
HttpResponse error_answer(int status, std::string_view error, std::string_view message);
// With the status that says the same.
HttpResponse error_answer(const Error& error);
HttpResponse wrong_method_answer(std::string_view allowed);

}  // namespace mtc::web
