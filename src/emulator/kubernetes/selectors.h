// Which objects a request means: label selectors and field selectors, as in ?labelSelector= and
// ?fieldSelector=, and the LabelSelector inside objects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/kubernetes/kinds.h"
#include "emulator/kubernetes/status.h"

namespace mtc::emulator::kubernetes {

class LabelSelector {
 public:
  // Matches everything.
  LabelSelector() = default;

  // "app=cart,tier!=web,env in (prod, test),!canary,weight>3". 400 says what is wrong.
  static KubeResult<LabelSelector> parse(std::string_view text);
  // {matchLabels, matchExpressions}. As in the API, null matches nothing and {} everything.
  static KubeResult<LabelSelector> from_json(const Json& selector);

  bool matches_labels(const Json& labels) const;                     // an object, or null for none
  bool matches(const Json& object) const;                            // by its metadata.labels
  bool empty() const { return !nothing_ && requirements_.empty(); }  // everything matches
  // The text form, keys in order: what a Scale's status.selector holds.
  std::string text() const;

 private:
  enum class Operator { in, not_in, exists, absent, greater, less };
  struct Requirement {
    std::string key;
    Operator op = Operator::exists;
    std::vector<std::string> values;  // sorted
    bool equality = false;            // written as = or !=

    bool matches(const Json& labels) const;
    std::string text() const;
  };
  class Parser;

  std::vector<Requirement> requirements_;
  bool nothing_ = false;
};

class FieldSelector {
 public:
  FieldSelector() = default;

  // "status.phase=Running,spec.nodeName!=n1", with the fields that this kind offers. 400 for a
  // field it does not offer.
  static KubeResult<FieldSelector> parse(std::string_view text, const ResourceKind& kind);

  bool matches(const Json& object) const;
  bool empty() const { return terms_.empty(); }

 private:
  struct Term {
    std::string field;
    std::string value;
    bool equal = true;
  };
  std::vector<Term> terms_;
};

// The member at a path such as "spec.nodeName" as a field selector sees it: "" if absent, numbers
// and booleans as text.
std::string field_text(const Json& object, std::string_view path);

}  // namespace mtc::emulator::kubernetes
