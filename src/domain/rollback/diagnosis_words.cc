#include "domain/rollback/diagnosis_words.h"

#include <fmt/format.h>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/words.h"
#include "domain/rollback/health_signs.h"
#include "domain/rollback/outside_text.h"

namespace mtc::rollback {
namespace {

constexpr std::size_t kMostNamed = 2;
constexpr std::size_t kMostEvidence = 5;

// "ConfigMap/order-config" → "ConfigMap order-config"
std::string say_named(const std::vector<std::string>& names, Language language) {
  std::vector<std::string> spoken = clean_names(names);
  for (auto& name : spoken) name = replace_all(std::move(name), "/", " ");
  return clusters::say_list(spoken, kMostNamed, language);
}

class Evidence {
 public:
  Evidence(const Findings& findings, Language language)
      : findings_(findings), language_(language), zh_(language == Language::zh) {}

  std::vector<std::string> sentences() {
    pods();
    nodes_and_configs();
    load();
    version();
    if (out_.size() > kMostEvidence) out_.resize(kMostEvidence);
    return std::move(out_);
  }

 private:
  void say(std::string zh, std::string en) { out_.push_back(std::move(zh_ ? zh : en)); }
  void say_pods_that(const std::optional<std::int64_t>& count, std::string_view zh,
                     std::string_view en) {
    if (count.value_or(0) <= 0) return;
    const std::string pods = clusters::say_pods_counted(*count, language_);
    say(fmt::format("有{}{}", pods, zh), fmt::format("{} {}", pods, en));
  }

  void pods() {
    const Health& health = findings_.health;
    if (missing_pods(health) > 0) {
      say(fmt::format("{}个副本里有{}个就绪", say_count(health.wanted, language_),
                      say_count(health.ready, language_)),
          fmt::format("{} of {} pods ready", say_count(health.ready, language_),
                      say_count(health.wanted, language_)));
    }
    say_pods_that(findings_.image_trouble, "拉不到镜像", "cannot pull the image");
    say_pods_that(findings_.oom_killed, "因为内存不够被杀掉", "killed for lack of memory");
    say_pods_that(findings_.crashing, "反复崩溃", "crashing again and again");
    say_pods_that(findings_.unschedulable, "没有节点放得下", "that no node has room for");
    say_pods_that(findings_.not_ready, "过不了健康检查", "failing the health check");
    if (health.stuck) say("发布卡住了", "the rollout is stuck");
  }

  void nodes_and_configs() {
    if (!findings_.bad_nodes.empty() && findings_.on_bad_nodes.value_or(0) > 0) {
      const std::string nodes = say_named(findings_.bad_nodes, language_);
      const std::string pods = clusters::say_pods_counted(*findings_.on_bad_nodes, language_);
      say(fmt::format("节点 {} 不正常，上面有它的{}", nodes, pods),
          fmt::format("{} of it on {}, which is not well", pods, nodes));
    }
    if (!findings_.missing_configs.empty()) {
      const std::string names = say_named(findings_.missing_configs, language_);
      say(fmt::format("少了 {}", names), fmt::format("{} missing", names));
    }
    if (!findings_.changed_configs.empty()) {
      const std::string names = say_named(findings_.changed_configs, language_);
      say(fmt::format("{} 和上次正常的时候不一样", names),
          fmt::format("{} changed since it last was well", names));
    }
    if (!findings_.failing_dependencies.empty()) {
      const std::string names = say_named(findings_.failing_dependencies, language_);
      say(fmt::format("它调用的 {} 不正常", names), fmt::format("it calls {}, not well", names));
    }
  }

  void load() {
    const Health& health = findings_.health;
    if (errors_are_usual(health.error_rate, health.usual_error_rate) == false) errors();
    for (const auto& [use, zh, en] :
         {std::tuple{findings_.cpu_use, "CPU 用了上限的", "CPU"},
          std::tuple{findings_.memory_use, "内存用了上限的", "memory"}}) {
      if (use.value_or(0) < kBusy) continue;
      const std::string percent = say_percent(*use, language_);
      say(zh + percent, fmt::format("{} at {} of its limit", en, percent));
    }
    if (!findings_.noisy.empty() && findings_.node_cpu_use) {
      const std::string percent = say_percent(*findings_.node_cpu_use, language_);
      say(fmt::format("它所在的节点 CPU 用了{}，大多是别人用的", percent),
          fmt::format("its node's CPU is at {}, mostly used by others", percent));
    }
  }

  void errors() {
    const Health& health = findings_.health;
    const std::string rate = say_percent(*health.error_rate, language_);
    if (!health.usual_error_rate) {
      say("错误占" + rate, fmt::format("errors at {}", rate));
      return;
    }
    const std::string usual = say_percent(*health.usual_error_rate, language_);
    say(fmt::format("错误占{}，平时{}", rate, usual),
        fmt::format("errors at {}, usually {}", rate, usual));
  }

  void version() {
    if (!findings_.replaced_recently) return;
    const std::string ago =
        say_duration(std::chrono::seconds(*findings_.replaced_recently), language_);
    say(fmt::format("{}前换过版本", ago), fmt::format("its version changed {} ago", ago));
  }

  const Findings& findings_;
  Language language_;
  bool zh_;
  std::vector<std::string> out_;
};

}  // namespace

std::string say_trouble(Trouble trouble, Language language) {
  const bool zh = language == Language::zh;
  switch (trouble) {
    case Trouble::bad_image:
      return zh ? "镜像拉不下来" : "its image cannot be pulled";
    case Trouble::crash_loop:
      return zh ? "反复崩溃" : "it keeps crashing";
    case Trouble::bad_config:
      return zh ? "配置有问题" : "its configuration is bad";
    case Trouble::out_of_memory:
      return zh ? "内存不够" : "it runs out of memory";
    case Trouble::not_ready:
      return zh ? "副本没有就绪" : "its pods do not get ready";
    case Trouble::overload:
      return zh ? "负载太高" : "it is overloaded";
    case Trouble::high_error_rate:
      return zh ? "错误太多" : "it has too many errors";
    case Trouble::node_down:
      return zh ? "节点坏了" : "its node is down";
    case Trouble::unschedulable:
      return zh ? "没有节点放得下" : "no node has room for it";
    case Trouble::dependency:
      return zh ? "它调用的服务不正常" : "something that it calls is not well";
    case Trouble::noisy_neighbour:
      return zh ? "同一个节点上的别人占满了资源" : "something else on its node takes all";
    case Trouble::none:
      return zh ? "没有看到问题" : "nothing wrong that can be seen";
    case Trouble::unknown:
      return zh ? "原因不明" : "the cause is not known";
  }
  return {};
}

std::vector<std::string> say_evidence(const Findings& findings, Language language) {
  return Evidence(findings, language).sentences();
}

std::string say_gone(const std::string& name, Language language) {
  return name + (language == Language::zh ? " 已经不在集群里了" : " is no longer in the cluster");
}

std::string say_switched_off(const std::string& name, Language language) {
  return language == Language::zh ? name + " 的副本数被设成了零，应该是有人停掉的"
                                  : name + " is scaled to zero, so somebody has switched it off";
}

std::string say_paused(const std::string& name, Language language) {
  return language == Language::zh
             ? name + " 的发布被人暂停了，我先不动"
             : "somebody has paused the rollout of " + name + ", so I leave it alone";
}

std::string say_someone_rolling(const Findings& findings, const std::string& name,
                                Language language) {
  const std::string someone = clean_name(findings.someone);
  if (language == Language::zh)
    return fmt::format("{}正在发布 {}，我先不动", someone.empty() ? "有人" : someone + " ", name);
  return fmt::format("{} is rolling {} out right now, so I leave it alone",
                     someone.empty() ? "somebody" : someone, name);
}

std::string say_why_not(const Findings& findings, Trouble trouble, const std::string& name,
                        Language language) {
  const bool zh = language == Language::zh;
  switch (trouble) {
    case Trouble::dependency: {
      const std::string others = say_named(findings.failing_dependencies, language);
      return zh ? fmt::format("{} 自己是好的，是它调用的 {} 不行", name, others)
                : fmt::format("{} itself is well, but {}, which it calls, is not", name, others);
    }
    case Trouble::noisy_neighbour:
      return zh ? fmt::format("{} 自己是好的，是同一个节点上别的程序占满了 CPU", name)
                : fmt::format("{} itself is well, but others on its node take all the CPU", name);
    case Trouble::none:
      return zh ? fmt::format("没有看到 {} 有问题", name)
                : fmt::format("nothing is wrong with {} that can be seen", name);
    case Trouble::unknown:
      return zh ? fmt::format("看不出 {} 是什么问题，我不乱动", name)
                : fmt::format("I cannot see what is wrong with {}, so I leave it alone", name);
    case Trouble::bad_image:
    case Trouble::crash_loop:
    case Trouble::bad_config:
    case Trouble::out_of_memory:
    case Trouble::not_ready:
    case Trouble::overload:
    case Trouble::high_error_rate:
    case Trouble::node_down:
    case Trouble::unschedulable:
      return {};
  }
  return {};
}

}  // namespace mtc::rollback
