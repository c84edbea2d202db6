#include "adapters/oauth/freshness.h"

#include <gtest/gtest.h>

namespace mtc::oauth {
namespace {

using namespace std::chrono_literals;

TEST(Freshness, IsWhatTheIssuerSaysWithinReason) {
  const struct {
    const char* value;
    Millis freshness;
  } cases[] = {
      {"", 10min},
      {"public", 10min},
      {"max-age=600", 600s},
      {"public, Max-Age=3600, must-revalidate", 1h},
      {"max-age=\"120\"", 2min},
      {"max-age=0", 1min},
      {"max-age=59", 1min},
      {"max-age=86400", 24h},
      {"max-age=86401", 24h},
      {"max-age=99999999999999999999", 24h},
      {"max-age=9223372036854775807", 24h},
      {"no-cache", 1min},
      {"NO-STORE, max-age=3600", 1min},
      {"s-maxage=3600", 10min},
      {"max-age", 10min},
      {"max-age=", 10min},
      {"max-age=soon", 10min},
      {"max-age=60s", 10min},
      {"max-age=-1", 10min},
      {"max-age=-99999999999999999999", 10min},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(freshness_of({{"Cache-Control", c.value}}), c.freshness) << c.value;
  }
  EXPECT_EQ(freshness_of({}), 10min);
}

}  // namespace
}  // namespace mtc::oauth
