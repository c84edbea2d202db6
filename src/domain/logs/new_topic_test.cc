#include "domain/logs/new_topic.h"

#include <gtest/gtest.h>

namespace mtc::logs {
namespace {

TEST(NewTopic, TakesTheKeysOfASiblingThatMayBeUsed) {
  const TopicFields sibling{.full_text = true,
                            .keys = {{.name = "level", .type = "text", .in_sql = true},
                                     {.name = "cost", .type = "double", .in_sql = true},
                                     {.name = "LEVEL", .type = "text", .in_sql = true},
                                     {.name = "user", .type = "json", .in_sql = true},
                                     {.name = "user.name", .type = "text", .in_sql = true},
                                     {.name = "__TAG__.pod", .type = "text", .in_sql = true},
                                     {.name = "消息", .type = "text", .in_sql = true}}};
  const auto keys = keys_like(sibling);
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].name, "level");
  EXPECT_EQ(keys[1].type, "double");
  EXPECT_FALSE(usual_keys().empty());
}

TEST(NewTopic, ChecksNamesAndRetention) {
  EXPECT_EQ(check_name("  sms-gateway ", Language::zh).value_or("?"), "sms-gateway");
  for (const char* bad : {"", "  ", "a|b", "a\nb", "cls_service_log", "\xff"})
    EXPECT_FALSE(check_name(bad, Language::zh)) << bad;
  EXPECT_FALSE(check_name(std::string(256, 'a'), Language::en));
  EXPECT_EQ(check_retention(45, Language::zh).value_or(-1), 45);
  EXPECT_EQ(check_retention(36500, Language::zh).value_or(-1), kForEver);
  for (const int bad : {0, -1, 3601, 3639}) EXPECT_FALSE(check_retention(bad, Language::zh)) << bad;
}

}  // namespace
}  // namespace mtc::logs
