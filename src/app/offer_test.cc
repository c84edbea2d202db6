#include "app/offer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtc::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

struct NoArgs {};

mcp::Tool tool_named(std::string name, std::string description = "A tool.") {
  return mcp::make_tool<NoArgs>(
      {.name = std::move(name),
       .description = std::move(description),
       .handler = [](NoArgs, const mcp::CallContext&) -> Async<Result<mcp::Reply>> {
         co_return mcp::Reply{.speech = "done"};
       }});
}

std::vector<std::string> names_in(const mcp::Server& server) {
  std::vector<std::string> names;
  for (const auto& tool : server.tools().all()) names.push_back(tool.name);
  return names;
}

Offer small_offer() {
  Offer offer;
  offer.tools = {
      {.item = tool_named("logs"), .services = {Service::basic}},
      {.item = tool_named("alerts"), .services = {Service::devops}},
      {.item = tool_named("everywhere")},
      {.item = tool_named("long_table"), .services = {Service::basic}, .profiles = {Profile::full}},
      {.item = tool_named("read_on"), .profiles = {Profile::device}}};
  return offer;
}

TEST(Services, AreNamedInSettingsPathsAndPrograms) {
  EXPECT_EQ(parse_services({})->size(), 4U);
  EXPECT_EQ(*parse_services({"basic", "push"}), (Services{Service::basic, Service::push}));
  EXPECT_THAT(parse_services({"basics"}).error().message,
              HasSubstr("basic, devops, push and analytics"));
  EXPECT_EQ(program_name({Service::devops}), "mcp-tencent-devops");
  EXPECT_EQ(program_name({Service::devops, Service::push}), "mcp-tencent-cloud");
  for (const auto service : kServices) {
    EXPECT_EQ(parse_service(name_of(service)), service);
    EXPECT_EQ(services_of_program(program_name({service})), Services{service});
  }
  EXPECT_EQ(services_of_program("mcp-tencent-cloud"), std::nullopt);
}

TEST(McpServers, GiveEachViewItsTools) {
  McpServers servers(small_offer(), {.version = "1"}, {});
  ASSERT_TRUE(servers.check());
  const Services all(kServices.begin(), kServices.end());
  using Names = std::vector<std::string>;
  EXPECT_EQ(names_in(servers.server(all, Profile::full)),
            (Names{"logs", "alerts", "everywhere", "long_table"}));
  EXPECT_EQ(names_in(servers.server(all, Profile::voice)), (Names{"logs", "alerts", "everywhere"}));
  EXPECT_EQ(names_in(servers.server({Service::devops}, Profile::full)),
            (Names{"alerts", "everywhere"}));
  EXPECT_EQ(names_in(servers.server({Service::push}, Profile::device)),
            (Names{"everywhere", "read_on"}));
  EXPECT_EQ(names_in(servers.server({Service::basic, Service::devops}, Profile::voice)),
            (Names{"logs", "alerts", "everywhere"}));
}

TEST(McpServers, TellEarsNothingOfTheShapeOfData) {
  Offer offer;
  offer.tools = {{.item = tool_named("logs")}};
  offer.tools[0].item.output_schema = {{"type", "object"}};
  offer.tools[0].item.meta = {{"ui", {{"resourceUri", "ui://page"}}}};
  McpServers servers(offer, {.version = "1"}, {});
  ASSERT_TRUE(servers.check());
  const auto& full = servers.server({Service::basic}, Profile::full).tools().all().front();
  EXPECT_FALSE(full.output_schema.is_null());
  EXPECT_FALSE(full.meta.is_null());
  const auto& voice = servers.server({Service::basic}, Profile::voice).tools().all().front();
  EXPECT_TRUE(voice.output_schema.is_null());
  EXPECT_TRUE(voice.meta.is_null());
}

TEST(McpServers, CallThemselvesByTheirService) {
  McpServers servers(small_offer(), {.version = "1"}, {});
  ASSERT_TRUE(servers.check());
  const Services all(kServices.begin(), kServices.end());
  EXPECT_EQ(servers.server(all, Profile::full).options().name, "mcp-tencent-cloud");
  const auto& devops = servers.server({Service::devops}, Profile::full).options();
  EXPECT_EQ(devops.name, "mcp-tencent-devops");
  EXPECT_THAT(devops.instructions, HasSubstr("greet"));
}

TEST(McpServers, InstructOnlyInWhatIsThere) {
  McpServers servers(small_offer(), {.version = "1"}, {});
  const auto instructions = [&](const Services& services) {
    return servers.server(services, Profile::full).options().instructions;
  };
  EXPECT_EQ(instructions({Service::basic, Service::push}),
            "Logs and clusters of Tencent Cloud. Messages to people: say who gets what. Say the "
            "answers as they are.");
  const std::string all = instructions(Services(kServices.begin(), kServices.end()));
  for (const auto service : kServices) {
    const auto one = instructions({service});
    EXPECT_THAT(one, EndsWith(" Say the answers as they are."));
    EXPECT_THAT(all, HasSubstr(one.substr(0, one.find(" Say the"))));
    EXPECT_EQ(one.contains("greet"), service == Service::devops);
  }
}

TEST(Profiles, ForgiveTheArgumentsOfModelsThatSpeak) {
  EXPECT_FALSE(peer_of(Profile::full).voice);
  EXPECT_FALSE(peer_of(Profile::full).arguments.coerce_text);
  for (const auto profile : {Profile::voice, Profile::device}) {
    const auto peer = peer_of(profile);
    EXPECT_TRUE(peer.voice);
    EXPECT_TRUE(peer.arguments.coerce_text);
    EXPECT_EQ(peer.arguments.unknown_keys, UnknownKeys::drop);
  }
}

TEST(McpServers, RefuseAViewThatAnEarCannotTellApart) {
  Offer many;
  for (std::size_t i = 0; i <= kMaxVoiceTools; ++i) {
    many.tools.push_back({.item = tool_named("tool_" + std::to_string(i))});
  }
  const auto refused = McpServers(many, {.version = "1"}, {}).check();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("23 tools"));
  for (auto& offered : many.tools) offered.profiles = {Profile::full};
  EXPECT_TRUE(McpServers(many, {.version = "1"}, {}).check());

  Offer wordy;
  wordy.tools = {{.item = tool_named("wordy", std::string(kMaxVoiceBytes, 'x'))}};
  EXPECT_FALSE(McpServers(wordy, {.version = "1"}, {}).check());
}

TEST(McpServers, NameTheToolThatIsWrong) {
  Offer offer;
  offer.tools = {{.item = tool_named("Bad Name")}};
  const auto refused = McpServers(offer, {.version = "1"}, {}).check();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("Bad Name"));
}

}  // namespace
}  // namespace mtc::app
