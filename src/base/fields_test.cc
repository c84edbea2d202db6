#include "base/fields.h"

#include <gtest/gtest.h>

namespace mtc {
namespace {

struct Args {
  std::string host;
  int port = 80;
  std::optional<std::string> level;
  std::vector<std::string> tags;
  double ratio = 0.5;
  bool dry_run = false;
};

const Fields<Args>& fields() {
  static const Fields<Args> table{
      field("host", &Args::host, "Name of the host", {.max_length = 8}),
      field("port", &Args::port, "Port", {.required = false, .minimum = 1, .maximum = 65535}),
      field("level", &Args::level, "Level",
            {.choices = {"warn", "error"}, .aliases = {"severity"}}),
      field("tags", &Args::tags, "Tags", {.required = false}),
      field("ratio", &Args::ratio, "Ratio", {.required = false, .minimum = 0, .maximum = 1}),
      field("dry_run", &Args::dry_run, "Only say what would happen", {.required = false}),
  };
  return table;
}

TEST(Fields, ParseReportsTheFirstBadKey) {
  const struct {
    const char *name, *json, *error;
  } cases[] = {
      {"the rest has defaults", R"({"host":"::1"})", ""},
      {"null is absent", R"({"host":"::1","port":null})", ""},
      {"a whole float is an integer", R"({"host":"::1","port":80.0})", ""},
      {"missing", R"({"port":80})", "host: missing"},
      {"port as text", R"({"host":"::1","port":"80"})", "port: expected an integer, got text"},
      {"port too large", R"({"host":"::1","port":70000})", "port: must be at most 65535"},
      {"beyond 64 bits", R"({"host":"::1","port":18446744073709551615})", "port: number too large"},
      {"wrong choice", R"({"host":"::1","level":"info"})", "level: must be one of warn, error"},
      {"alias", R"({"host":"::1","severity":"warn"})", ""},
      {"too long", R"({"host":"123456789"})", "host: longer than 8 bytes"},
      {"unknown", R"({"host":"::1","prot":1})",
       "prot: unknown name; valid names are host, port, level, tags, ratio, dry_run"},
      {"not an object", "[1]", "expected an object"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto args = fields().parse(*parse_json(c.json));
    EXPECT_EQ(args ? "" : args.error().message, c.error);
  }
}

TEST(Fields, TakesWhatModelsWriteWhenAskedTo) {
  const auto args = fields().parse(
      *parse_json(
          R"({"host":42,"port":" 8080 ","dry_run":"True","tags":"a","ratio":"0.25","mac":"x"})"),
      {.unknown_keys = UnknownKeys::drop, .coerce_text = true});
  ASSERT_TRUE(args) << args.error().message;
  EXPECT_EQ(args->host, "42");
  EXPECT_EQ(args->port, 8080);
  EXPECT_TRUE(args->dry_run);
  EXPECT_EQ(args->tags, std::vector<std::string>{"a"});
  EXPECT_DOUBLE_EQ(args->ratio, 0.25);

  const auto spoken =
      fields().parse(*parse_json(R"({"host":"::1","port":"八十"})"), {.coerce_text = true});
  ASSERT_TRUE(spoken) << spoken.error().message;
  EXPECT_EQ(spoken->port, 80);
}

TEST(Fields, SchemaSaysWhatParseAccepts) {
  const Json schema = fields().schema();
  EXPECT_EQ(schema["required"], Json::array({"host"}));
  EXPECT_EQ(schema["properties"]["port"]["maximum"], 65535);
  EXPECT_EQ(schema["properties"]["level"]["enum"], Json::array({"warn", "error"}));
  EXPECT_EQ(schema["properties"]["tags"]["items"]["type"], "string");
  EXPECT_EQ(schema["additionalProperties"], false);
}

}  // namespace
}  // namespace mtc
