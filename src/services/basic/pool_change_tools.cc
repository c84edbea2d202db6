#include "domain/clusters/pool_change.h"
#include "services/basic/cluster_change_tools.h"

namespace mtc::services {
namespace {

struct CreateArgs {
  std::string cluster, name, instance_type, like;
  std::optional<std::int64_t> min, max, desired;
  std::optional<bool> autoscaling;
  std::vector<std::string> labels, taints;
};

struct ResizeArgs {
  std::string cluster, pool;
  std::int64_t desired = 0;
};

Result<clusters::PoolWish> wish_of(const CreateArgs& args) {
  clusters::PoolWish wish{.name = args.name,
                          .instance_type = args.instance_type,
                          .minimum = args.min,
                          .maximum = args.max,
                          .desired = args.desired,
                          .autoscaling = args.autoscaling,
                          .labels = {},
                          .taints = {},
                          .like = args.like};
  for (const auto& text : args.labels) {
    auto label = clusters::parse_label(text);
    if (!label) return fail(std::move(label).error());
    wish.labels.push_back(std::move(*label));
  }
  for (const auto& text : args.taints) {
    auto taint = clusters::parse_taint(text);
    if (!taint) return fail(std::move(taint).error());
    wish.taints.push_back(std::move(*taint));
  }
  return wish;
}

Async<Result<mcp::Outcome>> create(ClusterChangePorts ports, CreateArgs args,
                                   mcp::CallContext context) {
  auto who = co_await ports.callers.resolve(context.principal);
  if (!who) co_return fail(std::move(who).error());
  auto wish = wish_of(args);
  if (!wish) co_return refused(wish.error(), who->user.language);
  auto scene = co_await ports.places.cloud(who->user, {.name = args.cluster, .region = ""});
  if (!scene) co_return refused(scene.error(), who->user.language);
  auto planned = co_await clusters::plan_new_pool(ports.changes, *scene, std::move(*wish));
  co_return co_await propose(ports, std::move(*who), std::move(context), std::move(*scene),
                             std::move(planned));
}

Async<Result<mcp::Outcome>> resize(ClusterChangePorts ports, ResizeArgs args,
                                   mcp::CallContext context) {
  auto who = co_await ports.callers.resolve(context.principal);
  if (!who) co_return fail(std::move(who).error());
  auto scene = co_await ports.places.cloud(who->user, {.name = args.cluster, .region = ""});
  if (!scene) co_return refused(scene.error(), who->user.language);
  auto planned = co_await clusters::plan_resize(ports.changes, *scene, args.pool, args.desired);
  co_return co_await propose(ports, std::move(*who), std::move(context), std::move(*scene),
                             std::move(planned));
}

}  // namespace

mcp::Tool create_node_pool_tool(const ClusterChangePorts& ports) {
  const FieldOptions count{.required = false, .minimum = 0, .maximum = 500};
  return mcp::make_tool<CreateArgs>(
      {.name = "create_node_pool",
       .title = "Create a node pool",
       .description =
           "Create a node pool (新建节点池); what is not said is taken from another pool. "
           "It costs money.",
       .hints = {.read_only = false, .destructive = false, .idempotent = false, .open_world = true},
       .scope = "ops.operate",
       .fields = {field("name", &CreateArgs::name, "Name of the new pool", {.max_length = 100}),
                  field("cluster", &CreateArgs::cluster, "Cluster, if named",
                        {.required = false, .max_length = 200}),
                  field("instance_type", &CreateArgs::instance_type, "机型, for example SA5.LARGE8",
                        {.required = false, .max_length = 100}),
                  field("desired", &CreateArgs::desired, "How many nodes", count),
                  field("min", &CreateArgs::min, "Fewest nodes (下限)", count),
                  field("max", &CreateArgs::max, "Most nodes (上限)", count),
                  field("autoscaling", &CreateArgs::autoscaling, "Scale by itself (自动伸缩)"),
                  field("labels", &CreateArgs::labels, "name=value",
                        {.required = false, .max_length = 200}),
                  field("taints", &CreateArgs::taints, "key=value:NoSchedule",
                        {.required = false, .max_length = 200}),
                  field("like", &CreateArgs::like, "Pool to copy the rest from",
                        {.required = false, .max_length = 100})},
       .output_schema = change_schema(),
       .dialogue = [ports](CreateArgs args, mcp::CallContext context) {
         return create(ports, std::move(args), std::move(context));
       }});
}

mcp::Tool resize_node_pool_tool(const ClusterChangePorts& ports) {
  return mcp::make_tool<ResizeArgs>(
      {.name = "resize_node_pool",
       .title = "Resize a node pool",
       .description = "Set how many nodes a node pool has (节点池扩到五台, 加节点, 减节点).",
       .hints = {.read_only = false, .destructive = true, .idempotent = true, .open_world = true},
       .scope = "ops.operate",
       .fields = {field("desired", &ResizeArgs::desired, "How many nodes there shall be",
                        {.minimum = 0, .maximum = 500}),
                  field("pool", &ResizeArgs::pool,
                        "Name or id of the pool; the only one if left out",
                        {.required = false, .max_length = 100}),
                  field("cluster", &ResizeArgs::cluster, "Cluster, if named",
                        {.required = false, .max_length = 200})},
       .output_schema = change_schema(),
       .dialogue = [ports](ResizeArgs args, mcp::CallContext context) {
         return resize(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
