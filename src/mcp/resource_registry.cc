#include "mcp/resource_registry.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"
#include "mcp/uri_template.h"

namespace mtc::mcp {
namespace {

// RFC 3986 §3.1
bool has_scheme(std::string_view uri) {
  const auto colon = uri.find(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < uri.size() &&
         is_letter(uri.front()) && std::ranges::all_of(uri.substr(0, colon), [](char c) {
           return is_alnum(c) || c == '+' || c == '-' || c == '.';
         });
}

Result<> check(const Resource& resource) {
  const auto wrong = [](std::string why) { return fail(Errc::invalid_argument, std::move(why)); };
  if (!has_scheme(resource.uri)) return wrong("the URI has no scheme");
  const auto names = template_names(resource.uri);
  if (!names) return wrong("the URI template is broken");
  if (trim(resource.name).empty()) return wrong("the name is empty");
  if (!resource.read) return wrong("there is no handler");
  for (const auto& [name, complete] : resource.completers) {
    if (std::ranges::find(*names, name) == names->end() || !complete) {
      return wrong(fmt::format("the template has no \"{}\" to complete", name));
    }
  }
  return {};
}

}  // namespace

Result<> ResourceRegistry::add(Resource resource) {
  const auto context = fmt::format("resource \"{}\"", shorten_bytes(resource.uri, 120));
  if (auto ok = check(resource); !ok) return fail_in(context, ok.error());
  if (find_declared(resource.uri) != nullptr) {
    return fail(Errc::invalid_argument, context + ": there is one of that URI already");
  }
  resources_.push_back(std::move(resource));
  return {};
}

ResourceRegistry::Match ResourceRegistry::find(std::string_view uri) const {
  for (const auto& resource : resources_) {
    if (!resource.is_template() && resource.uri == uri) return {&resource, {}};
  }
  for (const auto& resource : resources_) {
    if (!resource.is_template()) continue;
    if (auto variables = match_template(resource.uri, uri)) {
      return {&resource, std::move(*variables)};
    }
  }
  return {};
}

const Resource* ResourceRegistry::find_declared(std::string_view uri_template) const {
  const auto it = std::ranges::find(resources_, uri_template, &Resource::uri);
  return it == resources_.end() ? nullptr : &*it;
}

bool ResourceRegistry::has_completers() const {
  return std::ranges::any_of(resources_, [](const auto& one) { return !one.completers.empty(); });
}

}  // namespace mtc::mcp
