// One MCP tool as one value: name, descriptions, schema, hints and handler stand together.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/async.h"
#include "base/fields.h"
#include "base/json.h"
#include "base/result.h"
#include "mcp/call_context.h"
#include "mcp/reply.h"

namespace mtc::mcp {

struct ToolHints {
  bool read_only = false;
  bool destructive = true;
  bool idempotent = false;
  bool open_world = false;
};

// Whether a tool answers LongWork. Where the server has no tasks, the call itself does the work.
enum class TaskUse {
  never,
  optional,
  // A client of 2026-07-28 that did not declare tasks is refused, unless there is say_started to
  // tell it how to ask for the task.
  required,
};

struct Tool {
  std::string name;  // ^[a-z][a-z0-9_]{0,63}$
  std::string title;
  std::string description;  // for the model that chooses: short, verb first
  ToolHints hints;
  std::string scope;  // needed for calling it; empty: any principal
  TaskUse task = TaskUse::never;
  bool only_answers = false;  // never NeedInput, never LongWork
  Json input_schema;
  Json output_schema;  // null: none; published if `task` is `never`
  Json meta;           // "_meta"; null: none
  // Arguments are parsed and checked in here. Errc::invalid_argument names the argument and what it
  // should be.
  std::function<Async<Result<Outcome>>(Json arguments, ParseOptions options, CallContext context)>
      call;
};

template <class Args>
struct ToolSpec {
  std::string name;
  std::string title;
  std::string description;
  ToolHints hints;
  std::string scope;
  TaskUse task = TaskUse::never;
  Fields<Args> fields;
  Json output_schema = nullptr;
  Json meta = nullptr;
  // One of the two: most tools just answer, some have to ask or take long.
  std::function<Async<Result<Reply>>(Args, CallContext)> handler;
  std::function<Async<Result<Outcome>>(Args, CallContext)> dialogue;
};

namespace tool_detail {
// Named coroutines, so that nothing they use lives in a lambda's captures.
template <class Args>
Async<Result<Outcome>> parse_and_answer(std::shared_ptr<const ToolSpec<Args>> spec, Json arguments,
                                        ParseOptions options, CallContext context) {
  auto args = spec->fields.parse(arguments, options);
  if (!args) co_return fail(std::move(args).error());
  auto reply = co_await spec->handler(std::move(*args), std::move(context));
  if (!reply) co_return fail(std::move(reply).error());
  co_return std::move(*reply);
}
template <class Args>
Async<Result<Outcome>> parse_and_talk(std::shared_ptr<const ToolSpec<Args>> spec, Json arguments,
                                      ParseOptions options, CallContext context) {
  auto args = spec->fields.parse(arguments, options);
  if (!args) co_return fail(std::move(args).error());
  co_return co_await spec->dialogue(std::move(*args), std::move(context));
}
}  // namespace tool_detail

template <class Args>
Tool make_tool(ToolSpec<Args> given) {
  const auto spec = std::make_shared<const ToolSpec<Args>>(std::move(given));
  Tool tool{.name = spec->name,
            .title = spec->title,
            .description = spec->description,
            .hints = spec->hints,
            .scope = spec->scope,
            .task = spec->task,
            .input_schema = spec->fields.schema(),
            .output_schema = spec->output_schema,
            .meta = spec->meta,
            .call = {}};
  tool.only_answers = static_cast<bool>(spec->handler);
  if (spec->handler) {
    tool.call = [spec](Json arguments, ParseOptions options, CallContext context) {
      return tool_detail::parse_and_answer<Args>(spec, std::move(arguments), options,
                                                 std::move(context));
    };
  } else if (spec->dialogue) {
    tool.call = [spec](Json arguments, ParseOptions options, CallContext context) {
      return tool_detail::parse_and_talk<Args>(spec, std::move(arguments), options,
                                               std::move(context));
    };
  }
  return tool;
}

}  // namespace mtc::mcp
