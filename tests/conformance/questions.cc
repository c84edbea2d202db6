#include "questions.h"

namespace mtc::conformance {
namespace {

// Null unless the person accepted the form and filled in that field.
const Json* field_given(const mcp::CallContext& context, std::string_view key,
                        std::string_view field) {
  const Json* answer = answer_to(context, key);
  if (answer == nullptr || string_or(*answer, "action") != "accept") return nullptr;
  const Json& content = object_or_empty(*answer, "content");
  const auto it = content.find(field);
  return it == content.end() ? nullptr : &*it;
}

}  // namespace

mcp::Question ask_for(std::string key, std::string message, std::string_view field,
                      std::string_view type) {
  return mcp::ask_person(std::move(key), std::move(message),
                         {{"type", "object"},
                          {"properties", {{field, {{"type", type}}}}},
                          {"required", Json::array({field})}});
}

mcp::Question ask_model(std::string key, std::string prompt, int max_tokens) {
  Json message{{"role", "user"}, {"content", {{"type", "text"}, {"text", std::move(prompt)}}}};
  return {.key = std::move(key),
          .method = "sampling/createMessage",
          .params = {{"messages", Json::array({std::move(message)})}, {"maxTokens", max_tokens}}};
}

mcp::Question ask_roots(std::string key) {
  return {.key = std::move(key), .method = "roots/list"};
}

const Json* answer_to(const mcp::CallContext& context, std::string_view key) {
  const auto it = context.answers.find(key);
  return it == context.answers.end() ? nullptr : &it->second;
}

std::optional<std::string> text_given(const mcp::CallContext& context, std::string_view key,
                                      std::string_view field) {
  const Json* given = field_given(context, key, field);
  if (given == nullptr || !given->is_string()) return std::nullopt;
  return given->get<std::string>();
}

std::optional<bool> choice_given(const mcp::CallContext& context, std::string_view key,
                                 std::string_view field) {
  const Json* given = field_given(context, key, field);
  if (given == nullptr || !given->is_boolean()) return std::nullopt;
  return given->get<bool>();
}

std::optional<std::string> model_said(const mcp::CallContext& context, std::string_view key) {
  const Json* answer = answer_to(context, key);
  if (answer == nullptr) return std::nullopt;
  const Json& content = object_or_empty(*answer, "content");
  const auto text = content.find("text");
  if (text == content.end() || !text->is_string()) return std::nullopt;
  return text->get<std::string>();
}

std::optional<std::size_t> roots_given(const mcp::CallContext& context, std::string_view key) {
  const Json* answer = answer_to(context, key);
  if (answer == nullptr) return std::nullopt;
  const auto roots = answer->find("roots");
  if (roots == answer->end() || !roots->is_array()) return std::nullopt;
  return roots->size();
}

}  // namespace mtc::conformance
