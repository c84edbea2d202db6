#include "domain/intent/rollback_request.h"

#include <gtest/gtest.h>

#include "domain/intent/router.h"

namespace mtc::intent {
namespace {

std::string routed(std::string_view utterance) {
  const auto call = route(utterance);
  return call ? call->tool + " " + call->arguments.dump() : "none";
}

TEST(RollbackRequest, FindsWhatIsMeant) {
  const struct {
    const char *said, *call;
  } cases[] = {
      {"auth api revert 到 v3.0.5 在 crm namespace",
       R"(start_rollback {"namespace":"crm","service":"auth-api","to_version":"v3.0.5"})"},
      {"会员服务恢复成五点二点零版",
       R"(start_rollback {"service":"会员服务","to_version":"5.2.0"})"},
      {"cart 新包不行倒回上个版", R"(start_rollback {"service":"cart","to_version":"previous"})"},
      {"把 payment 回滚到十二号版本", R"(start_rollback {"service":"payment","to_version":"12"})"},
      {"roll billing back to 5.1", R"(start_rollback {"service":"billing","to_version":"5.1"})"},
      {"roll back payment to the previous version",
       R"(start_rollback {"service":"payment","to_version":"previous"})"},
      {"payment-v2 回滚一下", R"(start_rollback {"service":"payment-v2"})"},
      {"支付回滚一下", R"(start_rollback {"service":"支付"})"},
      {"billing 回衮完成百分之多少了", R"(rollback_status {"service":"billing"})"},
      {"回滚好了没", "rollback_status {}"},
      {"how far is the billing rollback", R"(rollback_status {"service":"billing"})"},
      {"昨儿个做过的回退操作翻出来念念", R"(rollback_history {"time_range":"yesterday"})"},
      {"半年以内物流服务的回退流水",
       R"(rollback_history {"service":"物流服务","time_range":"last_180d"})"},
      {"昨天的回滚记录", R"(rollback_history {"time_range":"昨天"})"},
      {"cart 退版以后更卡了拿备份点还原回来", R"(restore_checkpoint {"service":"cart"})"},
      {"撤销 payment 的回滚", R"(restore_checkpoint {"service":"payment"})"},
      {"有哪些备份点", "list_checkpoints {}"},
      {"三号备份点和现在有什么差别", R"(compare_checkpoint {"number":3})"},
      {"停", "stop_rollback {}"},
      {"stop", "stop_rollback {}"},
      {"停止 payment 的回滚", R"(stop_rollback {"service":"payment"})"},
      {"不要退版放弃吧", "cancel_plan {}"},
      {"八幺四六没问题干吧", R"(confirm_plan {"code":"8146"})"},
      {"yes go ahead code three three seven one", R"(confirm_plan {"code":"3371"})"},
      {"确认回滚七三一五", R"(confirm_plan {"code":"确认回滚七三一五"})"},
      // What only sounds like it.
      {"把 cart 的副本数改成 1000", R"(scale_workload {"replicas":1000,"workload":"cart"})"},
      {"上个月各命名空间分别回退了多少次成功几成", "none"},
      {"现在这套阈值跟退版的规矩合不合理帮我诊断诊断", "none"},
      {"这些回滚记录给我开个网页地址三天后作废", "none"},
      {"什么是回滚", "none"},
      {"导航去高铁站", "none"},
  };
  for (const auto& c : cases) EXPECT_EQ(routed(c.said), c.call) << c.said;
}

}  // namespace
}  // namespace mtc::intent
