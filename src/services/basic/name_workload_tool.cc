#include <fmt/format.h>

#include "base/spoken.h"
#include "base/text.h"
#include "services/basic/workload_tools.h"

namespace mtc::services {
namespace {

constexpr std::size_t kMostAliases = 200;  // of one user

struct NameArgs {
  std::string spoken;
  std::string workload;
  std::string ns;
  std::string cluster;
};

const Fields<NameArgs>& name_fields() {
  static const Fields<NameArgs> table{
      field("spoken", &NameArgs::spoken, "What the user will call it, 订单服务",
            {.max_length = 60}),
      field("workload", &NameArgs::workload, "The workload as it is called now, order-service",
            {.max_length = 200}),
      field("namespace", &NameArgs::ns, "Namespace, if named",
            {.required = false, .max_length = 100, .aliases = {"ns"}}),
      field("cluster", &NameArgs::cluster, "Cluster, if named",
            {.required = false, .max_length = 100})};
  return table;
}

std::string say_named(const std::string& spoken, const clusters::FoundWorkload& found,
                      Language language) {
  const auto& name = found.workload.name;
  if (language == Language::zh)
    return close_gaps(
        fmt::format("记住了，以后说 {} 就是 {} 里的 {}。", spoken, found.workload.ns, name));
  return fmt::format("From now on, {} means {} in {}.", spoken, name, found.workload.ns);
}

// A name changes nothing of the cloud, and everything about what is meant: it is allowed, counted
// and recorded as a change.
Async<Result<>> keep(ClusterPorts ports, identity::Principal who, approval::Proposal proposal,
                     clusters::Alias alias) {
  auto verdict = co_await ports.approver.consider(who, proposal, false);
  if (!verdict) co_return fail(std::move(verdict).error());
  auto begun = co_await ports.approver.begun(who, proposal, {}, {});
  if (!begun) co_return fail(std::move(begun).error());
  auto kept = co_await ports.aliases.put(who.user.id, std::move(alias));
  auto noted = co_await ports.approver.ended(who, proposal, {}, {}, kept);
  if (!kept) co_return fail(std::move(kept).error());
  co_return noted;
}

Async<Result<mcp::Reply>> name_workload(ClusterPorts ports, NameArgs args, ClusterCaller caller) {
  const bool zh = caller.language == Language::zh;
  const auto spoken = std::string(trim(sanitize_utf8(args.spoken)));
  if (spoken.empty())
    co_return fail(Errc::invalid_argument, zh ? "要叫什么名字？" : "What shall it be called?");
  const auto user = caller.who.user.id;
  const auto known = co_await ports.aliases.list(user);
  if (!known) co_return fail(known.error());
  if (known->size() >= kMostAliases)
    co_return fail(Errc::resource_exhausted,
                   zh ? "名字已经太多了，不能再加。" : "You have named too many already.");
  auto found = co_await ports.estate(caller.who.user)
                   .find({.spoken = args.workload,
                          .ns = args.ns,
                          .cluster = args.cluster,
                          .aliases = *known,
                          .language = caller.language});
  if (!found) co_return fail(std::move(found).error());
  const clusters::Alias alias{.spoken = spoken,
                              .cluster_id = found->cluster.id,
                              .ns = found->workload.ns,
                              .name = found->workload.name};
  const approval::Proposal proposal{
      .action = "name_workload",
      .target = fmt::format("{}/{}/{}", alias.cluster_id, alias.ns, alias.name),
      .details = {{"spoken", spoken}},
      .channel = caller.channel};
  if (auto kept = co_await keep(ports, caller.who, proposal, alias); !kept)
    co_return fail(std::move(kept).error());
  co_return cluster_reply(say_named(spoken, *found, caller.language),
                          {{"spoken", alias.spoken},
                           {"workload", alias.name},
                           {"namespace", alias.ns},
                           {"cluster", found->cluster.name}});
}

}  // namespace

mcp::Tool name_workload_tool(const ClusterPorts& ports) {
  return mcp::make_tool<NameArgs>(
      {.name = "name_workload",
       .title = "Name a workload",
       .description = "Remember what the user calls a workload (以后订单服务就是 order-service).",
       .hints = {.read_only = false, .destructive = false, .idempotent = true, .open_world = true},
       .scope = "ops.operate",
       .fields = name_fields(),
       .output_schema = cluster_schema({{"spoken", {{"type", "string"}}},
                                        {"workload", {{"type", "string"}}},
                                        {"namespace", {{"type", "string"}}},
                                        {"cluster", {{"type", "string"}}}}),
       .handler = [ports](NameArgs args, mcp::CallContext context) {
         return answer_about_clusters<NameArgs>(ports, std::move(args), std::move(context),
                                                name_workload);
       }});
}

}  // namespace mtc::services
