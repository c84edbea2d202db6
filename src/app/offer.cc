#include "app/offer.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.h"

namespace mtc::app {
namespace {

struct ServiceNames {
  Service service;
  std::string_view name;
  std::string_view program;
  std::string_view instructions;
};

constexpr std::string_view kProgram = "mcp-tencent-cloud";

constexpr std::array<ServiceNames, 4> kNames{{
    {Service::basic, "basic", "mcp-tencent-cloud-basic", "Logs and clusters of Tencent Cloud."},
    {Service::devops, "devops", "mcp-tencent-devops", "Call greet first when the user says hello."},
    {Service::push, "push", "mcp-notification-push", "Messages to people: say who gets what."},
    {Service::analytics, "analytics", "mcp-tencent-analytics", "Insight from logs and metrics."},
}};
constexpr std::string_view kForAll = "Say the answers as they are.";

const ServiceNames& names_of(Service service) {
  return kNames[static_cast<std::size_t>(service)];
}

// Only of what is there: a model would call a tool that it is told to call.
std::string instructions_of(const Services& services) {
  std::string out;
  for (const auto service : services) out += fmt::format("{} ", names_of(service).instructions);
  return out.append(kForAll);
}

template <class Item>
bool belongs(const Offered<Item>& offered, const Services& services, Profile profile) {
  if (!offered.profiles.contains(profile)) return false;
  return offered.services.empty() ||
         std::ranges::any_of(offered.services, [&](Service one) { return services.contains(one); });
}

Result<> check_voice(const mcp::ToolRegistry& tools) {
  const auto bytes = tools.catalogue(mcp::Revision::v2025_11_25)->size();
  if (tools.all().size() <= kMaxVoiceTools && bytes <= kMaxVoiceBytes) return {};
  return fail(
      Errc::invalid_argument,
      fmt::format("the voice profile has {} tools of {} bytes; at most {} and {} can be told "
                  "apart by ear",
                  tools.all().size(), bytes, kMaxVoiceTools, kMaxVoiceBytes));
}

}  // namespace

std::string_view name_of(Service service) {
  return names_of(service).name;
}

std::optional<Service> parse_service(std::string_view name) {
  const auto it = std::ranges::find(kNames, name, &ServiceNames::name);
  return it == kNames.end() ? std::nullopt : std::optional(it->service);
}

Result<Services> parse_services(const std::vector<std::string>& names) {
  Services out;
  for (const auto& name : names) {
    const auto service = parse_service(name);
    if (!service) {
      return fail(Errc::invalid_argument,
                  fmt::format("there is no service \"{}\"; choose from basic, devops, push and "
                              "analytics",
                              name));
    }
    out.insert(*service);
  }
  if (out.empty()) out.insert(kServices.begin(), kServices.end());
  return out;
}

std::string_view program_name(const Services& services) {
  return services.size() == 1 ? names_of(*services.begin()).program : kProgram;
}

std::optional<Services> services_of_program(std::string_view name) {
  const auto it = std::ranges::find(kNames, name, &ServiceNames::program);
  return it == kNames.end() ? std::nullopt : std::optional(Services{it->service});
}

std::optional<Profile> parse_profile(std::string_view name) {
  if (name.empty() || name == "full") return Profile::full;
  if (name == "voice") return Profile::voice;
  return std::nullopt;
}

mcp::Peer peer_of(Profile profile) {
  mcp::Peer peer;
  peer.voice = profile != Profile::full;
  // Models that listen and speak write "20" for 20, and add arguments of their own.
  if (peer.voice) peer.arguments = {.unknown_keys = UnknownKeys::drop, .coerce_text = true};
  return peer;
}

McpServers::McpServers(Offer offer, mcp::ServerOptions options, const mcp::ServerParts& parts)
    : offer_(std::move(offer)), options_(std::move(options)), parts_(parts) {}

Result<> McpServers::check() {
  std::vector<Services> choices{Services(kServices.begin(), kServices.end())};
  for (const auto service : kServices) choices.push_back({service});
  for (const auto& services : choices) {
    for (const auto profile : {Profile::full, Profile::voice, Profile::device}) {
      auto view = make_view(services, profile);
      if (!view) return fail(std::move(view).error());
      if (profile != Profile::full) {
        if (auto ok = check_voice((*view)->tools); !ok) return ok;
      }
      views_.emplace(std::pair(services, profile), std::move(*view));
    }
  }
  return {};
}

const mcp::Server& McpServers::server(const Services& services, Profile profile) {
  auto& view = views_[{services, profile}];
  if (!view) {
    auto made = make_view(services, profile);
    // Each tool was accepted by check(): a view of fewer cannot be refused.
    if (!made) throw std::logic_error(made.error().message);
    view = std::move(*made);
  }
  return *view->server;
}

void McpServers::end_listening() {
  for (const auto& [key, view] : views_) view->server->end_listening();
}

Result<std::unique_ptr<McpServers::View>> McpServers::make_view(const Services& services,
                                                                Profile profile) {
  auto view = std::make_unique<View>();
  for (const auto& offered : offer_.tools) {
    if (!belongs(offered, services, profile)) continue;
    auto tool = offered.item;
    if (profile != Profile::full) {
      // Nobody reads the data of a spoken answer: its shape only fills the model's attention.
      tool.output_schema = nullptr;
      tool.meta = nullptr;
    }
    if (auto added = view->tools.add(std::move(tool)); !added) return fail(added.error());
  }
  for (const auto& offered : offer_.resources) {
    if (!belongs(offered, services, profile)) continue;
    if (auto added = view->resources.add(offered.item); !added) return fail(added.error());
  }
  for (const auto& offered : offer_.prompts) {
    if (!belongs(offered, services, profile)) continue;
    if (auto added = view->prompts.add(offered.item); !added) return fail(added.error());
  }
  auto options = options_;
  options.name = program_name(services);
  options.instructions = instructions_of(services);
  auto parts = parts_;
  parts.resources = &view->resources;
  parts.prompts = &view->prompts;
  view->server = std::make_unique<mcp::Server>(view->tools, std::move(options), parts);
  return view;
}

}  // namespace mtc::app
