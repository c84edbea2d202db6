#include "mcp/resource_registry.h"

#include <gtest/gtest.h>

#include "mcp/testing/rich_world.h"

namespace mtc::mcp {
namespace {

Resource note() {
  return {.uri = "ops://notes/{id}", .name = "Note", .read = read_note};
}

TEST(ResourceRegistry, RefusesWhatClientsCouldNotUse) {
  const struct {
    std::function<void(Resource&)> spoil;
    const char* why;
  } cases[] = {
      {[](Resource& r) { r.uri = ""; }, "no scheme"},
      {[](Resource& r) { r.uri = "notes"; }, "no scheme"},
      {[](Resource& r) { r.uri = "://notes"; }, "no scheme"},
      {[](Resource& r) { r.uri = "1ops://notes"; }, "no scheme"},
      {[](Resource& r) { r.uri = "o ps://notes"; }, "no scheme"},
      {[](Resource& r) { r.uri = "ops:"; }, "no scheme"},
      {[](Resource& r) { r.uri = "ops://{"; }, "broken"},
      {[](Resource& r) { r.uri = "ops://{id}.txt"; }, "broken"},
      {[](Resource& r) { r.name = " "; }, "name is empty"},
      {[](Resource& r) { r.read = nullptr; }, "no handler"},
      {[](Resource& r) { r.completers["other"] = complete_note; }, "no \"other\" to complete"},
      {[](Resource& r) { r.completers["id"] = nullptr; }, "no \"id\" to complete"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.why);
    auto resource = note();
    c.spoil(resource);
    ResourceRegistry registry;
    const auto added = registry.add(resource);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, Errc::invalid_argument);
    EXPECT_NE(added.error().message.find(c.why), std::string::npos) << added.error().message;
    EXPECT_NE(added.error().message.find(resource.uri), std::string::npos);
    EXPECT_TRUE(registry.empty());
  }
}

TEST(ResourceRegistry, UriIsTakenOnce) {
  ResourceRegistry registry;
  EXPECT_TRUE(registry.add(note()));
  EXPECT_FALSE(registry.add(note()));
  EXPECT_EQ(registry.all().size(), 1U);
}

TEST(ResourceRegistry, SingleResourceGoesBeforeTheFirstTemplateThatFits) {
  ResourceRegistry registry;
  ASSERT_TRUE(registry.add(note()));
  ASSERT_TRUE(registry.add({.uri = "ops://notes/{other}", .name = "Late", .read = read_note}));
  ASSERT_TRUE(registry.add({.uri = "ops://notes/7", .name = "Seven", .read = read_note}));
  EXPECT_EQ(registry.find("ops://notes/7").resource->name, "Seven");
  const auto eight = registry.find("ops://notes/8");
  EXPECT_EQ(eight.resource->name, "Note");
  EXPECT_EQ(eight.variables, (UriVariables{{"id", "8"}}));
  EXPECT_EQ(registry.find("ops://notes/8/9").resource, nullptr);
  EXPECT_EQ(registry.find("").resource, nullptr);
}

TEST(ResourceRegistry, KnowsWhetherThereIsSomethingToComplete) {
  ResourceRegistry registry;
  ASSERT_TRUE(registry.add({.uri = "ops://plain", .name = "Plain", .read = read_note}));
  EXPECT_FALSE(registry.has_completers());
  auto with = note();
  with.completers["id"] = complete_note;
  ASSERT_TRUE(registry.add(with));
  EXPECT_TRUE(registry.has_completers());
}

}  // namespace
}  // namespace mtc::mcp
