#include "adapters/llm/openai_chat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "infra/http/scripted_transport.h"
#include "infra/loop/run.h"

namespace mtc::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string secret_key = std::string("sk-") + "test0123456789abcdefXYZ";

std::string answer(const Json& message, const char* finish_reason = "stop") {
  return dump_json(
      {{"choices",
        Json::array({{{"index", 0}, {"message", message}, {"finish_reason", finish_reason}}})}});
}
std::string answer(const char* text) {
  return answer(Json{{"role", "assistant"}, {"content", text}});
}

struct OpenAiChatTest : ::testing::Test {
  ScriptedTransport http;
  FakeClock clock;
  FakeSleeper sleeper;
  OpenAiSettings settings{
      .base_url = "https://llm.test/v1/", .model = "hunyuan-lite", .api_key = secret_key};

  OpenAiChatTest() { sleeper.clock = &clock; }
  Result<std::string> complete() {
    OpenAiChat chat(http, sleeper, clock, settings);
    return run(chat.complete({.system = "rules", .user = "data", .max_tokens = 200}));
  }
};

TEST_F(OpenAiChatTest, SendsWhatEveryCompatibleEndpointUnderstands) {
  http.answer(200, answer("早上好"));
  EXPECT_EQ(complete(), "早上好");
  const auto& request = http.requests.at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://llm.test/v1/chat/completions");
  EXPECT_EQ(find_header(request.headers, "authorization"), "Bearer " + secret_key);
  EXPECT_EQ(find_header(request.headers, "content-type"), "application/json");
  EXPECT_EQ(
      *parse_json(request.body),
      *parse_json(R"({"model":"hunyuan-lite","max_tokens":200,"temperature":0.2,"stream":false,
      "messages":[{"role":"system","content":"rules"},{"role":"user","content":"data"}]})"));
}

TEST_F(OpenAiChatTest, SendsAPictureAsAPartOfWhatIsAsked) {
  http.answer(200, answer("ok"));
  OpenAiChat chat(http, sleeper, clock, settings);
  narration::ChatRequest request{.system = "rules", .user = "data"};
  request.picture = narration::ChatPicture{.bytes = "\x89PNG", .mime_type = "image/png"};
  ASSERT_TRUE(run(chat.complete(std::move(request))));
  EXPECT_EQ((*parse_json(http.requests.at(0).body))["messages"][1]["content"],
            *parse_json(R"([{"type":"text","text":"data"},
      {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw=="}}])"));
}

TEST_F(OpenAiChatTest, SendsNoKeyWhereThereIsNone) {
  settings.api_key.clear();
  settings.base_url = "http://localhost:11434/v1";
  http.answer(200, answer("ok"));
  EXPECT_EQ(complete(), "ok");
  EXPECT_EQ(find_header(http.requests.at(0).headers, "authorization"), "");
}

TEST_F(OpenAiChatTest, ReadsAnswersHoweverTheyAreWrapped) {
  const struct {
    const char *name, *body, *text;
  } cases[] = {
      {"thoughts apart",
       R"({"choices":[{"message":{"content":"hi","reasoning_content":"hmm"},"finish_reason":"stop"}]})",
       "hi"},
      {"thoughts before", R"({"choices":[{"message":{"content":"<think>\nhmm </think>\n\nhi"}}]})",
       "hi"},
      {"only their end", R"({"choices":[{"message":{"content":"hmm</think>hi"}}]})", "hi"},
      {"parts",
       R"({"choices":[{"message":{"content":[{"type":"text","text":"h"},{"type":"image_url"},{"type":"text","text":"i"}]}}]})",
       "hi"},
      {"null reason", R"({"choices":[{"message":{"content":" hi "},"finish_reason":null}]})", "hi"},
      {"more choices", R"({"choices":[{"message":{"content":"hi"}},{"message":{"content":"ho"}}]})",
       "hi"},
  };
  for (const auto& c : cases) {
    http.answer(200, c.body);
    EXPECT_EQ(complete(), c.text) << c.name;
  }
}

TEST_F(OpenAiChatTest, TakesNothingThatIsNoWholeAnswer) {
  const struct {
    const char *name, *body, *message;
  } cases[] = {
      {"HTML", "<html>gateway</html>", "not JSON"},
      {"cut off", R"({"choices":[{"message":{"content":"hi)", "not JSON"},
      {"nothing", "", "not JSON"},
      {"a list", "[]", "not JSON"},
      {"no choices", "{}", "without an answer"},
      {"empty choices", R"({"choices":[]})", "without an answer"},
      {"odd choices", R"({"choices":[7]})", "without an answer"},
      {"no message", R"({"choices":[{}]})", "without a text"},
      {"null", R"({"choices":[{"message":{"content":null}}]})", "without a text"},
      {"number", R"({"choices":[{"message":{"content":7}}]})", "without a text"},
      {"blank", R"({"choices":[{"message":{"content":" \n"}}]})", "empty text"},
      {"all thought", R"({"choices":[{"message":{"content":"<think>hmm"}}]})", "empty text"},
      {"length", R"({"choices":[{"message":{"content":"hi"},"finish_reason":"length"}]})",
       "cut off"},
      {"filter", R"({"choices":[{"message":{"content":"hi"},"finish_reason":"content_filter"}]})",
       "filter"},
      {"tool",
       R"({"choices":[{"message":{"content":"","tool_calls":[]},"finish_reason":"tool_calls"}]})",
       "tool call"},
  };
  for (const auto& c : cases) {
    http.answer(200, c.body);
    const auto result = complete();
    ASSERT_FALSE(result) << c.name;
    EXPECT_EQ(result.error().code, Errc::unavailable) << c.name;
    EXPECT_THAT(result.error().message, HasSubstr(c.message)) << c.name;
  }
}

TEST_F(OpenAiChatTest, TriesOnceMoreAfterTrouble) {
  http.answer(503, "").answer(200, answer("hi"));
  EXPECT_EQ(complete(), "hi");
  http.fail_with(Errc::unavailable, "connection reset").answer(200, answer("hi"));
  EXPECT_EQ(complete(), "hi");
  http.answer(429, "", {{"Retry-After", "3"}}).answer(200, answer("hi"));
  EXPECT_EQ(complete(), "hi");
  EXPECT_EQ(sleeper.slept.back(), Millis{3000});
  EXPECT_EQ(http.requests.back().timeout, settings.timeout - Millis{3000});
  http.answer(500, "").answer(500, "");
  EXPECT_EQ(complete().error().code, Errc::unavailable);
  EXPECT_EQ(http.left(), 0U);
}

TEST_F(OpenAiChatTest, DoesNotWaitBeyondTheDeadline) {
  http.answer(429, "", {{"Retry-After", "3600"}});
  const auto result = complete();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::rate_limited);
  EXPECT_TRUE(sleeper.slept.empty());
}

TEST_F(OpenAiChatTest, DoesNotRepeatWhatWillNotHelp) {
  const struct {
    int status;
    Errc code;
  } cases[] = {{400, Errc::invalid_argument},
               {401, Errc::denied},
               {403, Errc::denied},
               {404, Errc::not_found},
               {302, Errc::unavailable}};
  for (const auto& c : cases) {
    http.requests.clear();
    http.answer(c.status, R"({"error":{"message":"no"}})");
    EXPECT_EQ(complete().error().code, c.code) << c.status;
    EXPECT_EQ(http.requests.size(), 1U);
  }
  http.fail_with(Errc::timed_out, "too slow");
  EXPECT_EQ(complete().error().code, Errc::timed_out);
  EXPECT_EQ(http.left(), 0U);
}

TEST_F(OpenAiChatTest, NeverRepeatsTheKey) {
  http.answer(401, dump_json({{"error",
                               {{"message", "Incorrect API key provided: " + secret_key +
                                                ". See sk-abcdefghijklmnopqrstuv"}}}}));
  auto result = complete();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("Incorrect API key provided: <api key>"));
  EXPECT_THAT(result.error().message, Not(HasSubstr("sk-")));
  http.fail_with(Errc::invalid_argument, "cannot send Authorization: Bearer " + secret_key);
  result = complete();
  EXPECT_THAT(result.error().message, Not(HasSubstr(secret_key)));
}

TEST(OpenAiSettings, AreCheckedBeforeUse) {
  const struct {
    OpenAiSettings settings;
    const char* message;
  } cases[] = {
      {{.base_url = "https://x/v1", .model = "m", .api_key = "k"}, ""},
      {{.base_url = "http://127.0.0.1:11434/v1", .model = "m", .api_key = "k"}, ""},
      {{.base_url = "http://ollama:11434/v1", .model = "m"}, ""},
      {{.base_url = "http://127.0.0.1.evil.test/v1", .model = "m", .api_key = "k"},
       "base_url: a key is sent over https:// only"},
      {{.base_url = "http://localhost:80@evil.test/v1", .model = "m", .api_key = "k"},
       "base_url: a key is sent over https:// only"},
      {{.base_url = "http://ollama:11434/v1", .model = "m", .api_key = "k"},
       "base_url: a key is sent over https:// only"},
      {{.base_url = "ftp://x", .model = "m"}, "base_url: expected http:// or https://"},
      {{.base_url = "https://x"}, "model: missing"},
      {{.base_url = "https://x", .model = "m", .api_key = "k\r\nX: y"},
       "api_key: expected printable characters without spaces"},
      {{.base_url = "https://x", .model = "m", .timeout = Millis{0}},
       "timeout: expected more than 0"},
  };
  for (const auto& c : cases) {
    const auto ok = check_settings(c.settings);
    EXPECT_EQ(ok ? "" : ok.error().message, c.message) << c.settings.base_url;
  }
}

}  // namespace
}  // namespace mtc::llm
