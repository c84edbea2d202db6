#include "emulator/kubernetes/tables.h"

#include <gtest/gtest.h>

#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/kinds.h"

namespace mtc::emulator::kubernetes {
namespace {

const auto kNow = *read_api_time("2026-11-22T10:00:00Z");

// The cells of the columns kubectl shows without -o wide.
Json narrow(std::string_view kind, const char* json) {
  const auto object = Json::parse(json);
  const Json* const list[] = {&object};
  const auto table = make_table(kind, list, kNow);
  auto out = Json::array();
  for (std::size_t i = 0; i < table["columnDefinitions"].size(); ++i)
    if (table["columnDefinitions"][i]["priority"] == 0) out.push_back(table["rows"][0]["cells"][i]);
  return out;
}

std::string pod_status(const char* rest) {
  return narrow("Pod", (R"({"metadata": {"name": "p"}, "spec": {"containers": [{}, {}],
      "initContainers": [{}, {}]}, )" +
                        std::string(rest) + "}")
                           .c_str())[2];
}

TEST(Tables, EveryPrinterFillsEveryColumnEvenOfAnEmptyObject) {
  for (const auto& row : all_kinds()) {
    for (const auto& object :
         {Json::object(), Json{{"spec", 1}, {"status", "x"}, {"metadata", Json::array()}}}) {
      const Json* const list[] = {&object};
      const auto table = make_table(row.kind, list, kNow);
      EXPECT_EQ(table["rows"][0]["cells"].size(), table["columnDefinitions"].size()) << row.kind;
    }
  }
}

TEST(Tables, IncludeTheObjectAsAsked) {
  const Json object = {{"kind", "Pod"}, {"metadata", {{"name", "p"}}}, {"spec", {{"x", 1}}}};
  const Json* const list[] = {&object};
  EXPECT_EQ(make_table("Pod", list, kNow, IncludeObject::object)["rows"][0]["object"], object);
  EXPECT_TRUE(make_table("Pod", list, kNow, IncludeObject::none)["rows"][0]["object"].is_null());
  EXPECT_EQ(make_table("Pod", list, kNow)["rows"][0]["object"],
            Json::parse(R"({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
                            "metadata": {"name": "p"}})"));
}

TEST(Tables, NameOfTheFirstColumnIsForNames) {
  const auto table = make_table("Deployment", {}, kNow);
  EXPECT_EQ(table["columnDefinitions"][0]["format"], "name");
  EXPECT_EQ(table["columnDefinitions"][2],
            Json::parse(R"({"name": "Up-to-date", "type": "integer", "format": "",
                            "description": "", "priority": 0})"));
  EXPECT_EQ(table["columnDefinitions"].back()["priority"], 1);
}

TEST(PodTable, ShowsReadyStatusRestartsAndAge) {
  EXPECT_EQ(
      narrow("Pod", R"({"metadata": {"name": "p", "creationTimestamp": "2026-11-22T09:00:00Z"},
      "spec": {"containers": [{}, {}]}, "status": {"phase": "Running", "containerStatuses": [
        {"ready": true, "restartCount": 2, "state": {"running": {}},
         "lastState": {"terminated": {"finishedAt": "2026-11-22T09:55:00Z"}}},
        {"ready": false, "restartCount": 1, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}})"),
      Json::parse(R"_(["p", "1/2", "CrashLoopBackOff", "3 (5m ago)", "60m"])_"));
}

TEST(PodTable, TellsTheStatusInKubectlsWords) {
  const struct {
    const char *pod, *status;
  } cases[] = {
      {R"("status": {"phase": "Pending"})", "Pending"},
      {R"("status": {"phase": "Failed", "reason": "Evicted"})", "Evicted"},
      {R"("status": {"phase": "Pending", "containerStatuses": [
          {"state": {"waiting": {"reason": "ContainerCreating"}}}]})",
       "ContainerCreating"},
      {R"("status": {"phase": "Running", "containerStatuses": [
          {"state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]})",
       "OOMKilled"},
      {R"("status": {"phase": "Failed", "containerStatuses": [
          {"state": {"terminated": {"exitCode": 3}}}]})",
       "ExitCode:3"},
      {R"("status": {"phase": "Failed", "containerStatuses": [
          {"state": {"terminated": {"exitCode": 3, "signal": 9}}}]})",
       "Signal:9"},
      {R"("status": {"phase": "Running", "containerStatuses": [
          {"state": {"terminated": {"reason": "Completed"}}},
          {"ready": true, "state": {"running": {}}}]})",
       "NotReady"},
      {R"("status": {"phase": "Pending", "initContainerStatuses": [
          {"state": {"terminated": {"exitCode": 0}}}, {"state": {"running": {}}}],
          "containerStatuses": [{"state": {"waiting": {"reason": "PodInitializing"}}}]})",
       "Init:1/2"},
      {R"("status": {"phase": "Pending", "initContainerStatuses": [
          {"state": {"waiting": {"reason": "ImagePullBackOff"}}}]})",
       "Init:ImagePullBackOff"},
      {R"("status": {"phase": "Pending", "initContainerStatuses": [
          {"state": {"terminated": {"exitCode": 1, "reason": "Error"}}}]})",
       "Init:Error"},
  };
  for (const auto& c : cases) EXPECT_EQ(pod_status(c.pod), c.status) << c.pod;
}

TEST(PodTable, ShowsPodsThatAreGoing) {
  const auto deleted = [](const char* status) {
    return narrow("Pod",
                  (R"({"metadata": {"name": "p", "deletionTimestamp": "2026-11-22T09:00:00Z"},
        "status": )" +
                   std::string(status) + "}")
                      .c_str())[2];
  };
  EXPECT_EQ(deleted(R"({"phase": "Running"})"), "Terminating");
  EXPECT_EQ(deleted(R"({"phase": "Running", "reason": "NodeLost"})"), "Unknown");
  EXPECT_EQ(deleted(R"({"phase": "Succeeded"})"), "Succeeded");
}

TEST(Tables, PrintEachKindAsKubectlDoes) {
  const struct {
    const char *kind, *object, *cells;
  } cases[] = {
      {"Deployment", R"({"metadata": {"name": "d", "creationTimestamp": "2026-11-20T10:00:00Z"},
          "spec": {"replicas": 3}, "status": {"readyReplicas": 2, "updatedReplicas": 1, "availableReplicas": 2}})",
       R"(["d", "2/3", 1, 2, "2d"])"},
      {"StatefulSet", R"({"metadata": {"name": "s"}, "spec": {"replicas": 1}})",
       R"(["s", "0/1", "<unknown>"])"},
      {"DaemonSet", R"({"metadata": {"name": "d", "creationTimestamp": "2026-11-22T09:59:00Z"},
          "spec": {"template": {"spec": {"nodeSelector": {"a": "b"}}}},
          "status": {"desiredNumberScheduled": 3, "currentNumberScheduled": 3, "numberReady": 2,
                     "updatedNumberScheduled": 3, "numberAvailable": 2}})",
       R"(["d", 3, 3, 2, 3, 2, "a=b", "60s"])"},
      {"Job",
       R"({"metadata": {"name": "j", "creationTimestamp": "2026-11-22T09:00:00Z"}, "spec": {"completions": 1},
          "status": {"succeeded": 1, "startTime": "2026-11-22T09:00:00Z", "completionTime": "2026-11-22T09:00:07Z"}})",
       R"(["j", "1/1", "7s", "60m"])"},
      {"Service", R"({"metadata": {"name": "s", "creationTimestamp": "2026-11-22T09:00:00Z"},
          "spec": {"type": "LoadBalancer", "clusterIP": "10.0.0.1", "ports": [{"port": 80, "nodePort": 30080}, {"port": 53, "protocol": "UDP"}]}})",
       R"(["s", "LoadBalancer", "10.0.0.1", "<pending>", "80:30080/TCP,53/UDP", "60m"])"},
      {"Node", R"({"metadata": {"name": "n", "creationTimestamp": "2026-11-22T09:00:00Z",
          "labels": {"node-role.kubernetes.io/worker": ""}}, "spec": {"unschedulable": true},
          "status": {"conditions": [{"type": "Ready", "status": "Unknown"}], "nodeInfo": {"kubeletVersion": "v1.28.3-tke.2"}}})",
       R"(["n", "NotReady,SchedulingDisabled", "worker", "60m", "v1.28.3-tke.2"])"},
      {"Event",
       R"({"metadata": {"name": "e"}, "type": "Warning", "reason": "BackOff", "message": "Back-off \n",
          "involvedObject": {"kind": "Pod", "name": "p"}, "firstTimestamp": "2026-11-22T09:00:00Z",
          "lastTimestamp": "2026-11-22T09:59:30Z", "count": 7})",
       R"(["30s", "Warning", "BackOff", "pod/p", "Back-off"])"},
      {"Ingress", R"({"metadata": {"name": "i"}, "spec": {"ingressClassName": "qcloud", "tls": [{}],
          "rules": [{"host": "a"}, {"host": "b"}, {"host": "c"}, {"host": "d"}]},
          "status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}})",
       R"(["i", "qcloud", "a,b,c + 1 more...", "1.2.3.4", "80, 443", "<unknown>"])"},
      {"Endpoints",
       R"({"metadata": {"name": "e"}, "subsets": [{"addresses": [{"ip": "10.1.0.1"}], "ports": [{"port": 80}]}]})",
       R"(["e", "10.1.0.1:80", "<unknown>"])"},
      {"PodDisruptionBudget",
       R"({"metadata": {"name": "b"}, "spec": {"minAvailable": "50%"}, "status": {"disruptionsAllowed": 1}})",
       R"(["b", "50%", "N/A", 1, "<unknown>"])"},
      {"HorizontalPodAutoscaler",
       R"({"metadata": {"name": "h"}, "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "d"},
          "minReplicas": 1, "maxReplicas": 5, "targetCPUUtilizationPercentage": 80}, "status": {"currentReplicas": 2}})",
       R"(["h", "Deployment/d", "cpu: <unknown>/80%", "1", 5, 2, "<unknown>"])"},
      {"ControllerRevision", R"({"metadata": {"name": "m-1", "ownerReferences": [
          {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "m", "controller": true}]}, "revision": 2})",
       R"(["m-1", "statefulset.apps/m", 2, "<unknown>"])"},
      {"Secret", R"({"metadata": {"name": "s"}, "type": "Opaque", "data": {"a": "", "b": ""}})",
       R"(["s", "Opaque", 2, "<unknown>"])"},
      {"CronJob",
       R"({"metadata": {"name": "c"}, "spec": {"schedule": "0 3 * * *", "suspend": false}})",
       R"(["c", "0 3 * * *", "False", 0, "<none>", "<unknown>"])"},
      {"Role", R"({"metadata": {"name": "r", "creationTimestamp": "2026-11-22T09:00:00Z"}})",
       R"(["r", "2026-11-22T09:00:00Z"])"},
  };
  for (const auto& c : cases) EXPECT_EQ(narrow(c.kind, c.object), Json::parse(c.cells)) << c.kind;
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
