#include "domain/alerts/cause.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/characters.h"
#include "base/text.h"

namespace mtc::alerts {
namespace {

constexpr std::size_t kMostBytes = 300;
constexpr std::size_t kMostPartBytes = 400;  // less than what is kept of it: see merge.cc
constexpr std::string_view kSeparators = "|/:%~";

// Readable, and never the same for two different texts: what separates the parts is escaped.
std::string part(std::string_view text) {
  const auto clean = sanitize_utf8(text);
  std::string out;
  for (const char c : trim(prefix_of_bytes(clean, kMostPartBytes))) {
    const bool control = is_ascii(c) && (c < ' ' || c == '\x7f');
    if (control || is_one_of(c, kSeparators)) {
      out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

// CpuUsage of a history is cpu_usage of a callback.
std::string metric_part(std::string_view metric) {
  std::string out = to_lower_ascii(part(metric));
  std::erase_if(out, [](char c) { return c == '_' || c == '-' || c == ' '; });
  return out;
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

// What is too long keeps its beginning; the rest of it still counts.
std::string bounded(std::string text) {
  if (text.size() <= kMostBytes) return text;
  const auto mark = fmt::format("~{:016x}", hash_of(text));
  return std::string(prefix_of_bytes(text, kMostBytes - mark.size())) + mark;
}

const std::string& first_of(const std::string& a, const std::string& b) {
  return a.empty() ? b : a;
}

// Names are unique in a cluster only; where that is not said, the next best keeps two apart.
std::string cluster_part(const Subject& subject) {
  return part(first_of(first_of(subject.cluster_id, subject.cluster_name),
                       first_of(subject.instance, subject.region)));
}

std::string workload_part(const Subject& subject) {
  const auto name = workload_name(subject);
  if (name.empty()) return {};
  return fmt::format("workload:{}/{}/{}", cluster_part(subject), part(subject.ns), part(name));
}

std::string node_part(const Subject& subject) {
  return fmt::format("node:{}/{}", cluster_part(subject), part(subject.node));
}

std::string subject_part(const Subject& subject) {
  if (auto workload = workload_part(subject); !workload.empty()) return workload;
  if (!subject.pod.empty())
    return fmt::format("pod:{}/{}/{}", cluster_part(subject), part(subject.ns), part(subject.pod));
  if (!subject.node.empty()) return node_part(subject);
  if (!subject.instance.empty()) return "instance:" + part(subject.instance);
  const auto& cluster = first_of(subject.cluster_id, subject.cluster_name);
  if (!subject.ns.empty()) return fmt::format("namespace:{}/{}", part(cluster), part(subject.ns));
  if (!cluster.empty()) return "cluster:" + part(cluster);
  return "text:" + part(subject.text);
}

// The letters Kubernetes makes up names of: no vowels, nothing that looks like another.
bool is_made_up(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return is_one_of(c, "bcdfghjklmnpqrstvwxz2456789"); });
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

// What follows the last dash; taken off the text.
std::string_view take_last(std::string_view& text) {
  const auto dash = text.rfind('-');
  if (dash == std::string_view::npos) return {};
  const auto last = text.substr(dash + 1);
  text = text.substr(0, dash);
  return last;
}

}  // namespace

bool is_workload(const Subject& subject) {
  return !subject.cluster_id.empty() && !subject.ns.empty() && !subject.name.empty();
}

std::string workload_name(const Subject& subject) {
  return subject.name.empty() ? workload_of_pod_name(subject.pod) : subject.name;
}

std::string cause_of(const Report& report) {
  return bounded(fmt::format("{}|{}|{}|{}", name_of(report.source),
                             part(first_of(report.policy_id, report.policy_name)),
                             metric_part(report.metric), subject_part(report.subject)));
}

std::string group_of(const Subject& subject, const std::string& cause) {
  // Without a cluster two of a name may have nothing to do with each other.
  if (subject.cluster_id.empty() && subject.cluster_name.empty()) return cause;
  if (auto workload = workload_part(subject); !workload.empty())
    return bounded(std::move(workload));
  return subject.node.empty() || !subject.pod.empty() ? cause : bounded(node_part(subject));
}

std::string workload_of_pod_name(std::string_view pod) {
  std::string_view rest = pod;
  const auto last = take_last(rest);
  if (last.empty() || rest.empty()) return {};
  if (is_number(last) && last.size() <= 4) return std::string(rest);  // of a StatefulSet
  if (last.size() != 5 || !is_made_up(last)) return {};
  std::string_view before = rest;
  const auto middle = take_last(before);
  const bool of_replica_set = middle.size() >= 6 && middle.size() <= 10 && is_made_up(middle);
  const bool of_cron_job = middle.size() >= 8 && is_number(middle);  // minutes since 1970
  if (!before.empty() && (of_replica_set || of_cron_job)) return std::string(before);
  return std::string(rest);  // of a DaemonSet or a Job
}

}  // namespace mtc::alerts
