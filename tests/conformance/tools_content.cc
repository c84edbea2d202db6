// Each kind of content a tool may answer with.
#include "declare.h"
#include "fixture.h"
#include "media.h"

namespace mtc::conformance {
namespace {

using mcp::CallContext;
using mcp::Reply;

Async<Result<Reply>> text(NoArgs, CallContext) {
  co_return say("This is a simple text response for testing.");
}

Async<Result<Reply>> image(NoArgs, CallContext) {
  Reply reply = say("One picture.");
  reply.pictures.push_back({.bytes = tiny_png(), .description = "A red pixel"});
  co_return reply;
}

Async<Result<Reply>> audio(NoArgs, CallContext) {
  Reply reply = say("One sound.");
  reply.sounds.push_back({.bytes = tiny_wav()});
  co_return reply;
}

mcp::ResourceContents embedded() {
  return {.uri = "test://embedded-resource",
          .mime_type = "text/plain",
          .text = "This is an embedded resource content."};
}

Async<Result<Reply>> embedded_resource(NoArgs, CallContext) {
  Reply reply = say("One resource.");
  reply.embedded.push_back(embedded());
  co_return reply;
}

Async<Result<Reply>> several(NoArgs, CallContext) {
  Reply reply = say("Several kinds of content.");
  reply.pictures.push_back({.bytes = tiny_png(), .description = "A red pixel"});
  reply.embedded.push_back(embedded());
  co_return reply;
}

Async<Result<Reply>> failing(NoArgs, CallContext) {
  Reply reply = say("This tool intentionally returns an error for testing.");
  reply.is_error = true;
  co_return reply;
}

}  // namespace

void add_content_tools(mcp::ToolRegistry& tools) {
  add_to(tools, answering("test_simple_text", "Answers with a text.", {}, text));
  add_to(tools, answering("test_image_content", "Answers with a picture.", {}, image));
  add_to(tools, answering("test_audio_content", "Answers with a sound.", {}, audio));
  add_to(tools,
         answering("test_embedded_resource", "Answers with a resource.", {}, embedded_resource));
  add_to(tools, answering("test_multiple_content_types",
                          "Answers with a text, a picture and a resource.", {}, several));
  add_to(tools, answering("test_error_handling", "Always fails.", {}, failing));
}

}  // namespace mtc::conformance
