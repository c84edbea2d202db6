#include "adapters/kubernetes/quantity.h"

#include <gtest/gtest.h>

#include <limits>

namespace mtc::kubernetes {
namespace {

constexpr auto kLargest = std::numeric_limits<std::int64_t>::max();

TEST(Quantity, ReadsMillicores) {
  const struct {
    const char* text;
    std::int64_t millicores;
  } cases[] = {{"100m", 100},
               {"1", 1000},
               {"1.5", 1500},
               {"0.1", 100},
               {"0", 0},
               {".5", 500},
               {"2.", 2000},
               {"1e3", 1'000'000},
               {"1E-3", 1},
               {"250000000n", 250},
               {"1n", 1},
               {"1500u", 2},
               {"0.0001", 1},
               {"+2", 2000},
               {"-100m", -100},
               {"1k", 1'000'000},
               {"3.14159265358979323846", 3142}};
  for (const auto& c : cases) EXPECT_EQ(millicores_of(c.text), c.millicores) << c.text;
}

TEST(Quantity, ReadsBytes) {
  const struct {
    const char* text;
    std::int64_t bytes;
  } cases[] = {{"64Mi", 64LL << 20},
               {"2G", 2'000'000'000},
               {"1Ki", 1024},
               {"1.5Gi", 3LL << 29},
               {"128974848", 128974848},
               {"129e6", 129'000'000},
               {"129M", 129'000'000},
               {"123Ti", 123LL << 40},
               {"128974848000m", 128974848},
               {"0.5", 1},
               {"7Ei", 7LL << 60},
               {"8Ei", kLargest},
               {"9999999999999999999999", kLargest},
               {"1e99", kLargest},
               {"999999999999999999Ei", kLargest},
               {"1e-99", 1}};
  for (const auto& c : cases) EXPECT_EQ(whole_of(c.text), c.bytes) << c.text;
}

TEST(Quantity, RefusesWhatIsNone) {
  for (const char* text : {"", "m", "abc", "1.2.3", "1K", "1 Mi", "1mi", "e3", "1e", "1e1.5", "--1",
                           "1e999999999999", "0x10", " 1"}) {
    EXPECT_FALSE(whole_of(text)) << text;
  }
}

}  // namespace
}  // namespace mtc::kubernetes
