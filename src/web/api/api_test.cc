#include "web/api/api.h"

#include <gtest/gtest.h>

#include "domain/alerts/memory_alert_store.h"
#include "domain/alerts/memory_learned_store.h"
#include "domain/audit/memory_log.h"
#include "domain/clusters/memory_checkpoint_store.h"
#include "domain/rollback/memory_operation_store.h"
#include "infra/loop/run.h"
#include "web/fake_exchange.h"

namespace mtc::web {
namespace {

using namespace std::chrono_literals;
using alerts::Account;
using identity::Scope;

// A token is its owner's name; everybody sees the account of his own number.
Async<Result<identity::Principal>> who_is(std::string bearer) {
  const std::map<std::string, identity::Principal> people{
      {"reader", {.user = {.id = 1, .username = "reader"}, .scopes = {Scope::read}}},
      {"operator", {.user = {.id = 1, .username = "operator"}, .scopes = {Scope::operate}}},
      {"admin", {.user = {.id = 1, .username = "admin"}, .scopes = {Scope::admin}}},
      {"stranger", {.user = {.id = 2, .username = "stranger"}, .scopes = {Scope::admin}}},
      {"nothing", {.user = {.id = 1, .username = "nothing"}}},
      {"disabled", {.user = {.id = 1, .disabled = true}, .scopes = {Scope::read}}}};
  if (bearer == "broken") co_return fail(Errc::unavailable, "the database does not answer");
  const auto found = people.find(bearer);
  if (found == people.end()) co_return fail(Errc::unauthenticated, "who?");
  co_return found->second;
}
Async<Result<Account>> account_of(identity::User user) {
  co_return user.id;
}
Async<Result<std::vector<identity::User>>> people_of(Account) {
  std::vector<identity::User> out{{.id = 1, .username = "lisi", .display_name = "李四"}};
  co_return out;
}

struct World {
  FakeClock clock;
  alerts::MemoryAlertStore store;
  alerts::MemoryQuietStore quiet;
  alerts::MemoryLearnedStore learned;
  rollback::MemoryOperationStore operations;
  clusters::MemoryCheckpointStore checkpoints;
  audit::MemoryLog log;
  alerts::Desk desk{{.store = store,
                     .quiet = quiet,
                     .log = log,
                     .clock = clock,
                     .account_of = account_of,
                     .people_of = people_of}};
  Api api{{.who = who_is,
           .account_of = account_of,
           .rules = [] { return alerts::AlertRules{}; },
           .alerts = store,
           .quiet = quiet,
           .learned = learned,
           .desk = desk,
           .operations = operations,
           .checkpoints = checkpoints,
           .log = log,
           .clock = clock}};

  World() { clock.time = *parse_iso("2026-11-22T02:00:00Z"); }

  std::int64_t put(alerts::Alert alert) {
    alert.account = 1;
    alert.first = alert.last = clock.time - 1h;
    return store.put(std::move(alert)).number;
  }
  HttpResponse send(HttpRequest request) {
    FakeExchange exchange(std::move(request));
    run(api.handle(exchange));
    return exchange.answer;
  }
  HttpResponse get(std::string path, std::string bearer = "reader", std::string query = {}) {
    return send({.method = "GET",
                 .path = "/api/v1" + std::move(path),
                 .query = std::move(query),
                 .headers = {{"Authorization", "Bearer " + std::move(bearer)}}});
  }
  HttpResponse post(std::string path, std::string body, std::string bearer = "operator") {
    return send({.method = "POST",
                 .path = "/api/v1" + std::move(path),
                 .headers = {{"Authorization", "Bearer " + std::move(bearer)}},
                 .body = std::move(body)});
  }
};

Json body_of(const HttpResponse& answer) {
  EXPECT_EQ(answer.status, 200) << answer.body;
  return *parse_json(answer.body);
}
std::string error_of(const HttpResponse& answer) {
  const auto json = parse_json(answer.body);
  return json ? string_or(*json, "error") + ": " + string_or(*json, "message") : answer.body;
}
std::vector<std::int64_t> numbers_of(const Json& rows) {
  std::vector<std::int64_t> out;
  for (const Json& row : rows) out.push_back(integer_or(row, "number"));
  return out;
}

TEST(Api, SaysNothingToWhoeverHasNoToken) {
  World world;
  const auto expected = world.send({.method = "GET", .path = "/api/v1/alerts"});
  EXPECT_EQ(expected.status, 401);
  EXPECT_EQ(find_header(expected.headers, "WWW-Authenticate"), "Bearer");
  for (const char* path : {"/alerts", "/nothing", "/audit", "/alerts/1/close"}) {
    for (const char* bearer : {"unknown", "", "disabled"}) {
      const auto answer = world.get(path, bearer);
      EXPECT_EQ(answer.status, 401) << path << " " << bearer;
      EXPECT_EQ(answer.body, expected.body);
    }
  }
  EXPECT_EQ(world.get("/alerts", "broken").status, 503);
}

TEST(Api, KnowsItsRoutesAndTheirMethods) {
  World world;
  const auto number = std::to_string(world.put({}));
  for (const std::string path : {"/alerts", "/rollbacks", "/checkpoints", "/silences", "/scoring"})
    EXPECT_EQ(world.get(path).status, 200) << path;
  EXPECT_EQ(world.get("/alerts/" + number).status, 200);
  for (const char* path :
       {"", "/", "/alerts/", "/alerts/x", "/alerts/0", "/alerts/-1", "/alerts/99999999999999999999",
        "/alerts/1/", "/alerts/1/other", "/queue"})
    EXPECT_EQ(world.get(path).status, 404) << path;
  EXPECT_EQ(world
                .send({.method = "GET",
                       .path = "/api/v2/alerts",
                       .headers = {{"Authorization", "Bearer reader"}}})
                .status,
            404);
  const auto wrong = world.post("/alerts", "{}");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(find_header(wrong.headers, "Allow"), "GET");
  EXPECT_EQ(find_header(world.get("/alerts/1/close").headers, "Allow"), "POST");
  EXPECT_EQ(find_header(world.get("/alerts").headers, "Cache-Control"), "no-store");
}

TEST(Api, AsksForTheScopeOfTheRoute) {
  World world;
  world.put({});
  EXPECT_EQ(world.get("/alerts", "nothing").status, 403);
  EXPECT_EQ(world.get("/audit", "operator").status, 403);
  EXPECT_EQ(world.get("/audit", "admin").status, 200);
  EXPECT_EQ(world.post("/alerts/1/acknowledge", "", "reader").status, 403);
  EXPECT_EQ(world.log.events(), std::vector<std::string>{"refused"});
}

TEST(Api, ListsTheAlertsOfOnesOwnAccount) {
  World world;
  const auto high =
      world.put({.policy_name = "high", .level = alerts::Level::critical, .score = 91});
  const auto low =
      world.put({.policy_name = "low", .handling = alerts::Handling::handed_over, .score = 20});
  const Json all = body_of(world.get("/alerts"));
  EXPECT_EQ(numbers_of(all["alerts"]), (std::vector{high, low}));
  EXPECT_EQ(all["counts"]["all"], 2);
  EXPECT_EQ(all["counts"]["highest"], 91);
  EXPECT_TRUE(body_of(world.get("/alerts", "stranger"))["alerts"].empty());
  EXPECT_EQ(world.get("/alerts/1", "stranger").status, 404);
  const struct {
    const char* query;
    std::vector<std::int64_t> numbers;
  } cases[] = {{"least_score=50", {high}},
               {"level=critical", {high}},
               {"handling=handed_over,solved", {low}},
               {"handling=handed_over%2Csolved&state=firing", {low}},
               {"state=closed", {}},
               {"limit=1", {high}},
               {"since=2026-11-22T02:00:00Z", {}},
               {"since=2026-11-22T00:00:00Z", {high, low}},
               {"since=2026-11-22T09:30:00%2B08:00", {}},
               {"state=&level=", {high, low}}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.query);
    EXPECT_EQ(numbers_of(body_of(world.get("/alerts", "reader", c.query))["alerts"]), c.numbers);
  }
}

TEST(Api, SaysWhatIsWrongWithAQuery) {
  World world;
  const struct {
    const char *path, *query, *error;
  } cases[] = {
      {"/alerts", "state=on", "invalid_argument: state: "},
      {"/alerts", "handling=never", "invalid_argument: handling: "},
      {"/alerts", "least_score=101", "invalid_argument: least_score: "},
      {"/alerts", "limit=0", "invalid_argument: limit: "},
      {"/alerts", "limit=many", "invalid_argument: limit: "},
      {"/alerts", "since=yesterday", "invalid_argument: since: "},
      {"/alerts", "stat=firing", "invalid_argument: "},
      {"/alerts", "limit=1&limit=2", "invalid_argument: limit: given twice"},
      {"/alerts", "state=%zz", "invalid_argument: the query"},
      {"/alerts", "state=%ff", "invalid_argument: the query"},
      {"/rollbacks", "state=done", "invalid_argument: state: "},
      {"/checkpoints", "limit=1000", "invalid_argument: limit: "},
      {"/silences", "x=1", "invalid_argument: "},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.query);
    const auto answer = world.get(c.path, "reader", c.query);
    EXPECT_EQ(answer.status, 400);
    EXPECT_TRUE(error_of(answer).starts_with(c.error)) << error_of(answer);
  }
}

TEST(Api, ShowsOneAlertAndItsScore) {
  World world;
  const auto number =
      std::to_string(world.put({.policy_name = "核心", .score = 86, .scoring = {{"value", 86}}}));
  EXPECT_EQ(body_of(world.get("/alerts/" + number))["number"], 1);
  EXPECT_EQ(body_of(world.get("/alerts/" + number + "/score")),
            (Json{{"number", 1}, {"score", 86}, {"scoring", {{"value", 86}}}}));
  const auto unscored = std::to_string(world.put({}));
  EXPECT_EQ(body_of(world.get("/alerts/" + unscored + "/score")),
            (Json{{"number", 2}, {"score", nullptr}, {"scoring", nullptr}}));
}

TEST(Api, DoesAtTheDeskWhatPeopleSay) {
  World world;
  const std::string alert = "/alerts/" + std::to_string(world.put({}));
  const auto stored = [&] { return world.store.all()[0]; };
  EXPECT_EQ(body_of(world.post(alert + "/acknowledge", ""))["number"], 1);
  EXPECT_EQ(stored().acknowledged_by, 1);
  body_of(world.post(alert + "/assign", R"({"to":"李四"})"));
  EXPECT_EQ(stored().assigned_to, "lisi");
  body_of(world.post(alert + "/snooze", R"({"minutes":30})"));
  EXPECT_EQ(stored().snoozed_until, world.clock.time + 30min);
  body_of(world.post(alert + "/snooze", R"({"until":"2026-11-22T05:00:00Z"})"));
  EXPECT_EQ(stored().snoozed_until, world.clock.time + 3h);
  body_of(world.post(alert + "/snooze", R"({"lift":true})"));
  EXPECT_FALSE(stored().snoozed_until);
  body_of(world.post(alert + "/close", R"({"note":"a test","false_alarm":true})"));
  EXPECT_EQ(stored().state, alerts::State::closed);
  EXPECT_EQ(stored().handling, alerts::Handling::false_alarm);
  EXPECT_EQ(stored().note, "a test");
  EXPECT_EQ(world.log.rows.back().entry.channel, "console");
}

TEST(Api, RefusesWhatIsWrongWithABody) {
  World world;
  const std::string alert = "/alerts/" + std::to_string(world.put({}));
  const struct {
    const char *action, *body;
    int status;
  } cases[] = {{"/acknowledge", R"({"x":1})", 400},
               {"/acknowledge", "[", 400},
               {"/assign", "{}", 400},
               {"/assign", R"({"to":7})", 400},
               {"/assign", R"({"to":"nobody"})", 404},
               {"/snooze", "{}", 400},
               {"/snooze", R"({"minutes":30,"lift":true})", 400},
               {"/snooze", R"({"minutes":99999999999})", 400},
               {"/snooze", R"({"until":"2020-01-01T00:00:00Z"})", 400},
               {"/close", R"({"note":[]})", 400}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.body);
    EXPECT_EQ(world.post(alert + c.action, c.body).status, c.status);
  }
  EXPECT_EQ(world.post(alert + "/close", std::string(70'000, ' ')).status, 413);
  EXPECT_EQ(world.post("/alerts/99/close", "{}").status, 404);
  world.put({.handling = alerts::Handling::running});
  EXPECT_EQ(world.post("/alerts/2/close", "{}").status, 409);
}

TEST(Api, ShowsRollbacksWithoutTheirArguments) {
  World world;
  rollback::Operation operation{.id = "op-1", .account = 1, .incident = "i", .title = "payment"};
  operation.steps.push_back({.rung = rollback::Rung::restart, .arguments = {{"secret", "s3cr3t"}}});
  operation.started = world.clock.time;
  ASSERT_TRUE(run(world.operations.begin(operation, "here", world.clock.time + 1min)));
  const auto answer = world.get("/rollbacks", "reader", "state=running");
  EXPECT_EQ(numbers_of(body_of(answer)["rollbacks"]), std::vector<std::int64_t>{1});
  EXPECT_EQ(answer.body.find("s3cr3t"), std::string::npos);
  EXPECT_TRUE(body_of(world.get("/rollbacks", "reader", "state=undone"))["rollbacks"].empty());
  EXPECT_EQ(body_of(world.get("/rollbacks/1"))["number"], 1);
  EXPECT_EQ(world.get("/rollbacks/2").status, 404);
  EXPECT_EQ(world.get("/rollbacks/1", "stranger").status, 404);
}

TEST(Api, ShowsCheckpointsWithoutWhatIsInThem) {
  World world;
  clusters::Checkpoint checkpoint{
      .id = "c", .user = 1, .cluster_id = "cls-1", .action = "change_config", .summary = "改了"};
  checkpoint.objects.push_back({.object = {.kind = "Secret", .ns = "shop", .name = "keys"},
                                .before = Json{{"data", "s3cr3t"}}});
  ASSERT_TRUE(run(world.checkpoints.add(checkpoint)));
  const auto answer = world.get("/checkpoints");
  const Json rows = body_of(answer)["checkpoints"];
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["objects"][0]["name"], "keys");
  EXPECT_EQ(rows[0]["objects"][0]["was_there"], true);
  EXPECT_EQ(rows[0]["restored"], nullptr);
  EXPECT_EQ(answer.body.find("s3cr3t"), std::string::npos);
  EXPECT_TRUE(body_of(world.get("/checkpoints", "stranger"))["checkpoints"].empty());
}

TEST(Api, ShowsSilencesScoringAndTheLog) {
  World world;
  ASSERT_TRUE(run(world.quiet.add({.account = 1,
                                   .name = "payment",
                                   .from = world.clock.time,
                                   .until = world.clock.time + 1h})));
  EXPECT_EQ(body_of(world.get("/silences"))["silences"].size(), 1U);
  EXPECT_EQ(body_of(world.get("/scoring"))["learned"], nullptr);
  ASSERT_TRUE(run(world.learned.add(1, {.why = "first"})));
  ASSERT_TRUE(run(world.learned.add(1, {.version = 1, .why = "second"})));
  const Json scoring = body_of(world.get("/scoring"));
  EXPECT_EQ(scoring["learned"]["version"], 2);
  EXPECT_EQ(scoring["versions"].size(), 2U);
  EXPECT_TRUE(scoring["rules"].is_object());
  world.put({});
  world.post("/alerts/1/acknowledge", "");
  const Json rows = body_of(world.get("/audit", "admin", "action=acknowledge_alert"))["rows"];
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["actor"], "operator");
  EXPECT_TRUE(body_of(world.get("/audit", "admin", "actor=nobody"))["rows"].empty());
}

}  // namespace
}  // namespace mtc::web
