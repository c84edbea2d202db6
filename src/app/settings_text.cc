#include "app/settings_text.h"

#include <fmt/format.h>

namespace mtc::app {
namespace {

std::string shown_default(const Json& value) {
  if (value.is_string() && value.get_ref<const std::string&>().empty()) return "\"\"";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// Calls visit(section, key, schema, default) for every key in the order of the table; section is
// empty for keys of the root.
template <class Visit>
void for_each_setting(const Visit& visit) {
  const Settings defaults;
  for (const auto& field : settings_fields().all()) {
    const Json value = field.show(defaults);
    if (!field.schema.contains("properties")) {
      visit("", "", field.name, field.schema, value);
      continue;
    }
    for (const auto& [key, schema] : field.schema["properties"].items()) {
      if (schema.contains("items") && schema["items"].contains("properties")) {
        for (const auto& [inner, inner_schema] : schema["items"]["properties"].items()) {
          visit(field.name, field.description, fmt::format("{}[].{}", key, inner), inner_schema,
                Json(""));
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
      out += fmt::format("#{}{}: [{{{}: …}}]\n", indent, key.substr(0, item), key.substr(item + 3));
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
    out += fmt::format("| `{}` | {} | `{}` | {} |\n", key, type, shown_default(value),
                       string_or(schema, "description"));
  });
  return out;
}

}  // namespace mtc::app
