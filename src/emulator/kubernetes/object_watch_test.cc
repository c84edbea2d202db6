#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "base/text.h"
#include "emulator/kubernetes/kubernetes_test_world.h"
#include "emulator/kubernetes/object_watch.h"
#include "infra/loop/task_group.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr const char* kMaps = "/api/v1/namespaces/default/configmaps";

Json config_map(const std::string& name, const std::string& tier = "web") {
  return {{"metadata", {{"name", name}, {"labels", {{"tier", tier}}}}}, {"data", {{"n", "0"}}}};
}

// The events of a watch's answer: "ADDED a MODIFIED a".
std::string events_of(const std::string& body) {
  std::string out;
  for (const auto line : split(body, '\n')) {
    if (line.empty()) continue;
    const auto event = *parse_json(line);
    const auto& object = event["object"];
    const auto kind = string_or(object, "kind");
    auto what = kind == "Table"    ? object["rows"][0]["cells"][0].get<std::string>()
                : kind == "Status" ? string_or(object, "reason")
                                   : name_of(object);
    out += (out.empty() ? "" : " ") + string_or(event, "type") + " " + what;
  }
  return out;
}

std::string version_of(KubeWorld& world) {
  return text_at(world.get(kMaps).json, {"metadata", "resourceVersion"});
}

TEST(KubernetesWatch, TellsWhatHappenedSinceAVersion) {
  KubeWorld world;
  const auto from = version_of(world);
  world.post(kMaps, config_map("a"));
  world.patch(std::string(kMaps) + "/a", {{"data", {{"n", "1"}}}});
  world.remove(std::string(kMaps) + "/a");
  const auto path = std::string(kMaps) + "?watch=1&timeoutSeconds=1&resourceVersion=" + from;
  EXPECT_EQ(events_of(world.get(path).body), "ADDED a MODIFIED a DELETED a");
}

TEST(KubernetesWatch, BeginsWithWhatThereIsWithoutAVersion) {
  KubeWorld world;
  world.post(kMaps, config_map("a"));
  const auto path = std::string(kMaps) + "?watch=true&timeoutSeconds=1";
  EXPECT_EQ(events_of(world.get(path).body), "ADDED a ADDED kube-root-ca.crt");
}

TEST(KubernetesWatch, ObjectsEnterAndLeaveASelection) {
  KubeWorld world;
  const auto from = version_of(world);
  world.post(kMaps, config_map("a", "db"));
  world.patch(std::string(kMaps) + "/a", {{"metadata", {{"labels", {{"tier", "web"}}}}}});
  world.patch(std::string(kMaps) + "/a", {{"metadata", {{"labels", {{"tier", "db"}}}}}});
  const auto path = std::string(kMaps) + "?watch=1&timeoutSeconds=1&labelSelector=tier%3Dweb" +
                    "&resourceVersion=" + from;
  EXPECT_EQ(events_of(world.get(path).body), "ADDED a DELETED a");
}

TEST(KubernetesWatch, TablesAreWatchedToo) {
  KubeWorld world;
  const auto from = version_of(world);
  world.post(kMaps, config_map("a"));
  world.post(kMaps, config_map("b"));
  const auto answer =
      world.send({.path = std::string(kMaps) + "?watch=1&timeoutSeconds=1&resourceVersion=" + from,
                  .accept = "application/json;as=Table;v=v1;g=meta.k8s.io"});
  EXPECT_EQ(events_of(answer.body), "ADDED a ADDED b");
  const auto lines = split(answer.body, '\n');
  EXPECT_TRUE((*parse_json(lines[0]))["object"]["columnDefinitions"].is_array());
  EXPECT_TRUE((*parse_json(lines[1]))["object"]["columnDefinitions"].is_null());
}

TEST(KubernetesWatch, AVersionThatIsTooOldIsSaidSo) {
  KubeWorld world;
  const auto from = version_of(world);
  world.cluster->store().forget_changes();
  const auto answer = world.get(std::string(kMaps) + "?watch=1&resourceVersion=" + from);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(events_of(answer.body), "ERROR Expired");
  EXPECT_EQ(integer_at((*parse_json(answer.body))["object"], {"code"}), 410);
  EXPECT_EQ(world.get(std::string(kMaps) + "?watch=1&resourceVersion=x").status, 422);
}

TEST(KubernetesWatch, ABookmarkTellsHowFarItHasCome) {
  KubeWorld world;
  const auto route = parse_route(kMaps);
  const Query query("watch=1&allowWatchBookmarks=true&resourceVersion=" + version_of(world));
  const HttpRequest http;
  const User user;
  const ObjectRequest request{*world.cluster, *route, query, http, user};
  auto watch = ObjectWatch::start(request);
  ASSERT_TRUE(watch && watch->wants_bookmarks());
  world.post("/api/v1/namespaces/kube-system/configmaps", config_map("elsewhere"));
  bool over = false;
  EXPECT_EQ(watch->next(request, over), "");
  const auto bookmark = *parse_json(watch->bookmark(request));
  EXPECT_EQ(string_or(bookmark, "type"), "BOOKMARK");
  EXPECT_EQ(string_or(bookmark["object"], "kind"), "ConfigMap");
  EXPECT_EQ(text_at(bookmark["object"], {"metadata", "resourceVersion"}), version_of(world));
}

TEST(KubernetesWatch, OfASubresourceThereIsNone) {
  KubeWorld world;
  world.post(kDeployments, world.deployment("web", "nginx"));
  const auto scale = world.get(std::string(kDeployments) + "/web/scale?watch=1&timeoutSeconds=1");
  EXPECT_EQ(string_or(scale.json, "kind"), "Scale") << scale.body;
}

TEST(KubernetesWatch, OldChangesAreForgottenOneByOne) {
  ObjectStore store(2);
  const auto& kind = *find_stored("", "configmaps");
  for (const auto* name : {"a", "b", "c"})
    store.put(kind, {{"metadata", {{"name", name}, {"namespace", "n"}}}});
  EXPECT_EQ(store.changes(kind).size(), 2U);
  EXPECT_FALSE(store.at(kind, store.forgotten(kind) - 1));
  EXPECT_EQ(store.at(kind, store.forgotten(kind))->size(), 1U);
}

// An exchange that hands each chunk on as it is written.
struct OpenExchange final : HttpExchange {
  HttpRequest asked;
  std::string body;
  std::function<void()> on_write;
  const HttpRequest& request() const override { return asked; }
  Async<> respond(HttpResponse response) override {
    body = std::move(response.body);
    co_return;
  }
  Async<> begin_stream(int, HttpHeaders) override { co_return; }
  Async<> write(std::string chunk) override {
    body += chunk;
    if (on_write) on_write();
    co_return;
  }
  Async<> finish() override { co_return; }
  Async<> finish_and_close() override { co_return; }
  bool gone() const override { return false; }
  void cancel() override {}
};

TEST(KubernetesWatch, AnOpenOneHearsOfChangesAtOnce) {
  KubeWorld world;
  asio::io_context loop(1);
  TaskGroup tasks(loop.get_executor());
  OpenExchange exchange;
  exchange.asked = {.method = "GET",
                    .path = "/clusters/test" + std::string(kMaps),
                    .query = "watch=1&resourceVersion=" + version_of(world),
                    .headers = {{"Authorization", "Bearer admin-token"}}};
  exchange.on_write = [&] { tasks.stop(); };
  tasks.spawn("watch", world.api.handle(exchange));
  asio::post(loop, [&] {
    world.cluster->create([] {
      auto map = config_map("late");
      map["apiVersion"] = "v1";
      map["kind"] = "ConfigMap";
      map["metadata"]["namespace"] = "default";
      return map;
    }());
  });
  loop.run();
  EXPECT_EQ(events_of(exchange.body), "ADDED late");
}

TEST(KubernetesFaults, HitTheRequestsTheyAreMeantFor) {
  KubeWorld world;
  auto& faults = world.cluster->faults;
  faults = {
      .path_prefix = "/api/v1/nodes", .errors = 1, .error_status = 429, .retry_after_seconds = 7};
  EXPECT_EQ(world.get(kMaps).status, 200);
  const auto refused = world.get("/api/v1/nodes");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(find_header(refused.headers, "Retry-After"), "7");
  EXPECT_EQ(world.get("/api/v1/nodes").status, 200);
  faults = {.truncated = 1};
  EXPECT_TRUE(world.get(kMaps).json.is_null());
  faults = {.garbage = 1};
  EXPECT_TRUE(world.get(kMaps).json.is_null());
  faults = {.errors = 1, .error_status = 503};
  EXPECT_EQ(world.get(kMaps).reason(), "ServiceUnavailable");
  faults = {.writes = true, .errors = 1};
  EXPECT_EQ(world.get(kMaps).status, 200);
  const auto delete_one = [&](const char* query) {
    return world.send({.method = "DELETE", .path = std::string(kMaps) + "/none" + query}).status;
  };
  EXPECT_EQ(delete_one("?dryRun=All"), 404);
  EXPECT_EQ(delete_one(""), 500);
  EXPECT_EQ(delete_one(""), 404);
  faults = {.expired_watches = 1};
  EXPECT_EQ(
      events_of(
          world.get(std::string(kMaps) + "?watch=1&resourceVersion=" + version_of(world)).body),
      "ERROR Expired");
}

TEST(KubernetesSwitches, StandBesideTheApi) {
  KubeWorld world;
  const auto turn = [&](const char* path, Json body) {
    return world.send({.method = "POST",
                       .path = path,
                       .body = std::move(body),
                       .token = "",
                       .prefix = "/_emulator/clusters/test"});
  };
  EXPECT_EQ(turn("/faults", {{"errors", 1}}).status, 200);
  EXPECT_EQ(world.get(kMaps).status, 500);
  EXPECT_EQ(turn("/faults", {{"errors", "many"}}).status, 400);
  EXPECT_EQ(turn("/nodes/n1", {{"down", true}}).status, 200);
  world.pass(41);
  EXPECT_TRUE(condition_is(world.get("/api/v1/nodes/n1").json, "Ready", "Unknown"));
  EXPECT_EQ(turn("/nodes/nine", {{"down", true}}).status, 404);
  EXPECT_EQ(turn("/load", {{"factor", 4}}).status, 200);
  EXPECT_EQ(world.plane().load, 4);
  const auto from = version_of(world);
  EXPECT_EQ(turn("/forget-changes", Json::object()).status, 200);
  const auto late = world.get(std::string(kMaps) + "?watch=1&resourceVersion=" + from);
  EXPECT_EQ(events_of(late.body), "ERROR Expired");
}

TEST(KubernetesFaults, AreCheckedMemberByMember) {
  const auto faults = parse_kube_faults({{"errors", 3}, {"error_status", 503}});
  ASSERT_TRUE(faults);
  EXPECT_EQ(faults->errors, 3);
  EXPECT_FALSE(parse_kube_faults({{"errrors", 3}}));
  EXPECT_FALSE(parse_kube_faults({{"error_status", 200}}));
}

TEST(KubernetesDiscovery, NamesVersionsGroupsAndResources) {
  KubeWorld world;
  EXPECT_EQ(string_or(world.get("/version").json, "minor"), "28");
  EXPECT_EQ(world.get("/api").json["versions"], Json::array({"v1"}));
  std::string groups;
  for (const auto& group : world.get("/apis").json["groups"])
    groups += string_or(group, "name") + " ";
  EXPECT_NE(groups.find("apps authorization.k8s.io autoscaling batch "), std::string::npos)
      << groups;
  EXPECT_EQ(text_at(world.get("/apis/policy").json, {"preferredVersion", "groupVersion"}),
            "policy/v1");
  const auto apps = world.get("/apis/apps/v1").json;
  bool scale = false;
  for (const auto& one : apps["resources"])
    if (one["name"] == "deployments/scale")
      scale = one["kind"] == "Scale" && one["group"] == "autoscaling";
  EXPECT_TRUE(scale);
  EXPECT_EQ(world.get("/apis/nothing").status, 404);
  EXPECT_EQ(world.get("/apis/apps/v9").status, 404);
  EXPECT_TRUE(world.get("/openapi/v2").json["paths"].is_object());
  const auto binary = world.send({.path = "/openapi/v2", .accept = "application/x+protobuf"});
  EXPECT_TRUE(binary.body.starts_with(std::string("\x0a\x03") + "2.0"));
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
