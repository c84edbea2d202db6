#include "mcp/uri_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtc::mcp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Values = std::map<std::string, std::string>;

TEST(UriTemplate, NamesStandInOrder) {
  EXPECT_THAT(template_names("ops://a/{first}/b/{Second_2}").value(),
              ElementsAre("first", "Second_2"));
  EXPECT_THAT(template_names("ops://plain").value(), IsEmpty());
}

TEST(UriTemplate, BrokenOnesHaveNoNames) {
  for (const auto* broken :
       {"ops://{", "ops://{id", "ops://{}", "ops://{a b}", "ops://{+path}", "ops://{a}/{a}",
        "ops://{a{b}}", "ops://{a}{b}", "ops://{a}.json", "ops://{a}?q=1"}) {
    EXPECT_FALSE(template_names(broken)) << broken;
  }
}

TEST(UriTemplate, MatchesWholeSegments) {
  const struct {
    const char *pattern, *uri;
    std::optional<Values> values;
  } cases[] = {
      {"ops://n/{id}", "ops://n/7", Values{{"id", "7"}}},
      {"ops://n/{id}/x", "ops://n/7/x", Values{{"id", "7"}}},
      {"ops://{a}/{b}", "ops://1/2", Values{{"a", "1"}, {"b", "2"}}},
      {"ops://n/{id}", "ops://n/%E4%BD%A0", Values{{"id", "你"}}},
      {"ops://n/{id}", "ops://n/a%20b", Values{{"id", "a b"}}},
      {"ops://n/v{id}", "ops://n/v7", Values{{"id", "7"}}},
      {"ops://plain", "ops://plain", Values{}},
      {"ops://plain", "ops://plainer", std::nullopt},
      {"ops://plain", "ops://plai", std::nullopt},
      {"ops://n/{id}", "ops://n/", std::nullopt},
      {"ops://n/{id}", "ops://n/7/8", std::nullopt},
      {"ops://n/{id}/x", "ops://n/7", std::nullopt},
      {"ops://n/{id}", "ops://m/7", std::nullopt},
      {"ops://n/{id}", "", std::nullopt},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.pattern) + " of " + c.uri);
    EXPECT_EQ(match_template(c.pattern, c.uri), c.values);
  }
}

TEST(UriTemplate, ValueCannotLeaveItsSegment) {
  for (const auto* value : {"..", ".", "%2e%2e", "%2E", "a%2Fb", "%2F", "a%00b", "a%0Ab", "%7F",
                            "%", "%4", "%zz", "%FF", "%C0%AE"}) {
    EXPECT_FALSE(match_template("ops://n/{id}", std::string("ops://n/") + value)) << value;
  }
}

}  // namespace
}  // namespace mtc::mcp
