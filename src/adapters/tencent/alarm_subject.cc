#include "adapters/tencent/alarm_subject.h"

#include <algorithm>
#include <array>

#include "adapters/tencent/alarm_reading.h"
#include "base/text.h"

namespace mtc::tencent {
namespace {

using alerts::Subject;
using Text = std::string Subject::*;

struct Label {
  std::string_view name;  // lower case
  Text member;
  std::string_view kind = {};  // of the workload, where the name of the label says it
};

constexpr std::array kLabels{
    Label{"tke_cluster_instance_id", &Subject::cluster_id},
    Label{"cluster_id", &Subject::cluster_id},
    Label{"clusterid", &Subject::cluster_id},
    Label{"cluster_name", &Subject::cluster_name},
    Label{"namespace", &Subject::ns},
    Label{"namespace_name", &Subject::ns},
    Label{"k8s_namespace", &Subject::ns},
    Label{"workload_kind", &Subject::kind},
    Label{"workload_name", &Subject::name},
    Label{"workload", &Subject::name},
    Label{"deployment", &Subject::name, "Deployment"},
    Label{"statefulset", &Subject::name, "StatefulSet"},
    Label{"daemonset", &Subject::name, "DaemonSet"},
    Label{"service_name", &Subject::name},
    Label{"service", &Subject::name},
    Label{"pod_name", &Subject::pod},
    Label{"pod", &Subject::pod},
    Label{"node", &Subject::node},
    Label{"node_name", &Subject::node},
};

// Of things outside of clusters.
constexpr std::array<std::string_view, 8> kInstanceNames{
    "uninstanceid", "instanceid",     "un_instance_id", "instance_id",
    "instancename", "loadbalancerid", "diskid",         "vip"};

constexpr bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_object_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return std::ranges::all_of(text, fits) && is_alphanumeric(text.front()) &&
         is_alphanumeric(text.back());
}

bool is_cloud_id(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) && text.size() > prefix.size() && text.size() <= 60 &&
         is_object_name(text);
}

bool fits(Text member, std::string_view value) {
  if (member == &Subject::cluster_id) return is_cloud_id(value, "cls-");
  if (member == &Subject::cluster_name) return !value.empty();
  if (member == &Subject::kind)
    return !value.empty() && value.size() <= 63 && std::ranges::all_of(value, is_alphanumeric);
  return is_object_name(value);
}

// "deployment" is how some say "Deployment".
std::string as_kind(std::string_view text) {
  constexpr std::array<std::string_view, 5> kKinds{"Deployment", "StatefulSet", "DaemonSet", "Job",
                                                   "CronJob"};
  const auto known = std::ranges::find_if(
      kKinds, [&](std::string_view kind) { return equals_ignoring_case(kind, text); });
  return std::string(known == kKinds.end() ? text : *known);
}

void take(Subject& subject, const Label& label, std::string_view value) {
  std::string& place = subject.*label.member;
  if (!place.empty() || !fits(label.member, value)) return;
  place = label.member == &Subject::kind ? as_kind(value) : std::string(value);
  if (!label.kind.empty() && subject.kind.empty()) subject.kind = label.kind;
}

// "kubernetes.namespace_name", "__TAG__.namespace": what stands before the last dot says where it
// comes from.
const Label* find_label(std::string_view name) {
  std::string lower = to_lower_ascii(trim(name));
  if (const auto dot = lower.rfind('.'); dot != std::string::npos) lower.erase(0, dot + 1);
  const auto found = std::ranges::find(kLabels, lower, &Label::name);
  return found == kLabels.end() ? nullptr : &*found;
}

struct Pair {
  std::string name, value;
};

// Both ways in which the services write pairs.
std::vector<Pair> pairs_of(const Json& labels) {
  std::vector<Pair> out;
  if (labels.is_object()) {
    for (const auto& [name, value] : labels.items()) out.push_back({name, scalar_text(value)});
  } else if (labels.is_array()) {
    for (const Json& one : labels) {
      Pair pair;
      for (const auto* key : {"Key", "key", "Name", "name"})
        if (pair.name.empty()) pair.name = member_text(one, key);
      for (const auto* key : {"Value", "value"})
        if (pair.value.empty()) pair.value = member_text(one, key);
      out.push_back(std::move(pair));
    }
  } else if (labels.is_string()) {
    const auto inner = parse_json(labels.get_ref<const std::string&>(), 8);
    if (inner && inner->is_structured()) return pairs_of(*inner);
  }
  return out;
}

// The value behind a name and '=' or ':', in quotes or not; empty: none.
std::string_view value_behind(std::string_view text) {
  const auto skip = [&](std::string_view characters) {
    const auto begin = text.find_first_not_of(characters);
    text.remove_prefix(begin == std::string_view::npos ? text.size() : begin);
  };
  skip(" \\\"'");
  if (text.starts_with("：")) {
    text.remove_prefix(std::string_view("：").size());
  } else if (text.starts_with('=') || text.starts_with(':')) {
    text.remove_prefix(1);
  } else {
    return {};
  }
  skip(" \\\"'");
  std::size_t end = 0;
  while (end < text.size() && (is_alphanumeric(text[end]) || text[end] == '-' || text[end] == '.'))
    ++end;
  auto value = text.substr(0, end);
  while (value.ends_with('.')) value.remove_suffix(1);  // of the sentence
  const auto next = text.substr(end);
  return next.starts_with('_') || next.starts_with('/') ? std::string_view() : value;
}

}  // namespace

Subject subject_of_dimensions(const Json& dimensions, std::string_view object) {
  Subject subject;
  const auto pairs = pairs_of(dimensions);
  std::string instance, object_id;
  for (const auto& [name, value] : pairs) {
    const std::string lower = to_lower_ascii(name);
    if (const Label* label = find_label(name)) take(subject, *label, value);
    if (lower == "region") subject.region = region_code(value);
    if (lower == "objid") object_id = value;
    if (lower == "objname" && subject.text.empty()) subject.text = value;
    const bool is_instance = std::ranges::find(kInstanceNames, lower) != kInstanceNames.end();
    if (is_instance && instance.empty()) instance = value;
  }
  if (!trim(object).empty()) subject.text = one_line(object, kNameBytes);
  // "ins-0a1b2c3d(pay-1)": where there are no dimensions, its id is all there is.
  const auto shown = std::string_view(subject.text).substr(0, subject.text.find_first_of("(/ |,#"));
  if (pairs.empty() && shown.find('-') != std::string_view::npos && is_object_name(shown)) {
    if (is_cloud_id(shown, "cls-")) {
      subject.cluster_id = shown;
    } else {
      instance = shown;
    }
  }
  // The machine under a node or pod is not what such an alarm is about.
  if (subject.cluster_id.empty()) subject.instance = instance.empty() ? object_id : instance;
  return subject;
}

void read_labels(Subject& subject, const Json& labels) {
  for (const auto& [name, value] : pairs_of(labels)) {
    if (const Label* label = find_label(name)) take(subject, *label, value);
  }
}

void read_names(Subject& subject, std::string_view text) {
  const std::string lower = to_lower_ascii(text);
  Subject found;
  std::vector<Text> twice;
  for (const Label& label : kLabels) {
    for (auto at = lower.find(label.name); at != std::string::npos;
         at = lower.find(label.name, at + label.name.size())) {
      const auto end = at + label.name.size();
      const bool inside = (at > 0 && (is_alphanumeric(lower[at - 1]) || lower[at - 1] == '_' ||
                                      lower[at - 1] == '-')) ||
                          (end < lower.size() && is_alphanumeric(lower[end]));
      if (inside) continue;
      // Names of things in clusters have no capitals; a kind has.
      const auto value = value_behind(std::string_view(text).substr(end));
      const std::string& known = found.*label.member;
      const auto same = label.member == &Subject::kind ? as_kind(value) : std::string(value);
      if (!known.empty() && fits(label.member, value) && same != known)
        twice.push_back(label.member);
      take(found, label, value);
    }
  }
  for (const Text member : twice) (found.*member).clear();
  if (found.name.empty()) found.kind.clear();
  for (const Text member : {&Subject::cluster_id, &Subject::cluster_name, &Subject::ns,
                            &Subject::kind, &Subject::name, &Subject::pod, &Subject::node}) {
    if ((subject.*member).empty()) subject.*member = found.*member;
  }
}

}  // namespace mtc::tencent
