// What the product offers over MCP, service by service, and the views of it that clients may
// choose.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mcp/prompt_registry.h"
#include "mcp/registry.h"
#include "mcp/resource_registry.h"
#include "mcp/server.h"

namespace mtc::app {

enum class Service { basic, devops, push, analytics };
inline constexpr std::array kServices{Service::basic, Service::devops, Service::push,
                                      Service::analytics};
using Services = std::set<Service>;

std::string_view name_of(Service service);  // "basic": in paths and options
std::optional<Service> parse_service(std::string_view name);
// "basic,devops" → both; empty: all four. Errc::invalid_argument names those there are.
Result<Services> parse_services(const std::vector<std::string>& names);
// What a program or a server of just these services is called: "mcp-tencent-devops"; several:
// "mcp-tencent-cloud".
std::string_view program_name(const Services& services);
// The services of a program of that name; nullopt for any other.
std::optional<Services> services_of_program(std::string_view name);

// Voice: what is said aloud, few tools for a small model to choose from. Device: the same for
// XiaoZhi, whose answers are cut and read on.
enum class Profile { full, voice, device };
std::optional<Profile> parse_profile(std::string_view name);  // "full" and "voice"

// Whoever uses such a view, before it is known who that is: how spoken answers are, and what is
// forgiven in arguments.
mcp::Peer peer_of(Profile profile);

// A view's limits, so that small models can choose: what a XiaoZhi agent can hold.
inline constexpr std::size_t kMaxVoiceTools = 22;
inline constexpr std::size_t kMaxVoiceBytes = 24U << 10U;

template <class Item>
struct Offered {
  Item item;
  Services services;  // empty: part of all of them
  std::set<Profile> profiles{Profile::full, Profile::voice, Profile::device};
};

// Everything there is, each once.
struct Offer {
  std::vector<Offered<mcp::Tool>> tools;
  std::vector<Offered<mcp::Resource>> resources;
  std::vector<Offered<mcp::Prompt>> prompts;
};

// The servers of all views, each made when it is first asked for.
class McpServers {
 public:
  // `options` without name and instructions, `parts` without registries: those are each view's own.
  McpServers(Offer offer, mcp::ServerOptions options, const mcp::ServerParts& parts);

  // Makes every view once, so that what is wrong with a tool shows at start. Errc::invalid_argument
  // also where a voice view is too large.
  Result<> check();

  const mcp::Server& server(const Services& services, Profile profile);
  void end_listening();

 private:
  struct View {
    mcp::ToolRegistry tools;
    mcp::ResourceRegistry resources;
    mcp::PromptRegistry prompts;
    std::unique_ptr<mcp::Server> server;
  };
  Result<std::unique_ptr<View>> make_view(const Services& services, Profile profile);

  const Offer offer_;
  const mcp::ServerOptions options_;
  const mcp::ServerParts parts_;
  std::map<std::pair<Services, Profile>, std::unique_ptr<View>> views_;
};

}  // namespace mtc::app
