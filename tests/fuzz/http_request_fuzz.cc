// Any bytes from an HTTP client. First through the parser, whole and in pieces: the same request or
// none, within the limits. Then over a connection: whatever comes back is well-formed
// HTTP, no header carries more than was meant, and the connection ends when its client has.
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "infra/http/connection.h"
#include "infra/http/request_parser.h"

namespace mtc {
namespace {

namespace http = boost::beast::http;
using asio::ip::tcp;
constexpr auto kUseTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMaxBody = 4000;
constexpr std::size_t kMaxHeaderBytes = 1000;
constexpr std::size_t kMaxHeaders = 20;

void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

HttpServerOptions small_limits() {
  return {
      .max_body_bytes = kMaxBody, .max_header_bytes = kMaxHeaderBytes, .max_headers = kMaxHeaders};
}

struct Parsed {
  HttpRequest request;
  boost::beast::error_code error;
  bool done = false;
  std::size_t used = 0;
};

// As Connection does it: what the parser has not used comes again, with `piece` bytes more.
Parsed parse(std::string_view bytes, std::size_t piece) {
  Parsed out;
  HttpHeaders spare{{"Spare", "value"}};
  RequestParser parser(out.request, spare, small_limits());
  for (std::size_t end = 0; end < bytes.size() && !out.error && !out.done;) {
    end = std::min(bytes.size(), end + piece);
    boost::beast::error_code ec;
    out.used += parser.put(asio::buffer(bytes.substr(out.used, end - out.used)), ec);
    if (ec && ec != http::error::need_more) out.error = ec;
    out.done = !ec && parser.is_done();
  }
  return out;
}

void check_limits(const Parsed& parsed) {
  const auto& request = parsed.request;
  require(request.body.size() <= kMaxBody, "a body is no larger than allowed");
  require(request.headers.size() <= kMaxHeaders, "there are no more headers than allowed");
  std::size_t total = 0;
  for (const auto& [name, value] : request.headers) {
    total += name.size() + value.size();
    require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos,
            "a header's value is one line");
  }
  require(total <= kMaxHeaderBytes, "headers are no larger than allowed");
  if (!parsed.done) return;
  require(!request.method.empty(), "a request has a method");
  require(request.path.starts_with('/') || request.path == "*", "a request has a path");
  require(request.path.find_first_of(std::string_view("? \r\n\0", 5)) == std::string_view::npos,
          "a path has neither query nor white space");
}

void parse_in_pieces(std::string_view bytes, std::size_t piece) {
  const auto whole = parse(bytes, bytes.size());
  check_limits(whole);
  const auto pieces = parse(bytes, piece);
  check_limits(pieces);
  // What is broken may show earlier in pieces; but nobody takes it for a request.
  require(whole.done == pieces.done, "a request is a request in pieces, too");
  if (!whole.done) return;
  require(whole.used == pieces.used, "a request ends where it ends");
  require(whole.request.method == pieces.request.method &&
              whole.request.path == pieces.request.path &&
              whole.request.query == pieces.request.query &&
              whole.request.headers == pieces.request.headers &&
              whole.request.body == pieces.request.body,
          "a request in pieces is the same request");
}

Async<> answer(HttpExchange& exchange) {
  const auto& request = exchange.request();
  if (request.path == "/throw") throw std::runtime_error("broken");
  if (request.path == "/nothing") co_return;
  if (request.path == "/empty") {
    co_await exchange.respond({.status = 204});
  } else if (request.path == "/stream" || request.path == "/torn") {
    co_await exchange.begin_stream(200, {{"Content-Type", "text/plain"}});
    co_await exchange.write(request.body);
    co_await exchange.write("more");
    if (request.path == "/stream") co_await exchange.finish();
  } else {
    // What came in goes out, where it must not do harm.
    co_await exchange.respond({.headers = {{"X-Echo", request.body}, {"X-Query", request.query}},
                               .body = "[" + request.body + "]"});
  }
}

// One response off the front of `text`: its status; 0 at the end of what is complete.
int take_response(std::string_view& text) {
  const auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  auto head = text.substr(0, end + 2);
  require(head.starts_with("HTTP/1.1 ") && head.size() > 14, "a response has a status line");
  int status = 0;
  std::from_chars(head.data() + 9, head.data() + 12, status);
  require(status >= 100 && status < 600, "a status is a status");
  head.remove_prefix(head.find("\r\n") + 2);
  std::optional<std::size_t> length;
  bool chunked = false;
  while (!head.empty()) {
    const auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    const auto colon = line.find(": ");
    require(colon != std::string_view::npos && colon > 0, "a header has a name");
    require(line.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos,
            "a header is one line");
    const auto name = line.substr(0, colon);
    require(name == "Date" || name == "Content-Type" || name == "X-Echo" || name == "X-Query" ||
                name == "Content-Length" || name == "Connection" || name == "Transfer-Encoding",
            "a header is one of those that were meant");
    if (name == "Transfer-Encoding") chunked = true;
    if (name == "Content-Length") {
      length.emplace();
      std::from_chars(line.data() + colon + 2, line.data() + line.size(), *length);
    }
  }
  require(!chunked || !length, "a body's length is said once");
  text.remove_prefix(end + 4);
  if (length) text.remove_prefix(std::min(*length, text.size()));
  if (chunked || (status >= 200 && !length && status != 204)) text = {};  // its end is not ours
  return status;
}

void check_answers(std::string_view text, bool has_head) {
  // The answer to HEAD has a length and no body: what follows cannot be told without knowing.
  while (!has_head && !text.empty()) {
    if (take_response(text) == 0) break;
  }
}

Async<> act_as_client(asio::local::stream_protocol::socket socket, std::string first,
                      std::string second, std::string& heard) {
  co_await asio::async_write(socket, asio::buffer(first), kUseTuple);
  co_await asio::async_write(socket, asio::buffer(second), kUseTuple);
  boost::system::error_code ignored;
  socket.shutdown(asio::socket_base::shutdown_send, ignored);
  co_await asio::async_read(socket, asio::dynamic_buffer(heard), kUseTuple);
}

void talk(std::string_view bytes, std::size_t cut) {
  asio::io_context loop(1);
  std::array<int, 2> ends{};
  require(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0, "there are sockets");
  tcp::socket ours(loop);
  ours.assign(tcp::v4(), ends[0]);  // only its bytes matter
  asio::local::stream_protocol::socket theirs(loop, asio::local::stream_protocol(), ends[1]);

  const auto host = std::make_shared<ConnectionHost>();
  host->options = small_limits();
  host->handler = answer;
  const auto connection = std::make_shared<Connection>(
      std::move(ours), asio::ip::make_address("127.0.0.1"), host, false);
  std::string heard;
  bool ended = false;
  asio::co_spawn(
      loop, connection->run(),
      asio::bind_cancellation_slot(connection->slot(), [&](const std::exception_ptr& error) {
        require(!error, "a connection throws nothing");
        ended = true;
      }));
  asio::co_spawn(loop,
                 act_as_client(std::move(theirs), std::string(bytes.substr(0, cut)),
                               std::string(bytes.substr(cut)), heard),
                 [](const std::exception_ptr& error) { require(!error, "a client can talk"); });
  loop.run_for(Millis{2000});
  require(ended && loop.stopped(), "a connection ends with its client");
  check_answers(heard, bytes.find("HEAD") != std::string_view::npos);
}

}  // namespace
}  // namespace mtc

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  spdlog::set_level(spdlog::level::off);
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  mtc::parse_in_pieces(bytes, 1 + data[0] % 32);
  mtc::talk(bytes, std::min<std::size_t>(data[0], bytes.size()));
  return 0;
}
