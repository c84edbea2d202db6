#include "emulator/kubernetes/quantity.h"

#include <gtest/gtest.h>

namespace mtc::emulator::kubernetes {
namespace {

TEST(KubernetesQuantities, AreReadInThousandths) {
  const struct {
    const char* text;
    std::optional<std::int64_t> milli;
  } cases[] = {
      {"1", 1000},
      {"500m", 500},
      {"0.1", 100},
      {"1.5", 1500},
      {"2k", 2'000'000},
      {"1Ki", 1'024'000},
      {"1e3", 1'000'000},
      {"1E2", 100'000},
      {"100n", 1},
      {"-1", -1000},
      {"128Mi", std::int64_t{128} * 1048576 * 1000},
      {"", {}},
      {"m", {}},
      {"1.2.3", {}},
      {"1 Gi", {}},
      {"1mi", {}},
      {"ten", {}},
      {"99999999999E", {}},
  };
  for (const auto& one : cases) EXPECT_EQ(read_milli(one.text), one.milli) << one.text;
}

TEST(KubernetesQuantities, AreTakenFromResourceLists) {
  const Json list{{"cpu", "250m"}, {"memory", "1Gi"}, {"pods", 61}, {"odd", true}};
  EXPECT_EQ(milli_of(list, "cpu"), 250);
  EXPECT_EQ(whole_of(list, "memory"), 1073741824);
  EXPECT_EQ(whole_of(list, "pods"), 61);
  EXPECT_EQ(whole_of(list, "odd"), 0);
  EXPECT_EQ(whole_of(nullptr, "cpu"), 0);
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
