#include "mcp/http/visit.h"

namespace mtc::mcp {

Async<> Visit::send_json(int status, std::string body) {
  headers.emplace_back("Content-Type", "application/json");
  co_await exchange.respond(
      {.status = status, .headers = std::move(headers), .body = std::move(body)});
}

Async<> Visit::send_error(int status, RpcError error) {
  co_await send_json(status, error_text(error));
}

Async<> Visit::send_empty(int status) {
  co_await exchange.respond({.status = status, .headers = std::move(headers), .body = {}});
}

Async<> Visit::send_answer(int status, Answer answer) {
  headers.emplace_back("Content-Type", "application/json");
  co_await exchange.respond({.status = status,
                             .headers = std::move(headers),
                             .body = std::move(answer.body),
                             .shared_body = std::move(answer.shared),
                             .tail = std::move(answer.tail)});
}

RpcError invalid_request(std::string message, const RequestId& id) {
  return {.code = rpc::kInvalidRequest, .message = std::move(message), .id = id};
}

}  // namespace mtc::mcp
