#include "adapters/xiaozhi/messages.h"

#include "adapters/xiaozhi/rendering.h"
#include "base/json.h"

namespace mtc::xiaozhi {
namespace {

// The relay's own error codes, mcp-endpoint-server.
constexpr std::int64_t kNoTool = -32001;
constexpr std::int64_t kForwardingFailed = -32002;

Error error_of(Trouble trouble, Language language) {
  const bool zh = language == Language::zh;
  switch (trouble) {
    case Trouble::too_slow:
      return {Errc::timed_out, zh ? "这件事比较慢，还没有结果，过一会儿再问我。"
                                  : "this takes longer than usual; ask me again in a moment."};
    case Trouble::too_busy:
      return {Errc::rate_limited, zh ? "现在同时要做的事太多，过一会儿再试。"
                                     : "too much is going on at once; try again in a moment."};
    case Trouble::too_long:
      return {Errc::resource_exhausted, zh ? "结果太长，说不完，请问得具体一点。"
                                           : "the result is too long; ask for a part of it."};
    case Trouble::failed:
      return {Errc::internal,
              zh ? "内部出错了，请查看服务日志。" : "an internal error; see the server's log."};
  }
  return {};
}

}  // namespace

std::optional<std::string> answer_to_trouble(std::string_view request, Trouble trouble,
                                             Language language) {
  const auto message = parse_json(request);
  if (!message || !message->is_object() || !message->contains("method") ||
      !message->contains("id")) {
    return std::nullopt;
  }
  Json answer{{"jsonrpc", "2.0"}, {"id", message->at("id")}};
  const auto error = error_of(trouble, language);
  if (string_or(*message, "method") == "tools/call") {
    answer["result"] = render_result(fail(error), {.language = language});
  } else {
    answer["error"] = Json{{"code", -32603}, {"message", error.message}};
  }
  return dump_json(answer);
}

std::string ping_message(std::string_view id) {
  return dump_json(Json{{"jsonrpc", "2.0"}, {"id", id}, {"method", "ping"}});
}

PingAnswer read_ping_answer(std::string_view text, std::string_view id) {
  const auto message = parse_json(text);
  if (!message || !message->is_object() || message->contains("method")) return PingAnswer::none;
  const auto code = integer_or(object_or_empty(*message, "error"), "code");
  const bool no_tool = code == kNoTool || code == kForwardingFailed;
  if (string_or(*message, "id") != id) return PingAnswer::none;
  return no_tool ? PingAnswer::no_tool : PingAnswer::answered;
}

}  // namespace mtc::xiaozhi
