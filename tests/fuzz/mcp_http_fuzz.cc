// Any requests of several clients to the MCP endpoint, of both eras, some of whom hang up and come
// back: each gets one answer or one stream, with a status from the list, headers on one line each,
// JSON-RPC or well-formed server-sent events in it; at the end nothing is left running.
//
// The first byte says how the endpoint is set up. Each line after it is a request (see request_of):
// its third byte also chooses how quickly the answer is taken, and whether the connection has
// brought another request before. A line that begins with '!' is something that happens (see
// Network::act).
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/text.h"
#include "mcp/http/endpoint.h"
#include "mcp_judge.h"
#include "mcp_requests.h"
#include "mcp_require.h"
#include "mcp_visitor.h"
#include "mcp_world.h"

namespace mtc::mcp {
namespace {

constexpr std::size_t kMaxLines = 48;
constexpr std::size_t kMaxSessions = 4;
constexpr std::string_view kStreamedRequest =
    R"( @0{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"breaks","_meta":{"progressToken":1,"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})";

void check_headers(const HttpHeaders& headers) {
  for (const auto& [name, value] : headers) {
    require(is_token(name), "a header's name is a token");
    require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos,
            "a header is one line");
  }
}

void check_status(int status) {
  static const std::set<int> kKnown{200, 202, 204, 400, 401, 403, 404, 405, 406, 409, 415, 429};
  require(kKnown.contains(status), "the status is one of those we answer with");
}

struct TokenBook final : Authenticator {
  Async<Result<Principal>> authenticate(std::string bearer) override {
    if (bearer != "ann" && bearer != "bob") co_return fail(Errc::unauthenticated, "Who is that?");
    co_return Principal{.subject = bearer, .name = bearer, .scopes = {}, .channel = "http"};
  }
};

// As a kept connection does it: all of its requests in one coroutine.
Async<> handle_on_one_connection(HttpEndpoint& endpoint, Visitor& visitor) {
  if (visitor.before) {
    co_await endpoint.handle(*visitor.before);
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  }
  co_await endpoint.handle(visitor);
}

class Network {
 public:
  explicit Network(unsigned char manner)
      : gate_({.hosts = {"ops.example.org"},
               .origins = {"https://app.example.org"},
               .public_url = "https://ops.example.org"},
              (manner & 1) != 0 ? &tokens_ : nullptr, (manner & 2) != 0 ? &limits_ : nullptr),
        learned_{.tokens = (manner & 1) != 0},
        endpoint_(here_.server(), gate_, here_.clock, here_.random,
                  {.sessions = (manner & 4) == 0,
                   .session_limits = {.count = kMaxSessions, .idle = Millis{60'000}},
                   .quiet_answer = Millis{0}}) {}

  void take(std::string_view line) {
    here_.run([&] {
      if (line.starts_with('!')) {
        act(line.substr(1));
      } else if (line.size() >= 3) {
        visit(line);
      }
    });
    if (line == "!q") {  // a quiet time: what takes long becomes a stream
      here_.loop.restart();
      here_.loop.run_for(Millis{2});
    }
    forget_ended();
    for (const auto& visitor : visitors_) {
      require(!visitor.left || !claims_to_be_modern(visitor.request().body),
              "a request of 2026-07-28 ends with its connection");
    }
  }

  void end() {
    here_.run([this] {
      disturbed_ = true;
      endpoint_.stop();
      for (auto& visitor : visitors_) visitor.leave();
    });
    here_.stop();
    forget_ended();
    require(visitors_.empty(), "all requests end");
    require(endpoint_.session_count() == 0, "no session is left");
    require(here_.changes().size() == 0, "nobody listens after the end");
  }

 private:
  void act(std::string_view what) {
    if (what.starts_with('h') && !visitors_.empty()) {
      visitors_.front().leave();
    } else if (what.starts_with('l') && !visitors_.empty()) {
      visitors_.back().leave();
    } else if (what.starts_with('n')) {
      here_.changes().publish({.kind = Change::Kind::tools});
      here_.changes().publish({.kind = Change::Kind::resource, .id = "ops://plain"});
    } else if (what.starts_with('t')) {
      here_.clock.time += std::chrono::hours(1);
      disturbed_ = true;  // sessions expire
    } else if (what.starts_with('c')) {
      endpoint_.close_streams();
    } else if (what.starts_with('s')) {
      disturbed_ = true;
      endpoint_.stop();
    }
  }

  void visit(std::string_view line) {
    auto request = request_of(line, learned_);
    const auto asked = judge::read(request.body);
    // Calls break off.
    if (request.method == "DELETE" || (asked.method == "initialize" && ++opened_ > kMaxSessions)) {
      disturbed_ = true;
    }
    if (asked.batch || asked.method == "notifications/cancelled") cancelling_ = true;
    const auto pace = static_cast<Visitor::Pace>(static_cast<unsigned char>(line[2]) / 16 % 3);
    auto& visitor = visitors_.emplace_back(std::move(request), pace);
    if (static_cast<unsigned char>(line[2]) >= 0x80) {
      visitor.before =
          std::make_unique<Visitor>(request_of(kStreamedRequest, learned_), Visitor::Pace::at_once);
      visitor.before->next = &visitor;
    }
    asio::co_spawn(here_.loop, handle_on_one_connection(endpoint_, visitor),
                   asio::bind_cancellation_slot(visitor.caller.slot(),
                                                [&visitor](const std::exception_ptr& error) {
                                                  visitor.ended = true;
                                                  visitor.broken = error != nullptr;
                                                }));
  }

  void forget_ended() {
    std::erase_if(visitors_, [this](const Visitor& visitor) {
      if (visitor.ended) judge_visit(visitor);
      return visitor.ended;
    });
  }

  void judge_visit(const Visitor& visitor) {
    check_headers(visitor.headers);
    if (visitor.left) {
      if (visitor.streaming) judge_stream(visitor);
      return;
    }
    require(!visitor.broken || disturbed_, "nothing is thrown");
    if (visitor.broken) return;
    require(visitor.answered(), "a request is answered");
    check_status(visitor.status);
    const auto type = find_header(visitor.headers, "Content-Type");
    if (const auto session = find_header(visitor.headers, "Mcp-Session-Id"); !session.empty()) {
      require(session.size() >= 22 && is_token(session), "a session's id is long and visible");
      learned_.sessions.emplace_back(session);
    }
    if (type == "text/event-stream") {
      judge_stream(visitor);
    } else if (type == "application/json") {
      judge_json(visitor);
    } else {
      require(visitor.body.empty(), "a body has a type");
      require(visitor.status == 202 || visitor.status == 204, "only acknowledgements are empty");
      require(visitor.request().method != "POST" || cancelling_ ||
                  !judge::read(visitor.request().body).request,
              "a request is not just acknowledged");
    }
  }

  static void judge_json(const Visitor& visitor) {
    require(!visitor.streaming, "JSON is no stream");
    const auto body = judge::message(visitor.body);
    if (body.is_object() && body.contains("error") && body["error"].is_string()) {  // RFC 6750
      require(visitor.status == 401 || visitor.status == 403, "only tokens are refused like that");
      require(!find_header(visitor.headers, "WWW-Authenticate").empty(), "a refusal says how");
      return;
    }
    if (visitor.status == 200) {
      judge::answer(visitor.request().body, visitor.body, true);
      return;
    }
    judge::response(body);
    require(body.contains("error"), "a refusal is an error");
    const auto asked = judge::read(visitor.request().body);
    require(!asked.request || !body.contains("id") || body["id"].dump() == asked.id,
            "a refusal has the request's id or none");
  }

  void judge_stream(const Visitor& visitor) {
    require(visitor.status == 200, "a stream is a success");
    require(!is_refusal(visitor.request().method), "a stream answers POST or GET");
    const auto events = judge::events(visitor.body);
    require(events.unfinished.empty(), "a stream ends with a blank line");
    if (!events.last_id.empty()) learned_.last_event = events.last_id;
    bool answered = false;
    const auto asked = judge::read(visitor.request().body);
    for (const auto& event : events.all) {
      require(event.type == "message", "an event is a message");
      if (event.data.empty()) continue;  // it only has an id
      const auto message = judge::message(event.data);
      if (message.is_object() && message.contains("method")) {
        require(!answered, "nothing comes after the answer");
        judge::said_unasked(message);
        continue;
      }
      answered = true;
      if (visitor.request().method == "POST") {
        judge::answer(visitor.request().body, event.data, true);
      } else if (message.is_array()) {
        for (const auto& one : message) judge::response(one);
      } else {
        judge::response(message);
      }
    }
    const bool due = visitor.request().method == "POST" && asked.request && !visitor.left;
    require(answered || !due || events.retry || disturbed_ || cancelling_,
            "a stream brings the answer");
  }
  static bool is_refusal(std::string_view method) { return method != "POST" && method != "GET"; }

  FuzzedServer here_;
  TokenBook tokens_;
  RequestLimits limits_{here_.clock, {.per_second = 1, .burst = 8, .concurrent = 4}};
  const Gate gate_;
  Learned learned_;
  HttpEndpoint endpoint_;
  std::list<Visitor> visitors_;
  std::size_t opened_ = 0;
  bool disturbed_ = false;   // sessions or the endpoint have ended, and their calls with them
  bool cancelling_ = false;  // calls may be cancelled by their clients, and are not answered
};

}  // namespace
}  // namespace mtc::mcp

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  mtc::mcp::Network network(data[0]);
  std::size_t lines = 0;
  for (const auto line : mtc::split({reinterpret_cast<const char*>(data) + 1, size - 1}, '\n')) {
    if (++lines > mtc::mcp::kMaxLines) break;
    network.take(line);
  }
  network.end();
  return 0;
}
