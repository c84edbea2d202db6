#include "services/common/help_resource.h"

namespace mtc::services {
namespace {

constexpr std::string_view kChinese = R"(# 可以这样说

**早上**

- 「你好，小智」：每天早上第一次打招呼，会讲昨晚的报告；之后只讲新消息
- 「再说一遍」「昨天怎么样」：重新讲报告，任何时候都可以
- 「要听细节」：哪些错误、什么时候、多少次

**查日志**

- 「最近一小时 payment 有没有报错」
- 「昨晚两点到三点的错误日志」
- 「查一下 gateway 今天的超时」
- 「今天每小时有多少条错误」「第一条的前后几条」
- 「有哪些告警规则」「看看支付服务看板」
- 「五分钟内错误超过一百条就通知运维组」「每小时统计各服务的错误数」「关掉错误太多这条告警」

时间可以说：最近三十分钟、今天下午、昨晚、周一、11-21 13:00-14:00。

**集群**

- 「有哪些集群」「广州生产哪几台机器掉线了」「内存用了多少」
- 「有没有起不来的 pod」「订单服务怎么了」「看看它的日志」
- 「payment 扩到五个副本」「重启网关」「节点池扩到五台」「order config 里 log level 改成 debug」
- 「撤销」「最近改了什么」「以后订单服务就是 order-service」

会影响线上的操作先讲清楚要做什么，说出确认码才执行：「确认七三一五」；不要了就说「算了」。

**其它**

- 「任务怎么样了」「任务三做完了吗」：耗时的事做到哪了
- 「取消任务」：让正在做的停下
- 「我是谁，我能做什么」：你的身份和权限

报告也可以直接打开：`ops://reports/2026-11-22` 是当天的报告，`ops://digests/…` 是完整数据。
)";

constexpr std::string_view kEnglish = R"(# What you can say

**In the morning**

- "Hello": the first greeting of a morning tells the report of the night; later ones tell what is new
- "Say that again", "How was yesterday?": the report once more, at any time
- "Tell me the details": which errors, when, how many

**Logs**

- "Any errors in payment in the last hour?"
- "Error logs of last night between two and three"
- "Timeouts of gateway today"
- "How many errors an hour today?", "What was around the first line?"
- "Which alarm rules are there?", "Show the payment dashboard"
- "Tell the ops group when there are more than 100 errors in five minutes", "Count errors by service every hour"

Times can be: last 30 minutes, this afternoon, last night, monday, 11-21 13:00-14:00.

**Clusters**

- "Which clusters are there?", "Which nodes are down?", "How much memory is in use?"
- "Any pods that do not start?", "What is wrong with the order service?", "Show its log"
- "Scale payment to five", "Restart the gateway", "Set log level to debug in order config"
- "Undo that", "What was changed lately?"

What may hurt is told first and done when you say its code: "confirm 7315". Or say "never mind".

**Else**

- "How is the task going?", "Is task 3 done?": how something long is going
- "Cancel the task": stops what is running
- "Who am I, and what may I do?"

Reports can be opened as well: `ops://reports/2026-11-22` is that day's report, `ops://digests/…` the data in full.
)";

Async<Result<mcp::ResourceContents>> read_help(Callers* callers, std::string uri,
                                               mcp::CallContext context) {
  auto principal = co_await callers->resolve(context.principal);
  if (!principal) co_return fail(std::move(principal).error());
  const bool zh = principal->user.language == Language::zh;
  co_return mcp::ResourceContents{.uri = std::move(uri),
                                  .mime_type = "text/markdown",
                                  .text = std::string(zh ? kChinese : kEnglish)};
}

}  // namespace

mcp::Resource help_resource(Callers& callers) {
  return {
      .uri = "ops://help",
      .name = "help",
      .title = "What can be said · 可以怎么说",
      .description = "What this assistant understands, with examples",
      .mime_type = "text/markdown",
      .scope = "ops.read",
      .read = [callers = &callers](std::string uri, mcp::UriVariables, mcp::CallContext context) {
        return read_help(callers, std::move(uri), std::move(context));
      }};
}

}  // namespace mtc::services
