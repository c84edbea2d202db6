// The resources a server offers, in the order they were added.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "mcp/resource.h"

namespace mtc::mcp {

// All resources are added before the first request; not safe from several threads.
class ResourceRegistry {
 public:
  // Errc::invalid_argument (with the URI and what is wrong) for a URI without scheme or taken, a
  // broken template, a missing name or handler, or a completer for a name that the template lacks.
  Result<> add(Resource resource);

  struct Match {
    const Resource* resource = nullptr;  // null: there is none
    UriVariables variables;
  };
  // The single resource of that URI, else the first template that fits.
  Match find(std::string_view uri) const;
  const Resource* find_declared(std::string_view uri_template) const;
  const std::deque<Resource>& all() const { return resources_; }
  bool empty() const { return resources_.empty(); }
  bool has_completers() const;

 private:
  std::deque<Resource> resources_;
};

}  // namespace mtc::mcp
