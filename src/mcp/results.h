// Writes results as a request's revision has them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "mcp/answer.h"
#include "mcp/request.h"
#include "mcp/server_options.h"

namespace mtc::mcp {

// `members` is JSON text: the result's members without the braces, maybe none.
class Results {
 public:
  explicit Results(const ServerOptions& options);

  Answer complete(const Request& request, std::string_view members) const;
  // What clients may keep for `ttl` and, if `shared`, caches hand to other users.
  Answer cacheable(const Request& request, std::string_view members, Millis ttl, bool shared) const;
  // The catalogue's kind of list: {"<name>": entries}, with a cursor unless it is empty.
  Answer list(const Request& request, std::string_view name,
              std::shared_ptr<const std::string> entries, std::string_view next_cursor,
              bool shared) const;
  // The page of such a list that the request's cursor asks for.
  Answer page(const Request& request, std::string_view name, const Json& entries,
              bool shared) const;
  // "input_required" and "task" (2026-07-28 only).
  Answer of_type(const Request& request, std::string_view type, std::string_view members) const;

  // A complete 2026-07-28 result of nothing but that "_meta".
  Answer with_meta(const Request& request, const Json& meta) const;
  // What "_meta" of every 2026-07-28 result says.
  const Json& identity() const { return identity_meta_; }

  // Who we are, as that revision says it.
  static Json server_info(const ServerOptions& options, Revision revision);

 private:
  const Millis ttl_;
  const bool public_;
  const std::size_t page_size_;
  const Json identity_meta_;
  const std::string identity_;  // the same as text: "_meta":{…}
};

// An object's members as text without its braces.
std::string members_of(const Json& object);

}  // namespace mtc::mcp
