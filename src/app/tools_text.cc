#include "app/tools_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace mtc::app {
namespace {

// Fit for a cell of a table.
std::string cell(std::string text) {
  return replace_all(replace_all(std::move(text), "|", "\\|"), "\n", " ");
}

std::string type_of(const Json& schema) {
  std::string type = string_or(schema, "type");
  if (schema.contains("enum")) type = "one of";
  for (const auto& choice : array_or_empty(schema, "enum"))
    type += " `" + choice.get<std::string>() + "`";
  return type;
}

std::string nature_of(const Json& tool) {
  const Json& hints = object_or_empty(tool, "annotations");
  if (bool_or(hints, "readOnlyHint")) return "looks";
  return bool_or(hints, "destructiveHint", true) ? "changes, may destroy" : "changes";
}

}  // namespace

std::string tools_markdown(const Json& tools) {
  std::string out;
  for (const Json& tool : tools) {
    const Json& schema = object_or_empty(tool, "inputSchema");
    const Json& required = array_or_empty(schema, "required");
    out += fmt::format("\n### `{}`\n\n{} ({})\n", string_or(tool, "name"),
                       cell(string_or(tool, "description")), nature_of(tool));
    const Json& properties = object_or_empty(schema, "properties");
    if (properties.empty()) continue;
    out += "\n| argument | type | meaning |\n| --- | --- | --- |\n";
    for (const auto& [name, property] : properties.items()) {
      const bool needed = std::ranges::find(required, Json(name)) != required.end();
      out += fmt::format("| `{}`{} | {} | {} |\n", name, needed ? " (required)" : "",
                         type_of(property), cell(string_or(property, "description")));
    }
  }
  return out;
}

}  // namespace mtc::app
