// Following a cluster's changes, with the stand-in's live streams.
#include <gmock/gmock.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "kubernetes_contract.h"

namespace mtc {
namespace {

using clusters::Change;
using clusters::ChangeKind;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

const clusters::ObjectRef kFlags{.kind = "ConfigMap", .ns = "shop-test", .name = "flags"};

Json flags(const char* value) {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"namespace", "shop-test"}, {"name", "flags"}}},
          {"data", {{"a", value}}}};
}

std::string show(const Change& change) {
  const char* kind = change.kind == ChangeKind::added      ? "+"
                     : change.kind == ChangeKind::modified ? "*"
                                                           : "-";
  return kind + string_or(change.object["metadata"], "name") +
         string_or(object_or_empty(change.object, "data"), "a");
}

Async<std::string> version_now(KubernetesContract& it) {
  const auto made =
      good(co_await it.admin->create({{"apiVersion", "v1"},
                                      {"kind", "ConfigMap"},
                                      {"metadata", {{"namespace", "shop-test"}, {"name", "mark"}}}},
                                     {}));
  co_return made["metadata"]["resourceVersion"].get<std::string>();
}

Async<> change_thrice(KubernetesContract& it) {
  good(co_await it.admin->create(flags("1"), {}));
  good(co_await it.admin->replace(flags("2"), {}));
  good(co_await it.admin->remove(kFlags, {}));
}

TEST(KubernetesContractWatch, SeesWhatHappenedSince) {
  play([](KubernetesContract& it) -> Async<> {
    const auto version = co_await version_now(it);
    co_await change_thrice(it);
    std::vector<std::string> seen;
    good(co_await it.admin->watch("v1", "ConfigMap", {.ns = "shop-test"}, version,
                                  [&seen](const Change& change) {
                                    seen.push_back(show(change));
                                    return seen.size() < 3;
                                  }));
    EXPECT_THAT(seen, ElementsAre("+flags1", "*flags2", "-flags2"));
  });
}

TEST(KubernetesContractWatch, BeginsWithAllThereAreAndSeesWhatComes) {
  play([](KubernetesContract& it) -> Async<> {
    const auto executor = co_await asio::this_coro::executor;
    const auto expected = good(co_await it.admin->names("v1", "ConfigMap", "shop-test"));
    std::vector<std::string> seen;
    good(co_await it.admin->watch("v1", "ConfigMap", {.ns = "shop-test"}, "",
                                  [&](const Change& change) {
                                    seen.push_back(show(change));
                                    if (seen.size() == expected.size())
                                      asio::co_spawn(executor, change_thrice(it), asio::detached);
                                    return seen.back() != "-flags2";
                                  }));
    EXPECT_EQ(seen.size(), expected.size() + 3);
    EXPECT_THAT(seen, Contains("+order-config"));
  });
}

// A stream whose selector lets nothing through, but for one.
TEST(KubernetesContractWatch, IsNarrowedDown) {
  play([](KubernetesContract& it) -> Async<> {
    const auto version = co_await version_now(it);
    auto labelled = flags("1");
    labelled["metadata"]["labels"] = {{"wanted", "yes"}};
    labelled["metadata"]["name"] = "wanted";
    co_await change_thrice(it);
    good(co_await it.admin->create(labelled, {}));
    std::vector<std::string> seen;
    good(co_await it.admin->watch("v1", "ConfigMap", {.ns = "shop-test", .labels = "wanted=yes"},
                                  version, [&seen](const Change& change) {
                                    seen.push_back(show(change));
                                    return false;
                                  }));
    EXPECT_THAT(seen, ElementsAre("+wanted1"));
  });
}

TEST(KubernetesContractWatch, ReadsEverythingAnewWhenItsPlaceIsForgotten) {
  play([](KubernetesContract& it) -> Async<> {
    const auto version = co_await version_now(it);
    const auto expected = good(co_await it.admin->names("v1", "ConfigMap", "shop-test"));
    it.faults().expired_watches = 1;
    std::vector<std::string> seen;
    good(co_await it.admin->watch("v1", "ConfigMap", {.ns = "shop-test"}, version,
                                  [&](const Change& change) {
                                    seen.push_back(show(change));
                                    return seen.size() < expected.size();
                                  }));
    EXPECT_EQ(seen.size(), expected.size());
    EXPECT_EQ(it.faults().expired_watches, 0);
  });
}

TEST(KubernetesContractWatch, OutlivesTrouble) {
  play([](KubernetesContract& it) -> Async<> {
    const auto version = co_await version_now(it);
    co_await change_thrice(it);
    it.faults() = {
        .path_prefix = "/api/v1/namespaces/shop-test/configmaps", .errors = 3, .error_status = 503};
    std::vector<std::string> seen;
    good(co_await it.admin->watch("v1", "ConfigMap", {.ns = "shop-test"}, version,
                                  [&seen](const Change& change) {
                                    seen.push_back(show(change));
                                    return seen.size() < 3;
                                  }));
    EXPECT_THAT(seen, ElementsAre("+flags1", "*flags2", "-flags2"));
    EXPECT_EQ(it.faults().errors, 0);
    it.faults() = {.errors = 1000, .error_status = 503};
    const auto error = bad(co_await it.admin->watch("v1", "ConfigMap", {}, version,
                                                    [](const Change&) { return true; }));
    EXPECT_EQ(error.code, Errc::unavailable);
  });
}

TEST(KubernetesContractWatch, EndsWhereItIsNotAllowed) {
  play([](KubernetesContract& it) -> Async<> {
    const auto tester = it.as(it.shop.tokens.tester);
    const auto error = bad(co_await tester->watch("v1", "Pod", {.ns = "shop-prod"}, "1",
                                                  [](const Change&) { return true; }));
    EXPECT_EQ(error.code, Errc::denied);
  });
}

// Cancels a watch that waits, from a change that it has just seen.
Async<> watch_until_cancelled(KubernetesContract& it) {
  const auto executor = co_await asio::this_coro::executor;
  asio::cancellation_signal cancel;
  asio::steady_timer ended(executor, asio::steady_timer::time_point::max());
  Result<> outcome;
  const auto version = co_await version_now(it);
  co_await change_thrice(it);
  asio::co_spawn(executor,
                 it.admin->watch("v1", "ConfigMap", {.ns = "shop-test"}, version,
                                 [&](const Change& change) {
                                   if (change.kind == ChangeKind::deleted)
                                     asio::post(executor, [&cancel] {
                                       cancel.emit(asio::cancellation_type::all);
                                     });
                                   return true;
                                 }),
                 asio::bind_cancellation_slot(
                     cancel.slot(), [&](const std::exception_ptr& error, const Result<>& result) {
                       EXPECT_FALSE(error);
                       outcome = result;
                       ended.cancel();
                     }));
  co_await ended.async_wait(asio::as_tuple(asio::use_awaitable));
  EXPECT_EQ(bad(outcome).code, Errc::cancelled);
}

TEST(KubernetesContractWatch, EndsWhenItIsCancelled) {
  play(watch_until_cancelled);
}

}  // namespace
}  // namespace mtc
