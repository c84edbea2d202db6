#include "mcp/http/header_check.h"

#include <gtest/gtest.h>

#include "mcp/testing/test_tools.h"

namespace mtc::mcp {
namespace {

TEST(HeaderValue, IsDecodedOnlyBetweenBothMarkers) {
  const struct {
    const char *value, *decoded;  // null: refused
  } cases[] = {
      {"plain", "plain"},
      {"  padded\t", "padded"},
      {"=?base64?SGVsbG8=?=", "Hello"},
      {"=?base64?5L2g5aW9?=", "你好"},
      {"=?base64?"
       "?=",
       ""},
      {"=?base64?SGVsbG8=", "=?base64?SGVsbG8="},
      {"SGVsbG8=", "SGVsbG8="},
      {"=?BASE64?SGVsbG8=?=", "=?BASE64?SGVsbG8=?="},
      {"=?base64?SGVsbG8?=", nullptr},
      {"=?base64?SGV$bG8=?=", nullptr},
      {"=?base64?SGVs bG8=?=", nullptr},
      {"=?base64?SGVsbG8==?=", nullptr},
      {"=?base64?/w==?=", nullptr},  // not UTF-8
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.value);
    const auto decoded = decode_header_value(c.value);
    EXPECT_EQ(decoded.has_value(), c.decoded != nullptr);
    if (decoded && c.decoded != nullptr) {
      EXPECT_EQ(*decoded, c.decoded);
    }
  }
}

class HeaderCheck : public testing::Test {
 protected:
  HeaderCheck() {
    auto tool = echo_tool();
    tool.name = "tail";
    tool.input_schema = Json::parse(R"({"type":"object","properties":{
        "cluster":{"type":"string","x-mcp-header":"Cluster"},
        "at":{"type":"object","properties":{"line":{"type":"integer","x-mcp-header":"Line"}}},
        "follow":{"type":"boolean","x-mcp-header":"Follow"}}})");
    EXPECT_TRUE(tools.add(std::move(tool)));
  }
  int check(HttpHeaders headers, std::string_view arguments = "{}") {
    const HttpRequest request{.headers = std::move(headers)};
    const auto message = read_message(Json::parse(
        R"({"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"tail","arguments":)" +
        std::string(arguments) + "}}"));
    const auto bad = check_body_headers(request, *message, tools);
    if (bad) EXPECT_EQ(bad->id, "9");
    return bad ? bad->code : 0;
  }
  HttpHeaders with(std::string_view name, std::string_view value) {
    return {{"mcp-method", "tools/call"},
            {"MCP-NAME", " tail "},
            {std::string(name), std::string(value)}};
  }
  ToolRegistry tools;
};

TEST_F(HeaderCheck, MethodAndNameMustBeThereAndTheSame) {
  EXPECT_EQ(check(with("X", "y")), 0);
  EXPECT_EQ(check({{"Mcp-Name", "tail"}}), rpc::kHeaderMismatch);
  EXPECT_EQ(check({{"Mcp-Method", "tools/call"}}), rpc::kHeaderMismatch);
  EXPECT_EQ(check({{"Mcp-Method", "Tools/Call"}, {"Mcp-Name", "tail"}}), rpc::kHeaderMismatch);
  EXPECT_EQ(check({{"Mcp-Method", "tools/call"}, {"Mcp-Name", "other"}}), rpc::kHeaderMismatch);
  EXPECT_EQ(check({{"Mcp-Method", "tools/call"}, {"Mcp-Name", "=?base64?dGFpbA==?="}}), 0);
  EXPECT_EQ(check({{"Mcp-Method", "=?base64?dG9vbHMvY2FsbA==?="}, {"Mcp-Name", "tail"}}),
            rpc::kHeaderMismatch)
      << "whoever looks at the method before us would not have seen it";
  EXPECT_EQ(check(with("Mcp-Name", "other")), rpc::kHeaderMismatch);  // twice
}

TEST_F(HeaderCheck, AnnotatedArgumentsAreCompared) {
  const struct {
    const char *header, *value, *arguments;
    int code;
  } cases[] = {
      {"Mcp-Param-Cluster", "eu-1", R"({"cluster":"eu-1"})", 0},
      {"mcp-param-cluster", "=?base64?5L2g5aW9?=", R"({"cluster":"你好"})", 0},
      {"Mcp-Param-Cluster", "eu-2", R"({"cluster":"eu-1"})", rpc::kHeaderMismatch},
      {"Mcp-Param-Cluster", "EU-1", R"({"cluster":"eu-1"})", rpc::kHeaderMismatch},
      {"X", "", R"({"cluster":"eu-1"})", rpc::kHeaderMismatch},
      {"X", "", R"({"cluster":null})", 0},
      {"X", "", R"({})", 0},
      {"Mcp-Param-Cluster", "eu-1", R"({})", rpc::kHeaderMismatch},
      {"Mcp-Param-Line", "42", R"({"at":{"line":42}})", 0},
      {"Mcp-Param-Line", "42.0", R"({"at":{"line":42}})", 0},
      {"Mcp-Param-Line", "42x", R"({"at":{"line":42}})", rpc::kHeaderMismatch},
      {"Mcp-Param-Line", "43", R"({"at":{"line":42}})", rpc::kHeaderMismatch},
      {"Mcp-Param-Line", "0", R"({"at":{"line":0}})", 0},
      {"Mcp-Param-Follow", "false", R"({"follow":false})", 0},
      {"Mcp-Param-Follow", "False", R"({"follow":false})", rpc::kHeaderMismatch},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.header) + ": " + c.value + " " + c.arguments);
    EXPECT_EQ(check(with(c.header, c.value), c.arguments), c.code);
  }
}

}  // namespace
}  // namespace mtc::mcp
