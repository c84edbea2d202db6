// A watch: what happened to objects of one kind since a version, and what happens from now on, as
// a stream of events.
#pragma once

#include "emulator/kubernetes/object_requests.h"
#include "emulator/kubernetes/selectors.h"

namespace mtc::emulator::kubernetes {

// 400 and 422 for a bad selector or version. A version that is too old is an ERROR event in the
// stream, as the API's own watch cache tells it.
class ObjectWatch {
 public:
  static KubeResult<ObjectWatch> start(const ObjectRequest& request);

  // The events since the last call, one JSON document a line; empty if there are none. Sets
  // `over` after an ERROR event.
  std::string next(const ObjectRequest& request, bool& over);
  std::string bookmark(const ObjectRequest& request) const;
  bool wants_bookmarks() const { return bookmarks_; }
  Millis timeout() const { return timeout_; }

 private:
  std::string event(const ObjectRequest& request, std::string_view type, const ObjectPtr& object);
  bool selects(const ObjectRequest& request, const ObjectPtr& object) const;

  std::uint64_t seen_ = 0;
  bool initial_ = false;  // begins with everything there is
  bool bookmarks_ = false;
  bool told_columns_ = false;
  Millis timeout_{0};
  LabelSelector labels_;
  FieldSelector fields_;
};

}  // namespace mtc::emulator::kubernetes
