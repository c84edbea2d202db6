#include "mcp/resource_methods.h"

#include <fmt/format.h>

#include "base/text.h"
#include "mcp/render.h"
#include "mcp/scopes.h"

namespace mtc::mcp {
namespace {

constexpr std::size_t kMaxWatched = 256;
constexpr std::size_t kMaxUri = 2048;

Answer not_found(const Request& request, const std::string& uri) {
  return error_answer(request.id(), request.modern() ? rpc::kInvalidParams : rpc::kResourceNotFound,
                      "There is no such resource; resources/list names those there are", 200,
                      {{"uri", shorten_bytes(uri, kMaxUri)}});
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

}  // namespace

ResourceMethods::ResourceMethods(const ServerOptions& options, const ServerParts& parts,
                                 const Results& results, const Conversation& conversation)
    : options_(options),
      resources_(parts.resources),
      results_(results),
      conversation_(conversation) {}

Async<Answer> ResourceMethods::list(Request& request) const {
  Json entries = Json::array();
  const auto context = conversation_.context_of(request, nullptr);
  for (const auto& resource : resources_->all()) {
    if (!may_use(options_, request.principal, resource.scope)) continue;
    if (!resource.is_template()) {
      if (resource.listed) entries.push_back(describe_entry(entry_of(resource), request.revision));
    } else if (resource.list) {
      const auto listed = co_await resource.list(context);
      if (!listed) co_return failure_answer(request.id(), listed.error());
      for (const auto& entry : *listed) {
        entries.push_back(describe_entry(entry, request.revision));
      }
    }
  }
  co_return results_.page(request, "resources", entries, false);
}

Answer ResourceMethods::list_templates(const Request& request) const {
  Json entries = Json::array();
  for (const auto& resource : resources_->all()) {
    if (!resource.is_template() || !may_use(options_, request.principal, resource.scope)) continue;
    Json entry = describe_entry(entry_of(resource), request.revision);
    entry["uriTemplate"] = std::move(entry["uri"]);
    entry.erase("uri");
    entries.push_back(std::move(entry));
  }
  return results_.page(request, "resourceTemplates", entries, false);
}

ResourceMethods::Found ResourceMethods::find(const Request& request) const {
  const auto uri = request.params().find("uri");
  if (uri == request.params().end() || !uri->is_string()) {
    return {.match = {},
            .uri = {},
            .refusal = invalid_params(request.id(), R"("uri" must be a string)")};
  }
  Found found{.match = {}, .uri = uri->get<std::string>(), .refusal = {}};
  if (found.uri.size() <= kMaxUri) found.match = resources_->find(found.uri);
  const auto* resource = found.match.resource;
  if (resource == nullptr) {
    found.refusal = not_found(request, found.uri);
  } else if (!may_use(options_, request.principal, resource->scope)) {
    found.refusal = scope_answer(request.id(), "Reading this", resource->scope);
    found.match.resource = nullptr;
  }
  return found;
}

bool ResourceMethods::may_read(const Principal& principal, const std::string& uri) const {
  if (!offered() || uri.size() > kMaxUri) return false;
  const auto* resource = resources_->find(uri).resource;
  return resource != nullptr && may_use(options_, principal, resource->scope);
}

Async<Answer> ResourceMethods::read(Request& request) const {
  auto found = find(request);
  if (found.match.resource == nullptr) co_return std::move(found.refusal);
  auto context = conversation_.context_of(request, nullptr);
  auto contents = co_await found.match.resource->read(found.uri, std::move(found.match.variables),
                                                      std::move(context));
  if (!contents && contents.error().code == Errc::not_found) {
    co_return not_found(request, found.uri);
  }
  if (!contents) co_return failure_answer(request.id(), contents.error());
  const auto members = R"("contents":[)" + dump_json(describe_contents(*contents)) + "]";
  co_return results_.cacheable(request, members, Millis{0}, false);
}

Answer ResourceMethods::watch(const Request& request) const {
  auto found = find(request);
  if (found.match.resource == nullptr) return std::move(found.refusal);
  if (request.peer.watched.size() >= kMaxWatched && !request.peer.watched.contains(found.uri)) {
    return invalid_params(request.id(),
                          fmt::format("At most {} resources can be watched", kMaxWatched));
  }
  request.peer.watched.insert(std::move(found.uri));
  return results_.complete(request, {});
}

Answer ResourceMethods::unwatch(const Request& request) const {
  request.peer.watched.erase(string_or(request.params(), "uri"));
  return results_.complete(request, {});
}

}  // namespace mtc::mcp
