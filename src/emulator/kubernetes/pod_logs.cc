#include "emulator/kubernetes/pod_logs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/objects.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr Millis kFirstLineGap{50};
constexpr Millis kFirstPause{1'000};         // between the first lines and those of every day
constexpr std::int64_t kMostLines = 20'000;  // what a node keeps of one container

struct Span {
  const Behaviour* behaviour = nullptr;
  TimePoint started{}, until{};
  bool crashed = false;
};

TimePoint line_time(const Span& span, std::int64_t number) {
  const auto first = static_cast<std::int64_t>(span.behaviour->first_lines.size());
  if (number < first) return span.started + kFirstLineGap * (number + 1);
  return span.started + kFirstLineGap * first + kFirstPause +
         span.behaviour->line_interval * (number - first);
}

std::string line_text(const Span& span, std::int64_t number) {
  const auto& behaviour = *span.behaviour;
  const auto first = static_cast<std::int64_t>(behaviour.first_lines.size());
  if (number < first) return behaviour.first_lines[static_cast<std::size_t>(number)];
  const auto turn = static_cast<std::size_t>(number - first);
  return replace_all(behaviour.lines[turn % behaviour.lines.size()], "{n}",
                     std::to_string(turn + 1));
}

// How many of the regular lines were printed before `time`.
std::int64_t lines_before(const Span& span, TimePoint time) {
  const auto& behaviour = *span.behaviour;
  std::int64_t count = 0;
  const auto first = static_cast<std::int64_t>(behaviour.first_lines.size());
  while (count < first && line_time(span, count) <= time) ++count;
  if (count < first || behaviour.lines.empty()) return count;
  const auto rest = time - line_time(span, first);
  if (rest < Millis(0)) return count;
  return count + rest / std::max(behaviour.line_interval, Millis(1)) + 1;
}

std::vector<LogLine> lines_of(const Span& span, TimePoint after) {
  std::vector<LogLine> out;
  const auto last = lines_before(span, span.until);
  auto number = after < span.started ? 0 : lines_before(span, after);
  for (number = std::max(number, last - kMostLines); number < last; ++number)
    out.push_back({line_time(span, number), line_text(span, number)});
  if (!span.crashed || span.until <= after) return out;
  for (const auto& text : span.behaviour->last_lines) out.push_back({span.until, text});
  return out;
}

std::string names_of(const Json& containers) {
  std::vector<std::string> names;
  for (const auto& one : containers) names.push_back(string_or(one, "name"));
  return join(names, " ");
}

KubeResult<std::size_t> choose(const Json& pod, const std::string& name) {
  const auto& containers = array_or_empty(object_or_empty(pod, "spec"), "containers");
  if (name.empty()) {
    if (containers.size() == 1) return 0;
    if (const auto wanted = annotation_of(pod, "kubectl.kubernetes.io/default-container");
        !wanted.empty())
      return choose(pod, wanted);
    return bad_request(
        fmt::format("a container name must be specified for pod {}, choose one of: [{}]",
                    name_of(pod), names_of(containers)));
  }
  for (std::size_t i = 0; i < containers.size(); ++i)
    if (string_or(containers[i], "name") == name) return i;
  return bad_request(fmt::format("container {} is not valid for pod {}", name, name_of(pod)));
}

KubeResult<Span> span_of(const ControlPlane& plane, const Json& pod, const LogQuery& query) {
  const auto index = choose(pod, query.container);
  if (!index) return std::unexpected(index.error());
  const auto& containers = pod["spec"]["containers"];
  const auto name = string_or(containers[*index], "name");
  const auto* run = plane.kubelets.find(uid_of(pod));
  if (run == nullptr || *index >= run->containers.size())
    return bad_request(
        fmt::format("container \"{}\" in pod \"{}\" is waiting to start: "
                    "ContainerCreating",
                    name, name_of(pod)));
  const auto& one = run->containers[*index];
  const auto ended = [](const Termination& end) {
    return Span{end.behaviour.get(), end.started, end.finished, end.exit_code != 0};
  };
  if (query.previous) {
    if (!one.last || one.state == ContainerRun::State::ended)
      return bad_request(fmt::format("previous terminated container \"{}\" in pod \"{}\" not found",
                                     name, name_of(pod)));
    return ended(*one.last);
  }
  using State = ContainerRun::State;
  if (one.state == State::running) return Span{one.behaviour.get(), one.started, plane.now, false};
  if ((one.state == State::ended || one.state == State::crash_wait) && one.last)
    return ended(*one.last);
  std::string_view why = "ContainerCreating";
  if (one.state == State::image_wait || one.pull_failed) why = "trying and failing to pull image";
  if (one.state == State::config_wait) why = "CreateContainerConfigError";
  return bad_request(fmt::format("container \"{}\" in pod \"{}\" is waiting to start: {}", name,
                                 name_of(pod), why));
}

}  // namespace

KubeResult<std::vector<LogLine>> read_log(const ControlPlane& plane, const Json& pod,
                                          const LogQuery& query) {
  const auto span = span_of(plane, pod, query);
  if (!span) return std::unexpected(span.error());
  auto lines = lines_of(*span, query.since ? *query.since - Millis(1) : TimePoint::min());
  if (query.tail_lines && static_cast<std::int64_t>(lines.size()) > *query.tail_lines)
    lines.erase(lines.begin(), lines.end() - std::max<std::int64_t>(*query.tail_lines, 0));
  return lines;
}

LogTail follow_log(const ControlPlane& plane, const Json& pod, const LogQuery& query,
                   TimePoint after) {
  const auto span = span_of(plane, pod, query);
  if (span && span->started > after && !query.previous) {  // it has been started again
    auto before = query;
    before.previous = true;
    const auto ended = span_of(plane, pod, before);
    return ended && ended->started <= after ? LogTail{.lines = lines_of(*ended, after)} : LogTail{};
  }
  if (!span) return {};
  LogTail out{.lines = lines_of(*span, after)};
  if (span->until != plane.now || query.previous) return out;
  const auto printed = lines_before(*span, plane.now);
  const auto& behaviour = *span->behaviour;
  const bool silent =
      behaviour.lines.empty() && printed >= static_cast<std::int64_t>(behaviour.first_lines.size());
  out.next = silent ? plane.now + kFirstPause : line_time(*span, printed);
  return out;
}

std::string show_log(const std::vector<LogLine>& lines, const LogQuery& query) {
  std::string out;
  for (const auto& line : lines) {
    if (query.timestamps) {
      const auto millis = line.time.time_since_epoch().count() % 1000;
      auto second = api_time(line.time);
      second.pop_back();
      out += fmt::format("{}.{:03}000000Z ", second, millis);
    }
    out += line.text;
    out += '\n';
    if (query.limit_bytes && static_cast<std::int64_t>(out.size()) >= *query.limit_bytes) {
      out.resize(static_cast<std::size_t>(std::max<std::int64_t>(*query.limit_bytes, 0)));
      break;
    }
  }
  return out;
}

}  // namespace mtc::emulator::kubernetes
