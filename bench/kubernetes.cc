// Listing ten thousand pods: the product's client against the stand-in over loopback, next to a
// plain fetch of the same pages that reads no more of them than where the next one is.
//   kubernetes_bench [PODS] [ROUNDS]      (defaults: 10000 5)
// Server, client and plain fetch are processes of their own, so that each has its own memory.
// Bars: the median listing takes no more than a second, and the client no more than 100 MiB at its
// peak. Exit code 1 if one is missed.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "adapters/kubernetes/kubernetes_api.h"
#include "base/encoding.h"
#include "emulator/kubernetes/kubernetes_api.h"
#include "emulator/kubernetes/well_known.h"
#include "infra/http/client.h"
#include "infra/http/server.h"
#include "infra/loop/run.h"
#include "infra/loop/sleeper.h"

namespace mtc {
namespace {

constexpr double kMostMillis = 1000;
constexpr double kMostMebibytes = 100;
constexpr std::size_t kPage = 500;
constexpr std::size_t kNodes = 200;

struct Figures {
  double millis = 0;     // the median round
  double mebibytes = 0;  // at the peak
  std::size_t bytes = 0;
  std::size_t pods = 0;
};

std::string node_of(std::size_t pod) {
  return fmt::format("10.0.{}.{}", pod % 4, pod % kNodes);
}

// As large as a real one with its managed fields: about 5 KB.
Json make_pod(std::size_t number) {
  const auto name = fmt::format("order-service-7d9f8c6b5-{:05}", number);
  const auto app = fmt::format("service-{}", number % 200);
  Json container{
      {"name", "app"},
      {"image", "ccr.ccs.tencentyun.com/shop/order-service:v12"},
      {"resources",
       {{"requests", {{"cpu", "200m"}, {"memory", "256Mi"}}},
        {"limits", {{"cpu", "1"}, {"memory", "1Gi"}}}}},
      {"env", Json::array()},
      {"volumeMounts",
       Json::array({{{"name", "token"}, {"mountPath", "/var/run/secrets"}, {"readOnly", true}}})},
      {"terminationMessagePath", "/dev/termination-log"},
      {"imagePullPolicy", "IfNotPresent"}};
  for (int i = 0; i < 12; ++i) {
    container["env"].push_back({{"name", fmt::format("SETTING_{}", i)},
                                {"value", fmt::format("value of setting {} of {}", i, app)}});
  }
  Json fields = Json::object();
  for (int i = 0; i < 30; ++i) fields[fmt::format("f:field{}", i)] = Json::object();
  const Json labels{{"app", app}, {"pod-template-hash", "7d9f8c6b5"}};
  Json status{{"name", "app"},
              {"ready", true},
              {"started", true},
              {"restartCount", number % 3},
              {"image", container["image"]},
              {"imageID", "docker-pullable://x@sha256:" + std::string(64, 'a')},
              {"containerID", "containerd://" + std::string(64, 'b')},
              {"state", {{"running", {{"startedAt", "2026-11-22T01:00:00Z"}}}}},
              {"lastState", Json::object()}};
  Json conditions = Json::array();
  for (const char* type : {"Initialized", "Ready", "ContainersReady", "PodScheduled"}) {
    conditions.push_back({{"type", type},
                          {"status", "True"},
                          {"lastProbeTime", nullptr},
                          {"lastTransitionTime", "2026-11-22T01:00:00Z"}});
  }
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata",
           {{"name", name},
            {"namespace", "shop"},
            {"uid", fmt::format("0a1b2c3d-0000-0000-0000-{:012}", number)},
            {"creationTimestamp", "2026-11-22T01:00:00Z"},
            {"labels", labels},
            {"ownerReferences", Json::array({{{"apiVersion", "apps/v1"},
                                              {"kind", "ReplicaSet"},
                                              {"name", "order-service-7d9f8c6b5"},
                                              {"uid", "1"},
                                              {"controller", true}}})},
            {"managedFields",
             Json::array({{{"manager", "kube-controller-manager"},
                           {"operation", "Update"},
                           {"apiVersion", "v1"},
                           {"fieldsType", "FieldsV1"},
                           {"fieldsV1", {{"f:metadata", fields}, {"f:spec", fields}}}}})}}},
          {"spec",
           {{"nodeName", node_of(number)},
            {"containers", Json::array({container})},
            {"restartPolicy", "Always"},
            {"serviceAccountName", "default"},
            {"tolerations", Json::array({{{"key", "node.kubernetes.io/not-ready"},
                                          {"operator", "Exists"},
                                          {"effect", "NoExecute"},
                                          {"tolerationSeconds", 300}}})}}},
          {"status",
           {{"phase", "Running"},
            {"podIP", "172.16.0.9"},
            {"hostIP", "10.0.0.3"},
            {"startTime", "2026-11-22T01:00:00Z"},
            {"conditions", conditions},
            {"containerStatuses", Json::array({status})}}}};
}

Async<> serve(std::size_t pods, int tell) {
  FakeClock clock;  // nothing is due while it stands still
  clock.time = TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23));
  SeededRandom random{1};
  emulator::kubernetes::KubernetesApi api(clock, random);
  auto& cluster = api.add_cluster("bench");
  cluster.add_user("token", {.name = "bench", .groups = {"system:masters"}});
  for (std::size_t i = 0; i < kNodes; ++i) {  // first: a pod without its node is collected
    cluster.create(emulator::kubernetes::tke_node(
        {.name = node_of(i), .cpu = 16, .memory_gib = 64, .pods = 110}, clock.time));
  }
  for (std::size_t i = 0; i < pods; ++i) {
    cluster.store().put(emulator::kubernetes::known::pods(), make_pod(i));
  }
  const auto executor = co_await asio::this_coro::executor;
  auto server = start_http_server(executor, {},
                                  [&api](HttpExchange& exchange) { return api.handle(exchange); });
  if (!server) throw std::runtime_error(server.error().message);
  const std::uint16_t port = (*server)->port();
  if (::write(tell, &port, sizeof port) != sizeof port) throw std::runtime_error("pipe");
  asio::steady_timer forever(executor, asio::steady_timer::time_point::max());
  co_await forever.async_wait(asio::use_awaitable);  // until it is killed
}

kubernetes::Kubeconfig config_of(std::uint16_t port) {
  return {.server = fmt::format("http://127.0.0.1:{}/clusters/bench", port),
          .host = "127.0.0.1",
          .token = "token"};
}

Async<> list(std::uint16_t port, Figures& figures) {
  CurlTransport http;
  SystemClock clock;
  LoopSleeper sleeper;
  SeededRandom random{1};
  kubernetes::KubernetesApi api(http, config_of(port), clock, sleeper, random,
                                {.page_size = kPage});
  const auto pods = co_await api.pods({});
  if (!pods) throw std::runtime_error(pods.error().message);
  // Not whether they are ready: the stand-in knows that the nodes do not exist.
  const auto sound = [](const clusters::Pod& pod) {
    return pod.containers.size() == 1 && pod.containers[0].cpu_request == 200 &&
           pod.labels.size() == 2 && pod.owner_kind == "ReplicaSet";
  };
  figures.pods = static_cast<std::size_t>(std::ranges::count_if(*pods, sound));
}

// Where "continue":"…" says that the next page is; empty after the last.
std::string next_page(const std::string& body) {
  constexpr std::string_view kMark = "\"continue\":\"";
  const auto at = body.find(kMark);
  if (at == std::string::npos) return {};
  const auto begin = at + kMark.size();
  return body.substr(begin, body.find('"', begin) - begin);
}

Async<> fetch(std::uint16_t port, Figures& figures) {
  CurlTransport http;
  std::string next;
  figures.bytes = 0;
  do {
    const auto page = co_await http.send(
        {.url = fmt::format("{}/api/v1/pods?limit={}{}", config_of(port).server, kPage,
                            next.empty() ? "" : "&continue=" + percent_encode(next)),
         .headers = {{"Authorization", "Bearer token"}},
         .timeout = Millis{60'000}});
    if (!page || page->status != 200) throw std::runtime_error("the plain fetch failed");
    figures.bytes += page->body.size();
    next = next_page(page->body);
  } while (!next.empty());
}

// Runs the rounds in a process of their own.
Figures measure(Async<> (*round)(std::uint16_t, Figures&), std::uint16_t port, int rounds) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    Figures figures;
    std::vector<double> times;
    try {
      for (int i = 0; i < rounds; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        run(round(port, figures));
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
                .count());
      }
    } catch (const std::exception& e) {
      fmt::print(stderr, "kubernetes_bench: {}\n", e.what());
      ::_exit(1);
    }
    std::ranges::sort(times);
    figures.millis = times[times.size() / 2];
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    figures.mebibytes = static_cast<double>(usage.ru_maxrss) / 1024;
    ::_exit(::write(ends[1], &figures, sizeof figures) == sizeof figures ? 0 : 1);
  }
  Figures figures;
  int state = 0;
  ::close(ends[1]);
  const auto got = ::read(ends[0], &figures, sizeof figures);
  ::close(ends[0]);
  ::waitpid(child, &state, 0);
  if (got != sizeof figures || state != 0) throw std::runtime_error("a measured process failed");
  return figures;
}

struct ServerProcess {
  explicit ServerProcess(std::size_t pods) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("pipe");
    child = ::fork();
    if (child == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      run(serve(pods, ends[1]));
      ::_exit(1);
    }
    ::close(ends[1]);
    const auto got = ::read(ends[0], &port, sizeof port);
    ::close(ends[0]);
    if (got != sizeof port) throw std::runtime_error("the stand-in did not start");
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess() {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }

  pid_t child = 0;
  std::uint16_t port = 0;
};

int bench(std::size_t pods, int rounds) {
  const ServerProcess server(pods);
  // Once for nothing: the stand-in makes its texts at the first listing.
  measure(fetch, server.port, 1);
  const auto plain = measure(fetch, server.port, rounds);
  const auto client = measure(list, server.port, rounds);
  fmt::print(
      "pods             {}\n"
      "bytes            {:.1f} MB in pages of {}\n"
      "plain fetch      {:.0f} ms, peak {:.1f} MiB\n"
      "client           {:.0f} ms, peak {:.1f} MiB\n"
      "ratio            {:.2f} of the plain fetch\n",
      client.pods, static_cast<double>(plain.bytes) / 1e6, kPage, plain.millis, plain.mebibytes,
      client.millis, client.mebibytes, client.millis / plain.millis);
  if (client.pods != pods) {
    fmt::print(stderr, "kubernetes_bench: {} pods of {} were read as they are\n", client.pods,
               pods);
    return 1;
  }
  if (client.millis <= kMostMillis && client.mebibytes <= kMostMebibytes) return 0;
  fmt::print(stderr, "kubernetes_bench: more than {} ms or {} MiB\n", kMostMillis, kMostMebibytes);
  return 1;
}

}  // namespace
}  // namespace mtc

int main(int argc, char** argv) try {
  const auto number = [&](int at, int fallback) {
    return argc > at ? std::max(1, std::atoi(argv[at])) : fallback;
  };
  return mtc::bench(static_cast<std::size_t>(number(1, 10'000)), number(2, 5));
} catch (const std::exception& e) {
  fmt::print(stderr, "kubernetes_bench: {}\n", e.what());
  return 1;
}
