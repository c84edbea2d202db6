#include "domain/alerts/cause.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"
#include "domain/alerts/alert_examples.h"
#include "domain/alerts/merge.h"

namespace mtc::alerts {
namespace {

Report about(Subject subject) {
  auto out = example_report("r");
  out.subject = std::move(subject);
  return out;
}

Subject pod_of(std::string pod) {
  return {.cluster_id = "cls-1", .ns = "shop", .pod = std::move(pod)};
}

TEST(Cause, NamesOfPodsSayTheirWorkload) {
  const struct {
    const char *pod, *workload;
  } cases[] = {
      {"payment-7d9f4c5b6-x2k4q", "payment"},
      {"order-api-5d8b7c9f4-abcde", ""},  // a and e are not in what Kubernetes makes up
      {"order-api-5d8b7c9f4-zbcdf", "order-api"},
      {"mysql-0", "mysql"},
      {"kafka-broker-12", "kafka-broker"},
      {"fluent-bit-x2k4q", "fluent-bit"},
      {"backup-27891234-x2k4q", "backup"},
      {"payment", ""},
      {"payment-api", ""},
      {"", ""},
      {"-", ""},
      {"-0", ""},
      {"0", ""},
      {"web-20261122", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(workload_of_pod_name(c.pod), c.workload) << c.pod;
}

TEST(Cause, PodsOfAWorkloadAreTheWorkload) {
  const auto named = cause_of(about({.cluster_id = "cls-1",
                                     .ns = "shop",
                                     .kind = "Deployment",
                                     .name = "payment",
                                     .pod = "payment-7d9f4c5b6-x2k4q",
                                     .node = "10.0.0.5",
                                     .instance = "ins-1"}));
  EXPECT_EQ(cause_of(about(pod_of("payment-7d9f4c5b6-x2k4q"))), named);
  EXPECT_EQ(cause_of(about(pod_of("payment-5b6d7f8c9-zzzzz"))), named);
  EXPECT_NE(cause_of(about(pod_of("payment"))), named);
  EXPECT_EQ(named, "monitor|policy-1|cpuusage|workload:cls-1/shop/payment");
}

TEST(Cause, DifferentThingsNeverMix) {
  const Subject payment{.cluster_id = "cls-1", .ns = "shop", .name = "payment"};
  std::vector<Subject> subjects(14, payment);
  subjects[1].ns = "shop2";
  subjects[2].cluster_id = "cls-2";
  subjects[3].name = "payment2";
  subjects[4] = {.instance = "ins-1"};
  subjects[5] = {.instance = "ins-2"};
  subjects[6] = {.cluster_id = "cls-1", .node = "ins-1"};
  subjects[7] = {.cluster_id = "cls-1"};
  subjects[8] = {.cluster_id = "cls-1", .ns = "shop"};
  subjects[9] = {.text = "cls-1"};
  subjects[10] = {};
  subjects[11] = {.cluster_id = "cls-1", .ns = "shop/payment"};
  subjects[12] = {.cluster_id = "cls-1/shop", .ns = "", .name = "payment"};
  subjects[13] = {.cluster_name = "cls-9", .ns = "shop", .name = "payment"};
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const auto [it, fresh] = seen.emplace(cause_of(about(subjects[i])), i);
    EXPECT_TRUE(fresh) << i << " is as " << it->second << ": " << it->first;
  }
}

TEST(Cause, SourcePolicyAndMetricMakeADifference) {
  const auto cause = cause_of(example_report("a"));
  auto logs = example_report("a");
  logs.source = Source::logs;
  auto policy = example_report("a");
  policy.policy_id = "policy-2";
  auto metric = example_report("a");
  metric.metric = "mem_usage";
  EXPECT_NE(cause_of(logs), cause);
  EXPECT_NE(cause_of(policy), cause);
  EXPECT_NE(cause_of(metric), cause);
}

TEST(Cause, CallbackAndHistoryShareIt) {
  const auto callback = example_report("callback");
  auto history = example_report("history", kExampleNow + std::chrono::minutes(5), false);
  history.metric = "CpuUsage";
  history.condition = "CPU利用率 > 90%";
  history.value.reset();
  history.level = Level::critical;
  history.policy_name = "renamed";
  EXPECT_EQ(cause_of(history), cause_of(callback));
}

TEST(Cause, AlertsOfOneWorkloadAreOneIncident) {
  const Subject payment{.cluster_id = "cls-1", .ns = "shop", .name = "payment"};
  auto pod = pod_of("payment-7d9f4c5b6-x2k4q");
  pod.node = "10.0.0.5";
  EXPECT_EQ(group_of(payment, "a"), group_of(pod, "b"));
  EXPECT_NE(group_of(payment, "a"),
            group_of({.cluster_id = "cls-2", .ns = "shop", .name = "payment"}, "a"));
  const Subject node{.cluster_id = "cls-1", .node = "10.0.0.5"};
  EXPECT_EQ(group_of(node, "a"), group_of(node, "b"));
  EXPECT_NE(group_of(node, "a"), group_of(payment, "a"));
  EXPECT_EQ(group_of({.instance = "ins-1"}, "a"), "a");
  EXPECT_EQ(group_of({.ns = "shop", .name = "payment"}, "a"), "a") << "of whichever cluster";
}

rc::Gen<std::string> any_text() {
  return rc::gen::oneOf(rc::gen::arbitrary<std::string>(),
                        rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab-/|0"))),
                        rc::gen::just(std::string(10'000, 'x')),
                        rc::gen::just(std::string("坏\xff\xe4\xb8")));
}

Report any_report() {
  auto out = example_report("r");
  for (auto* text : {&out.policy_id, &out.policy_name, &out.metric, &out.condition,
                     &out.subject.cluster_id, &out.subject.cluster_name, &out.subject.ns,
                     &out.subject.name, &out.subject.pod, &out.subject.node, &out.subject.instance,
                     &out.subject.region, &out.subject.text, &out.message})
    *text = *rc::gen::oneOf(any_text(), rc::gen::just(std::string()));
  return out;
}

RC_GTEST_PROP(Cause, IsShortReadableTextWhateverComes, ()) {
  const auto report = any_report();
  const auto cause = cause_of(report);
  RC_ASSERT(cause.size() <= 300U);
  RC_ASSERT(is_valid_utf8(cause));
  RC_ASSERT(std::ranges::none_of(cause, [](char c) { return c >= 0 && c < ' '; }));
  RC_ASSERT(group_of(report.subject, cause).size() <= 300U);
}

// The end of one that flaps is reported by what was kept of it.
RC_GTEST_PROP(Cause, CanBeFoundAgainFromTheAlert, ()) {
  const auto report = any_report();
  auto alert = alerts::merge(std::nullopt, 1, report, {}, kExampleNow)->alert;
  alert.recovered = kExampleNow;
  const auto end = report_of_end(alert, {}, kExampleNow + std::chrono::hours(1));
  RC_ASSERT(end.has_value());
  RC_ASSERT(cause_of(*end) == alert.cause);
  RC_ASSERT(end->id.size() <= 200U);
}

}  // namespace
}  // namespace mtc::alerts
