#include "mcp/json_rpc.h"

#include <gtest/gtest.h>

namespace mtc::mcp {
namespace {

TEST(JsonRpc, KeepsEveryIdExactly) {
  for (const std::string id : {"0", "-7", "9223372036854775807", "18446744073709551615", R"("a")",
                               R"("")", R"("7c9e_n_1")", R"("汉\"\\")"}) {
    const auto message =
        read_message(Json::parse(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"m"})"));
    ASSERT_TRUE(message) << id;
    EXPECT_EQ(message->id, id);
    EXPECT_EQ(result_text(message->id, "{}"),
              R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{}})");
  }
}

TEST(JsonRpc, SaysWhatIsWrongWithAMessage) {
  const struct {
    const char *name, *json, *id;
    int code;
  } cases[] = {
      {"not an object", "3", "", rpc::kInvalidRequest},
      {"no version", R"({"id":1,"method":"m"})", "1", rpc::kInvalidRequest},
      {"old version", R"({"jsonrpc":"1.0","id":1,"method":"m"})", "1", rpc::kInvalidRequest},
      {"version as number", R"({"jsonrpc":2.0,"id":1,"method":"m"})", "1", rpc::kInvalidRequest},
      {"null id", R"({"jsonrpc":"2.0","id":null,"method":"m"})", "", rpc::kInvalidRequest},
      {"fraction", R"({"jsonrpc":"2.0","id":1.5,"method":"m"})", "", rpc::kInvalidRequest},
      {"whole fraction", R"({"jsonrpc":"2.0","id":1.0,"method":"m"})", "", rpc::kInvalidRequest},
      {"beyond 64 bits", R"({"jsonrpc":"2.0","id":18446744073709551616,"method":"m"})", "",
       rpc::kInvalidRequest},
      {"id as list", R"({"jsonrpc":"2.0","id":[1],"method":"m"})", "", rpc::kInvalidRequest},
      {"no method", R"({"jsonrpc":"2.0","id":1})", "1", rpc::kInvalidRequest},
      {"method as number", R"({"jsonrpc":"2.0","id":1,"method":1})", "1", rpc::kInvalidRequest},
      {"method and result", R"({"jsonrpc":"2.0","id":1,"method":"m","result":{}})", "1",
       rpc::kInvalidRequest},
      {"notification with id", R"({"jsonrpc":"2.0","id":1,"method":"notifications/x"})", "1",
       rpc::kInvalidRequest},
      {"params as list", R"({"jsonrpc":"2.0","id":1,"method":"m","params":[1]})", "1",
       rpc::kInvalidParams},
      {"params as text", R"({"jsonrpc":"2.0","id":1,"method":"m","params":"x"})", "1",
       rpc::kInvalidParams},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto message = read_message(Json::parse(c.json));
    ASSERT_FALSE(message);
    EXPECT_EQ(message.error().code, c.code);
    EXPECT_EQ(message.error().id, c.id);
    EXPECT_FALSE(message.error().message.empty());
  }
}

TEST(JsonRpc, AbsentAndNullParamsAreEmpty) {
  for (const auto* json : {R"({"jsonrpc":"2.0","id":1,"method":"m"})",
                           R"({"jsonrpc":"2.0","id":1,"method":"m","params":null})"}) {
    EXPECT_EQ(read_message(Json::parse(json))->params, Json::object());
  }
}

TEST(JsonRpc, TellsTheKindsApart) {
  EXPECT_EQ(read_message(Json::parse(R"({"jsonrpc":"2.0","method":"m"})"))->kind,
            Message::Kind::notification);
  EXPECT_EQ(read_message(Json::parse(R"({"jsonrpc":"2.0","id":1,"result":{}})"))->kind,
            Message::Kind::response);
  EXPECT_EQ(read_message(Json::parse(R"({"jsonrpc":"2.0","id":null,"error":{}})"))->kind,
            Message::Kind::response);
}

TEST(JsonRpc, WritesErrors) {
  const RpcError error{.code = -32602, .message = "a \"b\"", .data = {{"x", 1}}, .id = "7"};
  EXPECT_EQ(
      error_text(error),
      R"({"jsonrpc":"2.0","id":7,"error":{"code":-32602,"message":"a \"b\"","data":{"x":1}}})");
  EXPECT_EQ(error_text({.code = -32700, .message = "m"}),
            R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"m"}})");
  EXPECT_EQ(error_text({.code = -32700, .message = "m"}, MissingId::null),
            R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}})");
}

TEST(JsonRpc, EscapesStrings) {
  std::string out;
  append_json_string(out, "plain");
  append_json_string(out, "a\"\\\n\x01你\xff");
  EXPECT_EQ(out, "\"plain\"\"a\\\"\\\\\\n\\u0001你\xef\xbf\xbd\"");
}

TEST(JsonRpc, NotificationIsNeverRefusedForItsParams) {
  const auto message = read_message(Json::parse(R"({"jsonrpc":"2.0","method":"a","params":[1]})"));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind, Message::Kind::notification);
  EXPECT_EQ(message->params, Json::object());
}

TEST(JsonRpc, IdOfAResponseIsOursAndNotSentBack) {
  const auto message = read_message(Json::parse(R"({"id":3,"result":{}})"));
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().id, "");
}

}  // namespace
}  // namespace mtc::mcp
