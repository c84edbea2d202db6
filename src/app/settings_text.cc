#include "app/settings_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace mtc::app {
namespace {

std::string shown_default(const Json& value) {
  if (value.is_string() && value.get_ref<const std::string&>().empty()) return "\"\"";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// Calls visit(section, key, schema, default) for every key in the order of the table; section is
// empty for keys of the root, the default is null where the key is required.
template <class Visit>
void for_each_setting(const Visit& visit) {
  // Of a list the defaults of its items are shown, so it needs one.
  Settings defaults;
  defaults.oauth.issuers.resize(1);
  defaults.xiaozhi.endpoints.resize(1);
  for (const auto& field : settings_fields().all()) {
    const Json value = field.show(defaults);
    if (!field.schema.contains("properties")) {
      visit("", "", field.name, field.schema, value);
      continue;
    }
    for (const auto& [key, schema] : field.schema["properties"].items()) {
      if (schema.contains("items") && schema["items"].contains("properties")) {
        const auto& required = array_or_empty(schema["items"], "required");
        for (const auto& [inner, inner_schema] : schema["items"]["properties"].items()) {
          const bool needed = std::ranges::find(required, Json(inner)) != required.end();
          visit(field.name, field.description, fmt::format("{}[].{}", key, inner), inner_schema,
                needed ? Json() : value.at(key).at(0).at(inner));
        }
      } else {
        visit(field.name, field.description, key, schema, value[key]);
      }
    }
  }
}

}  // namespace

std::string settings_template() {
  std::string out = "# Settings of mcp-tencent-cloud. What is commented out has the value shown.\n";
  std::string current;
  for_each_setting([&](const std::string& section, const std::string& description,
                       const std::string& key, const Json& schema, const Json& value) {
    if (section != current || section.empty()) {
      out += section.empty() ? "\n" : fmt::format("\n# {}\n#{}:\n", description, section);
      current = section;
    }
    const std::string indent = section.empty() ? "" : "  ";
    out += fmt::format("#{}# {}\n", indent, string_or(schema, "description"));
    const std::size_t item = key.find("[].");
    if (item == std::string::npos) {
      out += fmt::format("#{}{}: {}\n", indent, key, shown_default(value));
    } else {
      const bool shown = !value.is_null() && value != "";
      out += fmt::format("#{}{}: [{{{}: {}}}]\n", indent, key.substr(0, item), key.substr(item + 3),
                         shown ? shown_default(value) : "…");
    }
  });
  return out;
}

std::string settings_markdown() {
  std::string out;
  std::string current = "-";
  for_each_setting([&](const std::string& section, const std::string& description,
                       const std::string& key, const Json& schema, const Json& value) {
    if (section != current) {
      out += section.empty() ? "\n## Everything else\n"
                             : fmt::format("\n## `{}`: {}\n", section, description);
      out += "\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n";
      current = section;
    }
    std::string type = string_or(schema, "type");
    if (schema.contains("enum")) type = "one of";
    for (const auto& choice : array_or_empty(schema, "enum"))
      type += " `" + choice.get<std::string>() + "`";
    out += fmt::format("| `{}` | {} | {} | {} |\n", key, type,
                       value.is_null() ? "required" : "`" + shown_default(value) + "`",
                       string_or(schema, "description"));
  });
  return out;
}

}  // namespace mtc::app
