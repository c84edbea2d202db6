// What a browser or a probe may ask for: health, a digest behind a share link, pictures handed in.
#pragma once

#include <functional>

#include "base/async.h"
#include "infra/http/server.h"
#include "web/pictures.h"
#include "web/share_links.h"

namespace mtc::web {

class Site {
 public:
  // Whether that bearer token is somebody's.
  using Knows = std::function<Async<bool>(std::string bearer)>;

  // Both outlive the site.
  Site(ShareLinks& links, Pictures& pictures, Knows knows)
      : links_(links), pictures_(pictures), knows_(std::move(knows)) {}

  // Answers GET and HEAD of /healthz, /d/<token> and /pictures/<id>, and POST of /pictures: a PNG
  // or JPEG from somebody who is known, whose address is answered. Everything else is 404. Says
  // nothing about what else there is.
  Async<> handle(HttpExchange& exchange);

 private:
  Async<HttpResponse> answer(HttpRequest request);
  Async<HttpResponse> show_digest(HttpRequest request);
  Async<HttpResponse> take_picture(HttpRequest request);
  HttpResponse show_picture(std::string_view id);

  ShareLinks& links_;
  Pictures& pictures_;
  Knows knows_;
};

}  // namespace mtc::web
