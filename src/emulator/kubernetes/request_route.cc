#include "emulator/kubernetes/request_route.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "base/encoding.h"
#include "base/text.h"

namespace mtc::emulator::kubernetes {
namespace {

std::string decoded(std::string_view text) {
  return percent_decode(replace_all(std::string(text), "+", " ")).value_or(std::string(text));
}

// The media type's parameters: as=Table;v=v1;g=meta.k8s.io.
std::string parameter(std::string_view media, std::string_view name) {
  for (const auto part : split(media, ';')) {
    const auto one = trim(part);
    const auto equal = one.find('=');
    if (equal != std::string_view::npos && one.substr(0, equal) == name)
      return std::string(one.substr(equal + 1));
  }
  return {};
}

}  // namespace

Query::Query(std::string_view text) {
  for (const auto pair : split(text, '&')) {
    if (pair.empty()) continue;
    const auto equal = pair.find('=');
    const auto value = equal == std::string_view::npos ? "" : pair.substr(equal + 1);
    values_.try_emplace(decoded(pair.substr(0, equal)), decoded(value));
  }
}

std::string Query::text(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? "" : found->second;
}

bool Query::flag(const std::string& key) const {
  const auto value = text(key);
  return value == "1" || value == "true" || value == "True" || value == "t";
}

KubeResult<std::optional<std::int64_t>> Query::number(const std::string& key) const {
  const auto value = text(key);
  if (value.empty()) return std::nullopt;
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
  if (error != std::errc() || end != value.data() + value.size())
    return bad_request(
        fmt::format("strconv.ParseInt: parsing \"{}\": invalid syntax ({})", value, key));
  return out;
}

KubeResult<Route> parse_route(std::string_view path) {
  std::vector<std::string> parts;
  for (const auto part : split(path, '/'))
    if (!part.empty()) parts.push_back(percent_decode(part).value_or(std::string(part)));
  std::string group, version;
  std::size_t at = 0;
  if (parts.size() > 2 && parts[0] == "api") {
    version = parts[1];
    at = 2;
  } else if (parts.size() > 3 && parts[0] == "apis") {
    group = parts[1];
    version = parts[2];
    at = 3;
  } else {
    return no_such_path();
  }
  Route route;
  const auto rest = [&] { return parts.size() - at; };
  // /namespaces/x/pods is in a namespace, /namespaces/x and /namespaces/x/status are it.
  if (parts[at] == "namespaces" && rest() >= 3 && parts[at + 2] != "status" &&
      parts[at + 2] != "finalize") {
    route.ns = parts[at + 1];
    at += 2;
  }
  route.kind = find_resource(group, version, parts[at]);
  if (route.kind == nullptr) return no_such_path();
  route.stored = find_stored(route.kind->group, route.kind->plural);
  if (!route.kind->namespaced && !route.ns.empty()) return no_such_path();
  if (rest() > 1) route.name = parts[at + 1];
  if (rest() > 2) route.subresource = parts[at + 2];
  if (route.subresource == "proxy") {
    route.proxied = join({parts.begin() + static_cast<std::ptrdiff_t>(at + 3), parts.end()}, "/");
  } else if (rest() > 3) {
    return no_such_path();
  }
  if (!route.name.empty() && route.kind->namespaced && route.ns.empty()) return no_such_path();
  if (!route.subresource.empty() && route.kind->subresource(route.subresource) == nullptr)
    return no_such_path();
  return route;
}

std::string verb_of(std::string_view method, const Route& route, const Query& query) {
  if (method == "GET" || method == "HEAD") {
    if (query.flag("watch") && route.subresource.empty()) return "watch";
    return route.name.empty() ? "list" : "get";
  }
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return route.name.empty() ? "deletecollection" : "delete";
  return {};
}

Attributes attributes_of(const Route& route, std::string verb) {
  auto ns = route.ns;
  if (route.kind->kind == "Namespace") ns = route.name;  // as the API itself reads it
  return {.verb = std::move(verb),
          .group = std::string(route.kind->group),
          .resource = std::string(route.kind->plural),
          .subresource = route.subresource,
          .ns = std::move(ns),
          .name = route.name};
}

KubeResult<Form> accepted_form(std::string_view accept) {
  if (accept.empty()) return Form::json;
  for (const auto part : split(accept, ',')) {
    const auto media = trim(part);
    const auto type = trim(media.substr(0, media.find(';')));
    const auto as = parameter(media, "as");
    if (type == "*/*" || type == "application/*") return Form::json;
    if (type != "application/json") continue;
    if (as == "Table" && parameter(media, "g") == "meta.k8s.io" &&
        (parameter(media, "v") == "v1" || parameter(media, "v") == "v1beta1"))
      return Form::table;
    if (as == "PartialObjectMetadata" || as == "PartialObjectMetadataList") return Form::partial;
    if (as.empty()) return Form::json;
  }
  return not_acceptable("application/json");
}

std::string manager_of(const Query& query, std::string_view user_agent) {
  if (auto named = query.text("fieldManager"); !named.empty()) return named;
  const auto program = user_agent.substr(0, user_agent.find('/'));
  return program.empty() ? "unknown" : shorten_bytes(program, 128);
}

}  // namespace mtc::emulator::kubernetes
