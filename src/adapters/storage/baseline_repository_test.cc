#include "adapters/storage/baseline_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/storage/storage_fixture.h"

namespace mtc::storage {
namespace {

using digest::DayTotals;
using digest::Remembered;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono;

class BaselineStoreTest : public StorageTest {
 protected:
  void SetUp() override {
    StorageTest::SetUp();
    store_ = std::make_unique<SqlBaselineStore>(*database_);
  }
  void remember(std::string scope, Remembered day) {
    const auto done = run(store_->remember(std::move(scope), std::move(day)));
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<std::string> known(std::string scope, year_month_day day) {
    std::vector<std::string> ids;
    for (const auto& one : run(store_->known_templates(std::move(scope), day)).value())
      ids.push_back(one.id);
    return ids;
  }

  std::unique_ptr<SqlBaselineStore> store_;
};

Remembered day_of(year_month_day day, std::int64_t lines) {
  return {.totals =
              {.day = day,
               .lines = lines,
               .errors = 5,
               .services = {{.service = "payment", .lines = lines - 1, .errors = 5, .warnings = 2},
                            {.service = "", .lines = 1, .errors = 0, .warnings = 0}}},
          .templates = {}};
}

TEST_F(BaselineStoreTest, DaysComeBackInOrderWithTheirServices) {
  remember("a", day_of(2026y / November / 21, 5'000'000'000));
  remember("a", day_of(2026y / November / 9, 100));
  remember("b", day_of(2026y / November / 20, 7));
  const auto days = run(store_->days("a", 2026y / November / 1, 2026y / November / 21)).value();
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(days[0].day, 2026y / November / 9);
  EXPECT_EQ(days[1].day, 2026y / November / 21);
  EXPECT_EQ(days[1].lines, 5'000'000'000);
  EXPECT_EQ(days[1].errors, 5);
  ASSERT_EQ(days[1].services.size(), 2U);
  EXPECT_EQ(days[1].services[0].service, "payment");
  EXPECT_EQ(days[1].services[0].lines, 4'999'999'999);
  EXPECT_EQ(days[1].services[0].warnings, 2);
  EXPECT_EQ(days[1].services[1].service, "");
  EXPECT_THAT(run(store_->days("a", 2026y / November / 10, 2026y / November / 20)).value(),
              IsEmpty());
}

TEST_F(BaselineStoreTest, ADayToldAgainReplacesItsTotals) {
  remember("a", day_of(2026y / November / 21, 100));
  auto again = day_of(2026y / November / 21, 50);
  again.totals.services.pop_back();
  remember("a", again);
  const auto days = run(store_->days("a", 2026y / November / 21, 2026y / November / 21)).value();
  ASSERT_EQ(days.size(), 1U);
  EXPECT_EQ(days[0].lines, 50);
  EXPECT_EQ(days[0].services.size(), 1U);
}

TEST_F(BaselineStoreTest, ATemplateIsKnownAfterItsFirstDay) {
  const auto tell = [&](year_month_day day, std::vector<digest::KnownTemplate> templates) {
    auto told = day_of(day, 10);
    told.templates = std::move(templates);
    remember("a", told);
  };
  tell(2026y / November / 21,
       {{.id = "t1", .service = "payment", .text = "connection to <*> refused"}});
  tell(2026y / November / 22,
       {{.id = "t1", .service = "payment", .text = "connection to <*> refused"},
        {.id = "t2", .service = "", .text = "新的错误 <*>"}});
  EXPECT_THAT(known("a", 2026y / November / 21), IsEmpty());
  EXPECT_THAT(known("a", 2026y / November / 22), ElementsAre("t1"));
  EXPECT_THAT(known("a", 2026y / November / 23), ElementsAre("t1", "t2"));
  EXPECT_THAT(known("b", 2026y / November / 23), IsEmpty());
  tell(2026y / November / 20,
       {{.id = "t2", .service = "", .text = "新的错误 <*>"}});  // an earlier day told later
  EXPECT_THAT(known("a", 2026y / November / 21), ElementsAre("t2"));
  const auto all = run(store_->known_templates("a", 2026y / November / 23)).value();
  EXPECT_EQ(all[0].text, "connection to <*> refused");
  EXPECT_EQ(all[0].service, "payment");
}

TEST_F(BaselineStoreTest, ThousandsOfTemplatesAreRememberedAtOnce) {
  auto told = day_of(2026y / November / 21, 10);
  for (int i = 0; i < 5000; ++i)
    told.templates.push_back({.id = std::to_string(i), .service = "s", .text = "text"});
  remember("a", told);
  EXPECT_EQ(known("a", 2026y / November / 22).size(), 5000U);
}

}  // namespace
}  // namespace mtc::storage
