#include "mcp_catalogue.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "base/text.h"
#include "mcp_require.h"

namespace mtc::mcp {
namespace {

struct NoArgs {};

struct SayArgs {
  std::string text;
  std::optional<int> times;
  std::vector<std::string> tags;
};
struct RegionArgs {
  std::string region;
  bool urgent = false;
};
struct WordArgs {
  std::string word;
};

using PromptOutcome = Result<std::variant<PromptReply, NeedInput>>;

Async<> take_turns() {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

Question ask_for(std::string key, bool required = true) {
  auto question =
      ask_person(std::move(key), "Who?",
                 {{"type", "object"}, {"properties", {{"value", {{"type", "string"}}}}}});
  question.required = required;
  return question;
}
Question ask_model() {
  return {.key = "model",
          .method = "sampling/createMessage",
          .params = {{"messages", Json::array()}, {"maxTokens", 10}}};
}
Question ask_roots() {
  return {.key = "roots", .method = "roots/list", .required = false};
}

std::string written(const CallContext& context, std::string_view key) {
  const auto it = context.answers.find(key);
  return it == context.answers.end() ? std::string{}
                                     : string_or(object_or_empty(it->second, "content"), "value");
}

Async<Result<Reply>> say(SayArgs args, CallContext context) {
  // Half of the bytes: characters may be cut in two.
  const auto half = args.text.substr(0, args.text.size() / 2);
  co_return Reply{.speech = half + context.client_name,
                  .data = {{"text", args.text}, {"times", args.times.value_or(1)}},
                  .is_error = args.tags.size() == 1};
}

Async<Result<Reply>> show(NoArgs, CallContext) {
  co_return Reply{
      .speech = "all of it",
      .pictures = {{.bytes = std::string("\x00\xff", 2), .description = "A \xff picture"}},
      .sounds = {{.bytes = "RIFF"}},
      .links = {{.uri = "ops://plain", .name = "plain"}},
      .embedded = {{.uri = "ops://plain", .text = "line\nline\r\xc3"},
                   {.uri = "ops://logo", .mime_type = "image/png", .bytes = "PNG"}}};
}

Async<Result<Reply>> find_region(RegionArgs args, CallContext) {
  co_return Reply{.speech = args.region + (args.urgent ? "!" : "")};
}

// Two rounds, and still knows the first answer in the second.
Async<Result<Outcome>> introduce(NoArgs, CallContext context) {
  auto name = string_or(context.state, "name");
  if (name.empty()) name = written(context, "name");
  if (name.empty()) co_return NeedInput{.questions = {ask_for("name")}, .state = {{"step", 1}}};
  if (const auto colour = written(context, "colour"); !colour.empty()) {
    co_return Reply{.speech = name + " likes " + colour};
  }
  co_return NeedInput{.questions = {ask_for("colour")}, .state = {{"name", name}}};
}

Async<Result<Outcome>> consult(NoArgs, CallContext context) {
  if (context.answers.contains("model")) co_return Reply{.speech = "asked"};
  co_return NeedInput{.questions = {ask_model(), ask_for("name", false), ask_roots()}};
}

Async<Result<Outcome>> ask_forever(NoArgs, CallContext) {
  co_return NeedInput{.questions = {ask_for("name")}};
}

Async<Result<Outcome>> work_long(NoArgs, CallContext context) {
  if (!context.background) co_return LongWork{.state = {{"from", 7}}, .message = "Counting"};
  context.report(1, 2, "half way");
  co_await take_turns();
  if (context.link) (void)co_await context.link->save({{"from", 8}});
  co_return Reply{.speech = "counted"};
}

Async<Result<Outcome>> ask_in_background(NoArgs, CallContext context) {
  if (!context.background) co_return LongWork{.message = "Asking"};
  if (!context.answers.empty()) co_return Reply{.speech = "heard"};
  co_return NeedInput{.questions = {ask_for("name"), ask_for("colour")}, .state = {{"step", 1}}};
}

Async<Result<Outcome>> never_done(NoArgs, CallContext) {
  co_return LongWork{.message = "again"};
}

Async<Result<Reply>> take_steps(NoArgs, CallContext context) {
  for (int step = 1; step <= 3; ++step) {
    context.report(step, 3, "line\nline\xff");
    if (context.link) context.link->log(LogLevel::warning, {{"step", step}});
    co_await take_turns();
  }
  co_return Reply{.speech = "arrived"};
}

Async<Result<Reply>> hang_up(NoArgs, CallContext context) {
  if (context.link) context.link->hang_up(Millis{50});
  co_await take_turns();
  context.report(1, 2, "still here");
  co_await take_turns();
  co_return Reply{.speech = "came back"};
}

Async<Result<Reply>> wait_forever(NoArgs, CallContext context) {
  context.report(0, 1, "waiting");
  asio::steady_timer forever(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
  co_await forever.async_wait(asio::use_awaitable);
  co_return Reply{.speech = "never"};
}

Async<Result<Reply>> break_down(NoArgs, CallContext context) {
  context.report(1, 2, "so far");
  throw std::runtime_error("broken \xff");
  co_return Reply{};
}

Async<Result<Reply>> publish(ChangeHub* changes, Change::Kind kind) {
  changes->publish({.kind = kind, .id = kind == Change::Kind::resource ? "ops://plain" : ""});
  co_return Reply{.speech = "published"};
}

Async<Result<ResourceContents>> read_plain(std::string uri, UriVariables, CallContext) {
  co_return ResourceContents{.uri = std::move(uri), .text = "plain"};
}
Async<Result<ResourceContents>> read_logo(std::string uri, UriVariables, CallContext) {
  co_return ResourceContents{.uri = std::move(uri), .mime_type = "image/png", .bytes = "PNG"};
}
Async<Result<ResourceContents>> read_note(std::string uri, UriVariables variables, CallContext) {
  if (variables["id"] == "gone") co_return fail(Errc::not_found, "gone");
  if (variables["id"] == "wait") co_await wait_forever({}, {});
  co_await take_turns();
  co_return ResourceContents{.uri = std::move(uri), .text = variables["id"] + variables["page"]};
}
Async<Result<std::vector<ResourceEntry>>> list_notes(CallContext) {
  co_return std::vector<ResourceEntry>{{.uri = "ops://notes/1/2", .name = "One"}};
}
Async<Result<std::vector<std::string>>> complete(std::string typed,
                                                 std::map<std::string, std::string> others,
                                                 CallContext) {
  if (typed == "none") co_return fail(Errc::unavailable, "nothing comes to mind");
  co_return std::vector<std::string>(std::min<std::size_t>(typed.size() * 30, 120),
                                     typed + (others.empty() ? "" : others.begin()->second));
}

Async<PromptOutcome> greet(PromptArguments arguments, CallContext) {
  if (arguments["name"] == "nobody") co_return fail(Errc::invalid_argument, "nobody is nobody");
  PromptReply reply{.description = "A greeting", .messages = {}};
  reply.messages.push_back({.content = "Greet " + arguments["name"].substr(0, 3)});
  reply.messages.push_back({.content = ResourceContents{.uri = "ops://plain", .text = "plain"}});
  reply.messages.push_back({.content = Picture{.bytes = "PNG"}});
  co_return reply;
}
Async<PromptOutcome> ask_before(PromptArguments, CallContext context) {
  const auto name = written(context, "name");
  if (name.empty()) co_return NeedInput{.questions = {ask_for("name")}, .state = {{"step", 1}}};
  PromptReply reply;
  reply.messages.push_back({.content = "I am " + name});
  co_return reply;
}

Tool answering(std::string name, Async<Result<Reply>> (*handler)(NoArgs, CallContext)) {
  return make_tool<NoArgs>(
      {.name = std::move(name), .description = "Answers.", .handler = handler});
}
Tool talking(std::string name, Async<Result<Outcome>> (*dialogue)(NoArgs, CallContext),
             TaskUse task = TaskUse::never) {
  return make_tool<NoArgs>(
      {.name = std::move(name), .description = "Talks.", .task = task, .dialogue = dialogue});
}
Tool publishing(std::string name, ChangeHub& changes, Change::Kind kind) {
  return make_tool<NoArgs>({.name = std::move(name),
                            .description = "Publishes.",
                            .handler = [&changes, kind](NoArgs, const CallContext&) {
                              return publish(&changes, kind);
                            }});
}

template <class Registry, class Item>
void add_to(Registry& registry, Item item) {
  require(registry.add(std::move(item)).has_value(), "the world is in order");
}

void add_tools(ToolRegistry& tools, ChangeHub& changes) {
  const Fields<SayArgs> say_fields{field("text", &SayArgs::text, "Text", {.max_length = 1000}),
                                   field("times", &SayArgs::times, "Times", {.minimum = 1}),
                                   field("tags", &SayArgs::tags, "Tags", {.required = false})};
  add_to(tools, make_tool<SayArgs>({.name = "say",
                                    .title = "Say",
                                    .description = "Says it.",
                                    .fields = say_fields,
                                    .output_schema = {{"type", "object"}},
                                    .meta = {{"ui", {{"resourceUri", "ui://say"}}}},
                                    .handler = say}));
  const Fields<RegionArgs> region_fields{
      field("region", &RegionArgs::region, "Region"),
      field("urgent", &RegionArgs::urgent, "Urgent", {.required = false})};
  auto region = make_tool<RegionArgs>({.name = "region",
                                       .description = "Finds a region.",
                                       .fields = region_fields,
                                       .handler = find_region});
  region.input_schema["properties"]["region"]["x-mcp-header"] = "Region";
  region.input_schema["properties"]["urgent"]["x-mcp-header"] = "Urgent";
  add_to(tools, std::move(region));
  auto secret = answering("secret", show);
  secret.scope = "ops";
  add_to(tools, std::move(secret));
  add_to(tools, answering("show", show));
  add_to(tools, talking("introduce", introduce));
  add_to(tools, talking("consult", consult));
  add_to(tools, talking("forever", ask_forever));
  add_to(tools, talking("count", work_long, TaskUse::optional));
  add_to(tools, talking("count_well", work_long, TaskUse::required));
  add_to(tools, talking("inquire", ask_in_background, TaskUse::optional));
  add_to(tools, talking("endless", never_done, TaskUse::optional));
  add_to(tools, answering("steps", take_steps));
  add_to(tools, answering("hanger", hang_up));
  add_to(tools, answering("wait", wait_forever));
  add_to(tools, answering("breaks", break_down));
  add_to(tools, publishing("publish_tools", changes, Change::Kind::tools));
  add_to(tools, publishing("publish_prompts", changes, Change::Kind::prompts));
  add_to(tools, publishing("publish_resources", changes, Change::Kind::resources));
  add_to(tools, publishing("publish_plain", changes, Change::Kind::resource));
}

}  // namespace

Catalogue::Catalogue(ChangeHub& changes) {
  add_tools(tools, changes);
  add_to(resources, Resource{.uri = "ops://plain", .name = "Plain", .read = read_plain});
  add_to(resources, Resource{.uri = "ops://logo", .name = "Logo", .read = read_logo});
  add_to(resources,
         Resource{.uri = "ops://secret", .name = "Secret", .scope = "ops", .read = read_plain});
  add_to(resources, Resource{.uri = "ops://notes/{id}/{page}",
                             .name = "Note",
                             .read = read_note,
                             .list = list_notes,
                             .completers = {{"id", complete}}});
  add_to(prompts, Prompt{.name = "greet",
                         .description = "Greets somebody.",
                         .arguments = {{.name = "name", .required = true, .complete = complete},
                                       {.name = "style", .description = "How"}},
                         .get = greet});
  add_to(prompts, Prompt{.name = "ask", .description = "Asks first.", .get = ask_before});
}

}  // namespace mtc::mcp
