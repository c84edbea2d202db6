#include "services/basic/who_am_i_tool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infra/loop/run.h"
#include "services/common/fake_callers.h"

namespace mtc::services {
namespace {

using identity::Assurance;
using identity::Scope;

class WhoAmI : public ::testing::Test {
 protected:
  WhoAmI() { callers.add("alice").display_name = "张三"; }
  std::string said(Scope scope, Assurance assurance) {
    auto& person = callers.people["alice"];
    person.scopes = {scope};
    person.assurance = assurance;
    const auto outcome = run(tool.call(Json::object(), {}, called_by("alice")));
    EXPECT_TRUE(outcome) << outcome.error().message;
    if (!outcome) return {};
    const auto& reply = std::get<mcp::Reply>(*outcome);
    EXPECT_EQ(reply.data["assurance"], name_of(assurance));
    return reply.speech;
  }
  FakeCallers callers;
  mcp::Tool tool = who_am_i_tool(callers);
};

TEST_F(WhoAmI, SaysWhomWeTakeThemForAndWhatTheyMayDo) {
  EXPECT_EQ(said(Scope::read, Assurance::device),
            "你是张三，是通过你的设备认出来的。可以查询，不能改动。");
  EXPECT_EQ(said(Scope::operate, Assurance::device),
            "你是张三，是通过你的设备认出来的。可以查询；要改动，先请管理员把这个设备或令牌的信任"
            "改成 voice。");
  EXPECT_EQ(said(Scope::operate, Assurance::voice),
            "你是张三，可以确定是你本人在说。可以查询和操作，不能回滚。");
  callers.people["alice"].user.rollback_permission = true;
  EXPECT_EQ(said(Scope::operate, Assurance::strong),
            "你是张三，你的身份已经确认。可以查询、操作和回滚。");
  callers.people["alice"].user.language = Language::en;
  EXPECT_EQ(said(Scope::operate, Assurance::voice),
            "You are 张三; I can take it that you are the one who speaks. You may look, operate "
            "and roll back.");
}

TEST_F(WhoAmI, StrangersHearNothing) {
  EXPECT_EQ(run(tool.call(Json::object(), {}, called_by("mallory"))).error().code,
            Errc::unauthenticated);
}

}  // namespace
}  // namespace mtc::services
