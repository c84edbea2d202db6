#include "services/basic/create_log_tools.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/logs/new_topic.h"
#include "services/basic/log_changes.h"

namespace mtc::services {
namespace {

constexpr int kUsualRetention = 30;

struct LogsetArgs {
  std::string name;
  std::string region;
};

struct TopicArgs {
  std::string name;
  std::string logset;
  int retention_days = kUsualRetention;
  std::string region;
};

const Fields<LogsetArgs>& logset_fields() {
  static const Fields<LogsetArgs> table{
      field("name", &LogsetArgs::name, "Its name", {.max_length = 255}),
      field("region", &LogsetArgs::region, "广州, ap-nanjing …", optional_text(50)),
  };
  return table;
}

const Fields<TopicArgs>& topic_fields() {
  static const Fields<TopicArgs> table{
      field("name", &TopicArgs::name, "Its name", {.max_length = 255}),
      field("logset", &TopicArgs::logset, "Logset it belongs to; may be left out if there is one",
            optional_text()),
      field("retention_days", &TopicArgs::retention_days,
            "Days that lines are kept, default 30; 3640 for ever",
            {.required = false, .minimum = 1, .maximum = 100'000}),
      field("region", &TopicArgs::region, "广州, ap-tokyo …", optional_text(50)),
  };
  return table;
}

Async<Result<mcp::Outcome>> create_logset(LogToolPorts ports, LogsetArgs args,
                                          mcp::CallContext context) {
  auto caller = co_await who_asks(&ports.callers, &ports.clock, context, args.region);
  if (!caller) co_return fail(std::move(caller).error());
  const Language language = caller->language();
  const auto name = logs::check_name(args.name, language);
  if (!name) co_return fail(name.error());
  const auto there = co_await ports.store(caller->user(), caller->region).logsets();
  if (!there) co_return cloud_failure(there.error(), language);
  if (std::ranges::find(*there, *name, &logs::Logset::name) != there->end()) {
    co_return fail(Errc::conflict,
                   caller->zh()
                       ? close_gaps(fmt::format("已经有叫 {} 的日志集了", spoken_name(*name)))
                       : fmt::format("there is a logset {} already", spoken_name(*name)));
  }
  const std::string place = spoken_place(caller->region, language);
  approval::Proposal proposal{
      .action = "create_logset",
      .target = fmt::format("cls/{}/logset/{}", region_of(*caller, ports), *name),
      .target_version = {},
      .ns = {},
      .arguments = {{"region", caller->region}, {"name", *name}},
      .details = {{"region", caller->region}, {"name", *name}},
      .summary = caller->zh()
                     ? close_gaps(fmt::format("准备{}建日志集 {}。", place, spoken_name(*name)))
                     : fmt::format("I will create logset {}{}.", spoken_name(*name), place),
      .channel = context.principal.channel};
  co_return co_await guarded_change(*ports.approver, std::move(caller->who), std::move(context),
                                    std::move(proposal), log_executor(ports, "create_logset"));
}

struct Keys {
  std::vector<logs::TopicFields::Key> keys;
  std::string like;  // the topic they are copied from; empty: the usual ones
};

// As a topic of the same logset has them: those who write there write alike.
Async<Keys> keys_for(logs::LogStore* store, std::vector<logs::Topic> topics,
                     std::string logset_id) {
  for (const auto& topic : topics) {
    if (topic.logset_id != logset_id || !topic.indexed) continue;
    const auto fields = co_await store->fields(topic.id);
    if (!fields) break;
    auto keys = logs::keys_like(*fields);
    if (!keys.empty()) co_return Keys{.keys = std::move(keys), .like = topic.name};
  }
  co_return Keys{.keys = logs::usual_keys(), .like = {}};
}

std::string say_retention(int days, bool zh) {
  if (days >= logs::kForEver) return zh ? "永久保存" : "kept for ever";
  const std::string length =
      say_duration(std::chrono::hours(24) * days, zh ? Language::zh : Language::en);
  return zh ? "保存" + length : "kept for " + length;
}

Async<Result<mcp::Outcome>> create_topic(LogToolPorts ports, TopicArgs args,
                                         mcp::CallContext context) {
  auto caller = co_await who_asks(&ports.callers, &ports.clock, context, args.region);
  if (!caller) co_return fail(std::move(caller).error());
  const Language language = caller->language();
  const bool zh = caller->zh();
  const auto name = logs::check_name(args.name, language);
  if (!name) co_return fail(name.error());
  const auto days = logs::check_retention(args.retention_days, language);
  if (!days) co_return fail(days.error());
  auto& store = ports.store(caller->user(), caller->region);
  const auto logsets = co_await store.logsets();
  if (!logsets) co_return cloud_failure(logsets.error(), language);
  const auto logset = choose_from(*logsets, args.logset, clusters::Named::logset, language);
  if (!logset) co_return fail(logset.error());
  const auto topics = co_await store.topics();
  if (!topics) co_return cloud_failure(topics.error(), language);
  const bool taken = std::ranges::any_of(*topics, [&](const auto& topic) {
    return topic.logset_id == logset->id && topic.name == *name;
  });
  if (taken) {
    co_return fail(Errc::conflict,
                   zh ? close_gaps(fmt::format("日志集 {} 里已经有主题 {} 了",
                                               spoken_name(logset->name), spoken_name(*name)))
                      : fmt::format("logset {} has a topic {} already", spoken_name(logset->name),
                                    spoken_name(*name)));
  }
  auto keys = co_await keys_for(&store, *topics, logset->id);
  const std::string like = keys.like.empty()
                               ? (zh ? "，用常用的索引" : ", with the usual index")
                               : (zh ? fmt::format("，索引和 {} 一样", spoken_name(keys.like))
                                     : fmt::format(", indexed like {}", spoken_name(keys.like)));
  Json arguments = to_json(logs::NewTopic{.logset_id = logset->id,
                                          .name = *name,
                                          .retention_days = *days,
                                          .keys = std::move(keys.keys)});
  arguments["region"] = caller->region;
  const std::string keep = say_retention(*days, zh);
  approval::Proposal proposal{
      .action = "create_log_topic",
      .target = fmt::format("cls/{}/topic/{}/{}", region_of(*caller, ports), logset->id, *name),
      .target_version = {},
      .ns = {},
      .arguments = arguments,
      .details = {{"logset", logset->name}, {"name", *name}, {"retention_days", *days}},
      .summary =
          zh ? close_gaps(fmt::format("准备在日志集 {} 里建主题 {}，{}{}。",
                                      spoken_name(logset->name), spoken_name(*name), keep, like))
             : fmt::format("I will create topic {} in logset {}, {}{}.", spoken_name(*name),
                           spoken_name(logset->name), keep, like),
      .channel = context.principal.channel};
  co_return co_await guarded_change(*ports.approver, std::move(caller->who), std::move(context),
                                    std::move(proposal), log_executor(ports, "create_log_topic"));
}

}  // namespace

mcp::Tool create_logset_tool(const LogToolPorts& ports) {
  return mcp::make_tool<LogsetArgs>(
      {.name = "create_logset",
       .title = "Create a logset",
       .description = "Create a logset (建日志集).",
       .hints = {.read_only = false, .destructive = false, .idempotent = false, .open_world = true},
       .scope = std::string(name_of(identity::Scope::operate)),
       .fields = logset_fields(),
       .output_schema = log_change_schema(),
       .dialogue = [ports](LogsetArgs args, mcp::CallContext context) {
         return create_logset(ports, std::move(args), std::move(context));
       }});
}

mcp::Tool create_log_topic_tool(const LogToolPorts& ports) {
  return mcp::make_tool<TopicArgs>(
      {.name = "create_log_topic",
       .title = "Create a log topic",
       .description = "Create a log topic with its index in a logset (建日志主题, 加个 topic).",
       .hints = {.read_only = false, .destructive = false, .idempotent = false, .open_world = true},
       .scope = std::string(name_of(identity::Scope::operate)),
       .fields = topic_fields(),
       .output_schema = log_change_schema(),
       .dialogue = [ports](TopicArgs args, mcp::CallContext context) {
         return create_topic(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
