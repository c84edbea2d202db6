#include "infra/websocket/connection.h"

namespace mtc::ws {

std::string describe(const WebSocketEnd& end) {
  const std::string code = std::to_string(end.code);
  const std::string words = end.reason.empty() ? "" : ": " + end.reason;
  switch (end.cause) {
    case WebSocketEnd::Cause::closed_by_peer:
      return "the peer closed the connection with code " + code + words;
    case WebSocketEnd::Cause::closed_by_us:
      return "the connection was closed here";
    case WebSocketEnd::Cause::lost:
      return "the connection broke" + words;
    case WebSocketEnd::Cause::silent:
      return "the peer stopped answering" + words;
    case WebSocketEnd::Cause::refused:
      return "the connection was closed with code " + code + " because of what the peer sent" +
             words;
  }
  return {};
}

}  // namespace mtc::ws
