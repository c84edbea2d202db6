#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/selectors.h"

namespace mtc::emulator::kubernetes {
namespace {

struct Offered {
  std::string_view group;
  std::string_view kind;
  std::string_view fields;  // besides metadata.name and metadata.namespace
};
constexpr Offered kOffered[] = {
    {"", "Pod",
     "spec.nodeName spec.restartPolicy spec.schedulerName spec.serviceAccountName "
     "spec.hostNetwork status.phase status.podIP status.nominatedNodeName"},
    {"", "Node", "spec.unschedulable"},
    {"", "Namespace", "status.phase"},
    {"", "Secret", "type"},
    {"", "Service", "spec.clusterIP spec.type"},
    {"", "Event",
     "involvedObject.kind involvedObject.namespace involvedObject.name involvedObject.uid "
     "involvedObject.apiVersion involvedObject.resourceVersion involvedObject.fieldPath reason "
     "reportingComponent source type"},
    {"apps", "ReplicaSet", "status.replicas"},
    {"batch", "Job", "status.successful"},
};

bool offers(const ResourceKind& kind, std::string_view field) {
  if (field == "metadata.name") return true;
  if (field == "metadata.namespace") return kind.namespaced;
  for (const auto& row : kOffered) {
    if (row.group != kind.group || row.kind != kind.kind) continue;
    const auto fields = split(row.fields, ' ');
    return std::ranges::find(fields, field) != fields.end();
  }
  return false;
}

Refusal not_offered(const ResourceKind& kind, std::string_view field) {
  // The core kinds with fields of their own answer shorter than the others.
  const bool own = std::ranges::any_of(kOffered, [&](const Offered& row) {
    return row.group == kind.group && row.kind == kind.kind;
  });
  if (own) return bad_request(fmt::format("field label not supported: {}", field));
  return bad_request(fmt::format(
      "\"{}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
      field));
}

// Splits at commas that no backslash hides.
std::vector<std::string_view> split_terms(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ',') {
      out.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  out.push_back(text.substr(start));
  return out;
}

// False if a backslash hides something that needs no hiding, or an = or , stands bare.
bool unescape(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=' || text[i] == ',') return false;
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    if (++i == text.size()) return false;
    if (text[i] != '\\' && text[i] != ',' && text[i] != '=') return false;
    out += text[i];
  }
  return true;
}

}  // namespace

KubeResult<FieldSelector> FieldSelector::parse(std::string_view text, const ResourceKind& kind) {
  FieldSelector out;
  for (const auto piece : split_terms(text)) {
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    if (equals == std::string_view::npos)
      return bad_request(fmt::format("invalid selector: '{}'; can't understand '{}'", text, piece));
    Term term;
    const bool negated = equals > 0 && piece[equals - 1] == '!';
    term.equal = !negated;
    term.field = piece.substr(0, negated ? equals - 1 : equals);
    auto value = piece.substr(equals + 1);
    if (!negated && value.starts_with('=')) value.remove_prefix(1);
    if (!unescape(value, term.value))
      return bad_request(fmt::format("invalid selector: '{}'; can't understand '{}'", text, piece));
    if (!offers(kind, term.field)) return not_offered(kind, term.field);
    out.terms_.push_back(std::move(term));
  }
  return out;
}

bool FieldSelector::matches(const Json& object) const {
  return std::ranges::all_of(terms_, [&](const Term& term) {
    return (field_text(object, term.field) == term.value) == term.equal;
  });
}

std::string field_text(const Json& object, std::string_view path) {
  // Names that are not where the object keeps them.
  if (path == "source") path = "source.component";
  if (path == "status.successful") path = "status.succeeded";
  const auto& value = member_at(object, path);
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return dump_json(value);
  if (path == "spec.unschedulable" || path == "spec.hostNetwork") return "false";
  if (path == "status.replicas" || path == "status.succeeded") return "0";
  return {};
}

}  // namespace mtc::emulator::kubernetes
