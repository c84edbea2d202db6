// Signed requests to the whole stand-in, without a network.
#pragma once

#include "base/encoding.h"
#include "base/zone.h"
#include "emulator/emulator.h"
#include "emulator/emulator_test_world.h"
#include "infra/crypto/sha256.h"
#include "infra/loop/run.h"

namespace mtc::emulator {

// An exchange without a network.
struct FakeExchange final : HttpExchange {
  HttpRequest asked;
  HttpResponse answer;
  bool streamed = false;
  const HttpRequest& request() const override { return asked; }
  Async<> respond(HttpResponse response) override {
    answer = std::move(response);
    co_return;
  }
  Async<> begin_stream(int status, HttpHeaders headers) override {
    streamed = true;
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

struct EmulatorWorld {
  FakeClock clock{};
  SeededRandom random{11};
  Emulator emulator;
  std::string region = "ap-guangzhou", service = "cls", version = "2020-10-16", topic;

  explicit EmulatorWorld(EmulatorOptions options = {})
      : emulator((clock.time = TimePoint(Millis(kTestTime)), std::move(options)), clock, random) {}

  FakeExchange exchange(std::string_view action, std::string body) const {
    const auto& account = emulator.options().accounts.front();
    const auto seconds =
        std::chrono::floor<std::chrono::seconds>(clock.time).time_since_epoch().count();
    const auto date = format_day(Zone::utc().day_of(clock.time));
    const auto host = service + ".tencentcloudapi.com";
    const auto canonical =
        fmt::format("POST\n/\n\ncontent-type:application/json\nhost:{}\n\ncontent-type;host\n{}",
                    host, to_hex(sha256(body)));
    const auto text = fmt::format("TC3-HMAC-SHA256\n{}\n{}/{}/tc3_request\n{}", seconds, date,
                                  service, to_hex(sha256(canonical)));
    const auto key = hmac_sha256(
        hmac_sha256(hmac_sha256("TC3" + account.secret_key, date), service), "tc3_request");
    FakeExchange out;
    out.asked = {
        .method = "POST", .path = "/", .body = std::move(body), .peer_address = "127.0.0.1"};
    out.asked.headers = {
        {"Host", host},
        {"Content-Type", "application/json"},
        {"X-TC-Action", std::string(action)},
        {"X-TC-Version", version},
        {"X-TC-Timestamp", std::to_string(seconds)},
        {"X-TC-Region", region},
        {"Authorization",
         fmt::format("TC3-HMAC-SHA256 Credential={}/{}/{}/tc3_request, "
                     "SignedHeaders=content-type;host, Signature={}",
                     account.secret_id, date, service, to_hex(hmac_sha256(key, text)))}};
    return out;
  }

  Json call(std::string_view action, const Json& body) {
    auto one = exchange(action, dump_json(body));
    run(emulator.handle(one));
    EXPECT_EQ(one.answer.status, 200);
    auto json = parse_json(one.answer.body);
    EXPECT_TRUE(json) << one.answer.body;
    return json ? (*json)["Response"] : Json::object();
  }
  std::string code(std::string_view action, const Json& body) {
    const auto response = call(action, body);
    EXPECT_FALSE(string_or(response, "RequestId").empty());
    return response.contains("Error") ? string_or(response["Error"], "Code") : "";
  }

  // A topic with so many logs, a second apart.
  void fill(int logs) {
    const auto logset = string_or(call("CreateLogset", {{"LogsetName", "s"}}), "LogsetId");
    topic = string_or(call("CreateTopic", {{"LogsetId", logset}, {"TopicName", "t"}}), "TopicId");
    auto index = *parse_json(kTestIndex);
    index["TopicId"] = topic;
    EXPECT_EQ(code("CreateIndex", index), "");
    const Topic* stored = *emulator.cloud().topic(
        {.uin = emulator.options().accounts.front().uin, .region = region}, topic);
    LogWriter writer(*stored->table);
    const int stream = stored->table->stream({.source = "s"});
    for (int i = 0; i < logs; ++i) {
      const auto number = std::to_string(i);
      writer.add({.stream = stream, .group = 1, .index = i}, kTestTime + i / 3 * INT64_C(1000),
                 {{"level", i % 2 == 0 ? "INFO" : "ERROR"}, {"status", number}});
    }
    writer.commit();
  }
  Json search(const Json& more) const {
    Json out{{"TopicId", topic},
             {"From", kTestTime},
             {"To", kTestTime + 86'400'000},
             {"QueryString", "*"},
             {"QuerySyntax", 1}};
    if (more.is_object()) out.update(more);
    return out;
  }
};

}  // namespace mtc::emulator
