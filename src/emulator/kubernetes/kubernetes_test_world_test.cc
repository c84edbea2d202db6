#include <fmt/format.h>

#include "emulator/kubernetes/kubernetes_test_world.h"
#include "infra/loop/run.h"

namespace mtc::emulator::kubernetes {
namespace {

struct FakeExchange final : HttpExchange {
  HttpRequest asked;
  HttpResponse answer;
  const HttpRequest& request() const override { return asked; }
  Async<> respond(HttpResponse response) override {
    answer = std::move(response);
    co_return;
  }
  Async<> begin_stream(int status, HttpHeaders headers) override {
    answer = {.status = status, .headers = std::move(headers)};
    co_return;
  }
  Async<> write(std::string chunk) override {
    answer.body += chunk;
    co_return;
  }
  Async<> finish() override { co_return; }
  Async<> finish_and_close() override { co_return; }
  bool gone() const override { return false; }
  void cancel() override {}
};

}  // namespace

KubeWorld::KubeWorld(int nodes) {
  clock.time = TimePoint(Millis(1'767'225'600'000));  // 2026-01-01T00:00:00Z
  cluster = &api.add_cluster("test");
  cluster->add_user("admin-token", {.name = "admin", .groups = {"system:masters"}});
  for (int i = 1; i <= nodes; ++i)
    cluster->create(tke_node({.name = fmt::format("n{}", i)}, clock.time));
  cluster->advance();
}

TestAnswer KubeWorld::send(TestRequest request) {
  FakeExchange exchange;
  const auto question = request.path.find('?');
  exchange.asked = {
      .method = request.method,
      .path = request.prefix + request.path.substr(0, question),
      .query = question == std::string::npos ? "" : request.path.substr(question + 1),
      .headers = {{"User-Agent", "tester/1.0"}, {"Content-Type", request.content_type}},
      .body = request.body.is_null() ? "" : dump_json(request.body),
      .peer_address = "127.0.0.1",
      .client_name = request.client_name,
      .client_groups = request.client_groups};
  if (!request.token.empty())
    exchange.asked.headers.emplace_back("Authorization", "Bearer " + request.token);
  if (!request.accept.empty()) exchange.asked.headers.emplace_back("Accept", request.accept);
  run(api.handle(exchange));
  auto json = parse_json(exchange.answer.body);
  return {exchange.answer.status, exchange.answer.body, json ? std::move(*json) : Json(),
          exchange.answer.headers};
}

void KubeWorld::pass(std::int64_t seconds) {
  clock.time += std::chrono::seconds(seconds);
  cluster->advance();
}

Json KubeWorld::deployment(const std::string& name, const std::string& image, int replicas) const {
  const Json labels{{"app", name}};
  return {
      {"apiVersion", "apps/v1"},
      {"kind", "Deployment"},
      {"metadata", {{"name", name}, {"namespace", "default"}, {"labels", labels}}},
      {"spec",
       {{"replicas", replicas},
        {"selector", {{"matchLabels", labels}}},
        {"template",
         {{"metadata", {{"labels", labels}}},
          {"spec",
           {{"containers", Json::array({{{"name", "app"},
                                         {"image", image},
                                         {"readinessProbe",
                                          {{"httpGet", {{"path", "/"}, {"port", 80}}}}}}})}}}}}}}};
}

Json KubeWorld::pod(const std::string& name, const std::string& image) const {
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", {{"name", name}, {"namespace", "default"}, {"labels", {{"app", name}}}}},
          {"spec", {{"containers", Json::array({{{"name", "app"}, {"image", image}}})}}}};
}

std::vector<Json> KubeWorld::pods(const std::string& selector) {
  const auto answer =
      get(std::string(kPods) + (selector.empty() ? "" : "?labelSelector=" + selector));
  EXPECT_EQ(answer.status, 200) << answer.body;
  return answer.json["items"].get<std::vector<Json>>();
}

Json KubeWorld::event(const std::string& reason) {
  const auto answer = get("/api/v1/events?fieldSelector=reason=" + reason);
  EXPECT_EQ(answer.status, 200) << answer.body;
  const auto& items = array_or_empty(answer.json, "items");
  return items.empty() ? Json() : items.front();
}

}  // namespace mtc::emulator::kubernetes
