#include "app/commands/options.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace mtc::app {
namespace {

Language language_in(const char* all, const char* lang) {
  ::setenv("LC_ALL", all, 1);
  ::unsetenv("LC_MESSAGES");
  ::setenv("LANG", lang, 1);
  const Language language = usual_language();
  ::unsetenv("LC_ALL");
  ::unsetenv("LANG");
  return language;
}

TEST(UsualLanguage, IsChineseUnlessTheLocaleSaysEnglish) {
  EXPECT_EQ(language_in("", ""), Language::zh);
  EXPECT_EQ(language_in("", "C.UTF-8"), Language::zh);
  EXPECT_EQ(language_in("", "zh_CN.UTF-8"), Language::zh);
  EXPECT_EQ(language_in("", "en_US.UTF-8"), Language::en);
  EXPECT_EQ(language_in("zh_CN.UTF-8", "en_US.UTF-8"), Language::zh);
}

}  // namespace
}  // namespace mtc::app
