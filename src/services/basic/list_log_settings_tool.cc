#include "services/basic/list_log_settings_tool.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "base/text.h"
#include "services/basic/log_changes.h"

namespace mtc::services {
namespace {

using clusters::Named;

struct ListArgs {
  std::string what;
  std::string logset;
  std::string name;
  std::string region;
};

const Fields<ListArgs>& list_fields() {
  static const Fields<ListArgs> table{
      field("what", &ListArgs::what,
            "topics (日志主题), logsets (日志集), alarms (告警规则), scheduled_sql (定时 SQL), "
            "dashboards (看板) or notice_groups (通知组)",
            {.choices = {"topics", "logsets", "alarms", "scheduled_sql", "dashboards",
                         "notice_groups"}}),
      field("logset", &ListArgs::logset, "Only topics of that logset", optional_text()),
      field("name", &ListArgs::name, "Only those whose name holds this", optional_text()),
      field("region", &ListArgs::region, "广州, ap-shanghai …", optional_text(50)),
  };
  return table;
}

const Json& answer_schema() {
  static const Json text{{"type", "string"}};
  static const Json schema = {{"type", "object"},
                              {"properties",
                               {{"speech", text},
                                {"what", text},
                                {"total", {{"type", "integer"}}},
                                {"items",
                                 {{"type", "array"},
                                  {"items",
                                   {{"type", "object"},
                                    {"properties", {{"id", text}, {"name", text}}},
                                    {"required", {"id", "name"}}}}}}}},
                              {"required", {"speech", "what", "total", "items"}}};
  return schema;
}

struct Listed {
  std::vector<std::string> names;
  Json items = Json::array();
  std::int64_t off = 0;    // rules that are switched off
  std::int64_t there = 0;  // also those whose name was not meant
};

using services::to_json;  // of alarms and SQL tasks
Json to_json(const logs::Logset& logset) {
  return {{"name", logset.name}, {"topics", logset.topics}};
}
Json to_json(const logs::Dashboard& board) {
  return {{"name", board.name}};
}
Json to_json(const logs::NoticeGroup& group) {
  return {{"name", group.name}, {"channels", group.channels}};
}

// Those whose name holds what was said.
template <class Item>
Result<Listed> listed(const Result<std::vector<Item>>& all, const ListArgs& args,
                      Language language) {
  if (!all) return cloud_failure(all.error(), language);
  Listed out;
  for (const Item& one : *all) {
    ++out.there;
    if (!holds(one.name, args.name)) continue;
    out.names.push_back(one.name);
    Json item = to_json(one);
    item["id"] = one.id;
    if constexpr (requires { one.enabled; }) {
      item["enabled"] = one.enabled;
      if (!one.enabled) ++out.off;
    }
    if constexpr (requires { one.state; }) item["state"] = one.state;
    out.items.push_back(std::move(item));
  }
  return out;
}

// A topic with its logset's name.
struct Shelved {
  std::string id, name, logset;
  bool indexed = false;
};
Json to_json(const Shelved& topic) {
  return {{"name", topic.name}, {"logset", topic.logset}, {"indexed", topic.indexed}};
}

Async<Result<Listed>> list_topics(logs::LogStore* store, ListArgs args, Language language) {
  const auto logsets = co_await store->logsets();
  if (!logsets) co_return cloud_failure(logsets.error(), language);
  std::string only;
  if (!trim(args.logset).empty()) {
    const auto one = choose_from(*logsets, args.logset, Named::logset, language);
    if (!one) co_return fail(one.error());
    only = one->id;
  }
  const auto topics = co_await store->topics();
  if (!topics) co_return cloud_failure(topics.error(), language);
  Result<std::vector<Shelved>> out{std::in_place};
  for (const auto& topic : *topics) {
    if (!only.empty() && topic.logset_id != only) continue;
    const auto logset = std::ranges::find(*logsets, topic.logset_id, &logs::Logset::id);
    out->push_back({.id = topic.id,
                    .name = topic.name,
                    .logset = logset == logsets->end() ? topic.logset_id : logset->name,
                    .indexed = topic.indexed});
  }
  co_return listed(out, args, language);
}

Named kind_of(std::string_view what) {
  if (what == "topics") return Named::topic;
  if (what == "logsets") return Named::logset;
  if (what == "alarms") return Named::alarm;
  if (what == "scheduled_sql") return Named::scheduled_query;
  return what == "dashboards" ? Named::dashboard : Named::notice_group;
}

// "三条告警规则", "three alarm rules".
std::string say_counted(std::int64_t count, Named what, Language language) {
  const std::string number = say_count(count, language);
  const std::string kind = clusters::noun(what, language);
  if (language == Language::en) return fmt::format("{} {}{}", number, kind, count == 1 ? "" : "s");
  return number + (what == Named::alarm ? "条" : "个") + kind;
}

std::string say_none(const ListArgs& args, const Listed& listed, const std::string& place,
                     Language language) {
  const bool zh = language == Language::zh;
  const Named what = kind_of(args.what);
  const std::string kind = clusters::noun(what, language);
  if (listed.there == 0)
    return zh ? fmt::format("{}没有{}。", place, kind)
              : fmt::format("There is no {}{}.", kind, place);
  const std::string name = spoken_name(args.name);
  const std::string all = say_counted(listed.there, what, language);
  return zh ? close_gaps(fmt::format("没有叫 {} 的，{}一共有{}。", name, place, all))
            : fmt::format("None is called {}; there {} {}{} in all.", name,
                          listed.there == 1 ? "is" : "are", all, place);
}

// How many of them do nothing for now.
std::string say_off(const Listed& listed, Named what, Language language) {
  const bool zh = language == Language::zh;
  if (listed.off == 0) return {};
  if (listed.off == std::ssize(listed.names))
    return zh ? (listed.off == 1 ? "，是关着的" : "，都是关着的") : ", switched off";
  const std::string number = say_count(listed.off, language);
  return zh ? fmt::format("，其中{}{}是关着的", number, what == Named::alarm ? "条" : "个")
            : fmt::format(", {} of them switched off", number);
}

std::string say_list(const ListArgs& args, const Listed& listed, const LogCaller& caller) {
  const Language language = caller.language();
  const std::string place = spoken_place(caller.region, language);
  if (listed.names.empty()) return say_none(args, listed, place, language);
  const Named what = kind_of(args.what);
  const auto total = std::ssize(listed.names);
  const std::string counted = say_counted(total, what, language);
  const std::string off = say_off(listed, what, language);
  const std::string names = spoken_names(listed.names, language);
  return caller.zh() ? fmt::format("{}有{}{}：{}。", place, counted, off, names)
                     : fmt::format("There {} {}{}{}: {}.", total == 1 ? "is" : "are", counted,
                                   place, off, names);
}

Async<Result<mcp::Reply>> list_log_settings(LogToolPorts ports, ListArgs args,
                                            mcp::CallContext context) {
  const auto caller =
      co_await who_asks(&ports.callers, &ports.clock, std::move(context), args.region);
  if (!caller) co_return fail(caller.error());
  const Language language = caller->language();
  auto& store = ports.store(caller->user(), caller->region);
  auto& admin = ports.admin(caller->user(), caller->region);
  Result<Listed> all;
  if (args.what == "topics") {
    all = co_await list_topics(&store, args, language);
  } else if (args.what == "logsets") {
    all = listed(co_await store.logsets(), args, language);
  } else if (args.what == "alarms") {
    all = listed(co_await admin.alarms(), args, language);
  } else if (args.what == "scheduled_sql") {
    all = listed(co_await admin.scheduled_sqls(), args, language);
  } else if (args.what == "dashboards") {
    all = listed(co_await admin.dashboards(), args, language);
  } else {
    all = listed(co_await admin.notice_groups(), args, language);
  }
  if (!all) co_return fail(std::move(all).error());
  mcp::Reply reply;
  reply.speech = say_list(args, *all, *caller);
  reply.data = {{"speech", reply.speech},
                {"what", args.what},
                {"total", all->names.size()},
                {"items", std::move(all->items)}};
  co_return reply;
}

}  // namespace

mcp::Tool list_log_settings_tool(const LogToolPorts& ports) {
  return mcp::make_tool<ListArgs>(
      {.name = "list_log_settings",
       .title = "List log settings",
       .description = "List log topics, logsets, alarm rules, scheduled SQL, dashboards or notice "
                      "groups (有哪些日志主题, 告警规则, 看板).",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = true},
       .scope = "ops.read",
       .fields = list_fields(),
       .output_schema = answer_schema(),
       .handler = [ports](ListArgs args, mcp::CallContext context) {
         return list_log_settings(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
