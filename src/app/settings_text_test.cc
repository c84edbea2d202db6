#include "app/settings_text.h"

#include <gtest/gtest.h>

#include "infra/files/files.h"

namespace mtc::app {
namespace {

TEST(SettingsText, TheTemplateIsAValidFileOfDefaults) {
  const auto settings = parse_settings(settings_template(), "template");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->server.listen, Settings{}.server.listen);
}

TEST(SettingsText, TheConfigurationPageIsWhatTheProgramPrints) {
  const auto page = read_file(MTC_SOURCE_DIR "/docs/CONFIGURATION.md");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_NE(page->find(settings_markdown()), std::string::npos)
      << "print it again: mcp-tencent-cloud settings --markdown";
}

}  // namespace
}  // namespace mtc::app
