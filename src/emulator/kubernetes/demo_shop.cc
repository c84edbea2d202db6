#include "emulator/kubernetes/demo_shop.h"

#include <fmt/format.h>

#include "base/encoding.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr const char* kProd = "shop-prod";
constexpr const char* kTest = "shop-test";
constexpr const char* kSystem = "kube-system";
constexpr std::chrono::hours kHistory{24 * 9};

std::string image(std::string_view service, std::string_view tag) {
  return fmt::format("ccr.ccs.tencentyun.com/shop/{}:{}", service, tag);
}

struct Service {
  const char *name, *before, *tag;
  int replicas;
  const char *cpu, *memory, *limit;
  int port;  // 0: serves nothing
  std::int64_t cpu_milli, memory_mib;
  const char* line;
};

// What is typical of each, at load 1.
constexpr Service kServices[] = {
    {"gateway", "v8", "v9", 2, "100m", "128Mi", "512Mi", 8080, 60, 110,
     "INFO access method=GET path=/api/items status=200 cost=12ms n={n}"},
    {"order-service", "v11", "v12", 3, "200m", "256Mi", "1Gi", 8080, 90, 320,
     "INFO order created id=20{n} cost=41ms"},
    {"order-worker", "v11", "v12", 2, "100m", "128Mi", "512Mi", 0, 40, 180,
     "INFO settled batch {n} orders=25"},
    {"payment", "v40", "v41", 3, "200m", "256Mi", "1Gi", 8080, 80, 300,
     "INFO payment accepted id=50{n} channel=wechat cost=88ms"},
    {"cart", "v5", "v6", 2, "100m", "128Mi", "512Mi", 8080, 30, 140,
     "INFO cart updated items=3 n={n}"},
};

Json probe(int port) {
  return {{"httpGet", {{"path", "/healthz"}, {"port", port}}},
          {"initialDelaySeconds", 1},
          {"periodSeconds", 10}};
}

Json container_of(const Service& service, std::string_view tag) {
  Json out{{"name", service.name},
           {"image", image(service.name, tag)},
           {"resources",
            {{"requests", {{"cpu", service.cpu}, {"memory", service.memory}}},
             {"limits", {{"cpu", "1"}, {"memory", service.limit}}}}}};
  if (service.port != 0) {
    out["ports"] = Json::array({{{"name", "http"}, {"containerPort", service.port}}});
    out["readinessProbe"] = probe(service.port);
  }
  if (std::string_view(service.name).starts_with("order"))
    out["envFrom"] = Json::array({{{"configMapRef", {{"name", "order-config"}}}},
                                  {{"secretRef", {{"name", "mysql-credentials"}}}}});
  return out;
}

Json object(const char* api_version, const char* kind, const std::string& ns,
            const std::string& name) {
  Json out{{"apiVersion", api_version}, {"kind", kind}, {"metadata", {{"name", name}}}};
  if (!ns.empty()) out["metadata"]["namespace"] = ns;
  return out;
}

Json pod_template(const Json& labels, Json container) {
  return {{"metadata", {{"labels", labels}}},
          {"spec", {{"containers", Json::array({std::move(container)})}}}};
}

Json deployment(const Service& service, const std::string& ns, std::string_view tag, int replicas) {
  const Json labels{{"app", service.name}};
  auto out = object("apps/v1", "Deployment", ns, service.name);
  out["metadata"]["labels"] = labels;
  out["metadata"]["annotations"] = {
      {"kubernetes.io/change-cause", fmt::format("release {} {}", service.name, tag)}};
  out["spec"] = {{"replicas", replicas},
                 {"selector", {{"matchLabels", labels}}},
                 {"template", pod_template(labels, container_of(service, tag))}};
  return out;
}

Json cluster_service(const std::string& ns, const std::string& name, int port,
                     const char* type = "ClusterIP") {
  auto out = object("v1", "Service", ns, name);
  out["metadata"]["labels"] = {{"app", name}};
  out["spec"] = {{"type", type},
                 {"selector", {{"app", name}}},
                 {"ports", Json::array({{{"name", "http"}, {"port", 80}, {"targetPort", port}}})}};
  return out;
}

void add_behaviours(Behaviours& table) {
  const auto bad = [](Behaviour behaviour, const Service& service) {
    behaviour.cpu_milli = service.cpu_milli;
    behaviour.memory_bytes = service.memory_mib << 20U;
    behaviour.first_lines = {fmt::format("INFO {} starting", service.name),
                             "INFO connecting to mysql-0.mysql:3306"};
    behaviour.lines = {service.line};
    return behaviour;
  };
  const auto crash = [&](const Service& service) {
    return bad(
        crashing(Millis(20'000), {"ERROR cannot get a connection: pool exhausted (HikariPool-1)",
                                  "FATAL exiting: database unavailable"}),
        service);
  };
  table.add("*:missing*", missing_image());
  table.add("*:crash*", crashing(Millis(1'000), {"ERROR something broke", "FATAL giving up"}));
  table.add("*:never-ready*", never_ready());
  Behaviour completes;
  completes.completes_after = Millis(1'000);
  completes.first_lines = {"started", "done"};
  table.add("*:complete*", completes);
  table.add(image("*", "*"), missing_image());
  for (const auto& service : kServices) {
    for (const auto* tag : {service.before, service.tag})
      table.add(image(service.name, tag), bad(good(), service));
    table.add(image(service.name, "crash"), crash(service));
    table.add(image(service.name, "never-ready"), bad(never_ready(), service));
    table.add(image(service.name, "slow"), bad(slow_start(Millis(90'000)), service));
    table.add(image(service.name, "leak"), bad(leaking(std::int64_t{2} << 20U), service));
  }
  table.add(image("payment", "v42"), crash(kServices[3]));
  table.add({.image = image("order-service", "*"),
             .config_kind = "ConfigMap",
             .config_name = "order-config",
             .key = "application.properties",
             .contains = "pool_size=0",
             .behaviour = bad(crashing(Millis(3'000),
                                       {"FATAL invalid configuration: pool_size must be positive"}),
                              kServices[1])});
  Behaviour mysql = good();
  mysql.cpu_milli = 250;
  mysql.memory_bytes = std::int64_t{900} << 20U;
  mysql.first_lines = {"[System] [MY-010116] mysqld 8.0.33 starting as process 1",
                       "[System] [MY-010931] ready for connections. port: 3306"};
  mysql.lines = {
      "[Note] [MY-010914] Aborted connection {n} (Got timeout reading communication packets)"};
  mysql.line_interval = Millis(60'000);
  mysql.stops_after = Millis(3'000);
  table.add("*/mysql:8.0*", mysql);
  Behaviour agent = good(Millis(1'000));
  agent.cpu_milli = 15;
  agent.memory_bytes = std::int64_t{60} << 20U;
  agent.lines = {"[info] loglistener: uploaded batch {n}"};
  agent.line_interval = Millis(30'000);
  table.add("*/log-agent:*", agent);
  Behaviour migrate;
  migrate.completes_after = Millis(12'000);
  migrate.first_lines = {"INFO migration V20 applied", "INFO schema is up to date"};
  table.add(image("db-migrate", "v12"), migrate);
  Behaviour dns = good(Millis(1'000));
  dns.cpu_milli = 5;
  dns.memory_bytes = std::int64_t{25} << 20U;
  dns.first_lines = {".:53", "CoreDNS-1.10.1"};
  dns.lines = {};
  table.add("*/coredns:*", dns);
}

void add_nodes(Cluster& cluster, TimePoint now) {
  // Addresses as the cloud's stand-in gives them to the machines of this cluster.
  constexpr const char* kZones[] = {"100003", "100004", "100006", "100003", "100004"};
  for (int i = 0; i < 5; ++i) {
    cluster.create(tke_node({.name = fmt::format("10.30.0.{}", 10 + i),
                             .instance_id = fmt::format("ins-shop000{}", i + 1),
                             .zone = kZones[i]},
                            now));
  }
}

void add_mysql(Cluster& cluster) {
  auto service = object("v1", "Service", kProd, "mysql");
  service["spec"] = {{"clusterIP", "None"},
                     {"selector", {{"app", "mysql"}}},
                     {"ports", Json::array({{{"name", "mysql"}, {"port", 3306}}})}};
  cluster.create(std::move(service));
  const Json labels{{"app", "mysql"}};
  auto set = object("apps/v1", "StatefulSet", kProd, "mysql");
  set["metadata"]["labels"] = labels;
  auto claim = object("v1", "PersistentVolumeClaim", "", "data");
  claim["spec"] = {{"accessModes", Json::array({"ReadWriteOnce"})},
                   {"storageClassName", "cbs"},
                   {"resources", {{"requests", {{"storage", "100Gi"}}}}}};
  Json container{
      {"name", "mysql"},
      {"image", "ccr.ccs.tencentyun.com/library/mysql:8.0.33"},
      {"ports", Json::array({{{"name", "mysql"}, {"containerPort", 3306}}})},
      {"env",
       Json::array({{{"name", "MYSQL_ROOT_PASSWORD"},
                     {"valueFrom",
                      {{"secretKeyRef", {{"name", "mysql-credentials"}, {"key", "password"}}}}}}})},
      {"resources",
       {{"requests", {{"cpu", "500m"}, {"memory", "1Gi"}}}, {"limits", {{"memory", "2Gi"}}}}},
      {"volumeMounts", Json::array({{{"name", "data"}, {"mountPath", "/var/lib/mysql"}}})},
      {"readinessProbe",
       {{"tcpSocket", {{"port", 3306}}}, {"initialDelaySeconds", 5}, {"periodSeconds", 10}}}};
  auto pods = pod_template(labels, std::move(container));
  set["spec"] = {{"serviceName", "mysql"},
                 {"replicas", 2},
                 {"selector", {{"matchLabels", labels}}},
                 {"template", std::move(pods)},
                 {"volumeClaimTemplates", Json::array({std::move(claim)})}};
  cluster.create(std::move(set));
  auto budget = object("policy/v1", "PodDisruptionBudget", kProd, "mysql");
  budget["spec"] = {{"minAvailable", 2}, {"selector", {{"matchLabels", labels}}}};
  cluster.create(std::move(budget));
}

void add_configuration(Cluster& cluster, const std::string& ns) {
  auto config = object("v1", "ConfigMap", ns, "order-config");
  config["data"] = {{"application.properties", "pool_size=20\nlog.level=info\n"},
                    {"feature.coupons", "true"}};
  cluster.create(std::move(config));
  auto secret = object("v1", "Secret", ns, "mysql-credentials");
  secret["stringData"] = {{"username", "shop"}, {"password", "demo-only-" + ns}};
  cluster.create(std::move(secret));
}

void add_system(Cluster& cluster) {
  const Json labels{{"k8s-app", "log-agent"}};
  auto agent = object("apps/v1", "DaemonSet", kSystem, "log-agent");
  agent["metadata"]["labels"] = labels;
  agent["spec"] = {
      {"selector", {{"matchLabels", labels}}},
      {"template", pod_template(labels, {{"name", "loglistener"},
                                         {"image", "ccr.ccs.tencentyun.com/tke/log-agent:v1.1.5"},
                                         {"resources",
                                          {{"requests", {{"cpu", "20m"}, {"memory", "64Mi"}}}}}})}};
  cluster.create(std::move(agent));
  const Json dns_labels{{"k8s-app", "kube-dns"}};
  auto dns = object("apps/v1", "Deployment", kSystem, "coredns");
  dns["metadata"]["labels"] = dns_labels;
  dns["spec"] = {
      {"replicas", 2},
      {"selector", {{"matchLabels", dns_labels}}},
      {"template",
       pod_template(dns_labels,
                    {{"name", "coredns"},
                     {"image", "ccr.ccs.tencentyun.com/tke/coredns:v1.10.1"},
                     {"resources", {{"requests", {{"cpu", "100m"}, {"memory", "30Mi"}}}}}})}};
  cluster.create(std::move(dns));
}

void add_ingress(Cluster& cluster) {
  auto ingress = object("networking.k8s.io/v1", "Ingress", kProd, "shop");
  ingress["metadata"]["annotations"] = {{"kubernetes.io/ingress.class", "qcloud"}};
  ingress["spec"] = {
      {"rules",
       Json::array(
           {{{"host", "shop.example.com"},
             {"http",
              {{"paths",
                Json::array(
                    {{{"path", "/"},
                      {"pathType", "Prefix"},
                      {"backend",
                       {{"service", {{"name", "gateway"}, {"port", {{"number", 80}}}}}}}}})}}}}})}};
  cluster.create(std::move(ingress));
}

void add_migration(Cluster& cluster) {
  auto job = object("batch/v1", "Job", kProd, "db-migrate-v12");
  job["spec"] = {
      {"backoffLimit", 2},
      {"template",
       {{"spec",
         {{"restartPolicy", "Never"},
          {"containers",
           Json::array({{{"name", "migrate"}, {"image", image("db-migrate", "v12")}}})}}}}}};
  cluster.create(std::move(job));
}

void release(Cluster& cluster, const Service& service, const std::string& ns) {
  auto& plane = cluster.plane();
  const auto* kind = find_stored("apps", "deployments");
  (void)plane.registry.edit(*kind, {ns, service.name}, plane.now, Part::main, [&](Json& object) {
    object["metadata"]["annotations"]["kubernetes.io/change-cause"] =
        fmt::format("release {} {}", service.name, service.tag);
    object["spec"]["template"]["spec"]["containers"][0]["image"] = image(service.name, service.tag);
  });
}

}  // namespace

DemoShop add_demo_shop(KubernetesApi& api, const Clock& clock, Random& random) {
  const auto begins = clock.now() - kHistory;
  auto& cluster = api.add_cluster(kDemoClusterId, {.name = "shop", .begins = begins});
  add_behaviours(cluster.behaviours());
  cluster.plane().start_at_once = true;
  add_nodes(cluster, begins);
  for (const auto* ns : {kProd, kTest}) {
    auto object_of = object("v1", "Namespace", "", ns);
    object_of["metadata"]["labels"] = {{"env", ns == kProd ? "prod" : "test"}};
    cluster.create(std::move(object_of));
    add_configuration(cluster, ns);
  }
  add_system(cluster);
  add_mysql(cluster);
  for (const auto& service : kServices) {
    cluster.create(deployment(service, kProd, service.before, service.replicas));
    cluster.create(deployment(service, kTest, service.tag, 1));
    if (service.port == 0) continue;
    const bool front = std::string_view(service.name) == "gateway";
    cluster.create(
        cluster_service(kProd, service.name, service.port, front ? "LoadBalancer" : "ClusterIP"));
    cluster.create(cluster_service(kTest, service.name, service.port));
  }
  for (const auto* name : {"order-service", "payment"}) {
    auto budget = object("policy/v1", "PodDisruptionBudget", kProd, name);
    budget["spec"] = {{"minAvailable", 2}, {"selector", {{"matchLabels", {{"app", name}}}}}};
    cluster.create(std::move(budget));
  }
  add_ingress(cluster);
  cluster.advance_to(begins + std::chrono::hours(24 * 6));
  add_migration(cluster);
  for (const auto& service : kServices) {
    release(cluster, service, kProd);
    cluster.advance_to(cluster.plane().now + std::chrono::minutes(10));
  }
  cluster.advance();
  cluster.plane().start_at_once = false;

  DemoShop shop{.cluster = &cluster};
  const auto user = [&](std::string& token, const char* name, std::vector<std::string> groups) {
    token = random_token(random, 24);
    cluster.add_user(token, {.name = name, .groups = std::move(groups)});
  };
  user(shop.tokens.admin, "100000000001", {"system:masters"});
  user(shop.tokens.ops, "100000000002", {});
  user(shop.tokens.reader, "100000000003", {});
  user(shop.tokens.tester, "100000000004", {});
  cluster.grant("100000000002", "tke:ops");
  cluster.grant("100000000003", "tke:ro");
  cluster.grant("100000000004", "tke:ns:dev", kTest);
  cluster.advance();
  return shop;
}

}  // namespace mtc::emulator::kubernetes
