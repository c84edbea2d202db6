#include "emulator/demo_operations.h"

#include <fmt/format.h>

#include "base/zone.h"
#include "emulator/alarm_runs.h"
#include "emulator/demo_monitor.h"
#include "emulator/scheduled_sql.h"
#include "emulator/tke_model.h"

namespace mtc::emulator {
namespace {

constexpr std::int64_t kMinute = 60'000;

// An id of the log service's form that follows from the name.
std::string fixed_uuid(std::string_view name) {
  const auto text = short_id("", name, 32);
  std::string hex;
  for (const char c : text) hex += "0123456789abcdef"[static_cast<unsigned char>(c) % 16];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-a" +
         hex.substr(17, 3) + "-" + hex.substr(20, 12);
}

struct Shop {
  Cloud& cloud;
  const DemoNight& night;
  Owner owner;  // of the shop's region
  TimePoint minute(int after_midnight) const {
    return night.day + Millis(after_midnight * kMinute);
  }
};

// A cluster that is there already keeps what was done to it.
Record* make_cluster(Shop& shop, const std::string& region, const NewCluster& wanted,
                     const std::vector<NewPool>& pools) {
  const Owner owner{.uin = shop.owner.uin, .region = region};
  if (shop.cloud.records().find(kTkeCluster, owner, wanted.id) != nullptr) return nullptr;
  auto& cluster = add_cluster(shop.cloud, owner, wanted);
  for (const auto& pool : pools) add_pool(shop.cloud, cluster, pool);
  return &cluster;
}

Json tag(std::string_view key, std::string_view value) {
  return {{"Key", key}, {"Value", value}};
}

void make_clusters(Shop& shop) {
  const auto created = shop.night.day - std::chrono::days(265);
  Record* production =
      make_cluster(shop, "ap-guangzhou",
                   {.id = demo_cluster_id(),
                    .name = "广州生产集群",
                    .level = "L50",
                    .description = "商城线上环境",
                    .tags = Json::array({tag("env", "prod"), tag("team", "shop")}),
                    .deletion_protection = true,
                    .extranet = true,
                    .created = created},
                   {{.name = "shop-regular",
                     .nodes = 3,
                     .min = 2,
                     .max = 8,
                     .labels = Json::array({{{"Name", "pool"}, {"Value", "regular"}}})},
                    {.name = "shop-native",
                     .nodes = 2,
                     .min = 1,
                     .max = 6,
                     .instance_type = "SA5.MEDIUM4",
                     .native = true}});
  if (production != nullptr) set_workloads(shop.cloud, *production, demo_workloads());
  make_cluster(shop, "ap-guangzhou",
               {.id = short_id("cls-", "guangzhou-test"),
                .name = "广州测试集群",
                .level = "L5",
                .description = "联调和压测",
                .tags = Json::array({tag("env", "test")}),
                .created = created + std::chrono::days(30)},
               {{.name = "test", .nodes = 2, .max = 4, .instance_type = "SA5.MEDIUM4"}});
  make_cluster(shop, "ap-shanghai",
               {.id = short_id("cls-", "shanghai-prod"),
                .name = "上海生产集群",
                .tags = Json::array({tag("env", "prod")}),
                .deletion_protection = true,
                .extranet = true,
                .created = created + std::chrono::days(60)},
               {{.name = "general", .nodes = 3, .min = 2, .max = 6}});
  make_cluster(shop, "ap-beijing",
               {.id = short_id("cls-", "beijing-standby"),
                .name = "北京灾备集群",
                .version = "1.28.3",
                .tags = Json::array({tag("env", "standby")}),
                .created = created + std::chrono::days(90)},
               {{.name = "standby", .nodes = 2, .min = 1, .max = 6, .autoscale = false}});
}

std::string make_notice(Shop& shop) {
  const auto id = "notice-" + fixed_uuid("值班组");
  const auto since = millis(shop.night.day - std::chrono::days(200));
  shop.cloud.records().add(kClsNotice, shop.owner, id,
                           {{"Notice",
                             {{"Name", "值班组"},
                              {"Type", "All"},
                              {"NoticeReceivers",
                               {{{"ReceiverType", "Uin"},
                                 {"ReceiverIds", Json::array({shop.owner.uin})},
                                 {"ReceiverChannels", {"Sms", "WeChat", "Phone"}},
                                 {"NoticeContentId", "Default-zh"},
                                 {"StartTime", "00:00:00"},
                                 {"EndTime", "23:59:59"}}}}}},
                            {"CreatedAt", since},
                            {"UpdatedAt", since}});
  return id;
}

struct Policy {
  std::string name, query, condition;
  std::int64_t level = 0;
  int window = 5, period = 1, count = 1;
  bool on = true;
};

void make_alarm(Shop& shop, const std::string& notice, const Policy& policy) {
  const auto since = millis(shop.night.day - std::chrono::days(120));
  Json target{{"TopicId", shop.night.topic_id},
              {"LogsetId", shop.night.logset_id},
              {"Query", policy.query},
              {"Number", 1},
              {"StartTimeOffset", -policy.window},
              {"EndTimeOffset", 0},
              {"SyntaxRule", 1}};
  Json document{{"Name", policy.name},
                {"AlarmTargets", Json::array({std::move(target)})},
                {"MonitorTime", {{"Type", "Period"}, {"Time", policy.period}}},
                {"TriggerCount", policy.count},
                {"AlarmPeriod", 15},
                {"Condition", policy.condition},
                {"AlarmLevel", policy.level},
                {"Status", policy.on},
                {"AlarmNoticeIds", Json::array({notice})},
                {"Classifications", {{{"Key", "team"}, {"Value", "shop"}}}}};
  auto& alarm = shop.cloud.records().add(kClsAlarm, shop.owner, "alarm-" + fixed_uuid(policy.name),
                                         {{"Policy", std::move(document)},
                                          {"CreatedAt", since},
                                          {"UpdatedAt", since},
                                          {"Groups", Json::object()}});
  schedule_alarm(alarm, shop.minute(115));
  shop.cloud.records().save(alarm);
}

void make_alarms(Shop& shop) {
  const auto notice = make_notice(shop);
  make_alarm(
      shop, notice,
      {.name = "支付错误数过高",
       .query = "service:payment | select count_if(level='ERROR') as errors, count(*) as total",
       .condition = "$1.errors >= 10",
       .level = 2,
       .count = 2});
  make_alarm(shop, notice,
             {.name = "网关上游超时",
              .query = "service:gateway AND status:504 | select count(*) as cnt",
              .condition = "$1.cnt > 15",
              .level = 0});
  make_alarm(shop, notice,
             {.name = "订单服务出现 5xx",
              .query = "service:order AND status>=500",
              .condition = "$1.__QUERYCOUNT__ > 50",
              .level = 1,
              .period = 5});
  make_alarm(shop, notice,
             {.name = "数据库磁盘即将写满",
              .query = "service:mysql-proxy AND message:\"disk usage\"",
              .condition = "$1.__QUERYCOUNT__ > 0",
              .level = 0,
              .window = 30,
              .period = 30});
  make_alarm(shop, notice,
             {.name = "搜索慢查询",
              .query = "service:search AND level:WARN | select count(*) as cnt",
              .condition = "$1.cnt > 30",
              .level = 1,
              .on = false});
  // What they did in the night; the quiet hours up to now are not worth the time.
  const auto end = shop.minute(180);
  run_alarms(shop.cloud, std::min(shop.cloud.now(), end));
  if (shop.cloud.now() <= end) return;
  for (Record* alarm : shop.cloud.records().of(kClsAlarm, shop.owner)) {
    schedule_alarm(*alarm, shop.cloud.now());
    shop.cloud.records().save(*alarm);
  }
}

// A metric topic, which lists of log topics do not show.
void make_task(Shop& shop) {
  const auto target = fixed_uuid("shop-errors");
  if (shop.cloud.find_topic(shop.owner, target) == nullptr) {
    const auto made = shop.cloud.create_topic(shop.owner, shop.night.logset_id, "shop-errors",
                                              {{"BizType", 1}, {"Period", 30}}, target);
    if (!made) return;
  }
  const auto since = millis(shop.night.day - std::chrono::days(30));
  const auto start = std::max(millis(shop.minute(90)), millis(shop.cloud.now()) - 120 * kMinute);
  shop.cloud.records().add(
      kClsTask, shop.owner, fixed_uuid("每五分钟错误数"),
      {{"Task",
        {{"SrcTopicId", shop.night.topic_id},
         {"Name", "每五分钟错误数"},
         {"EnableFlag", 1},
         {"DstResource",
          {{"TopicId", target},
           {"Region", shop.night.region},
           {"BizType", 1},
           {"MetricName", "errors"},
           {"MetricLabels", Json::array({"service"})}}},
         {"ScheduledSqlContent",
          "level:ERROR | select service, count(*) as errors group by service order by service"},
         {"ProcessStartTime", since},
         {"ProcessType", 1},
         {"ProcessPeriod", 5},
         {"ProcessTimeWindow", "@m-5m,@m"},
         {"ProcessDelay", 60},
         {"SrcTopicRegion", shop.night.region},
         {"SyntaxRule", 1}}},
       {"CreatedAt", since},
       {"UpdatedAt", since},
       {"NextAt", start / (5 * kMinute) * (5 * kMinute)}});
}

Json panel(const DemoNight& night, int number, std::string_view title, std::string_view chart,
           std::string_view query) {
  return {{"id", number},
          {"title", title},
          {"type", chart},
          {"gridPos", {{"x", number % 2 * 12}, {"y", number / 2 * 8}, {"w", 12}, {"h", 8}}},
          {"target",
           {{"TopicId", night.topic_id},
            {"LogsetId", night.logset_id},
            {"Region", night.region},
            {"Query", query},
            {"SyntaxRule", 1}}}};
}

void make_dashboard(Shop& shop, const std::string& name, Json panels) {
  const Json data{{"panels", std::move(panels)},
                  {"time", {"now-3h", "now"}},
                  {"timezone", "browser"},
                  {"subType", "CLS_DASHBOARD"}};
  const auto since = millis(shop.night.day - std::chrono::days(100));
  shop.cloud.records().add("cls_dashboard", shop.owner, "dashboard-" + fixed_uuid(name),
                           {{"Dashboard",
                             {{"DashboardName", name},
                              {"Data", dump_json(data)},
                              {"Tags", Json::array({tag("team", "shop")})}}},
                            {"CreatedAt", since},
                            {"UpdatedAt", since}});
}

void make_dashboards(Shop& shop) {
  const auto& n = shop.night;
  make_dashboard(
      shop, "商城总览",
      {panel(n, 0, "每分钟请求数", "timeseries",
             "* | select histogram(__TIMESTAMP__, interval 1 minute) as t, count(*) as pv group "
             "by t order by t limit 1000"),
       panel(n, 1, "各服务错误数", "bar",
             "level:ERROR | select service, count(*) as cnt group by service order by cnt desc"),
       panel(n, 2, "5xx 比例", "stat",
             "* | select round(count_if(status>=500)*100.0/count(*), 2) as rate"),
       panel(n, 3, "各服务 P99 耗时", "table",
             "* | select service, approx_percentile(cost_ms, 0.99) as p99 group by service order "
             "by p99 desc")});
  make_dashboard(
      shop, "支付服务",
      {panel(n, 0, "支付错误趋势", "timeseries",
             "service:payment AND level:ERROR | select histogram(__TIMESTAMP__, interval 1 "
             "minute) as t, count(*) as errors group by t order by t limit 1000"),
       panel(n, 1, "支付耗时 P95", "timeseries",
             "service:payment | select histogram(__TIMESTAMP__, interval 5 minute) as t, "
             "approx_percentile(cost_ms, 0.95) as p95 group by t order by t limit 1000"),
       panel(n, 2, "最近的支付错误", "logs", "service:payment AND level:ERROR")});
}

}  // namespace

std::string demo_cluster_id() {
  return short_id("cls-", "guangzhou-prod");
}

void load_demo_operations(Emulator& emulator, const DemoNight& night) {
  Shop shop{.cloud = emulator.cloud(),
            .night = night,
            .owner = {.uin = emulator.options().accounts.front().uin, .region = night.region}};
  make_clusters(shop);
  const auto* marker = shop.cloud.records().find("demo_night", shop.owner, "day");
  if (marker != nullptr && marker->integer("Day") == millis(night.day)) return;
  shop.cloud.records().add("demo_night", shop.owner, "day", {{"Day", millis(night.day)}});
  make_dashboards(shop);
  make_alarms(shop);
  make_task(shop);
  load_demo_monitor(shop.cloud, night, shop.owner);
}

}  // namespace mtc::emulator
