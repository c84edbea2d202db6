#include "adapters/storage/broadcast_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "adapters/storage/storage_fixture.h"
#include "base/zone.h"

namespace mtc::storage {
namespace {

using broadcast::Day;
using broadcast::PreparedBroadcast;
using broadcast::QueueItem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono;

constexpr Day kDay = 2026y / November / 22;

class BroadcastStoreTest : public StorageTest {
 protected:
  void SetUp() override {
    StorageTest::SetUp();
    store_ = std::make_unique<SqlBroadcastStore>(*database_);
    user_ = add_user("alice").id;
  }
  QueueItem item(std::string id, int priority, int minute) {
    return {.id = std::move(id),
            .user_id = user_,
            .kind = "alert",
            .text = "payment 报错变多。",
            .priority = priority,
            .created = clock_.now() + minutes(minute)};
  }
  std::vector<std::string> take(int limit) {
    const auto items = run(store_->take_queue(user_, clock_.now(), limit));
    EXPECT_TRUE(items) << items.error().message;
    std::vector<std::string> ids;
    for (const auto& one : items.value_or(std::vector<QueueItem>{})) ids.push_back(one.id);
    return ids;
  }

  std::unique_ptr<SqlBroadcastStore> store_;
  identity::UserId user_ = 0;
};

TEST_F(BroadcastStoreTest, OfManyClaimsThroughTwoServersExactlyOneIsTrue) {
  const auto other_database = open();
  SqlBroadcastStore other(*other_database);
  std::vector<Async<Result<bool>>> claims;
  for (int i = 0; i < 32; ++i) {
    claims.push_back(store_->claim_day(user_, kDay));
    claims.push_back(other.claim_day(user_, kDay));
  }
  const auto answers = run_at_once(std::move(claims));
  ASSERT_EQ(answers.size(), 64U);
  int won = 0;
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer) << answer.error().message;
    won += *answer ? 1 : 0;
  }
  EXPECT_EQ(won, 1);
}

TEST_F(BroadcastStoreTest, ALaterGreetingOfTheDayWaitsForNoWriter) {
  ASSERT_TRUE(*run(store_->claim_day(user_, kDay)));
  const auto impatient = Database::open({.url = url(), .busy_timeout = Millis{1}});
  ASSERT_TRUE(impatient);
  SqlBroadcastStore other(**impatient);
  const auto while_writing = database_->transaction_now<bool>(
      [&](soci::session&) -> Result<bool> { return run(other.claim_day(user_, kDay)); });
  ASSERT_TRUE(while_writing) << while_writing.error().message;
  EXPECT_FALSE(*while_writing);
}

TEST_F(BroadcastStoreTest, OfManyProcessesExactlyOneClaimsTheDay) {
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto database = Database::open({.url = url()});
      if (!database) ::_exit(2);
      SqlBroadcastStore store(**database);
      const auto claimed = run(store.claim_day(user_, kDay));
      ::_exit(!claimed ? 2 : *claimed ? 1 : 0);
    }
    children.push_back(child);
  }
  int won = 0;
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_LT(WEXITSTATUS(status), 2);
    won += WEXITSTATUS(status);
  }
  EXPECT_EQ(won, 1);
}

TEST_F(BroadcastStoreTest, AClaimSurvivesTheProcessThatMadeIt) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto database = Database::open({.url = url()});
    if (database) EXPECT_TRUE(run(SqlBroadcastStore(**database).claim_day(user_, kDay)));
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(run(store_->last_claimed_day(user_)).value(), kDay);
  EXPECT_FALSE(run(store_->claim_day(user_, kDay)).value());
}

TEST_F(BroadcastStoreTest, OnlyALaterDayMayBeClaimedAfterwards) {
  EXPECT_FALSE(run(store_->last_claimed_day(user_)).value());
  EXPECT_TRUE(run(store_->claim_day(user_, kDay)).value());
  EXPECT_FALSE(run(store_->claim_day(user_, kDay)).value());
  EXPECT_FALSE(run(store_->claim_day(user_, 2026y / November / 9)).value());
  EXPECT_TRUE(run(store_->claim_day(user_, 2026y / December / 1)).value());
  EXPECT_FALSE(run(store_->claim_day(4711, kDay)).value());
  EXPECT_EQ(run(store_->last_claimed_day(user_)).value(), 2026y / December / 1);
}

TEST_F(BroadcastStoreTest, AReleasedDayMayBeClaimedAgain) {
  ASSERT_TRUE(run(store_->claim_day(user_, kDay)).value());
  ASSERT_TRUE(run(
      store_->release_day(user_, 2026y / November / 21, std::nullopt)));  // of another day: nothing
  EXPECT_EQ(run(store_->last_claimed_day(user_)).value(), kDay);
  ASSERT_TRUE(run(store_->release_day(user_, kDay, 2026y / November / 20)));
  EXPECT_EQ(run(store_->last_claimed_day(user_)).value(), 2026y / November / 20);
  EXPECT_TRUE(run(store_->claim_day(user_, kDay)).value());
  ASSERT_TRUE(run(store_->release_day(user_, kDay, std::nullopt)));
  EXPECT_FALSE(run(store_->last_claimed_day(user_)).value());
}

TEST_F(BroadcastStoreTest, APreparedBroadcastIsReplacedAndFound) {
  PreparedBroadcast prepared{.user_id = user_,
                             .day = kDay,
                             .digest_id = "d1",
                             .speech = "昨晚一切正常。",
                             .from_model = true,
                             .audio_path = "/tmp/a.wav",
                             .prepared = clock_.now()};
  EXPECT_FALSE(run(store_->prepared(user_, kDay)).value());
  ASSERT_TRUE(run(store_->save_prepared(prepared)));
  prepared.speech = "昨晚有一条告警。";
  prepared.audio_path = "";
  ASSERT_TRUE(run(store_->save_prepared(prepared)));
  auto later = prepared;
  later.day = 2026y / December / 1;
  ASSERT_TRUE(run(store_->save_prepared(later)));

  const auto found = run(store_->prepared(user_, kDay)).value().value();
  EXPECT_EQ(found.day, kDay);
  EXPECT_EQ(found.digest_id, "d1");
  EXPECT_EQ(found.speech, "昨晚有一条告警。");
  EXPECT_TRUE(found.from_model);
  EXPECT_EQ(found.audio_path, "");
  EXPECT_EQ(found.prepared, clock_.now());
  EXPECT_EQ(run(store_->newest_prepared(user_)).value().value().day, later.day);
  EXPECT_FALSE(run(store_->newest_prepared(4711)).value());
  later.user_id = 4711;
  EXPECT_EQ(run(store_->save_prepared(later)).error().code, Errc::conflict);  // no such user
}

TEST_F(BroadcastStoreTest, RecentBroadcastsAreTheUsersOwnNewestFirst) {
  const auto other = add_user("bob").id;
  for (const unsigned day : {20U, 22U, 21U}) {
    ASSERT_TRUE(run(store_->save_prepared({.user_id = user_,
                                           .day = 2026y / November / day,
                                           .digest_id = "d" + std::to_string(day),
                                           .speech = "一切正常。"})));
  }
  ASSERT_TRUE(run(store_->save_prepared(
      {.user_id = other, .day = 2026y / November / 23, .digest_id = "d23", .speech = "有告警。"})));
  const auto ids = [&](int limit) {
    std::vector<std::string> out;
    for (const auto& one : run(store_->recent_prepared(user_, limit)).value())
      out.push_back(one.digest_id);
    return out;
  };
  EXPECT_THAT(ids(14), ElementsAre("d22", "d21", "d20"));
  EXPECT_THAT(ids(2), ElementsAre("d22", "d21"));
  EXPECT_THAT(run(store_->recent_prepared(4711, 14)).value(), IsEmpty());
}

TEST_F(BroadcastStoreTest, ADigestIsFoundForThoseToldOfItOnly) {
  const auto other = add_user("bob").id;
  digest::Digest digest;
  digest.id = make_uuid(random_);
  ASSERT_TRUE(run(store_->save_digest(digest)));
  EXPECT_FALSE(run(store_->find_digest_of(user_, digest.id)).value());
  ASSERT_TRUE(run(store_->save_prepared(
      {.user_id = user_, .day = kDay, .digest_id = digest.id, .speech = "一切正常。"})));
  EXPECT_EQ(run(store_->find_digest_of(user_, digest.id)).value().value().id, digest.id);
  EXPECT_FALSE(run(store_->find_digest_of(other, digest.id)).value());
  EXPECT_FALSE(run(store_->find_digest_of(user_, "unknown")).value());
}

TEST_F(BroadcastStoreTest, ADigestComesBackAsSaved) {
  digest::Digest digest;
  digest.id = make_uuid(random_);
  digest.scope = "线上日志";
  digest.period = {.from = clock_.now() - hours(24), .to = clock_.now()};
  digest.created = clock_.now();
  digest.coverage.lines_total = 4'200'000'000;
  digest.services.push_back({.service = "payment", .lines = 7, .errors = 3, .warnings = 1});
  ASSERT_TRUE(run(store_->save_digest(digest)));
  ASSERT_TRUE(run(store_->save_digest(digest)));
  const auto found = run(store_->find_digest(digest.id));
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_TRUE(*found);
  EXPECT_EQ(digest::to_json(**found), digest::to_json(digest));
  EXPECT_FALSE(run(store_->find_digest("unknown")).value());
  digest.zone = "Mars/Olympus";
  EXPECT_FALSE(run(store_->save_digest(digest)));
}

TEST_F(BroadcastStoreTest, TheQueueIsToldByPriorityThenAgeAndOnlyOnce) {
  EXPECT_THAT(take(3), IsEmpty());
  for (const auto& one : {item("late", 0, 2), item("early", 0, 1), item("urgent", 90, 3)}) {
    ASSERT_TRUE(run(store_->enqueue(one)));
  }
  EXPECT_EQ(run(store_->enqueue(item("late", 0, 2))).error().code, Errc::conflict);
  EXPECT_EQ(run(store_->queue_length(user_)).value(), 3);
  EXPECT_THAT(take(0), IsEmpty());
  EXPECT_THAT(take(2), ElementsAre("urgent", "early"));
  EXPECT_EQ(run(store_->queue_length(user_)).value(), 1);
  EXPECT_THAT(take(10), ElementsAre("late"));
  EXPECT_THAT(take(10), IsEmpty());
}

TEST_F(BroadcastStoreTest, GreetingsAtOnceNeverTellTheSameItem) {
  std::vector<std::string> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back("item " + std::to_string(i));
    ASSERT_TRUE(run(store_->enqueue(item(all.back(), 0, i))));
  }
  const auto other_database = open();
  SqlBroadcastStore other(*other_database);
  std::vector<Async<Result<std::vector<QueueItem>>>> greetings;
  for (int i = 0; i < 8; ++i)
    greetings.push_back((i % 2 == 0 ? *store_ : other).take_queue(user_, clock_.now(), 3));
  std::vector<std::string> told;
  for (const auto& items : run_at_once(std::move(greetings))) {
    ASSERT_TRUE(items) << items.error().message;
    for (const auto& one : *items) told.push_back(one.id);
  }
  EXPECT_THAT(told, ::testing::UnorderedElementsAreArray(all));
}

TEST_F(BroadcastStoreTest, ALeaseHasOneHolderUntilItExpires) {
  const auto take_lease = [&](std::string holder) {
    return run(store_->take_lease("nightly", std::move(holder), clock_.now(),
                                  clock_.now() + minutes(5)))
        .value();
  };
  EXPECT_TRUE(take_lease("a"));
  EXPECT_FALSE(take_lease("b"));
  clock_.time += minutes(4);
  EXPECT_TRUE(take_lease("a"));  // renewed
  clock_.time += minutes(4);
  EXPECT_FALSE(take_lease("b"));
  clock_.time += minutes(1);
  EXPECT_TRUE(take_lease("b"));
  EXPECT_FALSE(take_lease("a"));
}

TEST_F(BroadcastStoreTest, AShareLinkEndsWhenItExpires) {
  ASSERT_TRUE(run(store_->save_share("hash", "d1", clock_.now() + hours(1))));
  EXPECT_EQ(run(store_->find_share("hash", clock_.now())).value(), "d1");
  EXPECT_FALSE(run(store_->find_share("other", clock_.now())).value());
  EXPECT_FALSE(run(store_->find_share("hash", clock_.now() + hours(1))).value());
}

TEST_F(BroadcastStoreTest, WhatNobodyAsksForAnyMoreIsForgotten) {
  const auto old = clock_.now() - hours(24 * 500);
  for (const auto& [id, made] : {std::pair{"old", old}, std::pair{"new", clock_.now()}}) {
    digest::Digest digest;
    digest.id = id;
    digest.created = made;
    ASSERT_TRUE(run(store_->save_digest(digest)));
    ASSERT_TRUE(run(store_->save_prepared({.user_id = user_,
                                           .day = made == old ? Day(kDay - years(2)) : kDay,
                                           .digest_id = id,
                                           .prepared = made})));
    ASSERT_TRUE(run(store_->save_share(id, id, made + hours(1))));
    ASSERT_TRUE(run(store_->enqueue(item(id, 0, 0))));
  }
  ASSERT_TRUE(run(store_->take_queue(user_, old, 1)));

  ASSERT_TRUE(run(store_->forget(clock_.now(), clock_.now() - hours(24 * 400))));
  EXPECT_FALSE(run(store_->find_digest("old")).value());
  EXPECT_TRUE(run(store_->find_digest("new")).value());
  EXPECT_FALSE(run(store_->prepared(user_, kDay - years(2))).value());
  EXPECT_TRUE(run(store_->prepared(user_, kDay)).value());
  EXPECT_FALSE(run(store_->find_share("old", old)).value());
  EXPECT_TRUE(run(store_->find_share("new", clock_.now())).value());
  EXPECT_EQ(run(store_->queue_length(user_)).value(), 1) << "what was not told yet stays";
}

}  // namespace
}  // namespace mtc::storage
