#include "mcp/http/accepts.h"

#include <gtest/gtest.h>

#include <string>

namespace mtc::mcp {
namespace {

TEST(Accepts, ReadsWhatTheClientTakes) {
  const struct {
    const char* header;
    const char* takes;
  } cases[] = {{"", "json events"},
               {"  ", "json events"},
               {"*/*", "json events"},
               {"application/json, text/event-stream", "json events"},
               {"text/event-stream;q=0.5 ,Application/JSON;charset=utf-8", "json events"},
               {"application/json", "json"},
               {"application/*", "json"},
               {"text/event-stream", "events"},
               {"text/*", "events"},
               {"text/html,,", ""},
               {",", ""},
               {"application/jsonl", ""}};
  for (const auto& c : cases) {
    const auto accepts = Accepts::read(c.header);
    std::string takes = accepts.json ? "json" : "";
    if (accepts.events) takes += takes.empty() ? "events" : " events";
    EXPECT_EQ(takes, c.takes) << c.header;
  }
}

}  // namespace
}  // namespace mtc::mcp
