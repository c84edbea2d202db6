// XiaoZhi's habits against the real MCP server.
#include "adapters/xiaozhi/serving.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "infra/loop/run.h"

namespace mtc::xiaozhi {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Args {
  std::string text;
  int times = 1;
};

Async<Result<mcp::Reply>> say(Args args, mcp::CallContext context) {
  EXPECT_TRUE(context.voice);
  EXPECT_EQ(context.principal.subject, "agent");
  std::string out;
  for (int i = 0; i < args.times; ++i) out += args.text;
  co_return mcp::Reply{.speech = out, .data = Json{{"action", "RESPONSE"}}};
}
Async<Result<mcp::Reply>> refuse(Args, mcp::CallContext) {
  co_return fail(Errc::denied, "没有权限。");
}

struct Service {
  mcp::ToolRegistry tools;
  mcp::Server server{tools, {.name = "test", .version = "1"}};
  FakeClock clock;
  Remainders remainders{clock};
  MessageHandler handler;

  Service() {
    const Fields<Args> fields{field("text", &Args::text, "What to say"),
                              field("times", &Args::times, "How often", {.required = false})};
    EXPECT_TRUE(tools.add(mcp::make_tool<Args>({.name = "say",
                                                .title = "Say",
                                                .description = "Say it.",
                                                .fields = fields,
                                                .handler = say})));
    EXPECT_TRUE(tools.add(mcp::make_tool<Args>({.name = "refuse",
                                                .title = "Refuse",
                                                .description = "Refuse.",
                                                .fields = fields,
                                                .handler = refuse})));
    handler = make_handler(server, {.subject = "agent", .name = "agent", .channel = "xiaozhi"},
                           {.remainders = &remainders});
  }
  std::string ask(const std::string& text) { return run(handler(text)).value_or("(nothing)"); }
};

std::string request(const std::string& id, const std::string& method,
                    const std::string& params = "") {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + "\"" +
         (params.empty() ? "" : ",\"params\":" + params) + "}";
}

constexpr char kInitialize[] =
    R"({"protocolVersion":"2024-11-05","capabilities":{"roots":{"listChanged":true},"sampling":{}},)"
    R"("clientInfo":{"name":"XiaozhiMCPEndpointClient","version":"1.0.0"}})";

TEST(XiaozhiServing, EchoesIdsByteForByte) {
  Service service;
  for (const char* id :
       {"0", "1", "-5", "9007199254740993", R"("7c9e6679-7425_n_1")", R"("u_s_a b\"c")", R"("")"}) {
    SCOPED_TRACE(id);
    const std::string expected = std::string(R"("id":)") + id + ",";
    EXPECT_THAT(service.ask(request(id, "ping")), HasSubstr(expected));
    EXPECT_THAT(service.ask(request(id, "initialize", kInitialize)), HasSubstr(expected));
    EXPECT_THAT(service.ask(request(id, "no/such/method")), HasSubstr(expected));
  }
}

TEST(XiaozhiServing, IsInitializedAnyNumberOfTimesAndSpeaks20241105) {
  Service service;
  for (int i = 0; i < 3; ++i) {
    const auto answer = parse_json(service.ask(request("1", "initialize", kInitialize))).value();
    EXPECT_EQ(answer.at("result").at("protocolVersion"), "2024-11-05");
    EXPECT_EQ(service.ask(R"({"jsonrpc":"2.0","method":"notifications/initialized"})"),
              "(nothing)");
  }
}

TEST(XiaozhiServing, ListsToolsWithAnyParamsAndWithoutAnOpening) {
  Service service;
  const auto plain = service.ask(request("2", "tools/list"));
  EXPECT_THAT(plain, HasSubstr(R"("name":"say")"));
  EXPECT_THAT(plain, Not(HasSubstr("annotations")));
  for (const char* params :
       {"null", "{}", R"({"cursor":null})", R"({"_meta":{"x":1},"more":[]})"}) {
    EXPECT_EQ(service.ask(request("2", "tools/list", params)), plain) << params;
  }
}

TEST(XiaozhiServing, OneCallersOpeningDoesNotReachAnother) {
  Service service;
  const auto before = service.ask(request("2", "tools/list"));
  service.ask(request("1", "initialize", R"({"protocolVersion":"2025-03-26","capabilities":{}})"));
  EXPECT_EQ(service.ask(request("2", "tools/list")), before);
  EXPECT_THAT(service.ask("[" + request("1", "ping") + "]"), HasSubstr("error"));
}

TEST(XiaozhiServing, CallsTakeWhatModelsWrite) {
  Service service;
  const auto answer = service.ask(request(
      "3", "tools/call",
      R"({"name":"say","arguments":{"text":"你好。","times":"2","mac_address":"aa:bb"},"serialNumber":null})"));
  EXPECT_EQ(
      answer,
      R"({"jsonrpc":"2.0","id":3,"result":{"content":[{"text":"你好。你好。","type":"text"}]}})");
}

TEST(XiaozhiServing, EveryFailureOfAToolIsTold) {
  Service service;
  const struct {
    const char *params, *words;
  } cases[] = {
      {R"({"name":"refuse","arguments":{"text":"x"}})", "没有成功：没有权限。"},
      {R"({"name":"say","arguments":{}})", "没有成功：text: missing"},
      {R"({"name":"say","arguments":null})", "没有成功：text: missing"},
      {R"({"name":"say"})", "没有成功：text: missing"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.params);
    const auto answer = service.ask(request("3", "tools/call", c.params));
    EXPECT_THAT(answer, HasSubstr(c.words));
    EXPECT_THAT(answer, Not(HasSubstr("isError")));
    EXPECT_THAT(answer, Not(HasSubstr(R"("error")")));
  }
}

TEST(XiaozhiServing, NoResultIsLargerThanTheLimit) {
  Service service;
  const auto answer = parse_json(service.ask(request(
      "3", "tools/call", R"({"name":"say","arguments":{"text":"很长的一句话。","times":500}})")));
  const auto result = answer.value().at("result");
  EXPECT_LE(dump_json(result).size(), 1000U);
  EXPECT_THAT(dump_json(result), HasSubstr("还有更多"));
  EXPECT_NE(service.remainders.take("agent"), "");
}

TEST(XiaozhiServing, GarbageSurvives) {
  Service service;
  for (const char* text :
       {"", "\n", "garbage", "{", "null", "[]", "{}", "\"x\"", "{\"jsonrpc\":\"2.0\"}",
        R"({"jsonrpc":"2.0","id":{},"method":"ping"})", R"({"jsonrpc":"2.0","id":1,"result":{}})",
        R"({"jsonrpc":"1.0","id":1,"method":"ping"})"}) {
    service.ask(text);
  }
  service.ask(std::string(5000, '['));
  EXPECT_THAT(service.ask(request("1", "ping") + "\n"), HasSubstr(R"("result":{})"));
}

}  // namespace
}  // namespace mtc::xiaozhi
