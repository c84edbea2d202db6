#include "services/basic/cluster_prompt_texts.h"

#include <fmt/format.h>

#include "domain/digest/safe_text.h"
#include "services/common/prompting.h"

namespace mtc::services {
namespace {

Json place_of(const Investigation& asked) {
  Json place = Json::object();
  if (!asked.cluster.empty()) place["cluster"] = asked.cluster;
  if (!asked.ns.empty()) place["namespace"] = asked.ns;
  return place;
}

std::string inspect(const Investigation& asked, std::string_view what, bool previous = false) {
  Json arguments = place_of(asked);
  arguments["name"] = asked.workload;
  arguments["what"] = what;
  if (previous) arguments["previous"] = true;
  return tool_call("inspect_workload", arguments);
}

std::string usage(Json place, std::string_view by, std::string_view resource) {
  place["by"] = by;
  place["resource"] = resource;
  return tool_call("resource_usage", place);
}

Json in_cluster(const std::string& cluster, Json arguments = Json::object()) {
  if (!cluster.empty()) arguments["cluster"] = cluster;
  return arguments;
}

std::string subject(Language language, const std::string& cluster) {
  const std::string name = digest::markdown_code(cluster);
  if (language == Language::zh) return cluster.empty() ? "我的集群" : fmt::format("集群 {} ", name);
  return cluster.empty() ? "my clusters are" : fmt::format("the cluster {} is", name);
}

std::string first_step(Language language, const std::string& cluster) {
  const std::string list = tool_call("list_clusters", Json::object());
  const std::string name = digest::markdown_code(cluster);
  if (language == Language::zh) {
    if (!cluster.empty()) return fmt::format("调用 {}，看 {} 的状态和版本。", list, name);
    return fmt::format(
        "调用 {}。下面几步对每个集群各做一次，`cluster` 填它的名字；超过五个，只看最不正常的五个。",
        list);
  }
  if (!cluster.empty()) return fmt::format("Call {} for the state and version of {}.", list, name);
  return fmt::format(
      "Call {}. Take the next steps for each cluster, with its name as `cluster`; of more than "
      "five, for the five that are worst off.",
      list);
}

}  // namespace

std::string investigate_workload_text(Language language, const Investigation& asked) {
  const bool zh = language == Language::zh;
  Json usage_of = place_of(asked);
  usage_of["name"] = asked.workload;
  std::string question;
  if (!asked.question.empty()) {
    question = fmt::format(
        "{}{}\n\n", zh ? "我的问题：" : "My question: ", digest::markdown_code(asked.question));
  }
  if (zh) {
    return fmt::format(
        "请帮我查 {} 出了什么问题，只看，不改。\n\n{}"
        "1. 状态：调用 {}。它问是哪一个，就转过来问我；后面几步照它找到的集群、命名空间和名字填。\n"
        "2. 事件：调用 {}。\n"
        "3. 日志：调用 {}；有副本重启过，再看崩溃之前的：{}。\n"
        "4. 版本：调用 {}，和出问题的时间对一对；我最近改过什么，看 {}。\n"
        "5. 用量：调用 {} 和 {}，看是不是快到上限了。\n"
        "6. 告诉我：第一句说原因，再说证据，带时间，然后说建议怎么做。"
        "查到的和推测的分开说；查不到就说查不到。要改什么，先问我。\n\n{}",
        digest::markdown_code(asked.workload), question, inspect(asked, "overview"),
        inspect(asked, "events"), inspect(asked, "logs"), inspect(asked, "logs", true),
        inspect(asked, "history"), tool_call("list_changes", Json::object()),
        usage(usage_of, "workload", "memory"), usage(usage_of, "workload", "cpu"),
        data_rule(language));
  }
  return fmt::format(
      "Find out what is wrong with {}. Look only, change nothing.\n\n{}"
      "1. State: call {}. If it asks which one is meant, ask me; in the next steps, fill in the "
      "cluster, namespace and name that it found.\n"
      "2. Events: call {}.\n"
      "3. Log: call {}; where a pod has restarted, also what it wrote before the crash: {}.\n"
      "4. Versions: call {} and compare with the time when it began; what I changed lately is in "
      "{}.\n"
      "5. Use: call {} and {}: is it near a limit?\n"
      "6. Tell me the cause in the first sentence, then the evidence with times, then what you "
      "suggest. Keep what was found apart from what is guessed, and say what could not be found. "
      "Ask me before you change anything.\n\n{}",
      digest::markdown_code(asked.workload), question, inspect(asked, "overview"),
      inspect(asked, "events"), inspect(asked, "logs"), inspect(asked, "logs", true),
      inspect(asked, "history"), tool_call("list_changes", Json::object()),
      usage(usage_of, "workload", "memory"), usage(usage_of, "workload", "cpu"),
      data_rule(language));
}

std::string cluster_overview_text(Language language, const std::string& cluster) {
  const std::string nodes = tool_call("list_nodes", in_cluster(cluster));
  const std::string pods =
      tool_call("list_workloads", in_cluster(cluster, {{"kind", "pod"}, {"status", "unhealthy"}}));
  const std::string memory = usage(in_cluster(cluster), "node", "memory");
  const std::string cpu = usage(in_cluster(cluster), "node", "cpu");
  if (language == Language::zh) {
    return fmt::format(
        "请查一下{}现在怎么样，只看，不改。\n\n"
        "1. {}\n"
        "2. 节点：调用 {}，有没有掉线或者封锁的。\n"
        "3. 副本：调用 {}，有没有起不来的。\n"
        "4. 用量：调用 {} 和 {}，哪些节点快满了。\n"
        "5. 最要紧的两三个工作负载，用 `inspect_workload` 看事件，找出原因。\n"
        "6. 先说需要我处理的，再说快满的，最后一句说总体。三百字以内，数字照工具说。\n\n{}",
        subject(language, cluster), first_step(language, cluster), nodes, pods, memory, cpu,
        data_rule(language));
  }
  return fmt::format(
      "Tell me how {}. Look only, change nothing.\n\n"
      "1. {}\n"
      "2. Nodes: call {}: is one down or cordoned?\n"
      "3. Pods: call {}: which do not come up?\n"
      "4. Use: call {} and {}: which nodes are nearly full?\n"
      "5. Of the two or three workloads that matter most, look at the events with "
      "`inspect_workload` and find the cause.\n"
      "6. First what needs me, then what is nearly full, then one sentence on the rest. At most "
      "150 words; figures as the tools say them.\n\n{}",
      subject(language, cluster), first_step(language, cluster), nodes, pods, memory, cpu,
      data_rule(language));
}

}  // namespace mtc::services
