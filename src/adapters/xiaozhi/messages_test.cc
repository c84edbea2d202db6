#include "adapters/xiaozhi/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace mtc::xiaozhi {
namespace {

using testing::HasSubstr;

TEST(XiaozhiMessages, TroubleKeepsTheIdWhateverItIs) {
  for (const char* id : {"0", "17", R"("7c9e_n_1")", R"("")", "null", "2.5", "-3"}) {
    const auto answer = answer_to_trouble(
        std::string(R"({"jsonrpc":"2.0","id":)") + id + R"(,"method":"tools/list"})",
        Trouble::too_busy, Language::zh);
    ASSERT_TRUE(answer);
    EXPECT_THAT(*answer, HasSubstr(std::string(R"("id":)") + id + ","));
    EXPECT_THAT(*answer, HasSubstr("-32603"));
  }
}

TEST(XiaozhiMessages, OnlyRequestsAreAnswered) {
  for (const char* text :
       {"", "garbage", "[]", "{}", "null", "1", R"({"id":1})", R"({"method":"ping"})",
        R"({"id":1,"result":{}})", "[{\"id\":1,\"method\":\"x\"}]"}) {
    EXPECT_EQ(answer_to_trouble(text, Trouble::failed, Language::en), std::nullopt) << text;
  }
}

TEST(XiaozhiMessages, AToolCallIsAnsweredInWords) {
  for (const auto trouble :
       {Trouble::too_slow, Trouble::too_busy, Trouble::too_long, Trouble::failed}) {
    for (const auto language : {Language::zh, Language::en}) {
      const auto answer =
          answer_to_trouble(R"({"id":1,"method":"tools/call","params":null})", trouble, language);
      const auto result = parse_json(answer.value()).value().at("result");
      EXPECT_THAT(result.at("content").at(0).at("text").get<std::string>(),
                  HasSubstr(language == Language::zh ? "没有成功：" : "That did not work: "));
      EXPECT_FALSE(result.contains("isError"));
    }
  }
}

TEST(XiaozhiMessages, ReadsWhatTheRelayMakesOfAPing) {
  EXPECT_EQ(ping_message("check-1"), R"({"id":"check-1","jsonrpc":"2.0","method":"ping"})");
  const struct {
    const char* text;
    PingAnswer answer;
  } cases[] = {
      {R"({"jsonrpc":"2.0","id":"check-1","result":{}})", PingAnswer::answered},
      {R"({"jsonrpc":"2.0","id":"check-1","error":{"code":-32601,"message":"no"}})",
       PingAnswer::answered},
      {R"({"jsonrpc":"2.0","id":"check-1","result":null,"error":{"code":-32001,"message":"工具端未连接"}})",
       PingAnswer::no_tool},
      {R"({"jsonrpc":"2.0","id":"check-1","result":null,"error":{"code":-32002}})",
       PingAnswer::no_tool},
      {R"({"jsonrpc":"2.0","id":"other","result":{}})", PingAnswer::none},
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":-32001}})", PingAnswer::none},
      {R"({"jsonrpc":"2.0","id":"check-1","method":"ping"})", PingAnswer::none},
      {"garbage", PingAnswer::none},
      {"[]", PingAnswer::none},
  };
  for (const auto& c : cases) EXPECT_EQ(read_ping_answer(c.text, "check-1"), c.answer) << c.text;
}

}  // namespace
}  // namespace mtc::xiaozhi
