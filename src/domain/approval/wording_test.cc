#include "domain/approval/wording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mtc::approval {
namespace {

using identity::Assurance;
using identity::Scope;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Wording, APlanEndsInItsCode) {
  EXPECT_EQ(say_plan("准备把 payment 缩到一个副本", "7315", Language::zh),
            "准备把 payment 缩到一个副本。确认请说：确认七三一五。");
  EXPECT_EQ(say_plan("准备重启 payment。", "7315", Language::zh),
            "准备重启 payment。确认请说：确认七三一五。");
  EXPECT_EQ(say_plan("Restart payment, three replicas", "7315", Language::en),
            "Restart payment, three replicas. To confirm, say: confirm 7 3 1 5.");
}

TEST(Wording, AFormAsksAfterWhatWillBeDone) {
  EXPECT_EQ(say_question("准备重启 payment", Language::zh), "准备重启 payment。要执行吗？");
  EXPECT_EQ(say_question("Restart payment", Language::en), "Restart payment. Shall I go ahead?");
}

TEST(Wording, EvenALongPlanFitsIntoOneBreathWithItsCode) {
  std::string summary;
  for (int i = 0; i < 500; ++i) summary += "删";
  const auto said = say_plan(summary, "7315", Language::zh);
  EXPECT_LT(said.size(), 900U);  // a XiaoZhi device takes a thousand bytes at a time
  EXPECT_TRUE(said.ends_with("确认请说：确认七三一五。"));
}

TEST(Wording, IsShortAndWithoutMarks) {
  std::vector<std::string> all;
  for (const auto language : {Language::zh, Language::en}) {
    for (const auto scope : {Scope::read, Scope::operate, Scope::admin}) {
      all.push_back(say_missing_scope(scope, language));
    }
    for (const auto assurance : {Assurance::voice, Assurance::strong}) {
      all.push_back(say_missing_assurance(assurance, language));
    }
    for (const auto state : {PlanState::waiting, PlanState::executing, PlanState::done,
                             PlanState::failed, PlanState::cancelled, PlanState::expired}) {
      all.push_back(say_over(state, language));
    }
    for (auto* say :
         {say_disabled, say_not_recorded, say_no_code, say_nothing_waits, say_wrong_code,
          say_too_many_codes, say_replaced, say_declined, say_nobody_knows, say_target_changed,
          say_cancelled, say_done_unrecorded, say_cannot_go_on}) {
      all.push_back(say(language));
    }
    for (auto* say :
         {say_too_many_changes, say_changed_too_often, say_too_many_waiting, say_dropped_after}) {
      all.push_back(say(3, language));
    }
  }
  for (const auto& sentence : all) {
    EXPECT_THAT(sentence, AllOf(Not(IsEmpty()), Not(HasSubstr("{")), Not(HasSubstr("/")),
                                Not(HasSubstr("\n"))));
    EXPECT_LT(sentence.size(), 300U) << sentence;
  }
}

}  // namespace
}  // namespace mtc::approval
