#include "services/common/app_pages.h"

namespace mtc::services {
namespace {

constexpr std::string_view kPageType = "text/html;profile=mcp-app";

// Empty lists say it aloud: nothing is loaded, asked or framed.
Json page_meta() {
  const Json nowhere = Json::array();
  return {{"ui",
           {{"csp",
             {{"connectDomains", nowhere},
              {"resourceDomains", nowhere},
              {"frameDomains", nowhere},
              {"baseUriDomains", nowhere}}},
            {"prefersBorder", true}}}};
}

Async<Result<mcp::ResourceContents>> read_page(std::string uri, std::string_view html) {
  co_return mcp::ResourceContents{.uri = std::move(uri),
                                  .mime_type = std::string(kPageType),
                                  .text = std::string(html),
                                  .meta = page_meta()};
}

mcp::Resource page(std::string_view uri, std::string_view name, std::string_view title,
                   std::string_view html) {
  return {.uri = std::string(uri),
          .name = std::string(name),
          .title = std::string(title),
          .description = "A page for MCP Apps hosts",
          .mime_type = std::string(kPageType),
          .meta = page_meta(),
          .listed = false,
          .read = [html](std::string asked, mcp::UriVariables, mcp::CallContext) {
            return read_page(std::move(asked), html);
          }};
}

}  // namespace

Json shown_on(std::string_view page_uri) {
  return {{"ui", {{"resourceUri", page_uri}, {"visibility", {"model", "app"}}}}};
}

mcp::Resource digest_page(std::string_view html) {
  return page(kDigestPage, "digest_page", "Report of the night", html);
}

mcp::Resource rollback_page(std::string_view html) {
  return page(kRollbackPage, "rollback_page", "Rollback", html);
}

}  // namespace mtc::services
