#include "mcp/older_result.h"

#include <gtest/gtest.h>

#include "mcp/render.h"

namespace mtc::mcp {
namespace {

Json written(const Reply& reply, const Tool& tool, Revision revision) {
  return Json::parse("{" + render_reply(reply, tool, revision) + "}");
}

Reply rich_reply() {
  return {.speech = "Here it is.",
          .data = {{"n", 3}},
          .pictures = {{.bytes = "PNG", .description = "A chart"}},
          .sounds = {{.bytes = "WAV"}},
          .links = {{.uri = "ops://a", .name = "a", .title = "The first", .mime_type = "text/csv"},
                    {.uri = "ops://b", .name = "b"}},
          .embedded = {{.uri = "ops://c", .text = "inside"}}};
}

std::string kinds_of(const Json& result) {
  std::string out;
  for (const auto& content : result.at("content")) out += string_or(content, "type") + " ";
  return out;
}

TEST(OlderResult, IsWhatTheRevisionWouldHaveBeenToldAtOnce) {
  Tool plain;
  Tool promising;
  promising.output_schema = {{"type", "object"}};
  Reply failing = rich_reply();
  failing.is_error = true;
  Reply list = rich_reply();
  list.data = {1, 2};
  Reply nothing = rich_reply();
  nothing.data = Json::object();
  const struct {
    const char* name;
    Reply reply;
  } cases[] = {
      {"everything", rich_reply()},
      {"a failure", failing},
      {"data that are a list", list},
      {"no data", nothing},
      {"null", {.speech = "Done.", .data = nullptr}},
      {"data without a sentence", {.speech = "", .data = {{"n", 3}}}},
      {"a list without a sentence", {.speech = "", .data = {1, 2}}},
      {"nothing at all", {}},
  };
  for (const auto& c : cases) {
    for (const auto* tool : {&plain, &promising}) {
      for (const auto revision : kRevisions) {
        SCOPED_TRACE(c.name);
        SCOPED_TRACE(text_of(revision));
        EXPECT_EQ(older_result(written(c.reply, *tool, kModern), revision),
                  written(c.reply, *tool, revision));
      }
    }
  }
}

TEST(OlderResult, HoldsTheKindsThatTheRevisionKnows) {
  const auto modern = written(rich_reply(), {}, kModern);
  const struct {
    Revision revision;
    const char* kinds;
  } cases[] = {
      {Revision::v2024_11_05, "text text text image text text resource "},
      {Revision::v2025_03_26, "text text text image audio text text resource "},
      {Revision::v2025_06_18, "text text image audio resource_link resource_link resource "},
      {Revision::v2025_11_25, "text text image audio resource_link resource_link resource "},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(kinds_of(older_result(modern, c.revision)), c.kinds) << text_of(c.revision);
  }
  const auto oldest = older_result(modern, Revision::v2024_11_05);
  EXPECT_EQ(oldest["content"][1]["text"], R"({"n":3})");
  EXPECT_EQ(oldest["content"][4]["text"], "The first: ops://a");
  EXPECT_EQ(oldest["content"][5]["text"], "b: ops://b");
}

TEST(OlderResult, LeavesOutWhatNoOlderRevisionKnows) {
  const auto modern =
      Json::parse(R"({"content":[{"type":"hologram"},{"type":"text","text":"a"}]})");
  EXPECT_EQ(kinds_of(older_result(modern, Revision::v2025_11_25)), "text ");
  EXPECT_EQ(older_result(modern, kModern), modern);
}

TEST(OlderResult, TellsTheDataEvenIfNothingElseIsLeft) {
  const auto modern = Json::parse(R"({"content":[{"type":"audio"}],"structuredContent":7})");
  EXPECT_EQ(older_result(modern, Revision::v2024_11_05),
            Json::parse(R"({"content":[{"type":"text","text":"7"}]})"));
}

}  // namespace
}  // namespace mtc::mcp
