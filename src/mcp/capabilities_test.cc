#include "mcp/capabilities.h"

#include <gtest/gtest.h>

namespace mtc::mcp {
namespace {

std::string shown(const ClientCapabilities& c) {
  std::string out;
  for (const auto& [on, name] : {std::pair{c.form_elicitation, "form "},
                                 {c.url_elicitation, "url "},
                                 {c.sampling, "sampling "},
                                 {c.roots, "roots "},
                                 {c.tasks, "tasks "}}) {
    if (on) out += name;
  }
  return out;
}

TEST(Capabilities, AreReadAsDeclared) {
  const struct {
    const char *declared, *meant;
  } cases[] = {
      {"{}", ""},
      {R"({"elicitation":{}})", "form "},
      {R"({"elicitation":{"form":{}}})", "form "},
      {R"({"elicitation":{"url":{}}})", "url "},
      {R"({"elicitation":{"form":{},"url":{}}})", "form url "},
      {R"({"sampling":{},"roots":{"listChanged":true}})", "sampling roots "},
      {R"({"extensions":{"io.modelcontextprotocol/tasks":{}}})", "tasks "},
      {R"({"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["text/html"]}}})", ""},
      {R"({"tasks":{}})", ""},
      {R"({"elicitation":true,"sampling":1,"roots":[],"extensions":"all"})", ""},
      {R"({"extensions":{"io.modelcontextprotocol/tasks":true}})", ""},
      {"null", ""},
      {"[]", ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(shown(read_capabilities(Json::parse(c.declared))), c.meant) << c.declared;
  }
}

TEST(Capabilities, MissingOneIsNamedAsTheClientWouldDeclareIt) {
  const ClientCapabilities none;
  const ClientCapabilities form{.form_elicitation = true};
  const Json by_url{{"mode", "url"}};
  const Json empty = Json::object();
  EXPECT_EQ(missing_capability(none, "elicitation/create", empty).dump(),
            R"({"elicitation":{"form":{}}})");
  EXPECT_EQ(missing_capability(form, "elicitation/create", by_url).dump(),
            R"({"elicitation":{"url":{}}})");
  EXPECT_EQ(missing_capability(form, "elicitation/create", empty).dump(), "{}");
  EXPECT_EQ(missing_capability(none, "sampling/createMessage", empty).dump(), R"({"sampling":{}})");
  EXPECT_EQ(missing_capability(none, "roots/list", empty).dump(), R"({"roots":{}})");
  EXPECT_EQ(missing_capability({.sampling = true, .roots = true}, "roots/list", empty).dump(),
            "{}");
}

}  // namespace
}  // namespace mtc::mcp
