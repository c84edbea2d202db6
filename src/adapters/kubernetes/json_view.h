// Looking into parsed JSON that may lack anything. Only for the sources that read lists: simdjson's
// header is large.
#pragma once

#include <simdjson.h>

#include <string_view>

#include "adapters/kubernetes/quantity.h"
#include "base/clock.h"
#include "domain/clusters/objects.h"

namespace mtc::kubernetes {

// A value, or nothing where a member is absent, null or of another kind. Lives as long as the
// parser's document.
class JsonView {
 public:
  JsonView() = default;
  explicit JsonView(simdjson::dom::element element)
      : element_(element), there_(!element.is_null()) {}

  explicit operator bool() const { return there_; }
  JsonView operator[](std::string_view key) const {
    simdjson::dom::element found;
    if (!there_ || !element_.is_object() || element_.at_key(key).get(found)) return {};
    return JsonView(found);
  }
  std::string_view text() const {
    std::string_view out;
    if (there_ && element_.get(out)) out = {};
    return out;
  }
  std::int64_t integer(std::int64_t fallback = 0) const {
    std::int64_t out = fallback;
    if (!there_ || element_.get(out)) return fallback;
    return out;
  }
  bool flag() const {
    bool out = false;
    return there_ && !element_.get(out) && out;
  }
  // Elements of a list; none if it is none.
  template <class Visit>
  void each(Visit visit) const {
    simdjson::dom::array items;
    if (!there_ || element_.get(items)) return;
    for (const auto item : items) visit(JsonView(item));
  }
  // Members of an object: name and value.
  template <class Visit>
  void members(Visit visit) const {
    simdjson::dom::object object;
    if (!there_ || element_.get(object)) return;
    for (const auto field : object) visit(field.key, JsonView(field.value));
  }
  std::size_t size() const {
    simdjson::dom::array items;
    return !there_ || element_.get(items) ? 0 : items.size();
  }

 private:
  simdjson::dom::element element_;
  bool there_ = false;
};

// "2026-01-02T03:04:05Z", with or without a fraction; the epoch where it is none.
TimePoint time_of(const JsonView& view);
// Labels and selectors: texts by name, sorted.
clusters::Pairs pairs_of(const JsonView& view);
std::int64_t millicores_at(const JsonView& view);
std::int64_t whole_at(const JsonView& view);
// What controls the object: its owner reference with controller: true.
JsonView controller_of(const JsonView& metadata);

// One item each. What is missing stays as it is in a new object.
void read_pod(const JsonView& item, clusters::Pod& into);
void read_node(const JsonView& item, clusters::Node& into);
void read_workload(const JsonView& item, clusters::Workload& into);  // by into.kind
void read_service(const JsonView& item, clusters::Service& into);
void read_ingress(const JsonView& item, clusters::Ingress& into);
void read_event(const JsonView& item, clusters::Event& into);
void read_budget(const JsonView& item, clusters::DisruptionBudget& into);
void read_usage(const JsonView& item, clusters::Usage& into);

}  // namespace mtc::kubernetes
