// Any model behind an OpenAI-compatible endpoint: Hunyuan, DeepSeek, Qwen, Ollama …
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "domain/narration/chat_model.h"
#include "infra/http/transport.h"
#include "infra/loop/sleeper.h"

namespace mtc::llm {

struct OpenAiSettings {
  std::string base_url;  // up to and with the version: "https://api.hunyuan.cloud.tencent.com/v1"
  std::string model;
  std::string api_key;     // empty: none is sent (Ollama)
  Millis timeout{20'000};  // for a whole answer, the second attempt included
  int max_tokens = 800;    // no request may ask for more
};

// Errc::invalid_argument naming the setting: no model, an address that is none, or a key that would
// go over plain HTTP to another machine.
Result<void> check_settings(const OpenAiSettings& settings);

// POST {base_url}/chat/completions, not streamed. One more attempt after 429, 5xx or transport
// trouble, as far as the deadline allows (Retry-After in seconds is kept to). Answers are data:
// bounded, and taken only if they are whole (finish_reason "stop" or none); thoughts
// (<think>…</think>, reasoning_content) are dropped. Failures: those of ChatModel, besides
// Errc::rate_limited, and Errc::not_found or invalid_argument if the endpoint says that the request
// is wrong. No message holds the key, also not where the endpoint repeats it.
class OpenAiChat final : public narration::ChatModel {
 public:
  // All outlive the chat. The settings have been checked.
  OpenAiChat(HttpTransport& http, Sleeper& sleeper, const Clock& clock, OpenAiSettings settings);
  Async<Result<std::string>> complete(narration::ChatRequest request) override;

 private:
  Async<Result<OutboundResponse>> send(const std::string& body, Millis left);
  Result<std::string> read_answer(const OutboundResponse& response) const;
  std::unexpected<Error> refuse(const OutboundResponse& response) const;
  std::string without_key(std::string text) const;

  HttpTransport& http_;
  Sleeper& sleeper_;
  const Clock& clock_;
  OpenAiSettings settings_;
  std::string url_;
};

}  // namespace mtc::llm
