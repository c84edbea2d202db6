#include "domain/intent/alert_request.h"

#include <gtest/gtest.h>

#include "domain/intent/router.h"

namespace mtc::intent {
namespace {

std::string routed(std::string_view utterance) {
  const auto call = route(utterance);
  return call ? call->tool + " " + call->arguments.dump() : "none";
}

TEST(AlertRequest, FindsWhatIsMeant) {
  const struct {
    const char *said, *call;
  } cases[] = {
      {"what warning alerts came in over the last six hours",
       R"(list_alerts {"severity":"warning","time_range":"last_6h"})"},
      {"目前仍在告惊的都报一下", R"(list_alerts {"status":"firing"})"},
      {"上个礼拜触发的紧急告警有几个",
       R"(list_alerts {"severity":"critical","time_range":"last_week"})"},
      {"payment 昨天有哪些告警", R"(list_alerts {"service":"payment","time_range":"昨天"})"},
      {"有什么告警", "list_alerts {}"},
      {"近二十分钟的告警", R"(list_alerts {"time_range":"last_20m"})"},
      {"E 二十二这个告警为啥只给六十分", R"(explain_alert {"alert":"E22","part":"score"})"},
      {"C 三零九这条告警讲讲来龙去脉", R"(explain_alert {"alert":"C309"})"},
      {"证书那个说细一点", R"(explain_alert {"alert":"证书"})"},
      {"tell me about alert 12", R"(explain_alert {"alert":"12"})"},
      {"三号告警我来处理", R"(update_alert {"alert":"3","change":"acknowledge"})"},
      {"三号告警交给李四", R"(update_alert {"alert":"3","change":"assign","to":"李四"})"},
      {"payment 那条是误报", R"(update_alert {"alert":"payment","change":"false_alarm"})"},
      {"把三号告警关掉", R"(update_alert {"alert":"3","change":"close"})"},
      {"payment 的告警静音两小时",
       R"(silence_alerts {"duration":"2h","mode":"add","service":"payment"})"},
      {"告警有哪些静音", R"(silence_alerts {"mode":"list"})"},
      {"第三条告警讲讲", R"(explain_alert {"alert":"第三条"})"},
      {"处理三号告警", R"(handle_alert {"alert":"3"})"},
      {"fix alert 3", R"(handle_alert {"alert":"3"})"},
      {"早报只讲告警", R"(set_broadcast {"content":"alerts"})"},
      {"播报里告警和日志都讲", R"(set_broadcast {"content":"both"})"},
      // The rules are no alerts, and figures are another service's.
      {"告警策略有哪些", R"(list_log_settings {"what":"alarms"})"},
      {"今天告警从触发到有人处理平均要几分钟", "none"},
      {"告警推送发到钉钉", "none"},
  };
  for (const auto& c : cases) EXPECT_EQ(routed(c.said), c.call) << c.said;
}

}  // namespace
}  // namespace mtc::intent
