#include "web/apps/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/encoding.h"
#include "infra/crypto/sha256.h"

namespace mtc::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class AppPage : public testing::TestWithParam<std::string_view> {
 protected:
  // What stands between <tag> and </tag>; the page has exactly one of each.
  static std::string_view inside(std::string_view page, std::string_view tag) {
    const std::string open = "<" + std::string(tag) + ">";
    const auto begin = page.find(open);
    EXPECT_NE(begin, page.npos) << open;
    EXPECT_EQ(page.find(open, begin + 1), page.npos) << open;
    const auto end = page.find("</" + std::string(tag) + ">", begin);
    EXPECT_NE(end, page.npos) << tag;
    return page.substr(begin + open.size(), end - begin - open.size());
  }
  static std::string source(std::string_view text) {
    return "'sha256-" + to_base64(sha256(text)) + "'";
  }
};

TEST_P(AppPage, IsAWholeDocument) {
  EXPECT_THAT(std::string(GetParam()), StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(std::string(GetParam()), HasSubstr("<main id=\"page\""));
  EXPECT_THAT(std::string(GetParam()), Not(HasSubstr("@STYLE")));
  EXPECT_THAT(std::string(GetParam()), Not(HasSubstr("@SCRIPT")));
}

TEST_P(AppPage, AllowsItsOwnStyleAndScriptAndNothingElse) {
  const std::string page(GetParam());
  EXPECT_THAT(page, HasSubstr("default-src 'none'; style-src " + source(inside(page, "style")) +
                              "; script-src " + source(inside(page, "script")) +
                              "; base-uri 'none'; form-action 'none'\""));
}

TEST_P(AppPage, LoadsNothingAndWritesNoMarkup) {
  const std::string page(GetParam());
  for (const char* word :
       {" src=", " href=", "url(", "@import", "import(", "fetch(", "innerHTML", "outerHTML",
        "insertAdjacentHTML", "document.write", "eval(", "unsafe-"}) {
    EXPECT_THAT(page, Not(HasSubstr(word)));
  }
}

INSTANTIATE_TEST_SUITE_P(All, AppPage, testing::Values(digest_app(), rollback_app()),
                         [](const auto& info) { return info.index == 0 ? "Digest" : "Rollback"; });

}  // namespace
}  // namespace mtc::web
