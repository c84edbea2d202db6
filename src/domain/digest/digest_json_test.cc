#include <gtest/gtest.h>

#include "domain/digest/builder.h"

namespace mtc::digest {
namespace {

using namespace std::chrono;

Digest some_digest() {
  const TimePoint begin = Zone::shanghai().at(2026y / November / 21);
  DigestBuilder builder(
      {.id = "0f1e",
       .scope = "线上日志",
       .period = logs::TimeRange{begin, begin + hours(24)},
       .created = begin + hours(29),
       .history = {.previous_day = Reference{.lines = 5, .errors = 2},
                   .usual_weekday = Reference{.lines = 6, .errors = 1, .periods = 4},
                   .known_templates = std::vector<KnownTemplate>{}}});
  for (int i = 0; i < 400; ++i) {
    builder.add({.time = begin + minutes(i),
                 .level = logs::Level::info,
                 .service = "order",
                 .message = "order accepted"});
  }
  for (int i = 0; i < 40; ++i) {
    builder.add({.time = begin + hours(2) + seconds(i),
                 .level = logs::Level::error,
                 .service = "payment",
                 .message = "连接数据库超时"});
  }
  builder.note_missing("ap-shanghai: 没有权限");
  builder.set_data_until(begin + hours(23));
  return builder.finish();
}

TEST(DigestJson, ComesBackAsItWas) {
  const Digest digest = some_digest();
  ASSERT_FALSE(digest.spikes.empty());
  ASSERT_FALSE(digest.keywords.empty());
  ASSERT_FALSE(digest.questions.empty());
  const Json json = to_json(digest);
  const auto back = digest_from_json(json);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_json(*back), json);
  EXPECT_EQ(back->spikes[0].minute, digest.spikes[0].minute);
  EXPECT_EQ(back->coverage.data_until, digest.coverage.data_until);
  EXPECT_EQ(back->usual_weekday->periods, 4);
}

TEST(DigestJson, RefusesWhatIsNoDigestAndSaysWhere) {
  const struct {
    const char *pointer, *value, *error;
  } cases[] = {
      {"/id", "7", "not a digest: id: expected text"},
      {"/coverage/lines_total", "\"5\"", "not a digest: coverage.lines_total: expected an integer"},
      {"/coverage/lines_total", "1.5", "not a digest: coverage.lines_total: expected an integer"},
      {"/coverage/lines_total", "18446744073709551615",
       "not a digest: coverage.lines_total: number too large"},
      {"/services/0/errors", "null", "not a digest: services[0].errors: missing"},
      {"/spikes/0/minute", "\"yesterday\"",
       "not a digest: spikes[0].minute: expected a moment such as 2026-11-22T05:00:00.000Z"},
      {"/spikes/0/width_ms", "0", "not a digest: spikes[0].width_ms: must be positive"},
      {"/questions/0/kind", "\"riddle\"", "not a digest: questions[0].kind: unknown name"},
      {"/top_errors", "{}", "not a digest: top_errors: expected a list"},
      {"/period", "[]", "not a digest: period: expected an object"},
      {"/hours_each", "5000000000", "not a digest: hours_each: number too large"},
  };
  const Json whole = to_json(some_digest());
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pointer);
    Json broken = whole;
    broken[Json::json_pointer(c.pointer)] = Json::parse(c.value);
    const auto back = digest_from_json(broken);
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().message, c.error);
  }
  EXPECT_FALSE(digest_from_json(Json::array()));
}

}  // namespace
}  // namespace mtc::digest
