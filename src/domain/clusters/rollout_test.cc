#include "domain/clusters/rollout.h"

#include <gtest/gtest.h>

namespace mtc::clusters {
namespace {

Json workload(const char* kind, const char* spec, const char* status) {
  return {{"kind", kind},
          {"metadata", {{"generation", 2}}},
          {"spec", Json::parse(spec)},
          {"status", Json::parse(status)}};
}

TEST(Rollout, IsReadFromTheStatusAndSaid) {
  const struct {
    const char *what, *kind, *spec, *status, *zh;
    bool rolling;
  } cases[] = {
      {"all there", "Deployment", R"({"replicas":3})",
       R"({"observedGeneration":2,"replicas":3,"updatedReplicas":3,"availableReplicas":3})",
       "三个副本都好了。", false},
      {"not seen by the controller", "Deployment", R"({"replicas":3})",
       R"({"observedGeneration":1,"replicas":3,"updatedReplicas":3,"availableReplicas":3})",
       "新的副本还没好。", true},
      {"old pods are still ready", "Deployment", R"({"replicas":3})",
       R"({"observedGeneration":2,"replicas":4,"updatedReplicas":1,"availableReplicas":3})",
       "三个副本里好了一个。", true},
      {"old pods have to go", "Deployment", R"({"replicas":1})",
       R"({"observedGeneration":2,"replicas":3,"updatedReplicas":3,"availableReplicas":3})",
       "旧的副本正在停。", true},
      {"all of them", "Deployment", R"({"replicas":0})",
       R"({"observedGeneration":2,"replicas":3,"updatedReplicas":3,"availableReplicas":3})",
       "副本正在停。", true},
      {"none is wanted, none is there", "Deployment", R"({"replicas":0})",
       R"({"observedGeneration":2})", "副本都停了。", false},
      {"the cluster has given up", "Deployment", R"({"replicas":2})",
       R"({"observedGeneration":2,"replicas":3,"updatedReplicas":1,"availableReplicas":2,
           "conditions":[{"type":"Progressing","status":"False","message":"timed out"}]})",
       "两个副本里只好了一个，集群说：timed out。", false},
      {"a quota", "Deployment", R"({"replicas":2})",
       R"({"observedGeneration":2,"conditions":[{"type":"ReplicaFailure","status":"True","reason":"FailedCreate"}]})",
       "两个副本一个都没好，集群说：FailedCreate。", false},
      {"revisions agree", "StatefulSet", R"({"replicas":2})",
       R"({"observedGeneration":2,"replicas":2,"readyReplicas":2,"currentRevision":"a","updateRevision":"a"})",
       "两个副本都好了。", false},
      {"one a node", "DaemonSet", "{}",
       R"({"observedGeneration":2,"desiredNumberScheduled":5,"updatedNumberScheduled":2,"numberAvailable":5})",
       "五个副本里好了两个。", true},
      {"no status at all", "Deployment", R"({"replicas":3})", "{}", "新的副本还没好。", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    const Json object = workload(c.kind, c.spec, c.status);
    EXPECT_EQ(say_rollout(rollout_of(object), Language::zh), c.zh);
    EXPECT_EQ(is_rolling(object), c.rolling);
  }
  EXPECT_EQ(rollout_of(workload("Job", "{}", "{}")).state, Rollout::State::done);
}

}  // namespace
}  // namespace mtc::clusters
