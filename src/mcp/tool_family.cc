#include "mcp/tool_family.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"

namespace mtc::mcp {
namespace {

constexpr char kAction[] = "action";

using Members = std::vector<FamilyMember>;

const Json& properties_of(const Tool& tool) {
  return object_or_empty(tool.input_schema, "properties");
}

bool requires_argument(const Tool& tool, const std::string& name) {
  const Json& required = array_or_empty(tool.input_schema, "required");
  return std::ranges::find(required, Json(name)) != required.end();
}

// What the one allows or the other.
void widen(Json& into, const Json& other) {
  if (into.contains("enum") && other.contains("enum")) {
    for (const Json& choice : other["enum"]) {
      if (std::ranges::find(into["enum"], choice) == into["enum"].end())
        into["enum"].push_back(choice);
    }
  } else {
    into.erase("enum");
  }
  for (const auto* bound : {"minimum", "maximum"}) {
    if (!into.contains(bound) || !other.contains(bound)) {
      into.erase(bound);
    } else if ((other[bound] < into[bound]) == (std::string_view(bound) == "minimum")) {
      into[bound] = other[bound];
    }
  }
}

struct Argument {
  Json schema;
  std::vector<std::string> actions;  // of the members that have it
};

Result<std::map<std::string, Argument>> collect(const Members& members) {
  std::map<std::string, Argument> out;
  for (const auto& member : members) {
    for (const auto& [name, schema] : properties_of(member.tool).items()) {
      if (name == kAction) {
        return fail(Errc::invalid_argument,
                    fmt::format("{} has an argument \"action\" itself", member.tool.name));
      }
      auto& argument = out[name];
      if (argument.actions.empty()) {
        argument.schema = schema;
      } else if (argument.schema.value("type", "") != schema.value("type", "")) {
        return fail(Errc::invalid_argument,
                    fmt::format("\"{}\" is of another type in {}", name, member.tool.name));
      } else {
        widen(argument.schema, schema);
      }
      argument.actions.push_back(member.action);
    }
  }
  return out;
}

Result<Json> make_schema(const Members& members) {
  auto arguments = collect(members);
  if (!arguments) return fail(std::move(arguments).error());
  Json actions = Json::array();
  for (const auto& member : members) actions.push_back(member.action);
  Json properties{{kAction,
                   {{"type", "string"},
                    {"enum", std::move(actions)},
                    {"description", "Which of them is meant"}}}};
  Json required = Json::array({kAction});
  for (auto& [name, argument] : *arguments) {
    if (argument.actions.size() == 1 && members.size() > 1) {
      argument.schema["description"] = fmt::format("{}: {}", argument.actions.front(),
                                                   string_or(argument.schema, "description"));
    }
    properties[name] = std::move(argument.schema);
    if (std::ranges::all_of(
            members, [&](const auto& member) { return requires_argument(member.tool, name); }))
      required.push_back(name);
  }
  return Json{{"type", "object"},
              {"properties", std::move(properties)},
              {"required", std::move(required)},
              {"additionalProperties", false}};
}

// The arguments as that member gets them.
Json keep_own(const Members& members, const Tool& chosen, Json arguments) {
  arguments.erase(kAction);
  for (const auto& member : members) {
    for (const auto& [name, schema] : properties_of(member.tool).items()) {
      if (!properties_of(chosen).contains(name)) arguments.erase(name);
    }
  }
  return arguments;
}

Async<Result<Outcome>> call_member(std::shared_ptr<const Members> members, Json arguments,
                                   ParseOptions options, CallContext context) {
  const std::string action =
      to_lower_ascii(trim(arguments.is_object() ? string_or(arguments, kAction) : ""));
  const auto found =
      std::ranges::find_if(*members, [&](const auto& member) { return member.action == action; });
  if (found == members->end()) {
    std::vector<std::string> known;
    for (const auto& member : *members) known.push_back(member.action);
    co_return fail(Errc::invalid_argument,
                   fmt::format("action: expected one of {}", join(known, ", ")));
  }
  arguments = keep_own(*members, found->tool, std::move(arguments));
  co_return co_await found->tool.call(std::move(arguments), options, std::move(context));
}

Result<> check(const ToolFamily& family) {
  if (family.members.empty()) return fail(Errc::invalid_argument, "there is no member");
  std::set<std::string> actions;
  for (const auto& member : family.members) {
    if (!actions.insert(member.action).second)
      return fail(Errc::invalid_argument, "two members are called by " + member.action);
    if (!member.tool.call)
      return fail(Errc::invalid_argument, member.tool.name + " has no handler");
    if (member.tool.scope != family.members.front().tool.scope)
      return fail(Errc::invalid_argument,
                  member.tool.name + " needs another scope than the others");
  }
  return {};
}

}  // namespace

Result<Tool> make_tool_family(ToolFamily family) {
  const auto context = fmt::format("tool family \"{}\"", family.name);
  if (auto ok = check(family); !ok) return fail_in(context, ok.error());
  auto schema = make_schema(family.members);
  if (!schema) return fail_in(context, schema.error());

  const auto members = std::make_shared<const Members>(std::move(family.members));
  const auto all = [&](bool ToolHints::* hint) {
    return std::ranges::all_of(*members, [&](const auto& m) { return m.tool.hints.*hint; });
  };
  const auto any = [&](auto test) { return std::ranges::any_of(*members, test); };
  Tool tool{.name = std::move(family.name),
            .title = std::move(family.title),
            .description = std::move(family.description),
            .hints = {.read_only = all(&ToolHints::read_only),
                      .destructive = any([](const auto& m) { return m.tool.hints.destructive; }),
                      .idempotent = all(&ToolHints::idempotent),
                      .open_world = any([](const auto& m) { return m.tool.hints.open_world; })},
            .scope = members->front().tool.scope,
            .task = any([](const auto& m) { return m.tool.task != TaskUse::never; })
                        ? TaskUse::optional
                        : TaskUse::never,
            .only_answers =
                std::ranges::all_of(*members, [](const auto& m) { return m.tool.only_answers; }),
            .input_schema = std::move(*schema),
            .output_schema = nullptr,
            .meta = nullptr,
            .call = {}};
  tool.call = [members](Json arguments, ParseOptions options, CallContext context) {
    return call_member(members, std::move(arguments), options, std::move(context));
  };
  return tool;
}

}  // namespace mtc::mcp
