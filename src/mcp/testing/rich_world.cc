#include "mcp/testing/rich_world.h"

#include <stdexcept>

namespace mtc::mcp {
namespace {

// What the person wrote, if they did.
std::string text_in(const CallContext& context, std::string_view key) {
  const auto it = context.answers.find(key);
  if (it == context.answers.end() || string_or(it->second, "action") != "accept") return "";
  return string_or(object_or_empty(it->second, "content"), "value");
}

Question ask_text(std::string key, std::string message) {
  return ask_person(std::move(key), std::move(message),
                    {{"type", "object"}, {"properties", {{"value", {{"type", "string"}}}}}});
}

Question ask_model() {
  return {.key = "model",
          .method = "sampling/createMessage",
          .params = {{"messages", Json::array()}, {"maxTokens", 10}}};
}

// Asks for a name, then for a colour, and still knows the name.
Async<Result<Outcome>> introduce(NoArgs, CallContext context) {
  auto name = string_or(context.state, "name");
  if (name.empty()) name = text_in(context, "name");
  if (name.empty()) {
    co_return NeedInput{.questions = {ask_text("name", "Who are you?")}, .state = {{"step", 1}}};
  }
  const auto colour = text_in(context, "colour");
  if (colour.empty()) {
    co_return NeedInput{.questions = {ask_text("colour", "Which colour?")},
                        .state = {{"name", name}}};
  }
  co_return Reply{.speech = name + " likes " + colour};
}

// Asks the model, and the person too if that is possible.
Async<Result<Outcome>> consult(NoArgs, CallContext context) {
  if (!context.answers.contains("model")) {
    auto person = ask_text("name", "Who are you?");
    person.required = false;
    co_return NeedInput{.questions = {ask_model(), std::move(person)}, .state = {{"step", 1}}};
  }
  const auto name = text_in(context, "name");
  co_return Reply{.speech = "asked for " + (name.empty() ? "nobody" : name)};
}

// Asks only what it could do without.
Async<Result<Outcome>> ask_politely(NoArgs, CallContext context) {
  if (context.state.is_null()) {
    auto person = ask_text("name", "Who are you?");
    person.required = false;
    co_return NeedInput{.questions = {std::move(person)}, .state = {{"asked", true}}};
  }
  const auto name = text_in(context, "name");
  co_return Reply{.speech = "hello " + (name.empty() ? "whoever you are" : name)};
}

// Says that it has begun, passes the gate, says that it is nearly there.
Async<Result<Reply>> take_steps(Turnstile* gate, CallContext context) {
  context.report(1, 3, "begun");
  auto passed = co_await gate->pass();
  context.report(2, 3, "nearly there");
  co_return passed;
}

Async<Result<Reply>> hang_up_first(Turnstile* gate, CallContext context) {
  if (context.link) context.link->hang_up(Millis{50});
  auto passed = co_await gate->pass();
  context.report(2, 3, "nearly there");
  co_return passed;
}

Async<Result<Reply>> break_after_a_word(NoArgs, CallContext context) {
  context.report(1, 3, "begun");
  throw std::runtime_error("secret detail");
  co_return Reply{};
}

Async<Result<Reply>> say_log(NoArgs, CallContext context) {
  if (context.link) {
    context.link->log(LogLevel::info, "quiet");
    context.link->log(LogLevel::error, "loud");
  }
  co_return Reply{.speech = "said"};
}

Async<Result<std::vector<ResourceEntry>>> list_notes(CallContext) {
  co_return std::vector<ResourceEntry>{{.uri = "ops://notes/1", .name = "One"},
                                       {.uri = "ops://notes/2", .name = "Two", .title = "Second"}};
}
Async<Result<ResourceContents>> read_plain(std::string uri, UriVariables, CallContext) {
  co_return ResourceContents{.uri = std::move(uri), .text = "plain"};
}
Async<Result<ResourceContents>> read_logo(std::string uri, UriVariables, CallContext) {
  co_return ResourceContents{
      .uri = std::move(uri), .mime_type = "image/png", .bytes = std::string("\x00\xff", 2)};
}

Async<PromptOutcome> ask_before(PromptArguments, CallContext context) {
  const auto name = text_in(context, "name");
  if (name.empty()) {
    co_return NeedInput{.questions = {ask_text("name", "Who are you?")}, .state = {{"step", 1}}};
  }
  PromptReply reply;
  reply.messages.push_back({.content = "I am " + name});
  co_return reply;
}

// Waits at the gate, and once more: who is cancelled at the first does not get to the second.
Async<Result<ResourceContents>> read_slowly(Turnstile* gate) {
  (void)co_await gate->pass();
  (void)co_await gate->pass();
  co_return ResourceContents{.uri = "ops://slow", .text = "slow"};
}

// Asks ten times, which is as often as clients before 2026-07-28 are asked.
Async<PromptOutcome> ask_ten_times(PromptArguments, CallContext context) {
  const auto asked = integer_or(context.state, "asked");
  if (asked < 10) {
    co_return NeedInput{.questions = {ask_text("name", "Who are you?")},
                        .state = {{"asked", asked + 1}}};
  }
  PromptReply reply;
  reply.messages.push_back({.content = "At last, " + text_in(context, "name")});
  co_return reply;
}

void must(const Result<>& done) {
  if (!done) throw std::logic_error(done.error().message);
}

}  // namespace

Tool dialogue_tool(std::string name,
                   std::function<Async<Result<Outcome>>(NoArgs, CallContext)> dialogue,
                   TaskUse task) {
  return make_tool<NoArgs>({.name = std::move(name),
                            .title = {},
                            .description = "A tool that asks.",
                            .task = task,
                            .dialogue = std::move(dialogue)});
}

Async<Result<Outcome>> ask_forever(NoArgs, CallContext) {
  co_return NeedInput{.questions = {ask_text("name", "Who are you?")}};
}

Async<Result<Outcome>> work_long(NoArgs, CallContext context) {
  if (!context.background) co_return LongWork{.state = {{"from", 7}}, .message = "Counting"};
  co_return Reply{.speech = "counted from " + std::to_string(integer_or(context.state, "from"))};
}

Async<Result<ResourceContents>> read_note(std::string uri, UriVariables variables, CallContext) {
  if (variables["id"] == "gone") co_return fail(Errc::not_found, "gone");
  if (variables["id"] == "away") co_return fail(Errc::unavailable, "The store does not answer");
  co_return ResourceContents{.uri = std::move(uri), .text = "note " + variables["id"]};
}

Async<Result<std::vector<std::string>>> complete_note(std::string typed,
                                                      std::map<std::string, std::string> others,
                                                      CallContext) {
  if (others.contains("style")) co_return std::vector<std::string>{others["style"]};
  co_return std::vector<std::string>(typed.empty() ? 0 : std::stoul(typed), "x");
}

Async<PromptOutcome> greet(PromptArguments arguments, CallContext) {
  if (arguments["name"] == "nobody") co_return fail(Errc::invalid_argument, "nobody is nobody");
  PromptReply reply{.description = "A greeting", .messages = {}};
  reply.messages.push_back({.content = "Greet " + arguments["name"]});
  reply.messages.push_back({.role = PromptMessage::Role::assistant,
                            .content = ResourceContents{.uri = "ops://plain", .text = "plain"}});
  reply.messages.push_back({.content = Picture{.bytes = "PNG"}});
  co_return reply;
}

RichWorld::RichWorld() {
  must(tools.add(echo_tool()));
  must(tools.add(dialogue_tool("introduce", introduce)));
  must(tools.add(dialogue_tool("consult", consult)));
  must(tools.add(dialogue_tool("forever", ask_forever)));
  must(tools.add(dialogue_tool("polite", ask_politely)));
  must(tools.add(dialogue_tool("count", work_long, TaskUse::optional)));
  must(tools.add(dialogue_tool("count_well", work_long, TaskUse::required)));
  must(tools.add(plain_tool("steps", [this](NoArgs, CallContext context) {
    return take_steps(&gate, std::move(context));
  })));
  must(tools.add(plain_tool("hanger", [this](NoArgs, CallContext context) {
    return hang_up_first(&gate, std::move(context));
  })));
  must(tools.add(
      plain_tool("other", [this](NoArgs, const CallContext&) { return pass_gate(&other_gate); })));
  must(tools.add(plain_tool("breaks", break_after_a_word)));
  must(tools.add(plain_tool("says", say_log)));
  add_resources();
  add_prompts();
}

Server& RichWorld::server() {
  if (!made) made.emplace(tools, options, parts);
  return *made;
}

void RichWorld::add_resources() {
  must(resources.add(
      {.uri = "ops://plain", .name = "Plain", .title = "A text", .read = read_plain}));
  must(resources.add(
      {.uri = "ops://logo", .name = "Logo", .mime_type = "image/png", .read = read_logo}));
  must(resources.add(
      {.uri = "ops://hidden", .name = "Hidden", .listed = false, .read = read_plain}));
  must(
      resources.add({.uri = "ops://secret", .name = "Secret", .scope = "ops", .read = read_plain}));
  must(resources.add({.uri = "ops://slow",
                      .name = "Slow",
                      .listed = false,
                      .read = [this](const std::string&, const UriVariables&, const CallContext&) {
                        return read_slowly(&gate);
                      }}));
  must(resources.add({.uri = "ops://vault/{id}",
                      .name = "Vault",
                      .scope = "ops",
                      .read = read_note,
                      .completers = {{"id", complete_note}}}));
  must(resources.add({.uri = "ops://notes/{id}",
                      .name = "Note",
                      .read = read_note,
                      .list = list_notes,
                      .completers = {{"id", complete_note}}}));
}

void RichWorld::add_prompts() {
  must(prompts.add({.name = "greet",
                    .title = "Greet",
                    .description = "Greets somebody.",
                    .arguments = {{.name = "name", .required = true, .complete = complete_note},
                                  {.name = "style", .description = "How"}},
                    .get = greet}));
  must(prompts.add({.name = "ask", .description = "Asks first.", .get = ask_before}));
  must(prompts.add({.name = "insist", .description = "Asks a lot.", .get = ask_ten_times}));
  must(prompts.add({.name = "secret",
                    .description = "For operators.",
                    .arguments = {{.name = "name", .complete = complete_note}},
                    .scope = "ops",
                    .get = greet}));
}

}  // namespace mtc::mcp
