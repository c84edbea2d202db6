#include "domain/logs/region.h"

#include <gtest/gtest.h>

namespace mtc::logs {
namespace {

TEST(Region, IsKnownByCodeCityAreaAndShortName) {
  const struct {
    const char *name, *code;
  } cases[] = {{"广州", "ap-guangzhou"},       {"广州区", "ap-guangzhou"},
               {"华南地区", "ap-guangzhou"},   {"GZ", "ap-guangzhou"},
               {"AP-Shanghai", "ap-shanghai"}, {"hong kong", "ap-hongkong"},
               {"港区", "ap-hongkong"},        {"silicon valley", "na-siliconvalley"},
               {"南京", "ap-nanjing"},         {"上海自动驾驶", "ap-shanghai-adc"}};
  for (const auto& c : cases) EXPECT_EQ(parse_region(c.name), c.code) << c.name;
  for (const auto* unknown : {"", "火星", "ap-", "guang"})
    EXPECT_FALSE(parse_region(unknown)) << unknown;
}

TEST(Region, IsReadAloudByItsCity) {
  EXPECT_EQ(region_name("ap-guangzhou", Language::zh), "广州");
  EXPECT_EQ(region_name("ap-guangzhou", Language::en), "Guangzhou");
  EXPECT_EQ(region_name("ap-new", Language::zh), "ap-new");
}

TEST(Region, PublicOnesAreKnownByTheirCodes) {
  const auto all = public_regions();
  EXPECT_EQ(all.size(), 19U);
  for (const auto& code : all) EXPECT_EQ(parse_region(code), code);
}

}  // namespace
}  // namespace mtc::logs
