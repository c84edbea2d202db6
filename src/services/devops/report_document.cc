#include "services/devops/report_document.h"

#include "base/zone.h"
#include "domain/digest/markdown.h"
#include "domain/digest/safe_text.h"

namespace mtc::services {

std::string report_uri(broadcast::Day day) {
  return "ops://reports/" + format_day(day);
}

Async<Result<mcp::ResourceContents>> write_report(broadcast::BroadcastStore& store,
                                                  identity::User user,
                                                  broadcast::PreparedBroadcast prepared) {
  auto digest = co_await store.find_digest(prepared.digest_id);
  if (!digest) co_return fail(std::move(digest).error());
  std::string text = *digest ? render_markdown(**digest, user.language, prepared.speech)
                             : "> " + digest::markdown_text(prepared.speech) + "\n";
  co_return mcp::ResourceContents{
      .uri = report_uri(prepared.day), .mime_type = "text/markdown", .text = std::move(text)};
}

}  // namespace mtc::services
