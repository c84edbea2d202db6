#include "services/basic/cluster_prompts.h"

#include "services/basic/cluster_completion.h"
#include "services/basic/cluster_prompt_texts.h"
#include "services/common/prompting.h"

namespace mtc::services {
namespace {

using Answer = std::variant<mcp::PromptReply, mcp::NeedInput>;
using Write = Result<mcp::PromptReply> (*)(Language, const mcp::PromptArguments&);

constexpr std::size_t kLongestQuestion = 2000;  // bytes

Result<mcp::PromptReply> investigate_workload(Language language,
                                              const mcp::PromptArguments& arguments) {
  Investigation asked;
  const struct {
    const char* name;
    std::string& value;
  } names[] = {{"cluster", asked.cluster}, {"namespace", asked.ns}, {"workload", asked.workload}};
  for (const auto& one : names) {
    auto value = read_argument(arguments, one.name);
    if (!value) return fail(std::move(value).error());
    one.value = std::move(*value);
  }
  if (asked.workload.empty()) {
    return fail(Errc::invalid_argument, "workload: name the one to look at");
  }
  auto question = read_argument(arguments, "question", kLongestQuestion);
  if (!question) return fail(std::move(question).error());
  asked.question = std::move(*question);
  mcp::PromptReply reply{.description = "What is wrong with a workload", .messages = {}};
  add_text(reply, investigate_workload_text(language, asked));
  return reply;
}

Result<mcp::PromptReply> cluster_overview(Language language,
                                          const mcp::PromptArguments& arguments) {
  const auto cluster = read_argument(arguments, "cluster");
  if (!cluster) return fail(cluster.error());
  mcp::PromptReply reply{.description = "How the clusters are", .messages = {}};
  add_text(reply, cluster_overview_text(language, *cluster));
  return reply;
}

Async<Result<Answer>> get(Callers* callers, Write write, mcp::PromptArguments arguments,
                          mcp::CallContext context) {
  const auto principal = co_await callers->resolve(context.principal);
  if (!principal) co_return fail(principal.error());
  auto reply = write(principal->user.language, arguments);
  if (!reply) co_return fail(std::move(reply).error());
  co_return std::move(*reply);
}

mcp::Prompt prompt(mcp::Prompt declared, const ClusterPorts& ports, Write write) {
  declared.scope = "ops.read";
  declared.get = [callers = &ports.callers, write](mcp::PromptArguments arguments,
                                                   mcp::CallContext context) {
    return get(callers, write, std::move(arguments), std::move(context));
  };
  return declared;
}

}  // namespace

std::vector<mcp::Prompt> cluster_prompts(const ClusterPorts& ports) {
  const auto complete = cluster_completers(ports);
  return {
      prompt({.name = "investigate_workload",
              .title = "Investigate a workload · 排查工作负载",
              .description = "What is wrong with a workload: state, events, logs, versions, use",
              // From the outside in: each is completed within those before it.
              .arguments = {{.name = "cluster",
                             .description = "Cluster, by name; leave out to look in all",
                             .complete = complete.cluster},
                            {.name = "namespace",
                             .description = "Leave out to look in all",
                             .complete = complete.ns},
                            {.name = "workload",
                             .description = "订单服务, payment …",
                             .required = true,
                             .complete = complete.workload},
                            {.name = "question",
                             .description = "What you want to know, in your own words"}}},
             ports, investigate_workload),
      prompt({.name = "cluster_overview",
              .title = "Clusters at a glance · 集群概况",
              .description = "Nodes, pods that do not come up, what is nearly full, and why",
              .arguments = {{.name = "cluster",
                             .description = "Cluster, by name; leave out for all",
                             .complete = complete.cluster}}},
             ports, cluster_overview),
  };
}

}  // namespace mtc::services
