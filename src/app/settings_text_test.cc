#include "app/settings_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infra/files/files.h"

namespace mtc::app {
namespace {

using testing::HasSubstr;

TEST(SettingsText, TheTemplateIsAValidFileOfDefaults) {
  const auto settings = parse_settings(settings_template(), "template");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->server.listen, Settings{}.server.listen);
}

TEST(SettingsText, ItemsOfListsHaveTheirDefaultsToo) {
  const auto page = settings_markdown();
  EXPECT_THAT(page, HasSubstr("| `issuers[].user_claim` | one of `preferred_username` `sub` "
                              "`email` | `preferred_username` |"));
  EXPECT_THAT(page, HasSubstr("| `issuers[].audience` | string | `\"\"` |"));
  EXPECT_THAT(page, HasSubstr("| `endpoints[].user` | string | required |"));
  EXPECT_THAT(settings_template(), HasSubstr("#  issuers: [{user_claim: preferred_username}]\n"));
  EXPECT_THAT(settings_template(), HasSubstr("#  endpoints: [{user: …}]\n"));
}

TEST(SettingsText, TheConfigurationPageIsWhatTheProgramPrints) {
  const auto page = read_file(MTC_SOURCE_DIR "/docs/CONFIGURATION.md");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_NE(page->find(settings_markdown()), std::string::npos)
      << "print it again: mcp-tencent-cloud settings --markdown";
}

}  // namespace
}  // namespace mtc::app
