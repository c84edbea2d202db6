// What containers print: lines computed from the behaviour and the time, so that any part of a long
// log costs no more than itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/kubernetes/control_plane.h"
#include "emulator/kubernetes/status.h"

namespace mtc::emulator::kubernetes {

struct LogQuery {
  std::string container;
  bool previous = false;
  bool timestamps = false;
  bool follow = false;
  std::optional<std::int64_t> tail_lines, limit_bytes;
  std::optional<TimePoint> since;
};

struct LogLine {
  TimePoint time{};
  std::string text;
};

// 400 in the API's words: no such container, one must be chosen, not started yet, nothing previous.
KubeResult<std::vector<LogLine>> read_log(const ControlPlane& plane, const Json& pod,
                                          const LogQuery& query);
std::string show_log(const std::vector<LogLine>& lines, const LogQuery& query);

// For following: the lines later than `after` of the container that ran then, and when to look
// again.
struct LogTail {
  std::vector<LogLine> lines;
  std::optional<TimePoint> next;  // nullopt: that container has ended
};
LogTail follow_log(const ControlPlane& plane, const Json& pod, const LogQuery& query,
                   TimePoint after);

}  // namespace mtc::emulator::kubernetes
