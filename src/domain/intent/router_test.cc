#include "domain/intent/router.h"

#include <gtest/gtest.h>

namespace mtc::intent {
namespace {

std::string routed(std::string_view utterance) {
  const auto call = route(utterance);
  return call ? call->tool + " " + call->arguments.dump() : "none";
}

TEST(Router, FindsTheToolThatIsMeant) {
  const struct {
    const char *said, *call;
  } cases[] = {
      {"你好，小智", "greet {}"},
      {"早上好", "greet {}"},
      {"Good morning", "greet {}"},
      {"再说一遍", "repeat_broadcast {}"},
      {"昨天怎么样", "repeat_broadcast {}"},
      {"要听细节", R"(repeat_broadcast {"details":true})"},
      {"我是谁", "who_am_i {}"},
      {"查一下最近一小时 payment 的报错",
       R"(search_logs {"keyword":"payment","level":"error","time_range":"最近一小时"})"},
      {"昨晚有没有 timeout", R"(search_logs {"keyword":"timeout","time_range":"昨晚"})"},
      {"show me the errors in payment yesterday",
       R"(search_logs {"keyword":"payment","level":"error","time_range":"yesterday"})"},
      {"今早报错多吗", R"(search_logs {"keyword":"多","level":"error","time_range":"今早"})"},
      {"今天早报再说一遍", "repeat_broadcast {}"},
      {"确认七三一五", R"(confirm_plan {"code":"确认七三一五"})"},
      {"算了", "cancel_plan {}"},
      {"取消任务", "cancel_task {}"},
      {"最近改了什么", "list_changes {}"},
      {"撤销", "undo_change {}"},
      {"强制撤销第三个改动", R"(undo_change {"force":true,"number":3})"},
      {"有哪些集群", "list_clusters {}"},
      {"列出广州生产集群的节点", R"(list_nodes {"cluster":"广州生产"})"},
      {"上海生产集群有节点掉线吗", R"(list_nodes {"cluster":"上海生产","status":"notready"})"},
      {"which nodes are down", R"(list_nodes {"status":"notready"})"},
      {"广州生产集群的节点池", R"(list_node_pools {"cluster":"广州生产"})"},
      {"广州生产集群怎么样", "list_clusters {}"},
      {"广州生产集群怎么连", R"(cluster_access {"cluster":"广州生产"})"},
      {"有没有起不来的 pod", R"(list_workloads {"kind":"pod","status":"unhealthy"})"},
      {"payment 有几个副本", R"(list_workloads {"kind":"pod","name":"payment"})"},
      {"shop-prod 命名空间的 ingress",
       R"(list_workloads {"kind":"ingress","namespace":"shop-prod"})"},
      {"内存用了多少", R"(resource_usage {"resource":"memory"})"},
      {"昨晚 payment 用了多少 cpu",
       R"(resource_usage {"by":"workload","name":"payment","resource":"cpu","time_range":"昨晚"})"},
      {"看看订单服务怎么了", R"(inspect_workload {"name":"订单服务"})"},
      {"你好小智，payment 在广州生产集群怎么样",
       R"(inspect_workload {"cluster":"广州生产","name":"payment"})"},
      {"how is payment doing", R"(inspect_workload {"name":"payment"})"},
      {"order-service 的发布记录", R"(inspect_workload {"name":"order-service","what":"history"})"},
      {"重启一下订单服务", R"(restart_workload {"name":"订单服务"})"},
      {"重启广州生产集群的 payment", R"(restart_workload {"cluster":"广州生产","name":"payment"})"},
      {"把订单服务扩到五个副本", R"(scale_workload {"replicas":5,"workload":"订单服务"})"},
      {"payment 的副本数改成十二", R"(scale_workload {"replicas":12,"workload":"payment"})"},
      {"scale order-v2 to 3", R"(scale_workload {"replicas":3,"workload":"order-v2"})"},
      {"把 web 节点池扩到五台", R"(resize_node_pool {"desired":5,"pool":"web"})"},
      {"有哪些看板", R"(list_log_settings {"what":"dashboards"})"},
      {"看看支付服务看板", R"(view_dashboard {"name":"支付服务"})"},
      {"告警规则有哪些", R"(list_log_settings {"what":"alarms"})"},
      {"新建一个日志主题", "none"},
      {"how is", "none"},
      {"what do they say", "none"},
      {"a film about terror", "none"},
      {"今天天气怎么样", "none"},
      {"", "none"},
  };
  for (const auto& c : cases) EXPECT_EQ(routed(c.said), c.call) << c.said;
}

}  // namespace
}  // namespace mtc::intent
