#include "emulator/request_schema.h"

#include <gtest/gtest.h>

namespace mtc::emulator {
namespace {

TEST(RequestSchemas, ReadsAFlattenedQuery) {
  RequestSchemas schemas;
  schemas.define("Filter", "Key string!, Values string[]!");
  const auto members = parse_members("Filters Filter[], Limit int64, Precise bool");
  const auto body = schemas.from_query(
      "Filters.0.Key=topicName&Filters.0.Values.0=%E6%94%AF%E4%BB%98&Limit=5&Precise=true",
      members);
  ASSERT_TRUE(body);
  EXPECT_EQ(dump_json(*body),
            R"({"Filters":[{"Key":"topicName","Values":["支付"]}],"Limit":5,"Precise":true})");
  EXPECT_TRUE(schemas.check(*body, members));
  EXPECT_EQ(schemas.from_query("Limit=x", members).error().code, "InvalidParameter");
  EXPECT_EQ(schemas.from_query("Filters=x", members).error().code, "InvalidParameter");
  EXPECT_EQ(schemas.from_query("Limit=%zz", members).error().code, "InvalidRequest");
}

}  // namespace
}  // namespace mtc::emulator
