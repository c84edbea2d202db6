#include "mcp/older_result.h"

#include <optional>
#include <string>

namespace mtc::mcp {
namespace {

Json text_content(std::string text) {
  return {{"type", "text"}, {"text", std::move(text)}};
}

bool knows(Revision revision, std::string_view kind) {
  if (kind == "audio") return has_audio(revision);
  if (kind == "resource_link") return has_titles(revision);
  return kind == "text" || kind == "image" || kind == "resource";
}

// Nullopt: it has to be left out.
std::optional<Json> older_content(const Json& content, Revision revision) {
  const auto kind = string_or(content, "type");
  if (knows(revision, kind)) return content;
  if (kind != "resource_link") return std::nullopt;
  const auto title = string_or(content, "title");
  return text_content((title.empty() ? string_or(content, "name") : title) + ": " +
                      string_or(content, "uri"));
}

// The data comes right after the sentence for the ear, unless they are the sentence.
void tell_data(Json& contents, const Json& data) {
  if (data.is_null() || (data.is_object() && data.empty())) return;
  auto text = dump_json(data);
  if (contents.empty()) {
    contents.push_back(text_content(std::move(text)));
  } else if (string_or(contents.front(), "text") != text) {
    contents.insert(contents.begin() + 1, text_content(std::move(text)));
  }
}

}  // namespace

Json older_result(Json result, Revision revision) {
  if (is_modern(revision)) return result;
  Json contents = Json::array();
  for (const auto& content : array_or_empty(result, "content")) {
    if (auto older = older_content(content, revision)) contents.push_back(std::move(*older));
  }
  if (const auto data = result.find("structuredContent"); data != result.end()) {
    if (!has_structured_content(revision) || !data->is_object()) {
      tell_data(contents, *data);
      result.erase(data);
    }
  }
  result["content"] = std::move(contents);
  return result;
}

}  // namespace mtc::mcp
