#include <fmt/format.h>

#include "base/json.h"
#include "declare.h"
#include "fixture.h"
#include "media.h"

namespace mtc::conformance {
namespace {

using mcp::CallContext;
using mcp::ResourceContents;
using mcp::UriVariables;

Async<Result<ResourceContents>> read_text(std::string uri, UriVariables, CallContext) {
  co_return ResourceContents{.uri = std::move(uri),
                             .text = "This is the content of the static text resource."};
}

Async<Result<ResourceContents>> read_binary(std::string uri, UriVariables, CallContext) {
  co_return ResourceContents{.uri = std::move(uri), .mime_type = "image/png", .bytes = tiny_png()};
}

Async<Result<ResourceContents>> read_by_id(std::string uri, UriVariables variables, CallContext) {
  const std::string& id = variables.at("id");
  const Json data{{"id", id}, {"templateTest", true}, {"data", "Data for ID: " + id}};
  co_return ResourceContents{
      .uri = std::move(uri), .mime_type = "application/json", .text = dump_json(data)};
}

}  // namespace

void add_resources(mcp::ResourceRegistry& resources) {
  add_to(resources, mcp::Resource{.uri = "test://static-text",
                                  .name = "static-text",
                                  .description = "A text that stays the same",
                                  .read = read_text});
  add_to(resources, mcp::Resource{.uri = "test://static-binary",
                                  .name = "static-binary",
                                  .description = "A picture that stays the same",
                                  .mime_type = "image/png",
                                  .read = read_binary});
  add_to(resources, mcp::Resource{.uri = "test://template/{id}/data",
                                  .name = "template",
                                  .description = "Something for each id",
                                  .mime_type = "application/json",
                                  .read = read_by_id});
  add_to(resources, mcp::Resource{.uri = "test://watched-resource",
                                  .name = "watched-resource",
                                  .description = "A text to subscribe to",
                                  .read = read_text});
}

}  // namespace mtc::conformance
