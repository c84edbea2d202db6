// The console's data: /api/v1, JSON, with a token of ours. Each person sees what is theirs.
#pragma once

#include <string_view>

#include "base/async.h"
#include "infra/http/server.h"
#include "web/api/api_call.h"

namespace mtc::web {

// One executor. docs/API.md lists the routes.
class Api {
 public:
  explicit Api(ApiPorts ports) : ports_(std::move(ports)) {}

  static bool serves(std::string_view path);
  // Nobody without a good token learns what there is: 401 for every path. Errors are
  // {"error": "not_found", "message": "…"}.
  Async<> handle(HttpExchange& exchange);

 private:
  Async<HttpResponse> answer(HttpRequest request);
  Async<Result<Json>> call(const Route& route, std::int64_t number, HttpRequest request,
                           identity::Principal who);

  ApiPorts ports_;
};

}  // namespace mtc::web
