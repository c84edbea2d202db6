#include "mcp/reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "infra/crypto/sha256.h"
#include "mcp/paging.h"
#include "mcp/render.h"
#include "mcp/request_link.h"
#include "mcp/tool_calls.h"

namespace mtc::mcp {
namespace {

constexpr std::size_t kMaxCompletions = 100;
constexpr std::size_t kMaxWatched = 256;
constexpr std::size_t kMaxUri = 2048;

Answer invalid(const Request& request, std::string why) {
  return error_answer(request.id(), rpc::kInvalidParams, std::move(why));
}

Answer not_found(const Request& request, const std::string& uri) {
  return error_answer(request.id(), request.modern() ? rpc::kInvalidParams : rpc::kResourceNotFound,
                      "There is no such resource; resources/list names those there are", 200,
                      {{"uri", shorten_bytes(uri, kMaxUri)}});
}

Answer failed(const Request& request, const Error& error) {
  return error_answer(request.id(), rpc::kInternalError, describe_failure(error));
}

Json describe_entry(const ResourceEntry& entry, Revision revision) {
  Json out{{"uri", entry.uri}, {"name", entry.name}};
  if (has_titles(revision) && !entry.title.empty()) out["title"] = entry.title;
  if (!entry.description.empty()) out["description"] = entry.description;
  if (!entry.mime_type.empty()) out["mimeType"] = entry.mime_type;
  if (has_titles(revision) && !entry.meta.is_null()) out["_meta"] = entry.meta;
  return out;
}

ResourceEntry entry_of(const Resource& resource) {
  return {.uri = resource.uri,
          .name = resource.name,
          .title = resource.title,
          .description = resource.description,
          .mime_type = resource.mime_type,
          .meta = resource.meta};
}

Json describe_content(const std::variant<std::string, Picture, ResourceContents>& content) {
  if (const auto* text = std::get_if<std::string>(&content)) {
    return {{"type", "text"}, {"text", *text}};
  }
  if (const auto* picture = std::get_if<Picture>(&content)) {
    return {
        {"type", "image"}, {"mimeType", picture->mime_type}, {"data", to_base64(picture->bytes)}};
  }
  return {{"type", "resource"},
          {"resource", describe_contents(std::get<ResourceContents>(content))}};
}

// Values that are no strings count as absent.
std::map<std::string, std::string> read_texts(const Json& object) {
  std::map<std::string, std::string> out;
  for (const auto& [key, value] : object.items()) {
    if (value.is_string()) out.emplace(key, value.get<std::string>());
  }
  return out;
}

}  // namespace

Reading::Reading(const ServerOptions& options, const ServerParts& parts, const Results& results,
                 const Conversation& conversation)
    : options_(options),
      resources_(parts.resources),
      prompts_(parts.prompts),
      results_(results),
      conversation_(conversation) {}

bool Reading::has_completions() const {
  return (has_resources() && resources_->has_completers()) ||
         (has_prompts() && prompts_->has_completers());
}

Answer Reading::page_of(const Request& request, std::string_view name, const Json& entries,
                        bool shared) const {
  // A cursor holds as long as the list is the same.
  const bool one_page = entries.size() <= options_.page_size;
  const auto fingerprint = one_page ? "" : to_base64url(sha256(dump_json(entries)).substr(0, 9));
  const auto page =
      page_at(cursor_in(request.params()), entries.size(), options_.page_size, fingerprint);
  if (!page) return invalid(request, "Unknown cursor; the list has changed: begin again");
  Json part = Json::array();
  for (auto i = page->begin; i < page->end; ++i) part.push_back(entries[i]);
  return results_.list(request, name, std::make_shared<const std::string>(dump_json(part)),
                       page->next_cursor, shared);
}

Async<Answer> Reading::list_resources(Request& request) const {
  Json entries = Json::array();
  const auto context = conversation_.context_of(request, nullptr);
  for (const auto& resource : resources_->all()) {
    if (!may_use(options_, request.principal, resource.scope)) continue;
    if (!resource.is_template()) {
      if (resource.listed) entries.push_back(describe_entry(entry_of(resource), request.revision));
    } else if (resource.list) {
      const auto listed = co_await resource.list(context);
      if (!listed) co_return failed(request, listed.error());
      for (const auto& entry : *listed) {
        entries.push_back(describe_entry(entry, request.revision));
      }
    }
  }
  co_return page_of(request, "resources", entries, false);
}

Answer Reading::list_templates(const Request& request) const {
  Json entries = Json::array();
  for (const auto& resource : resources_->all()) {
    if (!resource.is_template() || !may_use(options_, request.principal, resource.scope)) continue;
    Json entry = describe_entry(entry_of(resource), request.revision);
    entry["uriTemplate"] = std::move(entry["uri"]);
    entry.erase("uri");
    entries.push_back(std::move(entry));
  }
  return page_of(request, "resourceTemplates", entries, false);
}

Reading::Found Reading::find_resource(const Request& request) const {
  const auto uri = request.params().find("uri");
  if (uri == request.params().end() || !uri->is_string()) {
    return {.match = {}, .uri = {}, .refusal = invalid(request, R"("uri" must be a string)")};
  }
  Found found{.match = {}, .uri = uri->get<std::string>(), .refusal = {}};
  if (found.uri.size() <= kMaxUri) found.match = resources_->find(found.uri);
  const auto* resource = found.match.resource;
  if (resource == nullptr) {
    found.refusal = not_found(request, found.uri);
  } else if (!may_use(options_, request.principal, resource->scope)) {
    found.refusal =
        invalid(request, fmt::format("Reading this needs the permission \"{}\"", resource->scope));
    found.refusal.missing_scope = resource->scope;
    found.match.resource = nullptr;
  }
  return found;
}

bool Reading::may_read(const Principal& principal, const std::string& uri) const {
  if (!has_resources() || uri.size() > kMaxUri) return false;
  const auto* resource = resources_->find(uri).resource;
  return resource != nullptr && may_use(options_, principal, resource->scope);
}

Async<Answer> Reading::read(Request& request) const {
  auto found = find_resource(request);
  if (found.match.resource == nullptr) co_return std::move(found.refusal);
  auto context = conversation_.context_of(request, nullptr);
  auto contents = co_await found.match.resource->read(found.uri, std::move(found.match.variables),
                                                      std::move(context));
  if (!contents && contents.error().code == Errc::not_found) {
    co_return not_found(request, found.uri);
  }
  if (!contents) co_return failed(request, contents.error());
  const auto members = R"("contents":[)" + dump_json(describe_contents(*contents)) + "]";
  co_return results_.cacheable(request, members, Millis{0}, false);
}

Answer Reading::watch(const Request& request) const {
  auto found = find_resource(request);
  if (found.match.resource == nullptr) return std::move(found.refusal);
  if (request.peer.watched.size() >= kMaxWatched && !request.peer.watched.contains(found.uri)) {
    return invalid(request, fmt::format("At most {} resources can be watched", kMaxWatched));
  }
  request.peer.watched.insert(std::move(found.uri));
  return results_.complete(request, {});
}

Answer Reading::unwatch(const Request& request) const {
  request.peer.watched.erase(string_or(request.params(), "uri"));
  return results_.complete(request, {});
}

Answer Reading::list_prompts(const Request& request) const {
  Json entries = Json::array();
  for (const auto& prompt : prompts_->all()) {
    if (!may_use(options_, request.principal, prompt.scope)) continue;
    entries.push_back(describe_prompt(prompt, request.revision));
  }
  return page_of(request, "prompts", entries, false);
}

Async<Answer> Reading::get_prompt(Request& request) const {
  const auto name = string_or(request.params(), "name");
  const Prompt* prompt = prompts_->find(name);
  if (prompt != nullptr && !may_use(options_, request.principal, prompt->scope)) {
    auto refused =
        invalid(request, fmt::format("{} needs the permission \"{}\"", name, prompt->scope));
    refused.missing_scope = prompt->scope;
    co_return refused;
  }
  if (prompt == nullptr) {
    co_return invalid(request, fmt::format("Unknown prompt: {}; prompts/list names those there are",
                                           shorten_bytes(name, 80)));
  }
  auto arguments = read_texts(object_or_empty(request.params(), "arguments"));
  for (const auto& argument : prompt->arguments) {
    if (argument.required && !arguments.contains(argument.name)) {
      co_return invalid(request, fmt::format("{} needs the argument \"{}\", a string", prompt->name,
                                             argument.name));
    }
  }
  auto context = conversation_.context_of(request, nullptr);
  if (auto refused = co_await conversation_.take_answers(request, context)) {
    co_return std::move(*refused);
  }
  for (int round = 0; round <= Conversation::kMaxRounds; ++round) {
    auto outcome = co_await prompt->get(arguments, context);
    if (!outcome) {
      if (outcome.error().code == Errc::invalid_argument) {
        co_return invalid(request, outcome.error().message);
      }
      co_return failed(request, outcome.error());
    }
    if (auto* need = std::get_if<NeedInput>(&*outcome)) {
      if (request.modern()) {
        auto asked = conversation_.ask_by_result(request, std::move(*need), context);
        if (asked) co_return std::move(*asked);
        continue;
      }
      auto asked = co_await conversation_.ask_by_request(request, std::move(*need), context);
      if (!asked) co_return failed(request, asked.error());
      continue;
    }
    const auto& reply = std::get<PromptReply>(*outcome);
    Json result{{"messages", Json::array()}};
    if (!reply.description.empty()) result["description"] = reply.description;
    for (const auto& message : reply.messages) {
      result["messages"].push_back(
          {{"role", message.role == PromptMessage::Role::user ? "user" : "assistant"},
           {"content", describe_content(message.content)}});
    }
    co_return results_.complete(request, members_of(result));
  }
  co_return error_answer(request.id(), rpc::kInternalError, "The prompt did not come to an end");
}

Async<Answer> Reading::complete(Request& request) const {
  const Json& ref = object_or_empty(request.params(), "ref");
  const Json& argument = object_or_empty(request.params(), "argument");
  const auto name = string_or(argument, "name");
  const auto type = string_or(ref, "type");
  const Completer* completer = nullptr;
  if (type == "ref/prompt") {
    const Prompt* prompt = prompts_ == nullptr ? nullptr : prompts_->find(string_or(ref, "name"));
    if (prompt == nullptr) co_return invalid(request, "ref: there is no such prompt");
    const auto it = std::ranges::find(prompt->arguments, name, &PromptArgument::name);
    if (it == prompt->arguments.end()) co_return invalid(request, "argument: unknown name");
    if (it->complete && may_use(options_, request.principal, prompt->scope)) {
      completer = &it->complete;
    }
  } else if (type == "ref/resource") {
    const Resource* resource =
        resources_ == nullptr ? nullptr : resources_->find_template(string_or(ref, "uri"));
    if (resource == nullptr) co_return invalid(request, "ref: there is no such resource template");
    const auto it = resource->completers.find(name);
    if (it != resource->completers.end() && may_use(options_, request.principal, resource->scope)) {
      completer = &it->second;
    }
  } else {
    co_return invalid(request, "ref: \"type\" must be ref/prompt or ref/resource");
  }
  std::vector<std::string> values;
  if (completer != nullptr) {
    auto others =
        read_texts(object_or_empty(object_or_empty(request.params(), "context"), "arguments"));
    auto found = co_await (*completer)(string_or(argument, "value"), std::move(others),
                                       conversation_.context_of(request, nullptr));
    if (!found) co_return failed(request, found.error());
    values = std::move(*found);
  }
  const auto total = values.size();
  if (total > kMaxCompletions) values.resize(kMaxCompletions);
  const Json completion{
      {"values", std::move(values)}, {"total", total}, {"hasMore", total > kMaxCompletions}};
  co_return results_.complete(request, R"("completion":)" + dump_json(completion));
}

}  // namespace mtc::mcp
