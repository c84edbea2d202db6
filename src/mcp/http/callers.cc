#include "mcp/http/callers.h"

#include <fmt/format.h>

#include "base/text.h"

namespace mtc::mcp {
namespace {

// The header's revision if it names one that we know.
std::optional<Revision> version_header(const HttpRequest& request) {
  return parse_revision(trim(request.header(kVersionHeader)));
}

}  // namespace

bool names_modern(const HttpRequest& request) {
  const auto revision = version_header(request);
  return revision && is_modern(*revision);
}

Callers::Callers(const Server& server, const Clock& clock, Random& random, Options options)
    : options_(std::move(options)), sessions_(server, clock, random, options_.limits) {}

Async<std::optional<Callers::Caller>> Callers::find(Visit& visit, const RequestId& id) {
  const auto header = trim(visit.request().header(kVersionHeader));
  const auto revision = version_header(visit.request());
  if (!header.empty() && !revision) {
    co_await visit.send_error(
        400, invalid_request(fmt::format("{} \"{}\" is not a revision this server speaks",
                                         kVersionHeader, shorten_bytes(sanitize_utf8(header), 40)),
                             id));
    co_return std::nullopt;
  }
  Caller caller;
  if (options_.sessions) {
    caller.session = co_await find_session(visit, id);
    if (!caller.session) co_return std::nullopt;
  } else {
    caller.lone = std::make_unique<Peer>(new_peer(visit));
    caller.lone->revision = revision.value_or(kAssumedLegacy);
    caller.lone->initialized = true;
    if (!id.empty()) caller.lone->running = sessionless_;
  }
  co_return caller;
}

// The session's own revision holds, whatever other one of ours the header names: some clients
// write the same one always.
Async<std::shared_ptr<Session>> Callers::find_session(Visit& visit, const RequestId& id) {
  const auto name = trim(visit.request().header(kSessionHeader));
  if (name.empty()) {
    co_await visit.send_error(
        400, invalid_request(
                 fmt::format("{} is missing; open a session with initialize", kSessionHeader), id));
    co_return nullptr;
  }
  auto session = sessions_.use(name, visit.principal);
  if (session == nullptr) {
    co_await visit.send_error(
        404, invalid_request("There is no such session (any more); open one with initialize", id));
    co_return nullptr;
  }
  co_return session;
}

Peer Callers::new_peer(const Visit& visit) const {
  auto peer = options_.prototype;
  peer.principal = visit.principal;
  peer.running = nullptr;
  peer.asks = nullptr;
  return peer;
}

void Callers::stop() {
  sessions_.close_all();
  sessionless_->end();
}

}  // namespace mtc::mcp
