#include "adapters/llm/openai_chat.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/encoding.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/narration/redaction.h"
#include "infra/http/url.h"

namespace mtc::llm {
namespace {

constexpr std::size_t kMaxResponseBytes = 512U << 10U;
constexpr std::size_t kMaxAnswerBytes = 64U << 10U;
constexpr std::size_t kMaxDetail = 200;  // characters of an endpoint's own message
constexpr Millis kPause{500};  // before the second attempt, unless the endpoint says how long
constexpr std::string_view kPath = "/chat/completions";

std::string endpoint_of(std::string base_url) {
  while (base_url.ends_with('/')) base_url.pop_back();
  if (!base_url.ends_with(kPath)) base_url += kPath;
  return base_url;
}

// A text; with a picture, parts of which one is the picture itself: it has no address that the
// endpoint could fetch.
Json user_content(const narration::ChatRequest& request) {
  if (!request.picture) return request.user;
  const auto& picture = *request.picture;
  return Json::array(
      {{{"type", "text"}, {"text", request.user}},
       {{"type", "image_url"},
        {"image_url",
         {{"url", "data:" + picture.mime_type + ";base64," + to_base64(picture.bytes)}}}}});
}

Json make_body(const OpenAiSettings& settings, const narration::ChatRequest& request) {
  return {{"model", settings.model},
          {"messages", Json::array({{{"role", "system"}, {"content", request.system}},
                                    {{"role", "user"}, {"content", user_content(request)}}})},
          {"max_tokens", std::min(request.max_tokens, settings.max_tokens)},
          {"temperature", request.temperature},
          {"stream", false}};
}

std::unexpected<Error> no_answer(std::string what) {
  return fail(Errc::unavailable, "the model's endpoint answered " + std::move(what));
}

// A text, or a list of parts of which those of type text count.
std::optional<std::string> read_content(const Json& content) {
  if (content.is_string()) return content.get<std::string>();
  if (!content.is_array()) return std::nullopt;
  std::string out;
  for (const auto& part : content) {
    if (part.is_string()) {
      out += part.get<std::string>();
    } else if (part.is_object() && string_or(part, "type", "text") == "text") {
      out += string_or(part, "text");
    }
  }
  return out;
}

// Models that think aloud put it before the answer. An unclosed block is all thought; one that only
// ends began in the prompt.
std::string without_thoughts(std::string text) {
  constexpr std::string_view kOpen = "<think>";
  constexpr std::string_view kClose = "</think>";
  if (const auto close = text.rfind(kClose); close != std::string::npos)
    text.erase(0, close + kClose.size());
  if (const auto open = text.find(kOpen); open != std::string::npos) text.erase(open);
  return std::string(trim(text));
}

bool deserves_another_try(const Result<OutboundResponse>& response) {
  if (!response) return response.error().code == Errc::unavailable;
  return response->status == 429 || response->status >= 500;
}

Millis pause_before_retry(const Result<OutboundResponse>& response) {
  if (!response) return kPause;
  const std::string_view value = trim(find_header(response->headers, "retry-after"));
  int seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  const bool is_number = error == std::errc{} && end == value.data() + value.size() && seconds >= 0;
  return value.empty() || !is_number ? kPause
                                     : Millis{std::min<std::int64_t>(seconds, 86'400) * 1000};
}

}  // namespace

Result<void> check_settings(const OpenAiSettings& settings) {
  const bool secure = settings.base_url.starts_with("https://");
  if (!secure && !settings.base_url.starts_with("http://")) {
    return fail(Errc::invalid_argument, "base_url: expected http:// or https://");
  }
  if (settings.model.empty()) return fail(Errc::invalid_argument, "model: missing");
  for (const char c : settings.api_key) {
    if (c <= ' ' || c >= 0x7f)
      return fail(Errc::invalid_argument, "api_key: expected printable characters without spaces");
  }
  const auto host = host_of_url(settings.base_url);
  if (!host) return fail_in("base_url", host.error());
  if (!secure && !settings.api_key.empty() && !is_loopback(*host)) {
    return fail(Errc::invalid_argument, "base_url: a key is sent over https:// only");
  }
  if (settings.timeout <= Millis{0})
    return fail(Errc::invalid_argument, "timeout: expected more than 0");
  return {};
}

OpenAiChat::OpenAiChat(HttpTransport& http, Sleeper& sleeper, const Clock& clock,
                       OpenAiSettings settings)
    : http_(http),
      sleeper_(sleeper),
      clock_(clock),
      settings_(std::move(settings)),
      url_(endpoint_of(settings_.base_url)) {}

Async<Result<OutboundResponse>> OpenAiChat::send(const std::string& body, Millis left) {
  OutboundRequest request;
  request.method = "POST";
  request.url = url_;
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  if (!settings_.api_key.empty())
    request.headers.emplace_back("Authorization", "Bearer " + settings_.api_key);
  request.body = body;
  request.timeout = left;
  request.max_response_bytes = kMaxResponseBytes;
  co_return co_await http_.send(std::move(request));
}

Async<Result<std::string>> OpenAiChat::complete(narration::ChatRequest request) {
  const std::string body = dump_json(make_body(settings_, request));
  const TimePoint deadline = clock_.now() + settings_.timeout;
  auto response = co_await send(body, settings_.timeout);
  if (deserves_another_try(response)) {
    const Millis pause = pause_before_retry(response);
    if (clock_.now() + pause < deadline) {
      co_await sleeper_.sleep(pause);
      const Millis left = deadline - clock_.now();
      if (left > Millis{0}) response = co_await send(body, left);
    }
  }
  if (!response) {
    Error error = std::move(response).error();
    error.message = without_key(std::move(error.message));
    co_return fail_in("the model's endpoint", std::move(error));
  }
  co_return read_answer(*response);
}

Result<std::string> OpenAiChat::read_answer(const OutboundResponse& response) const {
  if (response.status != 200) return refuse(response);
  const auto json = parse_json(response.body);
  if (!json || !json->is_object()) return no_answer("something that is not JSON");
  const auto choices = json->find("choices");
  if (choices == json->end() || !choices->is_array() || choices->empty() ||
      !choices->front().is_object()) {
    return no_answer("without an answer in it");
  }
  const Json& choice = choices->front();
  const std::string finish = string_or(choice, "finish_reason");
  if (finish == "length")
    return no_answer("with a text that was cut off at its limit; raise max_tokens");
  if (finish == "content_filter" || finish == "sensitive")
    return no_answer("that its content filter stopped the text");
  if (finish == "tool_calls" || finish == "function_call")
    return no_answer("with a tool call instead of a text");
  const auto message = choice.find("message");
  if (message == choice.end() || !message->is_object() || !message->contains("content")) {
    return no_answer("without a text");
  }
  const auto content = read_content(message->at("content"));
  if (!content) return no_answer("without a text");
  if (content->size() > kMaxAnswerBytes) return no_answer("with a text that is far too long");
  std::string text = without_thoughts(sanitize_utf8(*content));
  if (text.empty()) return no_answer("with an empty text");
  return text;
}

std::unexpected<Error> OpenAiChat::refuse(const OutboundResponse& response) const {
  std::string detail;
  if (const auto json = parse_json(response.body);
      json && json->is_object() && json->contains("error")) {
    const Json& error = json->at("error");
    detail = error.is_object()   ? string_or(error, "message")
             : error.is_string() ? error.get<std::string>()
                                 : "";
  }
  // First hide, then cut: half a key would not be recognised.
  detail = shorten_characters(
      narration::redact(without_key(std::string(prefix_of_bytes(detail, 4096)))), kMaxDetail);
  std::string message =
      "status " + std::to_string(response.status) + (detail.empty() ? "" : ": " + detail);
  switch (response.status) {
    case 401:
    case 403:
      return fail(Errc::denied,
                  "the model's endpoint refused the key (" + message + "); check llm.api_key");
    case 404:
      return fail(Errc::not_found,
                  "the model's endpoint knows no such model or path (" + message + ")");
    case 429:
      return fail(Errc::rate_limited,
                  "the model's endpoint is asked too often or out of quota (" + message + ")");
    default:
      break;
  }
  if (response.status >= 400 && response.status < 500) {
    return fail(Errc::invalid_argument,
                "the model's endpoint refused the request (" + message + ")");
  }
  return no_answer("with " + message);
}

std::string OpenAiChat::without_key(std::string text) const {
  if (settings_.api_key.empty()) return text;
  return replace_all(std::move(text), settings_.api_key, "<api key>");
}

}  // namespace mtc::llm
