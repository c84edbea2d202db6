// What clients can read besides calling tools, each as one value: a single resource, or a family of
// them under a URI template.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/json.h"
#include "base/result.h"
#include "mcp/call_context.h"
#include "mcp/reply.h"

namespace mtc::mcp {

// At most 100 values that begin as `typed` does, best first.
using Completer = std::function<Async<Result<std::vector<std::string>>>(
    std::string typed, std::map<std::string, std::string> others, CallContext context)>;

// One entry of resources/list.
struct ResourceEntry {
  std::string uri;
  std::string name;
  std::string title;
  std::string description;
  std::string mime_type;
  Json meta = nullptr;
};

// What a URI has for the names of its template.
using UriVariables = std::map<std::string, std::string>;

struct Resource {
  // "ops://help", or a template with {names} that each stand for one path segment:
  // "ops://digests/{id}" (RFC 6570, level 1).
  std::string uri;
  std::string name;
  std::string title;
  std::string description;
  std::string mime_type = "text/plain";
  std::string scope;    // needed for listing and reading; empty: any principal
  Json meta = nullptr;  // "_meta" of its entry
  bool listed = true;   // false: known to those who know its URI
  // Errc::not_found if there is none (any more).
  std::function<Async<Result<ResourceContents>>(std::string uri, UriVariables, CallContext)> read;
  // Of a template: those there are for this principal, in a stable order. Empty: none is listed.
  std::function<Async<Result<std::vector<ResourceEntry>>>(CallContext)> list;
  std::map<std::string, Completer> completers;  // by name in the template

  bool is_template() const { return uri.find('{') != std::string::npos; }
};

}  // namespace mtc::mcp
