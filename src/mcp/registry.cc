#include "mcp/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/characters.h"
#include "base/text.h"
#include "mcp/names.h"

namespace mtc::mcp {
namespace {

constexpr std::string_view kHeaderKey = "x-mcp-header";

// RFC 9110 §5.6.2
bool is_header_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_alnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// Collects the annotated properties. A client drops the whole tool if one annotation is wrong, so
// we refuse it first.
class HeaderCollector {
 public:
  Result<> walk(const Json& schema, const std::vector<std::string>& path, bool reachable) {
    if (!schema.is_object()) return walk_items(schema);
    if (const auto it = schema.find(kHeaderKey); it != schema.end()) {
      if (auto ok = take(schema, *it, path, reachable); !ok) return ok;
    }
    for (const auto& [key, value] : schema.items()) {
      if (key == "properties" && value.is_object()) {
        for (const auto& [name, property] : value.items()) {
          auto inner = path;
          inner.push_back(name);
          if (auto ok = walk(property, inner, reachable); !ok) return ok;
        }
      } else if (auto ok = walk(value, path, false); !ok) {
        return ok;
      }
    }
    return {};
  }
  std::vector<HeaderParam> found;

 private:
  Result<> walk_items(const Json& list) {
    if (!list.is_array()) return {};
    for (const auto& item : list) {
      if (auto ok = walk(item, {}, false); !ok) return ok;
    }
    return {};
  }

  Result<> take(const Json& schema, const Json& header, const std::vector<std::string>& path,
                bool reachable) {
    const auto wrong = [](std::string_view why) {
      return fail(Errc::invalid_argument, fmt::format("{} {}", kHeaderKey, why));
    };
    if (!header.is_string() || !is_header_token(header.get_ref<const std::string&>())) {
      return wrong("must be a header token");
    }
    if (!reachable || path.empty()) {
      return wrong("may only stand on a property that is reached through properties alone");
    }
    const auto type = string_or(schema, "type");
    if (type != "string" && type != "integer" && type != "boolean") {
      return wrong("may only stand on a string, an integer or a boolean");
    }
    const auto& name = header.get_ref<const std::string&>();
    if (!names_.insert(to_lower_ascii(name)).second) return wrong("must be unique in the schema");
    found.push_back({.header = fmt::format("Mcp-Param-{}", name), .path = path});
    return {};
  }

  std::set<std::string> names_;
};

bool is_object_schema(const Json& schema) {
  return string_or(schema, "type") == "object";
}

Result<> check(const Tool& tool) {
  const auto wrong = [](std::string_view why) {
    return fail(Errc::invalid_argument, std::string(why));
  };
  if (!is_name(tool.name)) return wrong(kNameRule);
  if (trim(tool.description).empty()) return wrong("the description is empty");
  if (!tool.call) return wrong("there is no handler");
  if (!is_object_schema(tool.input_schema)) {
    return wrong("the input schema must have \"type\": \"object\" at its root");
  }
  if (!tool.output_schema.is_null() && !is_object_schema(tool.output_schema)) {
    return wrong("the output schema must have \"type\": \"object\" at its root");
  }
  return {};
}

std::size_t index_of(Revision revision) {
  return static_cast<std::size_t>(revision);
}

}  // namespace

Result<> ToolRegistry::add(Tool tool) {
  const auto context = fmt::format("tool \"{}\"", shorten_bytes(tool.name, 80));
  if (auto ok = check(tool); !ok) return fail_in(context, ok.error());
  if (places_.contains(tool.name)) {
    return fail(Errc::invalid_argument, context + ": there is one of that name already");
  }
  HeaderCollector headers;
  if (auto ok = headers.walk(tool.input_schema, {}, true); !ok) return fail_in(context, ok.error());

  for (const auto revision : kRevisions) {
    entries_[index_of(revision)].push_back(dump_json(describe_tool(tool, revision)));
    catalogues_[index_of(revision)] = nullptr;
  }
  tools_.push_back(std::move(tool));
  header_params_.push_back(std::move(headers.found));
  places_.emplace(tools_.back().name, tools_.size() - 1);
  return {};
}

const Tool* ToolRegistry::find(std::string_view name) const {
  const auto it = places_.find(name);
  return it == places_.end() ? nullptr : &tools_[it->second];
}

const std::vector<HeaderParam>& ToolRegistry::header_params(std::string_view tool) const {
  static const std::vector<HeaderParam> none;
  const auto it = places_.find(tool);
  return it == places_.end() ? none : header_params_[it->second];
}

std::shared_ptr<const std::string> ToolRegistry::catalogue(Revision revision) const {
  auto& made = catalogues_[index_of(revision)];
  if (!made) made = std::make_shared<const std::string>(entries(revision, 0, tools_.size()));
  return made;
}

std::string ToolRegistry::entries(Revision revision, std::size_t begin, std::size_t end) const {
  const auto& entries = entries_[index_of(revision)];
  return fmt::format("[{}]", fmt::join(entries.begin() + static_cast<std::ptrdiff_t>(begin),
                                       entries.begin() + static_cast<std::ptrdiff_t>(end), ","));
}

Json describe_tool(const Tool& tool, Revision revision) {
  Json out{
      {"name", tool.name}, {"description", tool.description}, {"inputSchema", tool.input_schema}};
  if (has_annotations(revision)) {
    out["annotations"] = {{"readOnlyHint", tool.hints.read_only},
                          {"destructiveHint", tool.hints.destructive},
                          {"idempotentHint", tool.hints.idempotent},
                          {"openWorldHint", tool.hints.open_world}};
  }
  if (!tool.title.empty() && has_annotations(revision)) {
    // In 2025-03-26 its place was among the annotations.
    (has_titles(revision) ? out : out["annotations"])["title"] = tool.title;
  }
  // Who has no tasks may be told that the work has begun (say_started) instead of what came of it.
  // That does not fit the schema, and a client that was promised one throws the answer away.
  const bool keeps_schema = tool.task == TaskUse::never && !tool.output_schema.is_null();
  if (has_structured_content(revision) && keeps_schema) {
    out["outputSchema"] = tool.output_schema;
  }
  if (has_structured_content(revision) && !tool.meta.is_null()) out["_meta"] = tool.meta;
  return out;
}

}  // namespace mtc::mcp
