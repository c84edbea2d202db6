#include "infra/http/event_stream.h"

#include <gtest/gtest.h>

namespace mtc {
namespace {

TEST(EventStream, OneLineIsOneDataLine) {
  EXPECT_EQ(format_event(R"({"a":1})"), "event: message\ndata: {\"a\":1}\n\n");
}

TEST(EventStream, CarriesAnId) {
  EXPECT_EQ(format_event("x", "7"), "event: message\nid: 7\ndata: x\n\n");
}

TEST(EventStream, NoLineBreakLeavesItsField) {
  EXPECT_EQ(format_event("a\r\nb\nc\rd"), "event: message\ndata: a\ndata: b\ndata: c\ndata: d\n\n");
}

}  // namespace
}  // namespace mtc
