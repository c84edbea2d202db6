// One MCP tool as one value: name, descriptions, schema, hints and handler stand together.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/async.h"
#include "base/fields.h"
#include "base/json.h"
#include "base/result.h"

namespace mtc::mcp {

// Who is asking, as far as the protocol knows: made by the transport's Authenticator.
struct Principal {
  std::string subject;              // stable id; sessions and handles are bound to it
  std::string name;                 // for people
  std::vector<std::string> scopes;  // as granted to the token
  std::string channel;              // "http", "stdio", "xiaozhi"
};

// What a tool call knows besides its arguments.
struct CallContext {
  Principal principal;
  std::string client_name;  // as the client calls itself; display only, never trusted
  bool voice = false;       // the answer will be heard, not read
};

struct Picture {
  std::string bytes;
  std::string mime_type = "image/png";
  std::string description;
};

// What a tool answers; the transport renders it for its client.
struct Reply {
  std::string speech;  // for the ear: whole sentences, never empty, at most about 300 characters
  Json data = Json::object();  // the same in full, for clients that read (structuredContent)
  std::vector<Picture> pictures;
};

struct ToolHints {
  bool read_only = false;
  bool destructive = true;
  bool idempotent = false;
  bool open_world = false;
};

struct Tool {
  std::string name;  // ^[a-z][a-z0-9_]{0,63}$
  std::string title;
  std::string description;  // for the model that chooses: short, verb first
  ToolHints hints;
  std::string scope;  // needed for calling it; empty: any principal
  Json input_schema;
  Json output_schema;  // null: none
  // Arguments are parsed and checked in here. Errc::invalid_argument names the argument and what it
  // should be.
  std::function<Async<Result<Reply>>(Json arguments, ParseOptions options, CallContext context)>
      call;
};

template <class Args>
struct ToolSpec {
  std::string name;
  std::string title;
  std::string description;
  ToolHints hints;
  std::string scope;
  Fields<Args> fields;
  Json output_schema = nullptr;
  std::function<Async<Result<Reply>>(Args, CallContext)> handler;
};

namespace tool_detail {
// A named coroutine, so that nothing it uses lives in a lambda's captures: all parameters are
// copies.
template <class Args>
Async<Result<Reply>> parse_and_call(Fields<Args> fields,
                                    std::function<Async<Result<Reply>>(Args, CallContext)> handler,
                                    Json arguments, ParseOptions options, CallContext context) {
  auto args = fields.parse(arguments, options);
  if (!args) co_return fail(std::move(args).error());
  co_return co_await handler(std::move(*args), std::move(context));
}
}  // namespace tool_detail

template <class Args>
Tool make_tool(ToolSpec<Args> spec) {
  Json schema = spec.fields.schema();
  auto call = [fields = std::move(spec.fields), handler = std::move(spec.handler)](
                  Json arguments, ParseOptions options, CallContext context) {
    return tool_detail::parse_and_call<Args>(fields, handler, std::move(arguments), options,
                                             std::move(context));
  };
  return Tool{.name = std::move(spec.name),
              .title = std::move(spec.title),
              .description = std::move(spec.description),
              .hints = spec.hints,
              .scope = std::move(spec.scope),
              .input_schema = std::move(schema),
              .output_schema = std::move(spec.output_schema),
              .call = std::move(call)};
}

}  // namespace mtc::mcp
