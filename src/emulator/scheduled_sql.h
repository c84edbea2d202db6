// Periodic SQL of the log service: runs tasks when they are due and writes the rows into the target
// topic.
#pragma once

#include <optional>
#include <string_view>

#include "emulator/cloud.h"
#include "emulator/search_condition.h"

namespace mtc::emulator {

inline constexpr std::string_view kClsTask = "cls_scheduled_sql";

// Runs that one task catches up with at a time; older ones are left out.
inline constexpr int kMaxMissedRuns = 500;

// A task's Status.
enum class TaskStatus { running = 1, stopped = 2, no_source = 3, no_target = 4, other = 7 };

// "@m-15m,@m": a window relative to `time`, each end cut to minute, hour or day (UTC+8) and then
// shifted. Nullopt if the text has another form or the window is empty.
std::optional<SearchRange> read_window(std::string_view text, TimePoint time);

// Every enabled task of everybody, for each time it was due until now (its time and its delay have
// passed).
void run_scheduled_sql(Cloud& cloud, TimePoint now);

TaskStatus task_status(Cloud& cloud, const Record& task);

// What is due by the cloud's time: scheduled SQL first, then alarms, which may look at its results.
void run_background(Cloud& cloud);

}  // namespace mtc::emulator
