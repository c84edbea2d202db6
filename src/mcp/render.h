// What a tool answered → the result of tools/call.
#pragma once

#include <string>

#include "base/result.h"
#include "mcp/answer.h"
#include "mcp/revisions.h"
#include "mcp/tool.h"

namespace mtc::mcp {

// The members "content", "structuredContent" and "isError" as JSON text without the braces, as that
// revision has them. The first content is the sentence for the ear. Data goes into
// structuredContent; clients too old for that get it as a second text. Each picture follows as an
// image after a text that says what it shows; then sounds, links and embedded resources.
std::string render_reply(const Reply& reply, const Tool& tool, Revision revision);
std::string render_failure(std::string_view text);

// As resources/read and embedded resources show it.
Json describe_contents(const ResourceContents& contents);

// "what — what to do", in English: the message, and advice for that kind of failure unless the
// message has some. Nothing else of the error is shown.
std::string describe_failure(const Error& error);

// Keeps the promise that some of that advice makes: what broke inside is in the log.
void log_failure(const Error& error);

// describe_failure() as an error answer; logged if it broke inside.
Answer failure_answer(const RequestId& id, const Error& error);

}  // namespace mtc::mcp
