#include "domain/digest/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/digest/baseline_store.h"
#include "infra/loop/run.h"

namespace mtc::digest {
namespace {

using namespace std::chrono;

constexpr year_month_day kDay = 2026y / November / 21;
year_month_day before(int days_ago) {
  return sys_days(kDay) - days(days_ago);
}

struct MemoryBaselines final : BaselineStore {
  std::vector<DayTotals> kept;
  std::vector<KnownTemplate> templates;
  bool broken = false;
  Async<Result<void>> remember(std::string, Remembered) override { co_return Result<void>{}; }
  Async<Result<std::vector<DayTotals>>> days(std::string, year_month_day first,
                                             year_month_day last) override {
    if (broken) co_return fail(Errc::unavailable, "the database is locked");
    std::vector<DayTotals> out;
    for (const auto& day : kept) {
      if (day.day >= first && day.day <= last) out.push_back(day);
    }
    co_return out;
  }
  Async<Result<std::vector<KnownTemplate>>> known_templates(std::string, year_month_day) override {
    co_return templates;
  }
};

TEST(History, ThePreviousDayIsTheDayBefore) {
  const History history = compare_with({{.day = before(1), .lines = 100, .errors = 7}}, kDay);
  ASSERT_TRUE(history.previous_day);
  EXPECT_EQ(history.previous_day->errors, 7);
  EXPECT_FALSE(compare_with({{.day = before(2), .lines = 100}}, kDay).previous_day);
  EXPECT_FALSE(compare_with({{.day = kDay, .lines = 100}}, kDay).previous_day);
}

TEST(History, TheUsualWeekdayIsTheMeanOfAtLeastTwo) {
  EXPECT_FALSE(compare_with({{.day = before(7), .lines = 100}}, kDay).usual_weekday);
  const History history = compare_with({{.day = before(7), .lines = 100, .errors = 10},
                                        {.day = before(21), .lines = 300, .errors = 20},
                                        {.day = before(35), .lines = 9000, .errors = 900},
                                        {.day = before(3), .lines = 9000, .errors = 900}},
                                       kDay);
  ASSERT_TRUE(history.usual_weekday);
  EXPECT_EQ(history.usual_weekday->lines, 200);
  EXPECT_EQ(history.usual_weekday->errors, 15);
  EXPECT_EQ(history.usual_weekday->periods, 2);
}

TEST(History, UsualServicesAreTheMeanOfTheLastWeek) {
  const History history =
      compare_with({{.day = before(1), .services = {{.service = "order", .lines = 100}}},
                    {.day = before(2), .services = {{.service = "order", .lines = 300}}},
                    {.day = before(9), .services = {{.service = "old", .lines = 300}}}},
                   kDay);
  ASSERT_EQ(history.usual_services.size(), 1U);
  EXPECT_EQ(history.usual_services[0].lines, 200);
}

TEST(History, LoadsWhatIsRemembered) {
  MemoryBaselines store;
  const auto empty = run(load_history(store, "shop", kDay));
  ASSERT_TRUE(empty);
  EXPECT_FALSE(empty->known_templates) << "without an earlier day nothing can be called new";
  store.kept = {{.day = before(1), .lines = 5}, {.day = before(40), .lines = 6}};
  const auto history = run(load_history(store, "shop", kDay));
  ASSERT_TRUE(history);
  EXPECT_TRUE(history->known_templates);
  EXPECT_EQ(history->previous_day->lines, 5);
  store.broken = true;
  EXPECT_FALSE(run(load_history(store, "shop", kDay)));
}

TEST(TemplateId, DependsOnServiceAndTextAndNothingElse) {
  EXPECT_EQ(template_id("payment", "connection to <*> refused"),
            template_id("payment", "connection to <*> refused"));
  EXPECT_NE(template_id("a", "bc"), template_id("ab", "c"));
  // Remembered by databases: must never change.
  EXPECT_EQ(template_id("payment", "refused"), "4fabdd2550a1b249");
}

TEST(SameTemplate, AVariablePartStandsForAnyWord) {
  const struct {
    const char *a, *b;
    bool same;
  } cases[] = {
      {"connection to <*> refused", "connection to db-1 refused", true},
      {"connection to <*> refused", "connection to <*> closed", false},
      {"port=<*> user=<*>", "port=22 user=root", false},  // no word in common says what it is
      {"login port=<*>", "login port=22", true},
      {"login port=<*>", "login host=22", false},
      {"<*> <*>", "any thing", false},
      {"a <*>", "a b c", false},
      {"took <*>ms", "took 5ms", true},
      {"took <*>ms", "took 5s", false},
      {"", "", true},
      {"", "a", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.a);
    EXPECT_EQ(same_template(c.a, c.b), c.same);
    EXPECT_EQ(same_template(c.b, c.a), c.same);
  }
}

}  // namespace
}  // namespace mtc::digest
