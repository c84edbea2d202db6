#include "services/common/help_resource.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infra/loop/run.h"
#include "services/common/fake_callers.h"

namespace mtc::services {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(HelpResource, IsInTheCallersLanguage) {
  FakeCallers callers;
  callers.add("zhangsan", Language::zh);
  callers.add("alice", Language::en);
  const auto help = help_resource(callers);
  const auto text = [&](const char* subject) {
    return run(help.read("ops://help", {}, called_by(subject))).value().text;
  };
  EXPECT_THAT(text("zhangsan"), HasSubstr("「你好，小智」"));
  EXPECT_THAT(text("zhangsan"), AllOf(HasSubstr("任务怎么样了"), HasSubstr("取消任务")));
  EXPECT_THAT(text("zhangsan"), AllOf(HasSubstr("就通知运维组"), HasSubstr("撤销")));
  EXPECT_THAT(text("alice"), HasSubstr("Tell me the details"));
  EXPECT_THAT(text("alice"), AllOf(HasSubstr("Restart the gateway"), HasSubstr("Undo that")));
  EXPECT_THAT(text("alice"), AllOf(HasSubstr("How is the task"), HasSubstr("Cancel the task")));
}

TEST(HelpResource, IsNotForStrangers) {
  FakeCallers callers;
  const auto help = help_resource(callers);
  EXPECT_EQ(run(help.read("ops://help", {}, called_by("nobody"))).error().code,
            Errc::unauthenticated);
}

}  // namespace
}  // namespace mtc::services
