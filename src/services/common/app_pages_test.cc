#include "services/common/app_pages.h"

#include <gtest/gtest.h>

#include "infra/loop/run.h"

namespace mtc::services {
namespace {

TEST(AppPages, AreReadAsPagesThatLoadNothing) {
  for (const auto& page : {digest_page("<!DOCTYPE html>"), rollback_page("<!DOCTYPE html>")}) {
    const auto contents = run(page.read(page.uri, {}, {}));
    ASSERT_TRUE(contents);
    EXPECT_EQ(contents->uri, page.uri);
    EXPECT_EQ(contents->mime_type, "text/html;profile=mcp-app");
    EXPECT_EQ(contents->text, "<!DOCTYPE html>");
    const Json& csp = contents->meta["ui"]["csp"];
    for (const char* kind : {"connectDomains", "resourceDomains", "frameDomains", "baseUriDomains"})
      EXPECT_EQ(csp[kind], Json::array()) << kind;
    EXPECT_EQ(contents->meta["ui"]["prefersBorder"], true);
  }
}

TEST(AppPages, AreKnownByTheirUriOnlyAndToEverybody) {
  const auto page = digest_page("");
  EXPECT_FALSE(page.listed);
  EXPECT_EQ(page.scope, "");
}

TEST(AppPages, AToolPointsToItsPageAndMayBeCalledFromIt) {
  EXPECT_EQ(shown_on(kDigestPage), (Json{{"ui",
                                          {{"resourceUri", "ui://mcp-tencent-cloud/digest"},
                                           {"visibility", {"model", "app"}}}}}));
}

}  // namespace
}  // namespace mtc::services
