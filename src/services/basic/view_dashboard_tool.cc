#include "services/basic/view_dashboard_tool.h"

#include <fmt/format.h>

#include "base/text.h"
#include "domain/logs/time_range.h"
#include "domain/narration/picture_reader.h"
#include "services/basic/dashboard_access.h"

namespace mtc::services {
namespace {

// Base64 of 5 MB, and some.
constexpr std::size_t kMostArgument = 7U << 20U;

struct ViewArgs {
  std::string name;
  std::string region;
  std::string time_range;
  std::string picture;
};

const Fields<ViewArgs>& view_fields() {
  static const Fields<ViewArgs> table{
      field("name", &ViewArgs::name, "Dashboard, by name", optional_text()),
      field("region", &ViewArgs::region, "广州, ap-shanghai …", optional_text(50)),
      field("time_range", &ViewArgs::time_range,
            "last_1h, today, yesterday …; the dashboard's own if absent", optional_text(100)),
      field("picture", &ViewArgs::picture,
            "A screenshot instead: data:image/png;base64,… or an address of this server",
            optional_text(kMostArgument)),
  };
  return table;
}

const Json& answer_schema() {
  static const Json text{{"type", "string"}};
  static const Json any = Json::object();
  static const Json schema = {
      {"type", "object"},
      {"properties",
       {{"speech", text},
        {"name", text},
        {"from", text},
        {"to", text},
        {"panels",
         {{"type", "array"},
          {"items",
           {{"type", "object"},
            {"properties",
             {{"title", text},
              {"chart", {{"type", "object"}}},
              {"insight", {{"type", "object"}}},
              {"error", text}}},
            {"required", {"title"}}}}}},
        {"panels_not_read", {{"type", "integer"}}},
        {"picture_error", {{"type", "string"}, {"description", "Why there is no picture"}}},
        {"seen_by_model",
         {{"type", "string"},
          {"description", "What a model says it sees; its numbers are not checked"}}}}},
      {"required", {"speech"}}};
  return schema;
}

// Of our own server only: anything else would have us fetch what somebody else wants fetched.
bool is_own(std::string_view url, std::string_view public_url) {
  while (public_url.ends_with('/')) public_url.remove_suffix(1);
  if (public_url.empty() || !url.starts_with(public_url)) return false;
  const auto path = url.substr(public_url.size());
  return path.starts_with('/') && path.find("..") == path.npos && path.find('\\') == path.npos &&
         path.find('%') == path.npos && path.find('@') == path.npos;
}

Async<Result<narration::ChatPicture>> picture_of(LogToolPorts ports, std::string said, bool zh) {
  if (said.starts_with("data:")) co_return narration::picture_of_data_url(said);
  if (!is_own(said, ports.public_url) || !ports.own_picture) {
    co_return fail(Errc::invalid_argument,
                   zh ? "picture: 只看直接传来的图（data:）或者本服务自己的地址"
                      : "picture: only data: URLs and addresses of this server are looked at");
  }
  auto bytes = co_await ports.own_picture(std::move(said));
  if (!bytes) co_return fail(std::move(bytes).error());
  co_return narration::check_picture(std::move(*bytes));
}

Async<Result<mcp::Reply>> look_at_screenshot(LogToolPorts ports, ViewArgs args, LogCaller caller) {
  const bool zh = caller.zh();
  if (ports.picture_model == nullptr) {
    co_return fail(Errc::unavailable,
                   zh ? "没有配置能看图的模型，截图看不了；说出看板的名字，我直接查数据"
                      : "no model that sees pictures is configured; name the dashboard and I will "
                        "look at its data");
  }
  auto picture = co_await picture_of(ports, std::move(args.picture), zh);
  if (!picture) co_return fail(std::move(picture).error());
  auto seen = co_await narration::look_at_picture(*ports.picture_model, std::move(*picture),
                                                  caller.language());
  if (!seen) {
    Error error = std::move(seen).error();
    if (zh) error.message = "看图的模型没有答上来，过一会儿再试，或者说出看板的名字";
    co_return fail(std::move(error));
  }
  mcp::Reply reply;
  reply.speech = (zh ? "模型看图说：" : "The model sees: ") + *seen;
  reply.data = {{"speech", reply.speech}, {"seen_by_model", *seen}};
  co_return reply;
}

Result<logs::TimeRange> range_of(const ViewArgs& args, const logs::Dashboard& board,
                                 const LogCaller& caller) {
  if (!trim(args.time_range).empty())
    return logs::parse_time_range(args.time_range, caller.now, caller.zone);
  return usual_range(board, caller.now);
}

Async<Result<mcp::Reply>> view_dashboard(LogToolPorts ports, ViewArgs args,
                                         mcp::CallContext context) {
  const bool heard = context.voice;
  auto caller = co_await who_asks(&ports.callers, &ports.clock, std::move(context), args.region);
  if (!caller) co_return fail(std::move(caller).error());
  if (!args.picture.empty())
    co_return co_await look_at_screenshot(ports, std::move(args), std::move(*caller));
  const Language language = caller->language();
  auto board = co_await find_dashboard(ports, *caller, args.name);
  if (!board) co_return fail(std::move(board).error());
  const auto range = range_of(args, *board, *caller);
  if (!range) co_return fail_in("time_range", range.error());
  const auto view = co_await look_at_dashboard(ports, *caller, std::move(*board), *range);
  mcp::Reply reply;
  reply.speech = dashboards::say_view(view, language);
  reply.data = dashboards::to_json(view);
  reply.data["speech"] = reply.speech;
  auto charts = dashboards::charts_of(view, language);
  if (heard || ports.painter == nullptr || charts.empty()) co_return reply;
  auto picture = co_await ports.painter->paint(view.name, std::move(charts));
  if (picture) {
    reply.pictures.push_back({.bytes = std::move(*picture),
                              .mime_type = "image/png",
                              .description = spoken_name(view.name)});
  } else {
    reply.data["picture_error"] = picture.error().message;
  }
  co_return reply;
}

}  // namespace

mcp::Tool view_dashboard_tool(const LogToolPorts& ports) {
  return mcp::make_tool<ViewArgs>(
      {.name = "view_dashboard",
       .title = "View a dashboard",
       .description = "Show a dashboard's charts and say what stands out; or look at a screenshot "
                      "(看看板, 仪表盘, 截图).",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = true},
       .scope = "ops.read",
       .fields = view_fields(),
       .output_schema = answer_schema(),
       .handler = [ports](ViewArgs args, mcp::CallContext context) {
         return view_dashboard(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
