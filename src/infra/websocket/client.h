// Outbound WebSocket (RFC 6455) for text messages. Beast stays behind this header, in connection.h
// and client.cc.
//
// Everything runs on the executor's one thread. Addresses carry tokens in their query: no message
// or log made here shows one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"
#include "infra/http/transport.h"

namespace mtc {

struct TlsTrust;

struct WebSocketOptions {
  std::string url;                 // ws://… or wss://…; certificates are verified
  HttpHeaders headers;             // sent with the handshake, besides the usual ones
  Millis connect_timeout{10'000};  // name, TCP, TLS and handshake together
  std::size_t max_message_bytes = 1U
                                  << 20U;  // incoming; beyond: the connection is closed with 1009
  Millis ping_interval{25'000};            // own pings; 0: none, and no detection of a dead peer
  Millis pong_timeout{20'000};  // nothing at all heard so long after a ping: the peer is dead
  Millis close_timeout{3'000};  // for the peer's answer to our close
  std::size_t max_queued_bytes = 8U << 20U;  // outgoing, not yet written
  std::string ca_file;                       // PEM; trusted besides the system's authorities
};

struct WebSocketMessage {
  std::string text;     // UTF-8 checked if it came as text
  bool binary = false;  // came as a binary message: then `text` holds its bytes
};

// How a connection ended.
struct WebSocketEnd {
  enum class Cause {
    closed_by_peer,  // a close frame arrived first
    closed_by_us,    // close() or abort()
    lost,            // the stream ended or broke without a close frame
    silent,          // nothing heard within pong_timeout
    refused,         // the peer sent what we do not accept: too large, not UTF-8, broken frames
  };
  Cause cause = Cause::lost;
  int code = 1006;     // of the close frame, or what RFC 6455 §7.4.1 calls the case: 1006 no frame,
                       // 1005 no code
  std::string reason;  // the peer's words, UTF-8 checked, at most 123 bytes
};

class WebSocket {
 public:
  // Dropping it drops the connection, as abort() does.
  virtual ~WebSocket() = default;
  // The next whole message, fragmented ones put together. One receiver at a time. After the end:
  // the messages that had still arrived, then Errc::unavailable with a sentence about the end
  // (Errc::cancelled if it was our doing). Can be cancelled without harm to the connection.
  virtual Async<Result<WebSocketMessage>> receive() = 0;
  // Sends one text message, UTF-8. Any number of coroutines may send; messages go out whole and in
  // the order of the calls. Resumes when the message is written. Errc::resource_exhausted if the
  // peer does not read and too much waits.
  virtual Async<Result<void>> send(std::string text) = 0;
  // Says goodbye and waits for the peer's answer, at most close_timeout. Does nothing after the
  // end. 1000 ≤ code < 5000.
  virtual Async<> close(int code, std::string reason) = 0;
  // Drops the connection without a word.
  virtual void abort() = 0;
  // Nullopt while the connection lives.
  virtual std::optional<WebSocketEnd> end() const = 0;
};

class WebSocketDialer {
 public:
  virtual ~WebSocketDialer() = default;
  // Errc::invalid_argument for a malformed address, Errc::timed_out after connect_timeout,
  // Errc::unavailable for name, TCP or TLS trouble, and if the server answers the handshake with an
  // HTTP status instead (vendor_code is then the status, "403"; Errc::unauthenticated for 401,
  // Errc::denied for 403, Errc::not_found for 404). Errc::cancelled if the awaiting coroutine was
  // cancelled.
  virtual Async<Result<std::unique_ptr<WebSocket>>> connect(WebSocketOptions options) = 0;
};

// The real one. Connections live on the executor of the awaiting coroutine.
class NetworkDialer final : public WebSocketDialer {
 public:
  Async<Result<std::unique_ptr<WebSocket>>> connect(WebSocketOptions options) override;

 private:
  std::shared_ptr<TlsTrust> trust_;  // the authorities, loaded with the first wss address
};

}  // namespace mtc
