#include "mcp/paging.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace mtc::mcp {
namespace {

TEST(Paging, PagesFollowOneAnother) {
  const auto first = page_at("", 5, 2, "f");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->begin, 0U);
  EXPECT_EQ(first->end, 2U);
  const auto second = page_at(first->next_cursor, 5, 2, "f");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->begin, 2U);
  const auto last = page_at(second->next_cursor, 5, 2, "f");
  ASSERT_TRUE(last);
  EXPECT_EQ(last->begin, 4U);
  EXPECT_EQ(last->end, 5U);
  EXPECT_EQ(last->next_cursor, "");
}

TEST(Paging, LastPageMayBeFull) {
  EXPECT_EQ(page_at("", 2, 2, "f")->next_cursor, "");
  EXPECT_EQ(page_at("", 0, 2, "f")->end, 0U);
}

TEST(Paging, CursorHoldsForItsListOnly) {
  const auto cursor = page_at("", 5, 2, "before")->next_cursor;
  EXPECT_TRUE(page_at(cursor, 5, 2, "before"));
  EXPECT_FALSE(page_at(cursor, 5, 2, "after"));
  EXPECT_FALSE(page_at(cursor, 2, 2, "before")) << "the list became shorter";
}

TEST(Paging, RefusesCursorsThatAreNotOurs) {
  for (const auto* inside : {"0@f", "5@f", "6@f", "-1@f", "2", "2@", "@f", "2@ff", " 2@f",
                             "99999999999999999999999@f"}) {
    const auto cursor = to_base64url(inside);
    EXPECT_FALSE(page_at(cursor, 5, 2, "f")) << inside;
  }
  EXPECT_FALSE(page_at("!!", 5, 2, "f"));
  EXPECT_FALSE(page_at("2@f", 5, 2, "f"));
}

}  // namespace
}  // namespace mtc::mcp
