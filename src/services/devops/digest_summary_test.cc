#include "services/devops/digest_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/digest/sample_digests.h"
#include "services/devops/answer_check_for_test.h"

namespace mtc::services {
namespace {

namespace sample = digest::sample;
using ::testing::HasSubstr;
using ::testing::Not;

Json summary_of(const digest::Digest& digest, Language language = Language::zh) {
  Json summary = digest_summary(digest, language);
  EXPECT_EQ(complaint(digest_summary_schema(), summary), "");
  return summary;
}

TEST(DigestSummary, CountsWhatIsNewOnlyWhereThereIsAHistory) {
  EXPECT_EQ(summary_of(sample::new_error())["new_errors"], 1);
  EXPECT_EQ(summary_of(sample::quiet_day())["new_errors"], 0);
  EXPECT_FALSE(summary_of(sample::first_day()).contains("new_errors"));
}

TEST(DigestSummary, MarksWhatIsNewAndWhatIsRaised) {
  const Json fresh = summary_of(sample::new_error())["problems"];
  int marked = 0;
  for (const auto& problem : fresh) {
    if (!problem["new"]) continue;
    ++marked;
    EXPECT_THAT(problem["text"].get<std::string>(), HasSubstr("certificate has expired"));
  }
  EXPECT_EQ(marked, 1);

  const Json incident = summary_of(sample::repaired_incident());
  std::vector<std::string> raised;
  for (const auto& hour : incident["hours"]) {
    if (hour["raised"]) raised.push_back(hour["begin"]);
  }
  EXPECT_THAT(raised, testing::ElementsAre("2026-11-21T18:00:00.000Z"));  // two o'clock
}

TEST(DigestSummary, SpeaksTheUsersLanguage) {
  const Json zh = summary_of(sample::repaired_incident(), Language::zh);
  const Json en = summary_of(sample::repaired_incident(), Language::en);
  EXPECT_THAT(zh["compared"].get<std::string>(), HasSubstr("比前一天"));
  EXPECT_THAT(en["compared"].get<std::string>(), HasSubstr("than the day before"));
  EXPECT_EQ(zh["errors"], en["errors"]);
}

TEST(DigestSummary, OfADigestWithoutTimesHasNoPeriodAndNoHours) {
  digest::Digest digest;
  const Json summary = summary_of(digest);
  EXPECT_FALSE(summary.contains("from"));
  EXPECT_EQ(summary["hours"], Json::array());
}

TEST(DigestSummary, LogTextIsShortAndCannotSteerATerminal) {
  const Json summary = summary_of(sample::hostile());
  ASSERT_FALSE(summary["problems"].empty());
  for (const auto& problem : summary["problems"]) {
    EXPECT_LE(problem["text"].get<std::string>().size(), 240U);
  }
  const std::string text = summary.dump();
  EXPECT_THAT(text, Not(HasSubstr("\\u001b")));
  EXPECT_THAT(text, Not(HasSubstr("\\u0007")));
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
}

}  // namespace
}  // namespace mtc::services
