// Tools whose input schema says more than usual.
#include "base/json.h"
#include "declare.h"
#include "fixture.h"

namespace mtc::conformance {
namespace {

using mcp::CallContext;
using mcp::Reply;

// Lists must return every keyword as it is.
constexpr std::string_view kFullSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "$defs": {
    "address": {
      "$anchor": "addressDef",
      "type": "object",
      "properties": {"street": {"type": "string"}, "city": {"type": "string"}}
    }
  },
  "properties": {
    "name": {"type": "string"},
    "address": {"$ref": "#/$defs/address"},
    "contactMethod": {"type": "string", "enum": ["phone", "email"]},
    "phone": {"type": "string"},
    "email": {"type": "string"}
  },
  "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
  "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
  "then": {"required": ["phone"]},
  "else": {"required": ["email"]},
  "additionalProperties": false
})";

Async<Result<Reply>> listed_only(NoArgs, CallContext) {
  co_return say("This tool is there to be listed.");
}

struct RegionArgs {
  std::string region;
};
Async<Result<Reply>> region(RegionArgs args, CallContext) {
  co_return say("Routed to " + args.region);
}

mcp::Tool full_schema() {
  auto tool = answering("json_schema_2020_12_tool", "Has a schema of JSON Schema 2020-12.", {},
                        listed_only);
  tool.input_schema = Json::parse(kFullSchema);
  return tool;
}

// The header Mcp-Param-Region must repeat the argument.
mcp::Tool routed() {
  auto tool = answering("test_header_routing", "Is routed by its region.",
                        {field("region", &RegionArgs::region, "Where to")}, region);
  tool.input_schema["properties"]["region"]["x-mcp-header"] = "Region";
  return tool;
}

}  // namespace

void add_schema_tools(mcp::ToolRegistry& tools) {
  add_to(tools, full_schema());
  add_to(tools, routed());
}

}  // namespace mtc::conformance
