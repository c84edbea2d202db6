#include "emulator/kubernetes/access.h"

#include "emulator/kubernetes/kubernetes_test_world.h"

namespace mtc::emulator::kubernetes {
namespace {

struct AccessWorld : KubeWorld {
  AccessWorld() {
    cluster->add_user("reader", {.name = "rita", .groups = {}});
    cluster->add_user("dev", {.name = "dan", .groups = {}});
    cluster->add_user("none", {.name = "nobody", .groups = {}});
    cluster->grant("rita", "tke:ro");
    cluster->grant("dan", "tke:ns:dev", "default");
    post(kDeployments, deployment("web", "nginx"));
  }
  int status(const char* token, const char* method, std::string path, Json body = nullptr,
             const char* type = "application/json") {
    return send({method, std::move(path), std::move(body), type, token}).status;
  }
};

TEST(KubernetesAccess, NobodyWithoutAToken) {
  KubeWorld world;
  for (const auto* token : {"", "wrong"}) {
    const auto answer = world.send({.path = "/api/v1/pods", .token = token});
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.reason(), "Unauthorized");
  }
  EXPECT_EQ(world.send({.path = "/version", .token = ""}).status, 401);
  EXPECT_EQ(world.send({.path = "/healthz", .token = ""}).body, "ok");
}

TEST(KubernetesAccess, ACertificateNamesItsUserAndGroups) {
  AccessWorld world;
  const auto with = [&](const char* name, std::vector<std::string> groups) {
    return world
        .send({.path = "/api/v1/secrets",
               .token = "",
               .client_name = name,
               .client_groups = std::move(groups)})
        .status;
  };
  EXPECT_EQ(with("root", {"system:masters"}), 200);
  EXPECT_EQ(with("rita", {}), 403);
}

TEST(KubernetesAccess, FollowsRolesAndBindings) {
  AccessWorld world;
  const auto web = std::string(kDeployments) + "/web";
  const Json scaled{{"spec", {{"replicas", 1}}}};
  const auto* merge = "application/merge-patch+json";
  const struct {
    const char *name, *token, *method;
    std::string path;
    Json body;
    const char* type;
    int status;
  } cases[] = {
      {"a reader lists everywhere", "reader", "GET", "/api/v1/pods", nullptr, "", 200},
      {"but not secrets", "reader", "GET", "/api/v1/secrets", nullptr, "", 403},
      {"nor changes", "reader", "PATCH", web, scaled, merge, 403},
      {"a developer changes in one namespace", "dev", "PATCH", web, scaled, merge, 200},
      {"also the scale", "dev", "PATCH", web + "/scale", scaled, merge, 200},
      {"not in another", "dev", "GET", "/api/v1/namespaces/kube-system/pods", nullptr, "", 403},
      {"nor of the cluster", "dev", "GET", "/api/v1/nodes", nullptr, "", 403},
      {"without a role nothing", "none", "GET", kPods, nullptr, "", 403},
      {"but the way in", "none", "GET", "/apis", nullptr, "", 200},
      {"not every path", "none", "GET", "/metrics", nullptr, "", 403},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    EXPECT_EQ(world.status(one.token, one.method, one.path, one.body, one.type), one.status);
  }
}

TEST(KubernetesAccess, RefusesInTheApisWords) {
  AccessWorld world;
  const auto answer = world.send({"PATCH", std::string(kDeployments) + "/web", Json::object(),
                                  "application/merge-patch+json", "reader"});
  EXPECT_EQ(answer.message(),
            "deployments.apps \"web\" is forbidden: User \"rita\" cannot patch resource "
            "\"deployments\" in API group \"apps\" in the namespace \"default\"");
  EXPECT_EQ(world.send({.path = "/api/v1/nodes", .token = "dev"}).message(),
            "nodes is forbidden: User \"dan\" cannot list resource \"nodes\" in API group \"\" at "
            "the cluster scope");
}

TEST(KubernetesAccess, ChangesWithItsObjects) {
  AccessWorld world;
  world.post("/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles",
             {{"metadata", {{"name", "maps"}}},
              {"rules", Json::array({{{"apiGroups", {""}},
                                      {"resources", {"configmaps"}},
                                      {"resourceNames", {"one"}},
                                      {"verbs", {"get"}}}})}});
  const auto bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings";
  const auto bound = world.post(
      bindings,
      {{"metadata", {{"name", "maps"}}},
       {"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "Role"}, {"name", "maps"}}},
       {"subjects", Json::array({{{"kind", "User"}, {"name", "nobody"}}})}});
  ASSERT_EQ(bound.status, 201) << bound.body;
  const std::string maps = "/api/v1/namespaces/default/configmaps";
  EXPECT_EQ(world.status("none", "GET", maps + "/one"), 404);
  EXPECT_EQ(world.status("none", "GET", maps + "/two"), 403);
  world.remove(std::string(bindings) + "/maps");
  EXPECT_EQ(world.status("none", "GET", maps + "/one"), 403);
}

TEST(KubernetesAccess, CanBeAskedFor) {
  AccessWorld world;
  const auto may = [&](const char* token, const char* verb, const char* resource) {
    const auto answer = world.send({"POST",
                                    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                    {{"spec",
                                      {{"resourceAttributes",
                                        {{"verb", verb},
                                         {"resource", resource},
                                         {"group", "apps"},
                                         {"namespace", "default"}}}}}},
                                    "application/json",
                                    token});
    EXPECT_EQ(answer.status, 201) << answer.body;
    return bool_at(answer.json, {"status", "allowed"});
  };
  EXPECT_TRUE(may("dev", "patch", "deployments"));
  EXPECT_FALSE(may("reader", "patch", "deployments"));
  EXPECT_TRUE(may("reader", "list", "deployments"));
}

}  // namespace
}  // namespace mtc::emulator::kubernetes
