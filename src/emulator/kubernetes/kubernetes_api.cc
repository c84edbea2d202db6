#include "emulator/kubernetes/kubernetes_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <stdexcept>

#include "base/text.h"
#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/cluster_switches.h"
#include "emulator/kubernetes/discovery.h"
#include "emulator/kubernetes/object_watch.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/pod_logs.h"
#include "infra/loop/sleeper.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr auto kUseTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view kPrefix = "/clusters/";
constexpr std::string_view kControl = "/_emulator/clusters/";
constexpr Millis kBookmarkEvery{60'000};
constexpr Millis kFollowAtLeast{20};  // between two looks at a log
constexpr char kGarbage[] = "\x1f\0<<< not JSON \xff\xfe >>>";

// Until the time, or until somebody cancels the timer; throws only if the coroutine is cancelled.
Async<> wait(asio::steady_timer& timer) {
  (void)co_await timer.async_wait(kUseTuple);
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
}

// A timer that a cluster cancels when something of that kind changes.
struct Waiting {
  Waiting(Cluster& of, const ResourceKind& changing, asio::steady_timer& waking)
      : cluster(of), kind(changing), timer(waking) {
    cluster.add_waiter(kind, timer);
  }
  ~Waiting() { cluster.remove_waiter(kind, timer); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  Cluster& cluster;
  const ResourceKind& kind;
  asio::steady_timer& timer;
};

KubeResult<Reply> forbidden_path(const User& user, const Attributes& asked) {
  auto refusal = forbidden("", "", "", "");
  refusal.error().message = "forbidden: " + denial(user, asked);
  return refusal;
}

bool is_health(std::string_view path) {
  return path.starts_with("/healthz") || path.starts_with("/livez") || path.starts_with("/readyz");
}

bool is_document(std::string_view path) {
  if (path == "/api" || path == "/apis" || path == "/version" || path == "/openapi/v2") return true;
  const auto parts = std::ranges::count(path, '/');
  if (path.starts_with("/api/") && parts == 2) return true;   // /api/v1
  if (path.starts_with("/apis/") && parts <= 3) return true;  // /apis/apps, /apis/apps/v1
  return is_health(path);
}

HttpHeaders headers_of(std::string_view type, std::string_view request_id) {
  return {{"Content-Type", std::string(type)},
          {"Cache-Control", "no-cache, private"},
          {"Audit-Id", std::string(request_id)}};
}

Reply failure(const Status& status) {
  return {status.code, dump_json(to_json(status))};
}

bool take(int& counter, const KubeFaults& faults, const HttpRequest& request,
          std::string_view path) {
  if (counter <= 0 || !faults.concerns(request, path)) return false;
  --counter;
  return true;
}

Status fault_status(const KubeFaults& faults) {
  if (faults.error_status == 429)
    return too_many_requests(
               "the server has received too many requests and has asked us to try "
               "again later",
               faults.retry_after_seconds)
        .error();
  if (faults.error_status == 503)
    return {.code = 503,
            .reason = "ServiceUnavailable",
            .message = "the server is currently unable to handle the request",
            .details = {{"retryAfterSeconds", faults.retry_after_seconds}}};
  auto status = internal_error("asked for by a fault switch").error();
  status.code = faults.error_status;
  return status;
}

KubeResult<LogQuery> log_query(const Query& query, TimePoint now) {
  LogQuery out{.container = query.text("container"),
               .previous = query.flag("previous"),
               .timestamps = query.flag("timestamps"),
               .follow = query.flag("follow")};
  const auto tail = query.number("tailLines");
  const auto limit = query.number("limitBytes");
  const auto since = query.number("sinceSeconds");
  const auto since_time = query.text("sinceTime");
  for (const auto* one : {&tail, &limit, &since})
    if (!*one) return std::unexpected(one->error());
  if (tail->value_or(0) < 0)
    return invalid("PodLogOptions", "", "",
                   {field_invalid("tailLines", **tail, "must be greater than or equal to 0")});
  if (since->has_value() && **since < 1)
    return invalid("PodLogOptions", "", "",
                   {field_invalid("sinceSeconds", **since, "must be greater than 0")});
  if (limit->has_value() && **limit < 1)
    return invalid("PodLogOptions", "", "",
                   {field_invalid("limitBytes", **limit, "must be greater than 0")});
  out.tail_lines = *tail;
  out.limit_bytes = *limit;
  if (since->has_value())
    out.since = now - std::chrono::seconds(std::min<std::int64_t>(**since, 1'000'000'000));
  if (since_time.empty()) return out;
  if (since->has_value())
    return invalid("PodLogOptions", "", "",
                   {field_forbidden("sinceSeconds",
                                    "at most one of `sinceTime` or `sinceSeconds` may be "
                                    "specified")});
  out.since = read_api_time(since_time);
  if (!out.since)
    return bad_request(fmt::format("parsing time \"{}\": it is no RFC 3339 time", since_time));
  return out;
}

}  // namespace

Cluster& KubernetesApi::add_cluster(const std::string& id, ClusterOptions options) {
  auto& slot = clusters_[id];
  if (slot) throw std::logic_error("there is a cluster " + id + " already");
  slot = std::make_unique<Cluster>(id, std::move(options), clock_, random_);
  return *slot;
}

Cluster* KubernetesApi::find(const std::string& id) {
  const auto found = clusters_.find(id);
  return found == clusters_.end() ? nullptr : found->second.get();
}

void KubernetesApi::poke() {
  if (driver_ != nullptr) driver_->cancel();
}

Async<> KubernetesApi::drive() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  struct Registered {
    asio::steady_timer*& slot;
    ~Registered() { slot = nullptr; }
  } registered{driver_};
  driver_ = &timer;
  while (true) {
    std::optional<TimePoint> due;
    for (const auto& [id, cluster] : clusters_) {
      cluster->advance();
      const auto next = cluster->plane().next_due();
      if (next && (!due || *next < *due)) due = next;
    }
    if (due) {
      timer.expires_after(std::max(*due - clock_.now(), Millis(1)));
    } else {
      timer.expires_at(asio::steady_timer::time_point::max());
    }
    co_await wait(timer);
  }
}

Async<> KubernetesApi::handle(HttpExchange& exchange) {
  const std::string_view path = exchange.request().path;
  if (path.starts_with(kControl)) {
    co_await control(exchange);
    co_return;
  }
  Cluster* cluster = nullptr;
  std::string rest;
  if (path.starts_with(kPrefix)) {
    const auto id = path.substr(kPrefix.size(), path.find('/', kPrefix.size()) - kPrefix.size());
    cluster = find(std::string(id));
    rest = path.substr(kPrefix.size() + id.size());
  }
  if (cluster == nullptr) {
    co_await exchange.respond({.status = 404,
                               .headers = {{"Content-Type", "text/plain"}},
                               .body = "no such cluster: the path is /clusters/<id>/…\n"});
    co_return;
  }
  if (rest.size() > 1 && rest.ends_with('/')) rest.pop_back();
  co_await serve(exchange, *cluster, std::move(rest));
}

KubeResult<User> KubernetesApi::authenticate(const Cluster& cluster,
                                             const HttpRequest& request) const {
  if (!request.client_name.empty()) {  // proved by a certificate of the cluster's authority
    User user{.name = request.client_name, .groups = request.client_groups};
    user.groups.emplace_back("system:authenticated");
    return user;
  }
  constexpr std::string_view kBearer = "Bearer ";
  const auto header = request.header("Authorization");
  if (!header.starts_with(kBearer)) return unauthorized();
  const auto* known_user = cluster.user_of(std::string(trim(header.substr(kBearer.size()))));
  if (known_user == nullptr) return unauthorized();
  auto user = *known_user;
  user.groups.emplace_back("system:authenticated");
  return user;
}

Async<> KubernetesApi::serve(HttpExchange& exchange, Cluster& cluster, std::string path) {
  const auto& http = exchange.request();
  auto& faults = cluster.faults;
  if (faults.delay_ms > 0 && faults.concerns(http, path))
    co_await LoopSleeper().sleep(Millis(faults.delay_ms));
  if (take(faults.errors, faults, http, path)) {
    co_await answer(exchange, cluster, std::unexpected(fault_status(faults)), path);
    co_return;
  }
  cluster.advance();
  const auto user = authenticate(cluster, http);
  if (!user && !is_health(path)) {
    co_await answer(exchange, cluster, std::unexpected(user.error()), path);
    co_return;
  }
  const Query query(http.query);
  const auto route = parse_route(path);
  if (!route) {
    const Attributes asked{.verb = to_lower_ascii(http.method), .path = path};
    if (is_document(path)) {
      co_await answer(exchange, cluster, document(cluster, http, path), path);
    } else if (!is_allowed(cluster.store(), *user, asked)) {
      co_await answer(exchange, cluster, forbidden_path(*user, asked), path);
    } else {
      co_await answer(exchange, cluster, std::unexpected(route.error()), path);
    }
    co_return;
  }
  const auto verb = verb_of(http.method, *route, query);
  const auto asked = attributes_of(*route, verb);
  if (!is_allowed(cluster.store(), *user, asked)) {
    co_await answer(
        exchange, cluster,
        forbidden(route->kind->plural, route->kind->group, route->name, denial(*user, asked)),
        path);
    co_return;
  }
  const bool raw = route->subresource == "log";
  const auto form = raw ? KubeResult<Form>(Form::json) : accepted_form(http.header("Accept"));
  if (!form) {
    co_await answer(exchange, cluster, std::unexpected(form.error()), path);
    co_return;
  }
  const ObjectRequest request{cluster, *route, query, http, *user, *form, path};
  if (raw && verb == "get") {
    co_await log(exchange, request, path);
  } else if (verb == "watch") {
    co_await watch(exchange, request);
  } else {
    auto reply = run(request, verb);
    poke();
    co_await answer(exchange, cluster, std::move(reply), path);
  }
}

KubeResult<Reply> KubernetesApi::run(const ObjectRequest& request, const std::string& verb) try {
  const auto& kind = *request.route.kind;
  const auto& part = request.route.subresource;
  if (!(part.empty() ? kind.can(verb) : kind.subresource(part)->can(verb)))
    return method_not_allowed();
  if (kind.group == "metrics.k8s.io") return read_metrics(request);
  if (part == "proxy") return ask_kubelet(request);
  if (verb == "get") return get_object(request);
  if (verb == "list") return list_objects(request);
  if (verb == "create") return create_object(request);
  if (verb == "update") return update_object(request);
  if (verb == "patch") return patch_object(request);
  if (verb == "delete") return delete_object(request);
  if (verb == "deletecollection") return delete_collection(request);
  return method_not_allowed();
} catch (const Json::exception&) {
  return bad_request("the object has members of a type that its kind does not have");
}

KubeResult<Reply> KubernetesApi::document(Cluster& cluster, const HttpRequest& request,
                                          const std::string& path) {
  if (request.method != "GET" && request.method != "HEAD") return method_not_allowed();
  if (is_health(path)) return Reply{200, "ok", "text/plain; charset=utf-8"};
  const auto json = [](const Json& value) { return Reply{200, dump_json(value)}; };
  if (path == "/version") return json(version_document(cluster.options().version));
  if (path == "/api") return json(core_versions_document());
  if (path == "/apis") return json(groups_document());
  if (path == "/openapi/v2") {
    const auto accept = request.header("Accept");
    if (accept.find("protobuf") == std::string_view::npos) return Reply{200, openapi_json()};
    return Reply{200, openapi_protobuf(),
                 "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"};
  }
  const auto parts = split(path, '/');  // "", "apis", "apps", "v1"
  if (parts[1] == "apis" && parts.size() == 3) {
    const auto group = group_document(parts[2]);
    return group ? KubeResult<Reply>(json(*group)) : std::unexpected(group.error());
  }
  const auto resources =
      parts[1] == "api" ? resources_document("", parts[2]) : resources_document(parts[2], parts[3]);
  return resources ? KubeResult<Reply>(json(*resources)) : std::unexpected(resources.error());
}

Async<> KubernetesApi::answer(HttpExchange& exchange, Cluster& cluster, KubeResult<Reply> result,
                              const std::string& path) {
  auto reply = result ? std::move(*result) : failure(result.error());
  auto headers = headers_of(reply.content_type, make_uuid(random_));
  if (!result) {
    const auto retry = integer_or(result.error().details, "retryAfterSeconds");
    if (retry > 0) headers.emplace_back("Retry-After", std::to_string(retry));
  }
  auto& faults = cluster.faults;
  if (take(faults.drops, faults, exchange.request(), path)) {
    co_await exchange.begin_stream(reply.status, std::move(headers));
    co_await exchange.write(reply.body.substr(0, reply.body.size() / 2));
    throw std::runtime_error("connection dropped by a fault switch");
  }
  if (take(faults.truncated, faults, exchange.request(), path))
    reply.body.resize(reply.body.size() / 2);
  if (take(faults.garbage, faults, exchange.request(), path))
    reply.body.assign(kGarbage, sizeof(kGarbage) - 1);
  co_await exchange.respond(
      {.status = reply.status, .headers = std::move(headers), .body = std::move(reply.body)});
}

Async<> KubernetesApi::watch(HttpExchange& exchange, const ObjectRequest& request) {
  auto started = ObjectWatch::start(request);
  if (!started) {
    co_await answer(exchange, request.cluster, std::unexpected(started.error()),
                    std::string(request.path));
    co_return;
  }
  auto& events = *started;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  const Waiting waiting(request.cluster, *request.route.stored, timer);
  co_await exchange.begin_stream(200, headers_of("application/json", make_uuid(random_)));
  const auto end = std::chrono::steady_clock::now() + events.timeout();
  auto bookmark_at = std::chrono::steady_clock::now() + kBookmarkEvery;
  bool over = false;
  while (!exchange.gone()) {
    // Before looking: what changes while this is written must wake the wait below.
    auto text = events.next(request, over);
    if (!text.empty()) {
      co_await exchange.write(std::move(text));
      if (over) break;
      continue;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now >= end) break;
    if (events.wants_bookmarks() && now >= bookmark_at) {
      bookmark_at = now + kBookmarkEvery;
      co_await exchange.write(events.bookmark(request));
      continue;
    }
    timer.expires_at(events.wants_bookmarks() ? std::min(end, bookmark_at) : end);
    co_await wait(timer);
  }
  co_await exchange.finish();
}

Async<> KubernetesApi::log(HttpExchange& exchange, const ObjectRequest& request,
                           const std::string& path) {
  auto& plane = request.cluster.plane();
  const auto& route = request.route;
  const auto pod = plane.store.find(*route.stored, {route.ns, route.name});
  KubeResult<std::vector<LogLine>> lines =
      not_found(route.kind->plural, route.kind->group, route.name);
  const auto asked = log_query(request.query, plane.now);
  if (pod && asked) lines = read_log(plane, pod->value(), *asked);
  if (!asked) lines = std::unexpected(asked.error());
  if (!lines) {
    co_await answer(exchange, request.cluster, std::unexpected(lines.error()), path);
    co_return;
  }
  if (!asked->follow) {
    co_await answer(exchange, request.cluster, Reply{200, show_log(*lines, *asked), "text/plain"},
                    path);
    co_return;
  }
  co_await exchange.begin_stream(200, headers_of("text/plain", make_uuid(random_)));
  auto after = plane.now;
  co_await exchange.write(show_log(*lines, *asked));
  while (!exchange.gone()) {
    request.cluster.advance();
    const auto still = plane.store.find(*route.stored, {route.ns, route.name});
    if (!still || uid_of(still->value()) != uid_of(pod->value())) break;
    auto tail = follow_log(plane, still->value(), *asked, after);
    after = plane.now;
    if (!tail.lines.empty()) co_await exchange.write(show_log(tail.lines, *asked));
    if (!tail.next) break;
    const auto rest = std::clamp<Millis>(*tail.next - clock_.now(), kFollowAtLeast, Millis(1'000));
    co_await LoopSleeper().sleep(rest);
  }
  co_await exchange.finish();
}

Async<> KubernetesApi::control(HttpExchange& exchange) {
  const auto& request = exchange.request();
  const auto parts = split(std::string_view(request.path).substr(kControl.size()), '/');
  auto* cluster = find(std::string(parts.front()));
  const bool local = request.peer_address.starts_with("127.") || request.peer_address == "::1" ||
                     request.peer_address == "::ffff:127.0.0.1";
  HttpResponse response{.status = 200, .headers = {{"Content-Type", "application/json"}}};
  if (!local) {
    response.status = 403;
    response.body = R"({"error":"only from this machine"})";
  } else if (cluster == nullptr) {
    response.status = 404;
    response.body = R"({"error":"no such cluster"})";
  } else {
    cluster->advance();
    const auto turned = turn_switch(*cluster, std::span(parts).subspan(1), request);
    cluster->advance();
    poke();
    if (!turned) response.status = turned.error().code == Errc::not_found ? 404 : 400;
    response.body = dump_json(turned ? *turned : Json{{"error", turned.error().message}});
  }
  co_await exchange.respond(std::move(response));
}

}  // namespace mtc::emulator::kubernetes
