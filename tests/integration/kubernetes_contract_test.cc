// What the product's client asks of a cluster, answered by the stand-in.
#include <gmock/gmock.h>

#include <algorithm>

#include "base/text.h"
#include "kubernetes_contract.h"

namespace mtc {
namespace {

using clusters::ObjectRef;
using clusters::PatchType;
using clusters::WorkloadKind;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

template <class T>
std::vector<std::string> names_of(const std::vector<T>& items) {
  std::vector<std::string> out;
  for (const auto& item : items) out.push_back(item.name);
  return out;
}

TEST(KubernetesContract, ReadsWhatTheClusterIs) {
  play([](KubernetesContract& it) -> Async<> {
    EXPECT_EQ(good(co_await it.admin->version()), "v1.28.3-tke.4");
    EXPECT_THAT(good(co_await it.admin->namespaces()),
                AllOf(Contains("shop-prod"), Contains("shop-test"), Contains("kube-system")));
    const auto nodes = good(co_await it.admin->nodes());
    EXPECT_THAT(nodes, SizeIs(testing::Ge(3U)));
    for (const auto& node : nodes) {
      EXPECT_TRUE(node.ready) << node.name;
      EXPECT_THAT(node.instance_id, testing::StartsWith("ins-"));
      EXPECT_THAT(node.pool_id, testing::StartsWith("np-"));
      EXPECT_THAT(node.version, HasSubstr("tke"));
      EXPECT_NE(node.zone, "");
      EXPECT_NE(node.address, "");
      EXPECT_GE(node.cpu, 1000);
      EXPECT_GE(node.memory, 1LL << 30);
      EXPECT_GT(node.pods, 0);
      EXPECT_THAT(node.pressures, IsEmpty());
    }
  });
}

TEST(KubernetesContract, ReadsPods) {
  play([](KubernetesContract& it) -> Async<> {
    const auto pods = good(co_await it.admin->pods({.ns = "shop-prod", .labels = "app=payment"}));
    EXPECT_THAT(pods, SizeIs(3));
    for (const auto& pod : pods) {
      EXPECT_EQ(pod.phase, "Running");
      EXPECT_EQ(pod.reason, "");
      EXPECT_TRUE(pod.ready);
      EXPECT_FALSE(pod.terminating);
      EXPECT_EQ(pod.owner_kind, "ReplicaSet");
      EXPECT_THAT(pod.owner_name, testing::StartsWith("payment-"));
      EXPECT_NE(pod.node, "");
      EXPECT_LT(pod.created, it.clock.time);
      EXPECT_GT(pod.created, it.clock.time - std::chrono::hours(24 * 30));
      EXPECT_THAT(pod.containers, SizeIs(1));
      if (pod.containers.empty()) continue;
      const auto& container = pod.containers[0];
      EXPECT_EQ(container.image, "ccr.ccs.tencentyun.com/shop/payment:v41");
      EXPECT_EQ(container.state, "running");
      EXPECT_EQ(container.cpu_request, 200);
      EXPECT_EQ(container.memory_limit, 1LL << 30);
    }
    const auto all = good(co_await it.admin->pods({}));
    EXPECT_GT(all.size(), 15U);
    const auto here = good(co_await it.admin->pods({.fields = "spec.nodeName=" + all[0].node}));
    EXPECT_THAT(here, Each(Field(&clusters::Pod::node, all[0].node)));
    EXPECT_LT(here.size(), all.size());
  });
}

TEST(KubernetesContract, ReadsWorkloads) {
  play([](KubernetesContract& it) -> Async<> {
    const auto deployments =
        good(co_await it.admin->workloads(WorkloadKind::deployment, {.ns = "shop-prod"}));
    EXPECT_THAT(names_of(deployments), UnorderedElementsAre("gateway", "order-service",
                                                            "order-worker", "payment", "cart"));
    for (const auto& one : deployments) {
      EXPECT_EQ(one.ready, one.desired) << one.name;
      EXPECT_EQ(one.available, one.desired);
      EXPECT_EQ(one.updated, one.desired);
      EXPECT_EQ(one.observed, one.generation);
      EXPECT_EQ(one.revision, "2");
      EXPECT_NE(one.uid, "");
      EXPECT_NE(one.resource_version, "");
      EXPECT_THAT(one.selector, ElementsAre(std::pair{"app", one.name}));
      EXPECT_THAT(one.conditions, Contains(Field(&clusters::Condition::type, "Available")));
      EXPECT_THAT(one.images, SizeIs(1));
    }
    EXPECT_THAT(names_of(good(co_await it.admin->workloads(WorkloadKind::stateful_set, {}))),
                ElementsAre("mysql"));
    const auto agents = good(co_await it.admin->workloads(WorkloadKind::daemon_set, {}));
    EXPECT_THAT(names_of(agents), ElementsAre("log-agent"));
    if (!agents.empty()) EXPECT_EQ(agents[0].ready, agents[0].desired);
    const auto jobs = good(co_await it.admin->workloads(WorkloadKind::job, {.ns = "shop-prod"}));
    EXPECT_THAT(names_of(jobs), ElementsAre("db-migrate-v12"));
    if (!jobs.empty()) EXPECT_EQ(jobs[0].available, 1);
    EXPECT_THAT(good(co_await it.admin->workloads(WorkloadKind::cron_job, {})), IsEmpty());
    const auto sets =
        good(co_await it.admin->workloads(WorkloadKind::replica_set, {.ns = "shop-prod"}));
    EXPECT_THAT(sets, SizeIs(10));  // each has its release and the one before
    EXPECT_THAT(sets, Contains(AllOf(Field(&clusters::Workload::owner_name, "payment"),
                                     Field(&clusters::Workload::revision, "1"),
                                     Field(&clusters::Workload::desired, 0))));
  });
}

TEST(KubernetesContract, ReadsTheRest) {
  play([](KubernetesContract& it) -> Async<> {
    const auto services = good(co_await it.admin->services({.ns = "shop-prod"}));
    EXPECT_THAT(names_of(services), Contains("payment"));
    EXPECT_THAT(services, Contains(AllOf(Field(&clusters::Service::name, "gateway"),
                                         Field(&clusters::Service::type, "LoadBalancer"),
                                         Field(&clusters::Service::addresses, Not(IsEmpty())))));
    const auto ingresses = good(co_await it.admin->ingresses({.ns = "shop-prod"}));
    EXPECT_THAT(ingresses, SizeIs(1));
    if (!ingresses.empty()) {
      EXPECT_THAT(ingresses[0].services, Contains("gateway"));
      EXPECT_THAT(ingresses[0].hosts, Not(IsEmpty()));
    }
    const auto budgets = good(co_await it.admin->disruption_budgets({.ns = "shop-prod"}));
    EXPECT_THAT(budgets, Contains(AllOf(Field(&clusters::DisruptionBudget::name, "payment"),
                                        Field(&clusters::DisruptionBudget::allowed, 1),
                                        Field(&clusters::DisruptionBudget::healthy, 3),
                                        Field(&clusters::DisruptionBudget::desired_healthy, 2))));
    EXPECT_THAT(good(co_await it.admin->names("v1", "ConfigMap", "shop-prod")),
                Contains("order-config"));
    EXPECT_THAT(good(co_await it.admin->names("v1", "Secret", "shop-prod")),
                Contains("mysql-credentials"));
    EXPECT_THAT(good(co_await it.admin->names("rbac.authorization.k8s.io/v1", "ClusterRole", "")),
                Contains("tke:ro"));
  });
}

TEST(KubernetesContract, ReadsUseAndLogs) {
  play([](KubernetesContract& it) -> Async<> {
    const auto nodes = good(co_await it.admin->node_usage());
    EXPECT_THAT(nodes, Not(IsEmpty()));
    for (const auto& node : nodes) EXPECT_GT(node.memory, 1 << 20) << node.name;
    const auto usage = good(co_await it.admin->pod_usage({.ns = "shop-prod"}));
    EXPECT_THAT(usage, Not(IsEmpty()));
    for (const auto& pod : usage) EXPECT_GT(pod.cpu, 0) << pod.name;
    const auto mysql = good(co_await it.admin->pods({.ns = "shop-prod", .labels = "app=mysql"}));
    const auto kept = good(co_await it.admin->pod_storage(mysql.at(0).node));
    const auto own = std::ranges::find(kept, mysql.at(0).name, &clusters::PodStorage::name);
    EXPECT_NE(own, kept.end());
    if (own != kept.end()) {
      EXPECT_THAT(own->volumes, SizeIs(1));
      EXPECT_EQ(own->volumes.at(0).claim, "data-" + own->name);
      EXPECT_EQ(own->volumes.at(0).capacity, std::int64_t{100} << 30U);
    }
    const auto pods = good(co_await it.admin->pods({.ns = "shop-prod", .labels = "app=payment"}));
    const auto log =
        good(co_await it.admin->log({.ns = "shop-prod", .pod = pods.at(0).name, .lines = 5}));
    EXPECT_THAT(split(trim(log), '\n'), SizeIs(5));
    EXPECT_THAT(log, HasSubstr("payment accepted"));
    EXPECT_EQ(bad(co_await it.admin->log({.ns = "shop-prod", .pod = "none"})).code,
              Errc::not_found);
  });
}

TEST(KubernetesContract, SmallPagesGiveTheSame) {
  play([](KubernetesContract& it) -> Async<> {
    const auto paging = it.as(it.shop.tokens.admin, {.page_size = 3});
    const auto in_pages = good(co_await paging->pods({}));
    EXPECT_GT(in_pages.size(), 9U);
    EXPECT_EQ(names_of(in_pages), names_of(good(co_await it.admin->pods({}))));
  });
}

TEST(KubernetesContract, SeesABadReleaseAndUndoesIt) {
  play([](KubernetesContract& it) -> Async<> {
    const auto image = [](const char* tag) {
      return Json::parse(R"({"spec":{"template":{"spec":{"containers":[
        {"name":"payment","image":"ccr.ccs.tencentyun.com/shop/payment:)" +
                         std::string(tag) + R"("}]}}}})");
    };
    good(co_await it.admin->patch(deployment("payment"), PatchType::strategic, image("v999"), {}));
    it.pass(std::chrono::minutes(2));
    auto pods = good(co_await it.admin->pods({.ns = "shop-prod", .labels = "app=payment"}));
    EXPECT_THAT(pods, Contains(AllOf(Field(&clusters::Pod::ready, false),
                                     Field(&clusters::Pod::reason,
                                           testing::AnyOf("ImagePullBackOff", "ErrImagePull")))));
    const auto events =
        good(co_await it.admin->events({.ns = "shop-prod", .fields = "type=Warning"}));
    EXPECT_THAT(events, Contains(Field(&clusters::Event::message, HasSubstr("v999"))));
    good(co_await it.admin->patch(deployment("payment"), PatchType::strategic, image("v42"), {}));
    it.pass(std::chrono::minutes(3));
    pods = good(co_await it.admin->pods({.ns = "shop-prod", .labels = "app=payment"}));
    EXPECT_THAT(
        pods, Contains(Field(&clusters::Pod::reason, testing::AnyOf("CrashLoopBackOff", "Error"))));
    const auto broken = std::ranges::find_if(
        pods, [](const clusters::Pod& pod) { return pod.containers.at(0).restarts > 0; });
    EXPECT_NE(broken, pods.end());
    if (broken != pods.end()) {
      EXPECT_NE(broken->containers[0].last_reason, "");
      EXPECT_NE(broken->containers[0].last_exit, 0);
      const auto log =
          good(co_await it.admin->log({.ns = "shop-prod", .pod = broken->name, .previous = true}));
      EXPECT_THAT(log, HasSubstr("database"));
    }
    good(co_await it.admin->patch(deployment("payment"), PatchType::strategic, image("v41"), {}));
    it.pass(std::chrono::minutes(5));
    const auto after =
        good(co_await it.admin->workloads(WorkloadKind::deployment, {.ns = "shop-prod"}));
    EXPECT_THAT(after, Contains(AllOf(Field(&clusters::Workload::name, "payment"),
                                      Field(&clusters::Workload::ready, 3),
                                      Field(&clusters::Workload::updated, 3))));
  });
}

TEST(KubernetesContract, PatchesInAllThreeWays) {
  play([](KubernetesContract& it) -> Async<> {
    const auto before = good(co_await it.admin->get(deployment("cart")));
    const auto version = before["metadata"]["resourceVersion"].get<std::string>();
    auto after = good(co_await it.admin->patch(deployment("cart"), PatchType::merge,
                                               Json{{"metadata", {{"labels", {{"x", "1"}}}}}},
                                               {.resource_version = version}));
    EXPECT_EQ(after["metadata"]["labels"]["x"], "1");
    after = good(co_await it.admin->patch(
        deployment("cart"), PatchType::json,
        Json::array({{{"op", "remove"}, {"path", "/metadata/labels/x"}}}), {}));
    EXPECT_FALSE(after["metadata"]["labels"].contains("x"));
    // What was read first is out of date, and every kind of patch says so.
    for (const auto type : {PatchType::merge, PatchType::strategic, PatchType::json}) {
      const Json body =
          type == PatchType::json
              ? Json::array({{{"op", "add"}, {"path", "/metadata/labels/x"}, {"value", "1"}}})
              : Json{{"metadata", {{"labels", {{"x", "1"}}}}}};
      const auto error = bad(
          co_await it.admin->patch(deployment("cart"), type, body, {.resource_version = version}));
      EXPECT_EQ(error.code, Errc::conflict) << error.message;
      EXPECT_THAT(error.message, HasSubstr("changed meanwhile"));
    }
  });
}

TEST(KubernetesContract, CreatesReplacesAndRemoves) {
  play([](KubernetesContract& it) -> Async<> {
    Json config{{"apiVersion", "v1"},
                {"kind", "ConfigMap"},
                {"metadata", {{"namespace", "shop-test"}, {"name", "flags"}}},
                {"data", {{"a", "1"}}}};
    const ObjectRef ref{.kind = "ConfigMap", .ns = "shop-test", .name = "flags"};
    good(co_await it.admin->create(config, {.dry_run = true}));
    EXPECT_EQ(bad(co_await it.admin->get(ref)).code, Errc::not_found);
    const auto made = good(co_await it.admin->create(config, {}));
    const auto twice = bad(co_await it.admin->create(config, {}));
    EXPECT_EQ(twice.code, Errc::conflict);
    EXPECT_THAT(twice.message, HasSubstr("exists already"));
    config["data"]["a"] = "2";
    const auto version = made["metadata"]["resourceVersion"].get<std::string>();
    const auto next = good(co_await it.admin->replace(config, {.resource_version = version}));
    EXPECT_EQ(next["data"]["a"], "2");
    EXPECT_EQ(bad(co_await it.admin->replace(config, {.resource_version = version})).code,
              Errc::conflict);
    EXPECT_EQ(bad(co_await it.admin->remove(ref, {.resource_version = version})).code,
              Errc::conflict);
    good(co_await it.admin->remove(ref, {.dry_run = true}));
    EXPECT_EQ(good(co_await it.admin->get(ref))["data"]["a"], "2");
    good(co_await it.admin->remove(ref, {}));
    EXPECT_EQ(bad(co_await it.admin->remove(ref, {})).code, Errc::not_found);
  });
}

TEST(KubernetesContract, SaysWhichFieldIsWrong) {
  play([](KubernetesContract& it) -> Async<> {
    const auto negative = bad(co_await it.admin->patch(deployment("cart"), PatchType::merge,
                                                       Json{{"spec", {{"replicas", -1}}}}, {}));
    EXPECT_EQ(negative.code, Errc::invalid_argument);
    EXPECT_THAT(negative.message, HasSubstr("spec.replicas: Invalid value: -1"));
    const auto immutable = bad(co_await it.admin->patch(
        deployment("cart"), PatchType::merge,
        Json{{"spec", {{"selector", {{"matchLabels", {{"app", "other"}}}}}}}}, {}));
    EXPECT_EQ(immutable.code, Errc::invalid_argument);
    EXPECT_THAT(immutable.message, HasSubstr("spec.selector"));
    const auto unknown = bad(co_await it.admin->get(
        {.api_version = "cls.cloud.tencent.com/v1", .kind = "LogConfig", .name = "a"}));
    EXPECT_EQ(unknown.code, Errc::not_found);
    EXPECT_THAT(unknown.message, HasSubstr("no kind LogConfig"));
  });
}

TEST(KubernetesContract, Scales) {
  play([](KubernetesContract& it) -> Async<> {
    EXPECT_EQ(good(co_await it.admin->scale(deployment("cart"), 4, {.dry_run = true})), 2);
    EXPECT_EQ(good(co_await it.admin->scale(deployment("cart"), 4, {})), 2);
    it.pass(std::chrono::minutes(1));
    EXPECT_EQ(good(co_await it.admin->scale(deployment("cart"), 1, {})), 4);
    EXPECT_EQ(bad(co_await it.admin->scale(deployment("none"), 1, {})).code, Errc::not_found);
    EXPECT_EQ(bad(co_await it.admin->scale(deployment("cart"), 3, {.resource_version = "1"})).code,
              Errc::conflict);
  });
}

TEST(KubernetesContract, Applies) {
  play([](KubernetesContract& it) -> Async<> {
    Json object{{"apiVersion", "apps/v1"},
                {"kind", "Deployment"},
                {"metadata", {{"namespace", "shop-prod"}, {"name", "cart"}}},
                {"spec", {{"replicas", 5}}}};
    std::vector<clusters::FieldConflict> conflicts;
    const auto error = bad(co_await it.admin->apply(object, {}, &conflicts));
    EXPECT_EQ(error.code, Errc::conflict);
    EXPECT_THAT(error.message, HasSubstr(".spec.replicas is managed by "));
    EXPECT_THAT(conflicts, SizeIs(1));
    if (!conflicts.empty()) {
      EXPECT_EQ(conflicts[0].field, ".spec.replicas");
      EXPECT_NE(conflicts[0].manager, "");
    }
    good(co_await it.admin->apply(object, {.dry_run = true, .force = true}, nullptr));
    EXPECT_EQ(good(co_await it.admin->get(deployment("cart")))["spec"]["replicas"], 2);
    const auto applied = good(co_await it.admin->apply(object, {.force = true}, nullptr));
    EXPECT_EQ(applied["spec"]["replicas"], 5);
    std::vector<std::string> managers;
    for (const auto& entry : applied["metadata"]["managedFields"])
      managers.push_back(string_or(entry, "manager"));
    EXPECT_THAT(managers, Contains("mcp-tencent-cloud"));
    // A second time nothing is in the way, and the object as it was read can be applied.
    conflicts.clear();
    good(co_await it.admin->apply(object, {}, &conflicts));
    EXPECT_THAT(conflicts, IsEmpty());
    const Json fresh{{"apiVersion", "v1"},
                     {"kind", "ConfigMap"},
                     {"metadata", {{"namespace", "shop-test"}, {"name", "new"}}},
                     {"data", {{"k", "v"}}}};
    EXPECT_EQ(good(co_await it.admin->apply(fresh, {}, nullptr))["data"]["k"], "v");
  });
}

TEST(KubernetesContract, EvictsAsFarAsTheBudgetAllows) {
  play([](KubernetesContract& it) -> Async<> {
    const auto pods = good(co_await it.admin->pods({.ns = "shop-prod", .labels = "app=payment"}));
    good(co_await it.admin->evict("shop-prod", pods.at(0).name));
    const auto error = bad(co_await it.admin->evict("shop-prod", pods.at(1).name));
    EXPECT_EQ(error.code, Errc::conflict);
    EXPECT_THAT(error.message, HasSubstr("disruption budget"));
    EXPECT_EQ(bad(co_await it.admin->evict("shop-prod", "none")).code, Errc::not_found);
  });
}

TEST(KubernetesContract, SaysWhoMayNotDoWhat) {
  play([](KubernetesContract& it) -> Async<> {
    const auto stranger = it.as("no-such-token");
    const auto unknown = bad(co_await stranger->pods({}));
    EXPECT_EQ(unknown.code, Errc::unauthenticated);
    EXPECT_THAT(unknown.message, HasSubstr("renew it"));
    const auto reader = it.as(it.shop.tokens.reader);
    EXPECT_THAT(good(co_await reader->pods({.ns = "shop-prod"})), Not(IsEmpty()));
    EXPECT_EQ(bad(co_await reader->pod_storage("10.0.1.11")).code, Errc::denied) << "nodes/proxy";
    const auto error = bad(co_await reader->scale(deployment("cart"), 0, {}));
    EXPECT_EQ(error.code, Errc::denied);
    EXPECT_THAT(error.message, AllOf(HasSubstr("RBAC"), HasSubstr("User \"100000000003\" cannot"),
                                     HasSubstr("shop-prod")));
    const auto tester = it.as(it.shop.tokens.tester);
    EXPECT_THAT(good(co_await tester->pods({.ns = "shop-test"})), Not(IsEmpty()));
    EXPECT_EQ(bad(co_await tester->pods({.ns = "shop-prod"})).code, Errc::denied);
  });
}

TEST(KubernetesContract, KnowsPeopleByTheirCertificates) {
  play([](KubernetesContract& it) -> Async<> {
    const auto ca = it.certificates.ca();
    const auto reader =
        it.by(it.certificates.issue({.name = "100000000003", .groups = {}}).value(), ca);
    EXPECT_THAT(good(co_await reader->pods({.ns = "shop-prod"})), Not(IsEmpty()));
    const auto refused = bad(co_await reader->scale(deployment("cart"), 0, {}));
    EXPECT_EQ(refused.code, Errc::denied);
    EXPECT_THAT(refused.message, HasSubstr("User \"100000000003\" cannot"));
    const auto stranger =
        it.by(it.certificates.issue({.name = "stranger", .groups = {}}).value(), ca);
    EXPECT_EQ(bad(co_await stranger->pods({})).code, Errc::denied);
    EXPECT_THAT(good(co_await it.admin->pods({.ns = "shop-prod"})), Not(IsEmpty()))
        << "nobody's connection is another's";
    // A cluster that another authority vouches for is none that may be spoken to.
    auto others = emulator::kubernetes::KubeCertificates::create(it.system_clock, it.random);
    const auto wary =
        it.by(it.certificates.issue({.name = "100000000001", .groups = {}}).value(), others->ca());
    const auto untrusted = bad(co_await wary->pods({}));
    EXPECT_EQ(untrusted.code, Errc::unavailable);
    EXPECT_THAT(untrusted.message,
                AllOf(HasSubstr("cannot be spoken to safely"), HasSubstr("certificate")));
  });
}

TEST(KubernetesContract, OutlivesTroubleWhileReading) {
  play([](KubernetesContract& it) -> Async<> {
    const auto expected = names_of(good(co_await it.admin->pods({})));
    using Faults = emulator::kubernetes::KubeFaults;
    const struct {
      const char* name;
      Faults faults;
    } cases[] = {
        {"503", {.errors = 2, .error_status = 503}},
        {"500", {.errors = 2, .error_status = 500}},
        {"429", {.errors = 2, .error_status = 429, .retry_after_seconds = 3}},
        {"drops", {.drops = 2}},
        {"truncated", {.truncated = 2}},
        {"garbage", {.garbage = 2}},
    };
    for (const auto& c : cases) {
      SCOPED_TRACE(c.name);
      it.faults() = c.faults;
      EXPECT_EQ(names_of(good(co_await it.admin->pods({}))), expected);
      it.faults() = {};
    }
    it.faults() = {.errors = 3, .error_status = 503};
    EXPECT_EQ(bad(co_await it.admin->pods({})).code, Errc::unavailable);
    it.faults() = {};
  });
}

TEST(KubernetesContract, DoesNotWriteTwice) {
  play([](KubernetesContract& it) -> Async<> {
    it.faults() = {.errors = 1, .error_status = 429, .retry_after_seconds = 2};
    const Json patch{{"metadata", {{"labels", {{"x", "1"}}}}}};
    good(co_await it.admin->patch(deployment("cart"), PatchType::merge, patch, {}));
    EXPECT_THAT(it.sleeper.slept, Contains(Millis{2000}));
    for (const auto& faults : {emulator::kubernetes::KubeFaults{.errors = 1, .error_status = 500},
                               emulator::kubernetes::KubeFaults{.drops = 1}}) {
      it.faults() = faults;
      EXPECT_EQ(bad(co_await it.admin->patch(deployment("cart"), PatchType::merge, patch, {})).code,
                Errc::unavailable);
      it.faults() = {};
    }
  });
}

}  // namespace
}  // namespace mtc
