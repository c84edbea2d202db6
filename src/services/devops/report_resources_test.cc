#include "services/devops/report_resources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/broadcast/memory_store.h"
#include "domain/digest/sample_digests.h"
#include "infra/loop/run.h"
#include "mcp/resource_registry.h"
#include "services/common/fake_callers.h"

namespace mtc::services {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ReportResourcesTest : public testing::Test {
 protected:
  ReportResourcesTest() {
    zhangsan = callers.add("zhangsan").id;
    callers.add("alice", Language::en);
    for (const auto& resource : report_resources({store, callers})) {
      EXPECT_TRUE(registry.add(resource));
    }
    const auto& digest = incident();
    prepare(2026y / 11 / 22, digest.id, "昨晚两点零八分 payment 报错。");
    EXPECT_TRUE(run(store.save_digest(digest)));
  }
  static const digest::Digest& incident() {
    static const digest::Digest once = digest::sample::repaired_incident();
    return once;
  }
  void prepare(broadcast::Day day, std::string digest_id, std::string speech) {
    EXPECT_TRUE(run(store.save_prepared({.user_id = zhangsan,
                                         .day = day,
                                         .digest_id = std::move(digest_id),
                                         .speech = std::move(speech)})));
  }
  Result<mcp::ResourceContents> read(const std::string& uri, const char* who = "zhangsan") {
    const auto found = registry.find(uri);
    if (found.resource == nullptr) return fail(Errc::not_found, "no resource fits");
    return run(found.resource->read(uri, found.variables, called_by(who)));
  }
  std::vector<std::string> listed(const char* who) {
    std::vector<std::string> uris;
    for (const auto& resource : registry.all()) {
      for (const auto& entry : run(resource.list(called_by(who))).value()) {
        uris.push_back(entry.uri);
      }
    }
    return uris;
  }
  std::vector<std::string> complete(const char* uri, const char* name, const char* typed,
                                    const char* who = "zhangsan") {
    const auto& completer = registry.find_declared(uri)->completers.at(name);
    return run(completer(typed, {}, called_by(who))).value();
  }

  const std::string digest_uri = "ops://digests/" + digest::sample::night().id;
  broadcast::MemoryStore store;
  FakeCallers callers;
  identity::UserId zhangsan = 0;
  mcp::ResourceRegistry registry;
};

TEST_F(ReportResourcesTest, AReportIsWhatWasSpokenAndTheDetails) {
  const auto report = read("ops://reports/2026-11-22");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->uri, "ops://reports/2026-11-22");
  EXPECT_EQ(report->mime_type, "text/markdown");
  EXPECT_THAT(report->text, HasSubstr("> 昨晚两点零八分 payment 报错。\n"));
  EXPECT_THAT(report->text, HasSubstr("`connect to mysql <*> timed out after <*> ms, order <*>`"));
}

TEST_F(ReportResourcesTest, AReportWithoutItsDigestIsStillWhatWasSpoken) {
  store.digests.clear();
  EXPECT_EQ(read("ops://reports/2026-11-22")->text, "> 昨晚两点零八分 payment 报错。\n");
}

TEST_F(ReportResourcesTest, ADigestIsAllOfItAsJson) {
  const auto contents = read(digest_uri);
  ASSERT_TRUE(contents) << contents.error().message;
  EXPECT_EQ(contents->mime_type, "application/json");
  EXPECT_EQ(parse_json(contents->text).value(), digest::to_json(incident()));
}

TEST_F(ReportResourcesTest, OtherPeoplesReportsAreNotThere) {
  EXPECT_EQ(read("ops://reports/2026-11-22", "alice").error().code, Errc::not_found);
  EXPECT_EQ(read(digest_uri, "alice").error().code, Errc::not_found);
  EXPECT_THAT(listed("alice"), IsEmpty());
  EXPECT_THAT(complete("ops://reports/{day}", "day", "", "alice"), IsEmpty());
  EXPECT_THAT(complete("ops://digests/{id}", "id", "", "alice"), IsEmpty());
}

TEST_F(ReportResourcesTest, WhatIsNotADayOrNotToldIsNotFound) {
  for (const char* uri : {"ops://reports/2026-11-21", "ops://reports/2026-02-30",
                          "ops://reports/yesterday", "ops://reports/..", "ops://digests/unknown"}) {
    EXPECT_EQ(read(uri).error().code, Errc::not_found) << uri;
  }
}

TEST_F(ReportResourcesTest, StrangersAreTurnedAway) {
  EXPECT_EQ(read("ops://reports/2026-11-22", "nobody").error().code, Errc::unauthenticated);
  EXPECT_EQ(read(digest_uri, "nobody").error().code, Errc::unauthenticated);
}

TEST_F(ReportResourcesTest, TheLastFourteenMorningsAreListedNewestFirst) {
  for (unsigned day = 1; day <= 20; ++day) {
    prepare(2026y / 11 / std::chrono::day(day), "d" + std::to_string(day), "一切正常。");
  }
  const auto uris = listed("zhangsan");
  ASSERT_EQ(uris.size(), 28U);
  EXPECT_EQ(uris[0], "ops://reports/2026-11-22");
  EXPECT_EQ(uris[1], "ops://reports/2026-11-20");
  EXPECT_EQ(uris[13], "ops://reports/2026-11-08");
  EXPECT_EQ(uris[14], digest_uri);
  EXPECT_EQ(uris[27], "ops://digests/d8");
}

TEST_F(ReportResourcesTest, DaysAndDigestsCompleteWhatIsTyped) {
  prepare(2026y / 10 / 30, "d30", "一切正常。");
  EXPECT_THAT(complete("ops://reports/{day}", "day", "2026-1"),
              ElementsAre("2026-11-22", "2026-10-30"));
  EXPECT_THAT(complete("ops://reports/{day}", "day", "2026-10"), ElementsAre("2026-10-30"));
  EXPECT_THAT(complete("ops://digests/{id}", "id", "D3"), ElementsAre("d30"));
}

TEST_F(ReportResourcesTest, WhatWasSpokenCannotBeMarkup) {
  store.digests.clear();
  prepare(2026y / 11 / 22, "gone", "<img src=x>\n# [点我](javascript:alert(1))");
  const std::string text = read("ops://reports/2026-11-22")->text;
  EXPECT_THAT(text, Not(HasSubstr("<img")));
  EXPECT_THAT(text, Not(HasSubstr("\n#")));
  EXPECT_THAT(text, Not(HasSubstr("[点我](")));
}

}  // namespace
}  // namespace mtc::services
