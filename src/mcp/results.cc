#include "mcp/results.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "infra/crypto/sha256.h"
#include "mcp/paging.h"

namespace mtc::mcp {
namespace {

constexpr std::string_view kServerInfoKey = "io.modelcontextprotocol/serverInfo";

std::string cache_members(Millis ttl, bool shared) {
  return fmt::format(R"("ttlMs":{},"cacheScope":"{}")", ttl.count(), shared ? "public" : "private");
}

}  // namespace

Results::Results(const ServerOptions& options)
    : ttl_(options.catalogue_ttl),
      public_(options.catalogue_is_public),
      page_size_(options.page_size),
      identity_meta_({{kServerInfoKey, server_info(options, kModern)}}),
      identity_(R"("_meta":)" + dump_json(identity_meta_)) {}

Json Results::server_info(const ServerOptions& options, Revision revision) {
  Json out{{"name", options.name}, {"version", options.version}};
  if (has_titles(revision) && !options.title.empty()) out["title"] = options.title;
  if (revision >= Revision::v2025_11_25 && !options.description.empty()) {
    out["description"] = options.description;
  }
  return out;
}

Answer Results::complete(const Request& request, std::string_view members) const {
  if (request.modern()) return of_type(request, "complete", members);
  Answer answer{.body = begin_result(request.id(), members.size() + 3)};
  answer.body.append("{").append(members).append("}}");
  return answer;
}

Answer Results::of_type(const Request& request, std::string_view type,
                        std::string_view members) const {
  Answer answer{.body = begin_result(request.id(), members.size() + identity_.size() + 40)};
  answer.body.append(R"({"resultType":")").append(type).append("\",").append(identity_);
  if (!members.empty()) answer.body.append(",").append(members);
  answer.body.append("}}");
  return answer;
}

Answer Results::with_meta(const Request& request, const Json& meta) const {
  return {.body =
              result_text(request.id(), dump_json({{"resultType", "complete"}, {"_meta", meta}}))};
}

Answer Results::cacheable(const Request& request, std::string_view members, Millis ttl,
                          bool shared) const {
  if (!request.modern()) return complete(request, members);
  return complete(request, fmt::format("{},{}", cache_members(ttl, shared), members));
}

Answer Results::list(const Request& request, std::string_view name,
                     std::shared_ptr<const std::string> entries, std::string_view next_cursor,
                     bool shared) const {
  std::string members;
  if (!next_cursor.empty()) members = fmt::format(R"("nextCursor":"{}",)", next_cursor);
  members.append("\"").append(name).append("\":");
  Answer answer = cacheable(request, members, ttl_, shared && public_);
  // The entries belong before the two braces at the end.
  answer.body.resize(answer.body.size() - 2);
  answer.shared = std::move(entries);
  answer.tail = "}}";
  return answer;
}

Answer Results::page(const Request& request, std::string_view name, const Json& entries,
                     bool shared) const {
  // A cursor holds as long as the list is the same.
  const bool one_page = entries.size() <= page_size_;
  const auto fingerprint = one_page ? "" : to_base64url(sha256(dump_json(entries)).substr(0, 9));
  const auto page = page_at(cursor_in(request.params()), entries.size(), page_size_, fingerprint);
  if (!page)
    return invalid_params(request.id(), "Unknown cursor; the list has changed: begin again");
  Json part = Json::array();
  for (auto i = page->begin; i < page->end; ++i) part.push_back(entries[i]);
  return list(request, name, std::make_shared<const std::string>(dump_json(part)),
              page->next_cursor, shared);
}

std::string members_of(const Json& object) {
  const auto text = dump_json(object);
  return text.substr(1, text.size() - 2);
}

}  // namespace mtc::mcp
