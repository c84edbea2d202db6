#include "emulator/kubernetes/discovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "emulator/kubernetes/kinds.h"

namespace mtc::emulator::kubernetes {
namespace {

Json words(std::string_view text) {
  auto out = Json::array();
  for (const auto word : split(text, ' '))
    if (!word.empty()) out.push_back(word);
  return out;
}

std::vector<std::string_view> groups() {
  std::vector<std::string_view> out;
  for (const auto& row : all_kinds())
    if (!row.group.empty() && std::ranges::find(out, row.group) == out.end())
      out.push_back(row.group);
  return out;
}

Json group_entry(std::string_view group) {
  auto versions = Json::array();
  for (const auto& row : all_kinds()) {
    if (row.group != group) continue;
    const Json one{{"groupVersion", row.api_version()}, {"version", row.version}};
    if (std::find(versions.begin(), versions.end(), one) == versions.end()) versions.push_back(one);
  }
  return {{"name", group}, {"versions", versions}, {"preferredVersion", versions.front()}};
}

Json resource_entry(const ResourceKind& row) {
  Json out{{"name", row.plural},
           {"singularName", row.singular},
           {"namespaced", row.namespaced},
           {"kind", row.kind},
           {"verbs", words(row.verbs)}};
  if (!row.short_names.empty()) out["shortNames"] = words(row.short_names);
  if (!row.categories.empty()) out["categories"] = words(row.categories);
  return out;
}

// Protocol buffers, as much as it takes to write a document.
void put_varint(std::string& out, std::size_t value) {
  while (value >= 0x80) {
    out += static_cast<char>((value & 0x7F) | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

std::string bytes_field(unsigned number, std::string_view content) {
  std::string out;
  put_varint(out, number << 3U | 2U);
  put_varint(out, content.size());
  out += content;
  return out;
}

std::string path_of(const ResourceKind& row) {
  return fmt::format("{}/{}{}/{{name}}",
                     row.group.empty() ? "/api/v1" : fmt::format("/apis/{}", row.api_version()),
                     row.namespaced ? "namespaces/{namespace}/" : "", row.plural);
}

constexpr std::string_view kPatchParameters[] = {"dryRun", "fieldManager", "fieldValidation",
                                                 "force"};

// gnostic's openapi.v2: ParametersItem.parameter → Parameter.non_body_parameter →
// query_parameter_sub_schema {in = 2, name = 4, type = 6}.
std::string parameter_message(std::string_view name) {
  const auto schema = bytes_field(2, "query") + bytes_field(4, name) + bytes_field(6, "string");
  return bytes_field(1, bytes_field(2, bytes_field(3, schema)));
}

}  // namespace

Json version_document(const std::string& git_version) {
  const auto parts = split(std::string_view(git_version).substr(1), '.');
  return {{"major", parts.at(0)},      {"minor", parts.at(1)},
          {"gitVersion", git_version}, {"gitCommit", "0000000000000000000000000000000000000000"},
          {"gitTreeState", "clean"},   {"buildDate", "2026-01-01T00:00:00Z"},
          {"goVersion", "go1.20.10"},  {"compiler", "gc"},
          {"platform", "linux/amd64"}};
}

Json core_versions_document() {
  return {{"kind", "APIVersions"},
          {"versions", Json::array({"v1"})},
          {"serverAddressByClientCIDRs",
           Json::array({{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", "10.0.0.20:443"}}})}};
}

Json groups_document() {
  auto list = Json::array();
  for (const auto group : groups()) list.push_back(group_entry(group));
  return {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", std::move(list)}};
}

KubeResult<Json> group_document(std::string_view group) {
  const auto all = groups();
  if (std::ranges::find(all, group) == all.end()) return no_such_path();
  auto out = group_entry(group);
  out["kind"] = "APIGroup";
  out["apiVersion"] = "v1";
  return out;
}

KubeResult<Json> resources_document(std::string_view group, std::string_view version) {
  auto list = Json::array();
  std::string api_version;
  for (const auto& row : all_kinds()) {
    if (row.group != group || row.version != version) continue;
    api_version = row.api_version();
    list.push_back(resource_entry(row));
    for (const auto& part : row.subresources) {
      Json one{{"name", fmt::format("{}/{}", row.plural, part.name)},
               {"singularName", ""},
               {"namespaced", row.namespaced},
               {"kind", part.kind},
               {"verbs", words(part.verbs)}};
      if (!part.version.empty()) {
        one["group"] = part.group;
        one["version"] = part.version;
      }
      list.push_back(std::move(one));
    }
  }
  if (list.empty()) return no_such_path();
  return Json{{"kind", "APIResourceList"},
              {"apiVersion", "v1"},
              {"groupVersion", api_version},
              {"resources", std::move(list)}};
}

std::string openapi_json() {
  auto paths = Json::object();
  for (const auto& row : all_kinds()) {
    if (!row.can("patch")) continue;
    auto parameters = Json::array();
    for (const auto name : kPatchParameters)
      parameters.push_back({{"in", "query"}, {"name", name}, {"type", "string"}});
    paths[path_of(row)]["patch"] = {
        {"parameters", std::move(parameters)},
        {"responses", {{"200", {{"description", "OK"}}}}},
        {"x-kubernetes-action", "patch"},
        {"x-kubernetes-group-version-kind",
         {{"group", row.group}, {"version", row.version}, {"kind", row.kind}}}};
  }
  return dump_json({{"swagger", "2.0"},
                    {"info", {{"title", "Kubernetes"}, {"version", "v1.28.3"}}},
                    {"paths", std::move(paths)}});
}

std::string openapi_protobuf() {
  std::string paths;
  for (const auto& row : all_kinds()) {
    if (!row.can("patch")) continue;
    std::string operation;
    for (const auto name : kPatchParameters) operation += bytes_field(8, parameter_message(name));
    const auto kind =
        fmt::format("group: \"{}\"\nkind: {}\nversion: {}\n", row.group, row.kind, row.version);
    operation += bytes_field(13, bytes_field(1, "x-kubernetes-group-version-kind") +
                                     bytes_field(2, bytes_field(2, kind)));
    const auto item = bytes_field(8, operation);  // PathItem.patch
    paths += bytes_field(2, bytes_field(1, path_of(row)) + bytes_field(2, item));
  }
  return bytes_field(1, "2.0") +
         bytes_field(2, bytes_field(1, "Kubernetes") + bytes_field(2, "v1.28.3")) +
         bytes_field(8, paths);
}

}  // namespace mtc::emulator::kubernetes
