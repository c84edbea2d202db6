// One HTTP request on its way through the endpoint.
#pragma once

#include <string>

#include "base/async.h"
#include "infra/http/server.h"
#include "mcp/answer.h"
#include "mcp/http/request_limits.h"
#include "mcp/json_rpc.h"
#include "mcp/principal.h"

namespace mtc::mcp {

struct Visit {
  HttpExchange& exchange;
  Principal principal{};
  HttpHeaders headers{};  // of whatever answer there will be
  RequestLimits::Ticket ticket{};
  // The path that its metadata are about; empty: the request's.
  std::string_view resource{};

  const HttpRequest& request() const { return exchange.request(); }

  Async<> send_json(int status, std::string body);
  Async<> send_error(int status, RpcError error);
  Async<> send_empty(int status);
  Async<> send_answer(int status, Answer answer);
};

// A refusal that is no answer to a JSON-RPC request: what is wrong with the HTTP request itself.
RpcError invalid_request(std::string message, const RequestId& id = {});

}  // namespace mtc::mcp
