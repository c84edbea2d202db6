#include "domain/approval/code.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"

namespace mtc::approval {
namespace {

TEST(Code, IsEasyToTellApart) {
  SeededRandom random(3);
  std::set<std::string> codes;
  for (int i = 0; i < 5000; ++i) {
    const auto code = make_code(random);
    codes.insert(code);
    ASSERT_EQ(code.size(), 4U);
    ASSERT_NE(code[0], '0') << code;
    ASSERT_EQ(std::ranges::adjacent_find(code), code.end()) << code;
    ASSERT_FALSE(code == "1234" || code == "9876") << code;
  }
  EXPECT_GT(codes.size(), 3000U);  // of about 6500
}

TEST(Code, IsReadAsItIsSaid) {
  const struct {
    const char *heard, *code;  // null: none
  } cases[] = {
      {"7315", "7315"},
      {"七三一五", "7315"},
      {"确认，七三幺五。", "7315"},
      {"7 3 1 5", "7315"},
      {"７３１５", "7315"},
      {"Confirm: seven three one five", "7315"},
      {"确认码是七三一五", "7315"},
      {"零二两〇", "0220"},
      {"731", nullptr},
      {"73155", nullptr},
      {"", nullptr},
      {"确认", nullptr},
      {"\xff\xfe", nullptr},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.heard);
    const auto code = read_code(c.heard);
    EXPECT_EQ(code.has_value(), c.code != nullptr);
    if (code && c.code != nullptr) EXPECT_EQ(*code, c.code);
  }
}

}  // namespace
}  // namespace mtc::approval
