// What can happen to a task, one step a function: decisions without I/O.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "mcp/tasks.h"
#include "mcp/tool.h"

namespace mtc::mcp {

// A task that ends here (in completed, failed or cancelled) loses its state and its answers.

// How a handler's answer leaves a task that was `working`:
//   a Reply, or a failure    completed, with the result that the call would have had
//   Errc::internal           failed with a JSON-RPC error: our own fault is no answer
//   NeedInput                input_required; or `working`, with no answers, if all questions may be
//                            left out and the client could answer none
//   LongWork                 failed: it is in the background already
void settle(Task& task, const Result<Outcome>& outcome, const Tool& tool);

// failed, with a JSON-RPC error; the message is for the client.
void break_off(Task& task, std::string_view message);

void cancel(Task& task);

// Takes answers to open questions, and nothing else. With the last one the task is `working` again.
// True if there was one. Errc::invalid_argument, and nothing is taken, if one is not an object.
Result<bool> take_answers(Task& task, const Answers& answers);

// Valid UTF-8 of a bearable length.
std::string fit_message(std::string_view message);

}  // namespace mtc::mcp
