#include "adapters/xiaozhi/serving.h"

#include <utility>

namespace mtc::xiaozhi {
namespace {

Async<std::optional<std::string>> serve(const mcp::Server& server, mcp::Peer peer,
                                        std::string text) {
  co_return co_await server.handle_text(std::move(text), peer);
}

}  // namespace

MessageHandler make_handler(const mcp::Server& server, mcp::Principal principal,
                            RenderOptions rendering) {
  mcp::Peer peer;
  rendering.subject = principal.subject;  // `read_on` asks for the rest by this
  peer.principal = std::move(principal);
  peer.voice = true;
  peer.arguments = {.unknown_keys = UnknownKeys::drop, .coerce_text = true};
  peer.render = make_renderer(std::move(rendering));
  peer.legacy_only = true;
  peer.revision =
      mcp::Revision::v2024_11_05;  // what XiaoZhi speaks, also before or without `initialize`
  peer.running =
      nullptr;  // ids repeat among callers: a cancellation by id would hit the wrong call
  peer.asks = nullptr;
  return [&server, peer = std::move(peer)](std::string text) {
    return serve(server, peer, std::move(text));
  };
}

}  // namespace mtc::xiaozhi
