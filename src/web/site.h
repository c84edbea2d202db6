// What a browser or a probe may ask for: health, and a digest behind a share link.
#pragma once

#include "base/language.h"
#include "infra/http/server.h"
#include "web/share_links.h"

namespace mtc::web {

class Site {
 public:
  explicit Site(ShareLinks& links) : links_(links) {}

  // Answers GET and HEAD of /healthz and /d/<token>; everything else is 404. Says nothing about
  // what else there is.
  Async<> handle(HttpExchange& exchange);

 private:
  Async<HttpResponse> answer(HttpRequest request);

  ShareLinks& links_;
};

}  // namespace mtc::web
