#include "emulator/cql.h"

#include <gtest/gtest.h>

#include "emulator/emulator_test_world.h"

namespace mtc::emulator {
namespace {

// Seven logs, told apart by their time.
CloudWorld& shop() {
  static CloudWorld* world = [] {
    auto* made = new CloudWorld();
    made->add(1, {{"level", "ERROR"},
                  {"service", "pay"},
                  {"status", "500"},
                  {"cost", "3.5"},
                  {"message", "connection refused by 10.0.0.9"},
                  {"trace_id", "a1"}});
    made->add(2, {{"level", "error"},
                  {"service", "pay-web"},
                  {"status", "504"},
                  {"cost", "12"},
                  {"message", "支付超时，订单 42"},
                  {"trace_id", ""}});
    made->add(3, {{"level", "INFO"},
                  {"service", "cart"},
                  {"status", "200"},
                  {"cost", "0.5"},
                  {"message", "refused the connection"}});
    made->add(4, {{"level", "WARN"},
                  {"service", "cart"},
                  {"status", "404"},
                  {"message", "Timeout after 30s: \"quoted\" path=/a/b"}});
    made->add(5, {{"level", "INFO"},
                  {"service", "test"},
                  {"status", "-1"},
                  {"other", "notIndexed words"},
                  {"message", "超过时间"}});
    made->add(6, {{"level", "FATAL"},
                  {"service", "pay"},
                  {"message", "a*b (star)"},
                  {"__TAG__.env", "prod"},
                  {"__TAG__.zone", "gz6"}});
    made->add(7,
              {{"level", "INFO"},
               {"service", "db"},
               {"obj", R"({"name":"orders","n":1})"},
               {"message", "x"}},
              {.source = "10.0.0.9", .filename = "/data/db.log"});
    return made;
  }();
  return *world;
}

TEST(Cql, FindsWhatTheDocumentsSay) {
  const struct {
    const char *query, *hits;
  } cases[] = {
      {"", "1 2 3 4 5 6 7"},
      {"*", "1 2 3 4 5 6 7"},
      {"level:ERROR", "1 2"},
      {"level:\"ERROR\"", "1 2"},
      {"level:'error'", "1 2"},
      {"level: ERROR", "1 2"},
      {"level:ERR", ""},
      {"status:500", "1"},
      {"status=500", "1"},
      {"status>=500", "1 2"},
      {"status:>=500", "1 2"},
      {"status > 200 AND status < 500", "4"},
      {"status <= 0", "5"},
      {"status:-1", "5"},
      {"cost > 3.4", "1 2"},
      {"cost:0.5", "3"},
      {"timeout", "4"},
      {"TIMEOUT", "4"},
      {"notIndexed", "5"},
      {"支付", "2"},
      {"超时", "2 5"},
      {"\"超时\"", "2"},
      {"message:\"connection refused\"", "1"},
      {"message:'connection refused'", "1"},
      {"message:\"refused connection\"", ""},
      {"message:connection refused", "1 3"},
      {"message:(connection AND refused)", "1 3"},
      {"level:ERROR and service:pay", "1"},
      {"level:ERROR service:pay", "1"},
      {"level:ERROR or level:WARN", "1 2 4"},
      {"level:(ERROR OR FATAL)", "1 2 6"},
      {"(level:ERROR OR level:FATAL) AND service:pay", "1 6"},
      {"level:INFO AND NOT service:test", "3 7"},
      {"level:INFO NOT service:test", "3 7"},
      {"NOT level:INFO", "1 2 4 6"},
      {"NOT NOT level:FATAL", "6"},
      {"NOT status:500", "2 3 4 5 6 7"},
      {"NOT (status:500 OR status:504)", "3 4 5 6 7"},
      {"level:ERROR OR level:WARN AND service:pay", "1 2"},
      {"service:pay*", "1 2 6"},
      {"service:p*y", "1 6"},
      {"mess*e OR conn*", "1 3"},
      {"message:\"conn* refused\"", "1"},
      {"trace_id:*", "1 2"},
      {"trace_id:\"\"", "2"},
      {"NOT trace_id:*", "3 4 5 6 7"},
      {"message:a\\*b", "6"},
      {"message:\"a\\*b\"", "6"},
      {"message:\"\\\"quoted\\\" path\"", "4"},
      {"message:\\(star\\)", "6"},
      {"__TAG__.env:prod", "6"},
      {"prod", "6"},
      {"gz6", ""},
      {"__SOURCE__:10.0.0.9", "7"},
      {"__FILENAME__:\"/data/db.log\"", "7"},
      {"__FILENAME__:\"/data/*\"", "1 2 3 4 5 6 7"},
      {"db.log", "7"},
      {"obj.name:orders", "7"},
      {"level:ERROR AND 10.0.0.9", "1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.query);
    EXPECT_EQ(shop().search(c.query), c.hits);
  }
}

TEST(Cql, SaysWhatIsWrong) {
  const struct {
    const char *query, *part;
  } cases[] = {
      {"other:1",
       "SyntaxError [field: other, can not search on this field, since it is not indexed]"},
      {"__TAG__.zone:gz6", "not indexed"},
      {"level>5", "its type is text"},
      {"status:abc", "should be a number"},
      {"status>=", "a number is missing"},
      {"level:", "the value of level is missing"},
      {"(level:ERROR", "')' is missing"},
      {"level:ERROR)", "unexpected ')'"},
      {"level:ERROR AND", "something is missing"},
      {"OR level:ERROR", "an operand is missing"},
      {"AND", "an operand is missing"},
      {"message:\"open", "a quote is not closed"},
      {"*abc", "a wildcard may not be the first character"},
      {"a\\", "a backslash stands at the end"},
      {"level:a:b", "quote a value"},
      {":x", "unexpected ':'"},
      {"()", "unexpected ')'"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.query);
    EXPECT_NE(shop().search(c.query).find(c.part), std::string::npos) << shop().search(c.query);
  }
}

TEST(Lucene, DiffersWhereTheDocumentsSaySo) {
  const struct {
    const char *query, *hits;
  } cases[] = {
      {"level:WARN level:FATAL", "4 6"},
      {"level:ERROR AND service:pay", "1"},
      {"status:[400 TO 500]", "1 4"},
      {"status:{404 TO 504}", "1"},
      {"status:[500 TO *]", "1 2"},
      {"service:pa?", "1 6"},
      {"_exists_:trace_id", "1 2"},
      {"NOT level:INFO", "1 2 4 6"},
      {"and", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.query);
    EXPECT_EQ(shop().search(c.query, QuerySyntax::lucene), c.hits);
  }
}

TEST(Cql, BoundsItsRecursion) {
  EXPECT_NE(
      shop().search(std::string(200, '(') + "a" + std::string(200, ')')).find("nested too deeply"),
      std::string::npos);
  EXPECT_EQ(shop().search(std::string(50, '(') + "timeout" + std::string(50, ')')), "4");
  EXPECT_FALSE(parse_condition(std::string(kMaxQueryBytes + 1, 'a'), QuerySyntax::cql));
}

TEST(SplitQuery, CutsAtTheFirstBarOutsideQuotes) {
  EXPECT_EQ(split_query("a:\"x|y\" | select 1").sql, "select 1");
  EXPECT_EQ(split_query("a:\"x|y\" | select 1").condition, "a:\"x|y\"");
  EXPECT_FALSE(split_query("a\\|b").has_sql);
  EXPECT_TRUE(split_query("* |").has_sql);
}

TEST(Index, CoversOnlyLogsWrittenAfterIt) {
  CloudWorld world("");
  world.add(1, {{"level", "ERROR"}, {"message", "early"}});
  world.set_index(
      R"({"Rule":{"KeyValue":{"CaseSensitive":true,"KeyValues":[{"Key":"level","Value":{"Type":"text"}}]}}})");
  world.add(2, {{"level", "ERROR"}, {"message", "middle"}});
  EXPECT_EQ(world.search("*"), "2");
  EXPECT_EQ(world.search("level:ERROR"), "2");
  EXPECT_EQ(world.search("level:error"), "") << "the index is case-sensitive";
  EXPECT_NE(world.search("middle").find("full-text index"), std::string::npos);
  EXPECT_NE(world.search("message:middle").find("not indexed"), std::string::npos);
  world.set_index(kTestIndex);
  world.add(3, {{"level", "ERROR"}, {"message", "late middle"}});
  EXPECT_EQ(world.search("message:middle"), "3") << "the key is new";
  EXPECT_EQ(world.search("level:error"), "3") << "so is its comparison without case";
}

TEST(TermMatcher, MarksWhatItFinds) {
  const TokenRule rule{.separators = " ", .chinese = true};
  EXPECT_EQ(TermMatcher(rule, "error", false).highlight("An Error here"),
            "An <cls_highlight>Error</cls_highlight> here");
  EXPECT_EQ(TermMatcher(rule, "时", false).highlight("超时"),
            "超<cls_highlight>时</cls_highlight>");
}

}  // namespace
}  // namespace mtc::emulator
