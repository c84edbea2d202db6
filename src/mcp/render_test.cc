#include "mcp/render.h"

#include <gtest/gtest.h>

namespace mtc::mcp {
namespace {

TEST(Render, AdviceStandsBehindEnglishFailuresOnly) {
  EXPECT_EQ(describe_failure({.code = Errc::unavailable, .message = "It is away"}),
            "It is away — try again in a moment");
  const Error chinese{.code = Errc::unavailable, .message = "腾讯云暂时连不上，过一会儿再试"};
  EXPECT_EQ(describe_failure(chinese), chinese.message);
}

}  // namespace
}  // namespace mtc::mcp
