// Tasks for the ear.
#pragma once

#include <string>

#include "base/language.h"
#include "mcp/tasks.h"

namespace mtc::services {

// 已开始，任务 3：…。随时可以问我任务怎么样了。
std::string say_started(const mcp::Task& task, Language language);

// How it stands, and what came of it: 任务 3 还在做：已复制 3/9。
std::string say_task(const mcp::Task& task, Language language);

// After somebody wanted it cancelled: that it is, or that it had ended before.
std::string say_cancelled(const mcp::Task& task, Language language);

// There is none at all, or none that is under way.
std::string say_no_task(Language language);
std::string say_no_task_called(std::string_view name, Language language);

}  // namespace mtc::services
