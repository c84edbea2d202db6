#include "web/hooks.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/text.h"
#include "domain/alerts/memory_alert_store.h"
#include "infra/loop/run.h"
#include "web/fake_exchange.h"

namespace mtc::web {
namespace {

using namespace std::chrono_literals;

struct PlainFingerprint final : identity::TokenFingerprint {
  std::string of(std::string_view token) const override { return "hash of " + std::string(token); }
};

struct FakeKeys final : identity::HookRepository {
  Async<Result<identity::HookKey>> add(identity::HookKey key) override {
    key.id = static_cast<std::int64_t>(keys.size()) + 1;
    co_return keys.emplace_back(std::move(key));
  }
  Async<Result<std::optional<identity::HookKey>>> find_by_hash(std::string hash) override {
    ++lookups;
    if (broken) co_return fail(Errc::unavailable, "no database");
    for (const auto& key : keys) {
      if (key.hash == hash && !key.revoked) co_return key;
    }
    co_return std::nullopt;
  }
  Async<Result<std::vector<identity::HookKey>>> all() override { co_return keys; }
  Async<Result<bool>> revoke(std::int64_t id, TimePoint now) override {
    keys.at(static_cast<std::size_t>(id) - 1).revoked = now;
    co_return true;
  }
  Async<Result<>> touch(std::int64_t id, TimePoint now) override {
    touched.emplace_back(id, now);
    co_return Result<>{};
  }
  std::vector<identity::HookKey> keys;
  std::vector<std::pair<std::int64_t, TimePoint>> touched;
  int lookups = 0;
  bool broken = false;
};

// A body is the names of its alarms, separated by commas.
Result<std::vector<alerts::Report>> parse_names(std::string_view body, TimePoint now) {
  if (body.empty()) return fail(Errc::invalid_argument, "alarm_id: expected an id");
  std::vector<alerts::Report> out;
  for (const auto name : split(body, ',')) {
    out.push_back({.id = std::string(name),
                   .policy_id = "policy-1",
                   .subject = {.instance = std::string(name)},
                   .first = now,
                   .at = now});
  }
  return out;
}
Result<std::vector<alerts::Report>> parse_logs(std::string_view body, TimePoint now) {
  auto out = parse_names(body, now);
  if (out) out->front().source = alerts::Source::logs;
  return out;
}

struct World {
  FakeClock clock;
  SeededRandom random{5};
  FakeKeys keys;
  PlainFingerprint fingerprint;
  alerts::MemoryAlertStore store;
  alerts::MemoryQuietStore quiet;
  alerts::Intake intake{{.store = store, .quiet = quiet, .clock = clock},
                        {},
                        [](const std::vector<alerts::AlertStore::TakenIn>&) {}};
  Hooks hooks;
  std::string key = identity::make_hook_key(random);

  explicit World(HookOptions options = {})
      : hooks({.keys = keys,
               .fingerprint = fingerprint,
               .intake = intake,
               .clock = clock,
               .monitor = parse_names,
               .logs = parse_logs},
              options) {
    clock.time = TimePoint(std::chrono::seconds(1795323600));
    run(keys.add({.account = 7, .label = "test", .hash = fingerprint.of(key)}));
  }
  HttpResponse send(HttpRequest request) {
    FakeExchange exchange(std::move(request));
    run(hooks.handle(exchange));
    return exchange.answer;
  }
  HttpResponse post(std::string path, std::string body, HttpHeaders headers = {}) {
    return send({.method = "POST",
                 .path = std::move(path),
                 .headers = std::move(headers),
                 .body = std::move(body)});
  }
  HttpResponse alarm(std::string body) { return post("/hooks/monitor/" + key, std::move(body)); }
};

TEST(Hooks, KeepWhatComesBeforeTheyAnswer) {
  World world;
  const auto answer = world.alarm("a,b");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"kept":2})");
  ASSERT_EQ(world.store.all().size(), 2U);
  EXPECT_EQ(world.store.all()[0].account, 7);
  EXPECT_EQ(world.alarm("a,b").status, 200);  // the same once more
  EXPECT_EQ(world.store.all().size(), 2U);
}

TEST(Hooks, ReadLogAlarmsTheirOwnWay) {
  World world;
  EXPECT_EQ(world.post("/hooks/cls/" + world.key, "x").status, 200);
  ASSERT_EQ(world.store.all().size(), 1U);
  EXPECT_EQ(world.store.all()[0].source, alerts::Source::logs);
}

TEST(Hooks, TakeTheKeyWhereTheServicesCanPutIt) {
  World world;
  const auto basic = [&](const std::string& text) {
    return HttpHeaders{{"Authorization", "Basic " + to_base64(text)}};
  };
  EXPECT_EQ(world.post("/hooks/cls", "x", {{"Authorization", "Bearer " + world.key}}).status, 200);
  EXPECT_EQ(world.post("/hooks/cls", "x", {{"Authorization", "bearer " + world.key}}).status, 200);
  EXPECT_EQ(world.post("/hooks/monitor", "x", basic("user:" + world.key)).status, 200);
  EXPECT_EQ(world.post("/hooks/monitor", "x", basic(":" + world.key)).status, 200);
}

TEST(Hooks, SayTheSameToWhoeverHasNoKey) {
  World world;
  SeededRandom other(99);
  const std::string stranger = identity::make_hook_key(other);
  const auto expected = world.post("/hooks/monitor", "x");
  EXPECT_EQ(expected.status, 401);
  const HttpRequest requests[] = {
      {.method = "POST", .path = "/hooks/monitor/" + stranger, .body = "x"},
      {.method = "POST", .path = "/hooks/monitor/", .body = "x"},
      {.method = "POST", .path = "/hooks/monitor/short", .body = ""},
      {.method = "POST", .path = "/hooks/cls/" + world.key + "x", .body = "x"},
      {.method = "POST",
       .path = "/hooks/cls",
       .headers = {{"Authorization", "Bearer " + stranger}},
       .body = "x"},
      {.method = "POST", .path = "/hooks/cls", .headers = {{"Authorization", "Basic ???"}}},
      {.method = "POST",
       .path = "/hooks/cls",
       .headers = {{"Authorization", "Basic " + to_base64(world.key)}}},  // no colon
      {.method = "POST", .path = "/hooks/cls", .headers = {{"Authorization", world.key}}},
  };
  for (const auto& request : requests) {
    SCOPED_TRACE(request.path);
    const auto answer = world.send(request);
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.body, expected.body);
    EXPECT_EQ(answer.headers, expected.headers);
  }
  EXPECT_TRUE(world.store.all().empty());
  EXPECT_TRUE(world.keys.touched.empty());
}

TEST(Hooks, DoNotLookUpWhatCannotBeAKey) {
  World world;
  world.post("/hooks/monitor/nonsense", "x");
  world.post("/hooks/monitor/mth_short", "x");
  EXPECT_EQ(world.keys.lookups, 0);
}

TEST(Hooks, ForgetARevokedKeyWithinSeconds) {
  World world;
  EXPECT_EQ(world.alarm("a").status, 200);
  run(world.keys.revoke(1, world.clock.time));
  world.clock.time += 5s;
  EXPECT_EQ(world.alarm("b").status, 401);
}

TEST(Hooks, AnswerNothingElse) {
  World world;
  EXPECT_TRUE(Hooks::serves("/hooks/monitor"));
  EXPECT_TRUE(Hooks::serves("/hooks/"));
  EXPECT_FALSE(Hooks::serves("/hooks"));
  EXPECT_FALSE(Hooks::serves("/hooksmonitor"));
  const std::string paths[] = {"/hooks/", "/hooks/other", "/hooks/other/" + world.key,
                               "/hooks/monitor/" + world.key + "/more", "/hooks/Monitor"};
  for (const auto& path : paths) {
    EXPECT_EQ(world.post(path, "x").status, 404) << path;
  }
  const auto get = world.send({.method = "GET", .path = "/hooks/monitor/" + world.key});
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(find_header(get.headers, "Allow"), "POST");
}

TEST(Hooks, SayWhatIsWrongWithABody) {
  World world({.most_body_bytes = 8});
  const std::string path = "/hooks/monitor/" + world.key;
  const auto wrong = world.post(path, "");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.body, R"({"error":"invalid_argument","message":"alarm_id: expected an id"})");
  EXPECT_EQ(world.post(path, "123456789").status, 413);
  for (const char* type : {"application/xml", "multipart/form-data; boundary=x",
                           "application/x-www-form-urlencoded"}) {
    EXPECT_EQ(world.post(path, "x", {{"Content-Type", type}}).status, 415) << type;
  }
  for (const char* type : {"application/json", "Application/JSON; charset=utf-8", "text/plain"}) {
    EXPECT_EQ(world.post(path, "x", {{"Content-Type", type}}).status, 200) << type;
  }
}

TEST(Hooks, HaveTheServiceSendAgainWhatCouldNotBeKept) {
  World world;
  world.store.refuses = Error{.code = Errc::unavailable, .message = "disk full at /secret"};
  const auto answer = world.alarm("a");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(find_header(answer.headers, "Retry-After"), "5");
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  world.store.refuses.reset();
  EXPECT_EQ(world.alarm("a").status, 200);
  World other;
  other.keys.broken = true;
  EXPECT_EQ(other.alarm("a").status, 503);
}

TEST(Hooks, SlowDownAKeyThatSendsTooMuch) {
  World world({.per_second = 2, .burst = 4});
  EXPECT_EQ(world.alarm("a").status, 200);
  EXPECT_EQ(world.alarm("b,c,d").status, 200);  // three of them
  const auto answer = world.alarm("e");
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(find_header(answer.headers, "Retry-After"), "1");
  world.clock.time += 1s;
  EXPECT_EQ(world.alarm("e").status, 200);
  EXPECT_EQ(world.alarm("f").status, 200);
  EXPECT_EQ(world.alarm("g").status, 429);
}

TEST(Hooks, CountEachKeyForItself) {
  World world({.per_second = 1, .burst = 1});
  const std::string second = identity::make_hook_key(world.random);
  run(world.keys.add({.account = 8, .hash = world.fingerprint.of(second)}));
  EXPECT_EQ(world.alarm("a").status, 200);
  EXPECT_EQ(world.alarm("b").status, 429);
  EXPECT_EQ(world.post("/hooks/monitor/" + second, "c").status, 200);
  ASSERT_EQ(world.store.all().size(), 2U);
  EXPECT_EQ(world.store.all()[1].account, 8);
}

TEST(Hooks, TakeAStormOfTenThousandInAMinute) {
  World world;
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_EQ(world.alarm("alarm-" + std::to_string(i)).status, 200);
    world.clock.time += 6ms;
  }
  EXPECT_EQ(world.store.all().size(), 10'000U);
  EXPECT_LE(world.keys.lookups, 13);
  EXPECT_EQ(world.keys.touched.size(), 1U);
}

TEST(Hooks, NoteTheirUseOnceAMinute) {
  World world;
  world.alarm("a");
  world.clock.time += 59s;
  world.alarm("b");
  ASSERT_EQ(world.keys.touched.size(), 1U);
  world.clock.time += 1s;
  world.alarm("c");
  ASSERT_EQ(world.keys.touched.size(), 2U);
  EXPECT_EQ(world.keys.touched[1].second, world.clock.time);
}

}  // namespace
}  // namespace mtc::web
