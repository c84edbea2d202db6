#include "adapters/tencent/monitor_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/tencent/monitor_names.h"
#include "adapters/tencent/scripted_cloud.h"
#include "infra/loop/run.h"

namespace mtc::tencent {
namespace {

using namespace std::chrono_literals;
using clusters::Measure;
using clusters::Subject;

struct World : ScriptedCloud {
  MonitorMetrics metrics{client, clock};
  clusters::MetricQuery ask(Measure measure, Subject subject) const {
    return {.region = "ap-guangzhou",
            .cluster_id = "cls-1",
            .measure = measure,
            .subject = subject,
            .from = clock.time - 1h,
            .to = clock.time};
  }
};

TEST(MonitorMetrics, AsksForContainersWithTheClusterAsACondition) {
  World world;
  world.answer(Json::parse(R"({"Period":60,"Data":[{"MetricName":"K8sWorkloadMemNoCacheBytes",
    "Points":[{"Dimensions":[{"Name":"namespace","Value":"shop"},{"Name":"workload_kind","Value":"Deployment"},
                             {"Name":"workload_name","Value":"order"}],
               "Values":[{"Timestamp":1795323540,"Value":512.5},{"Timestamp":1795323480,"Value":500},
                         {"Timestamp":1795323590,"Value":null}]}]}]})"));
  auto query = world.ask(Measure::memory, Subject::workload);
  query.ns = "shop";
  query.name = "order";
  const auto lines = run(world.metrics.series(query));
  ASSERT_TRUE(lines) << lines.error().message;
  ASSERT_EQ(lines->size(), 1U);
  const auto& line = lines->front();
  EXPECT_EQ(line.ns, "shop");
  EXPECT_EQ(line.name, "order");
  EXPECT_EQ(line.unit, "bytes");
  ASSERT_EQ(line.points.size(), 2U);  // by time, and nothing where nothing was measured
  EXPECT_EQ(line.points[0].value, 500.0 * 1024 * 1024);
  EXPECT_EQ(line.points[1].at, world.clock.time - 60s);
  EXPECT_EQ(world.body(0), Json::parse(R"({"Module":"monitor","Namespace":"QCE/TKE2",
    "MetricNames":["K8sWorkloadMemNoCacheBytes"],"Period":60,
    "Conditions":[{"Key":"tke_cluster_instance_id","Operator":"=","Value":["cls-1"]},
                  {"Key":"namespace","Operator":"=","Value":["shop"]},
                  {"Key":"workload_name","Operator":"=","Value":["order"]}],
    "StartTime":"2026-11-22T12:00:00+08:00","EndTime":"2026-11-22T13:00:00+08:00",
    "GroupBys":["namespace","workload_kind","workload_name"]})"));
}

TEST(MonitorMetrics, KnowsWhatIsNotMeasured) {
  World world;
  const auto none = run(world.metrics.series(world.ask(Measure::storage, Subject::workload)));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::not_found);
  const auto vague = run(world.metrics.series(world.ask(Measure::cpu, Subject::pod)));
  ASSERT_FALSE(vague);
  EXPECT_EQ(vague.error().code, Errc::invalid_argument);
  auto backwards = world.ask(Measure::cpu, Subject::node);
  std::swap(backwards.from, backwards.to);
  EXPECT_FALSE(run(world.metrics.series(backwards)));
  EXPECT_TRUE(world.http.requests.empty());
}

TEST(MonitorMetrics, MeasuresDisksMachineByMachine) {
  World world;
  Json machines = Json::array();
  for (int i = 0; i < 12; ++i) {
    machines.push_back({{"InstanceId", "ins-" + std::to_string(100 + i)},
                        {"LanIP", "10.0.0." + std::to_string(i)}});
  }
  machines.push_back({{"InstanceId", "np-1-abcde"}, {"LanIP", "10.0.0.99"}});
  world.answer({{"TotalCount", machines.size()}, {"InstanceSet", machines}});
  world.answer(Json::parse(R"({"DataPoints":[
    {"Dimensions":[{"Name":"InstanceId","Value":"ins-103"}],"Timestamps":[1795323540,1795323600],"Values":[80.5,81]},
    {"Dimensions":[{"Name":"InstanceId","Value":"ins-104"}],"Timestamps":[],"Values":null}]})"));
  world.answer({{"DataPoints", nullptr}});
  const auto lines = run(world.metrics.series(world.ask(Measure::storage, Subject::node)));
  ASSERT_TRUE(lines) << lines.error().message;
  ASSERT_EQ(lines->size(), 2U);
  EXPECT_EQ(lines->front().name, "10.0.0.3");
  EXPECT_EQ(lines->front().unit, "percent");
  ASSERT_EQ(lines->front().points.size(), 2U);
  EXPECT_EQ(lines->front().points[1].value, 81);
  ASSERT_EQ(world.http.requests.size(), 3U);
  EXPECT_EQ(world.body(1)["Instances"].size(), 8U);
  EXPECT_EQ(world.body(1)["Instances"][0],
            Json::parse(R"({"Dimensions":[{"Name":"InstanceId","Value":"ins-100"}]})"));
  EXPECT_EQ(world.body(2)["Instances"].size(), 4U);  // the native machine has no such disk
}

TEST(MonitorNames, TakeThePeriodThatTheServiceStillKeeps) {
  const TimePoint now{1795323600s};
  EXPECT_EQ(period_for(now - 1h, now, 60s, now), 60);
  EXPECT_EQ(period_for(now - 1h, now, 61s, now), 300);
  EXPECT_EQ(period_for(now - 13h, now, 60s, now), 300);
  EXPECT_EQ(period_for(now - 24h * 20, now - 24h * 20 + 1h, 60s, now), 300);
  EXPECT_EQ(period_for(now - 24h * 7, now, 60s, now), 3600);
  EXPECT_EQ(period_for(now - 24h * 100, now, 60s, now), 86400);
}

TEST(MonitorNames, KnowEveryMeasureOfNodesAndWorkloads) {
  for (const auto measure :
       {Measure::cpu, Measure::memory, Measure::network_in, Measure::network_out}) {
    EXPECT_TRUE(metric_name(measure, Subject::node));
    EXPECT_TRUE(metric_name(measure, Subject::workload));
    EXPECT_TRUE(metric_name(measure, Subject::namespace_));
  }
}

}  // namespace
}  // namespace mtc::tencent
