#include "domain/clusters/change_world.h"

#include "base/encoding.h"

namespace mtc::clusters {
namespace {

constexpr const char* kShop = R"(
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: order, namespace: shop, labels: {team: a}}
spec:
  replicas: 3
  selector: {matchLabels: {app: order}}
  template:
    metadata: {labels: {app: order, tier: web}}
    spec:
      containers:
      - name: order
        image: r.example.com/order:1.4
        env:
        - {name: LEVEL, valueFrom: {configMapKeyRef: {name: order-config, key: LEVEL}}}
        - {name: DB, valueFrom: {secretKeyRef: {name: db-secret, key: password}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: single, namespace: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: single}}
  template:
    metadata: {labels: {app: single}}
    spec:
      containers: [{name: single, image: "r.example.com/single:1"}]
      volumes: [{name: conf, configMap: {name: order-config}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: mysql, namespace: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: mysql}}
  template: {metadata: {labels: {app: mysql}}, spec: {containers: [{name: m, image: "mysql:8"}]}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: shop}
spec:
  selector: {matchLabels: {app: agent}}
  template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: a, image: "agent:1"}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: order-config, namespace: shop}
data: {LEVEL: info, URL: "http://a"}
binaryData: {logo: AAEC}
---
apiVersion: v1
kind: Service
metadata: {name: order, namespace: shop}
spec: {selector: {app: order}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  rules:
  - host: shop.example.com
    http: {paths: [{backend: {service: {name: order}}}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: order, namespace: shop}
spec: {selector: {matchLabels: {app: order}}}
status: {disruptionsAllowed: 1}
---
apiVersion: v1
kind: Pod
metadata:
  name: order-7d9f4-x2k
  namespace: shop
  labels: {app: order, tier: web}
  ownerReferences: [{kind: ReplicaSet, name: order-7d9f4, controller: true}]
---
apiVersion: v1
kind: Pod
metadata: {name: debug, namespace: shop, labels: {app: debug}}
)";

}  // namespace

ChangeWorld::ChangeWorld() {
  clock.time = TimePoint(std::chrono::seconds(1'795'446'000));
  cluster->put_yaml(kShop);
  cluster->put({{"apiVersion", "v1"},
                {"kind", "Secret"},
                {"metadata", {{"name", "db-secret"}, {"namespace", "shop"}}},
                {"type", "Opaque"},
                {"data", {{"password", to_base64(kDbPassword)}, {"user", to_base64("root")}}}});
  pools() = {{.id = "np-1",
              .cluster_id = "cls-1",
              .name = "default",
              .state = "normal",
              .autoscaling = true,
              .minimum = 1,
              .maximum = 5,
              .desired = 3,
              .ready = 3,
              .instance_types = {"SA5.LARGE8"}},
             {.id = "np-2", .cluster_id = "cls-1", .name = "virtual", .type = PoolType::super}};
  cloud.settings["np-1"] = {.name = "default",
                            .instance_type = "SA5.LARGE8",
                            .minimum = 1,
                            .maximum = 5,
                            .desired = 3,
                            .autoscaling = true,
                            .disk_type = "CLOUD_BSSD",
                            .disk_gib = 50,
                            .subnets = {"subnet-1"},
                            .security_groups = {"sg-1"},
                            .image = "tlinux3.1x86_64",
                            .charge_type = "POSTPAID_BY_HOUR"};
}

Scene ChangeWorld::scene(Language language) {
  Scene out{.cluster = {.id = "cls-1", .name = "广州生产集群", .region = "ap-guangzhou"},
            .api = cluster,
            .cloud = &cloud,
            .user = {.id = 1, .username = "alice", .display_name = "Alice", .language = language}};
  return out;
}

ObjectRef ChangeWorld::deployment(std::string name) {
  return {.api_version = "apps/v1", .kind = "Deployment", .ns = "shop", .name = std::move(name)};
}

Approved approve(const ChangePlan& plan) {
  return {.action = plan.action,
          .arguments = plan.arguments,
          .version = plan.version,
          .summary = plan.summary};
}

}  // namespace mtc::clusters
