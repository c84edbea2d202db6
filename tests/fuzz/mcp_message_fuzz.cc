// Any lines as messages of one client, several under way at once, of both eras: nothing is thrown,
// every answer is a JSON-RPC response with the request's id, notifications are not answered, and at
// the end nothing is left running.
//
// The first byte says what the client is like, each line after it is a message; a line that begins
// with '!' is something that happens beside them (see Client::act).
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <deque>
#include <list>
#include <string>
#include <string_view>

#include "base/text.h"
#include "mcp_judge.h"
#include "mcp_require.h"
#include "mcp_world.h"

namespace mtc::mcp {
namespace {

constexpr std::size_t kMaxLines = 64;

bool is_cancelled(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& e) {
    return e.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

class Client {
 public:
  explicit Client(unsigned char manner) : manner_(manner) {
    peer_.principal = {.subject = "me", .name = {}, .scopes = {}, .channel = "fuzz"};
    peer_.legacy_only = has(1);
    if (has(2)) peer_.arguments = {.unknown_keys = UnknownKeys::drop, .coerce_text = true};
    if (has(4)) peer_.running = nullptr;
    if (has(8)) peer_.asks = nullptr;
    if (has(16)) {
      peer_.revision = Revision::v2025_03_26;
      peer_.initialized = true;
    }
    peer_.outlet = &news_;
    subscription_ = here_.server().announce_to(peer_);
  }

  void say(std::string_view line) {
    here_.run([&] {
      if (line.starts_with('!')) {
        act(line.substr(1));
      } else {
        start(line);
      }
    });
    forget_ended();
    while (has(32) && !questions_.empty()) {
      here_.run([&] { reply(R"({"action":"accept","content":{"value":"v"}})"); });
    }
    forget_ended();
  }

  void end() {
    here_.run([this] {
      ending_ = true;
      here_.server().end_listening();
      subscription_ = {};
      if (peer_.asks) peer_.asks->abandon();
      if (peer_.running) peer_.running->end();
      for (auto& call : calls_) call.caller.emit(asio::cancellation_type::terminal);
    });
    here_.stop();
    forget_ended();
    require(calls_.empty(), "all calls end");
    require(!peer_.running || peer_.running->size() == 0, "no call is under way after the end");
    require(!peer_.asks || peer_.asks->size() == 0, "no question is open after the end");
    require(here_.changes().size() == 0, "nobody listens after the end");
  }

 private:
  // Dies with its call, so that ASan sees who still uses it.
  struct Way final : Outlet {
    explicit Way(Client& of) : client(of) {}
    Client& client;
    void send(std::string text) override { client.hear(text); }
    bool can_ask() const override { return !client.has(64); }
  };
  struct Call {
    explicit Call(Client& client, std::string_view line) : way(client), text(line) {}
    Way way;
    const std::string text;
    asio::cancellation_signal caller;
    bool due = true;  // must be answered
    bool ended = false;
  };

  bool has(unsigned char bit) const { return (manner_ & bit) != 0; }

  void start(std::string_view line) {
    if (judge::read(line).method == "notifications/cancelled") excuse_all();
    auto& call = calls_.emplace_back(*this, line);
    asio::co_spawn(here_.loop, here_.server().handle_text(call.text, peer_, &call.way),
                   asio::bind_cancellation_slot(
                       call.caller.slot(), [this, &call](const std::exception_ptr& error,
                                                         const std::optional<std::string>& got) {
                         call.ended = true;
                         if (error) {
                           require(is_cancelled(error), "nothing is thrown");
                           require(!call.due || ending_, "only who hangs up is not answered");
                         } else {
                           judge::answer(call.text, got, call.due && !ending_);
                         }
                       }));
  }

  void act(std::string_view what) {
    if (what.starts_with('h') && !calls_.empty()) {  // the connection of the oldest call breaks off
      calls_.front().due = false;
      calls_.front().caller.emit(asio::cancellation_type::terminal);
    } else if (what.starts_with('a')) {  // an answer to the oldest question
      reply(what.substr(1));
    } else if (what.starts_with('n')) {
      here_.changes().publish({.kind = Change::Kind::tools, .subject = "me"});
      here_.changes().publish({.kind = Change::Kind::resource, .id = "ops://plain"});
    } else if (what.starts_with('t')) {
      here_.clock.time += std::chrono::hours(1);
    }
  }

  void reply(std::string_view result) {
    if (questions_.empty()) return;
    const auto id = std::move(questions_.front());
    questions_.pop_front();
    start(R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + std::string(result) + "}");
  }

  void hear(std::string_view text) {
    const auto message = judge::message(text);
    judge::said_unasked(message);
    if (message.contains("id") && questions_.size() < 16) {
      questions_.push_back(message["id"].dump());
    }
  }

  void forget_ended() {
    std::erase_if(calls_, [](const Call& call) { return call.ended; });
  }
  void excuse_all() {
    for (auto& call : calls_) call.due = false;
  }

  const unsigned char manner_;
  FuzzedServer here_;
  Way news_{*this};
  Peer peer_;
  ChangeHub::Subscription subscription_;
  std::list<Call> calls_;
  std::deque<std::string> questions_;  // ids, as JSON
  bool ending_ = false;
};

}  // namespace
}  // namespace mtc::mcp

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  mtc::mcp::Client client(data[0]);
  std::size_t lines = 0;
  for (const auto line : mtc::split({reinterpret_cast<const char*>(data) + 1, size - 1}, '\n')) {
    if (++lines > mtc::mcp::kMaxLines) break;
    client.say(line);
  }
  client.end();
  return 0;
}
