#include "emulator/emulator.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <set>

#include "base/text.h"
#include "emulator/control.h"
#include "emulator/q_sign_verifier.h"
#include "emulator/scheduled_sql.h"
#include "emulator/tc3_verifier.h"
#include "infra/loop/off_loop.h"
#include "infra/loop/sleeper.h"

namespace mtc::emulator {
namespace {

constexpr std::size_t kMaxBody = 10U << 20U;
constexpr std::size_t kMaxQuery = 32U << 10U;
constexpr char kGarbage[] = "\x1f\0<<< not JSON \xff\xfe >>>";
constexpr std::size_t kGzipFrom = 1024;  // shorter answers gain nothing

std::string gzip(const std::string& text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return {};
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

bool accepts_gzip(const HttpRequest& request) {
  return request.header("Accept-Encoding").find("gzip") != std::string_view::npos;
}

std::string envelope(const std::string& members, const std::string& request_id) {
  std::string out;
  out.reserve(members.size() + 80);
  out += "{\"Response\":{";
  out += members;
  if (!members.empty()) out += ',';
  return out + "\"RequestId\":\"" + request_id + "\"}}";
}

std::string error_members(const ApiError& error, Language language) {
  return members_of({{"Error", {{"Code", error.code}, {"Message", message_of(error, language)}}}});
}

int data_status(const ApiError& error) {
  if (error.code.starts_with("AuthFailure"))
    return error.code == "AuthFailure.SecretIdNotFound" ? 403 : 401;
  if (error.code.starts_with("ResourceNotFound")) return 404;
  if (error.code.starts_with("LimitExceeded")) return 413;
  if (error.code.starts_with("RequestLimitExceeded")) return 429;
  return error.code.starts_with("InternalError") ? 500 : 400;
}

std::set<std::string> searched_topics(const Json& body) {
  std::set<std::string> out;
  if (auto id = string_or(body, "TopicId"); !id.empty()) out.insert(std::move(id));
  for (const auto& item : array_or_empty(body, "Topics")) out.insert(string_or(item, "TopicId"));
  return out;
}

// "ap-guangzhou.cls.tencentcs.com" → "ap-guangzhou"; nothing on a loopback address.
std::string region_of_host(std::string_view host) {
  if (is_loopback_host(host)) return {};
  return std::string(host.substr(0, host.find('.')));
}

}  // namespace

struct Emulator::Work {
  const ActionTable::Entry* entry = nullptr;
  const Account* account = nullptr;
  Owner owner;
  Json body;
  std::set<std::string> searched;  // topics, if this is a query
};

// A query is in progress on each of its topics until its answer leaves, however it ends.
struct Emulator::SearchSlots {
  SearchSlots(std::map<std::string, int>& in_progress, std::set<std::string> searched)
      : counts(in_progress), topics(std::move(searched)) {
    for (const auto& topic : topics) ++counts[topic];
  }
  ~SearchSlots() {
    for (const auto& topic : topics) {
      const auto it = counts.find(topic);
      if (--it->second == 0) counts.erase(it);
    }
  }
  SearchSlots(const SearchSlots&) = delete;
  SearchSlots& operator=(const SearchSlots&) = delete;
  std::map<std::string, int>& counts;
  std::set<std::string> topics;
};

struct Emulator::Answer {
  std::string action, region;
  std::string request_id;
  std::string body;
  bool gzipped = false;
};

Account demo_account() {
  return {.name = "demo",
          .uin = 100000000001,
          .secret_id = "demo-secret-id-0001",
          .secret_key = "demo-secret-key-for-the-loopback-stand-in-only",
          .token = ""};
}

std::vector<std::string> known_regions() {
  return {"ap-guangzhou", "ap-shanghai",     "ap-hongkong",      "ap-shanghai-fsi", "ap-beijing",
          "ap-singapore", "ap-shenzhen-fsi", "na-siliconvalley", "ap-chengdu",      "eu-frankfurt",
          "ap-seoul",     "ap-chongqing",    "na-ashburn",       "ap-bangkok",      "ap-tokyo",
          "ap-nanjing",   "ap-tianjin",      "ap-taipei",        "ap-beijing-fsi",  "ap-jakarta",
          "sa-saopaulo",  "ap-shanghai-adc", "ap-mumbai",        "na-toronto",      "eu-moscow",
          "ap-guiyang",   "ap-xian-ec"};
}

Emulator::Emulator(EmulatorOptions options, const Clock& clock, Random& random)
    : options_(std::move(options)),
      clock_(clock),
      random_(random),
      cloud_(std::make_unique<Cloud>(options_.data_file, clock, random)) {
  add_cls_topic_actions(actions_);
  add_cls_index_actions(actions_);
  add_cls_search_actions(actions_);
  add_cls_histogram_actions(actions_);
  add_cls_context_actions(actions_);
  add_cls_upload_actions(actions_);
  add_cls_alarm_actions(actions_);
  add_cls_alarm_notice_actions(actions_);
  add_cls_alarm_shield_actions(actions_);
  add_cls_alarm_history_actions(actions_);
  add_cls_scheduled_sql_actions(actions_);
  add_cls_dashboard_actions(actions_);
  add_monitor_data_actions(actions_);
  add_monitor_alarm_actions(actions_);
  add_tke_cluster_actions(actions_);
  add_tke_access_actions(actions_);
  add_tke_pool_actions(actions_);
  add_tke_native_pool_actions(actions_);
}

Emulator::~Emulator() {
  worker_.join();
}

std::int64_t Emulator::now_seconds() const {
  return std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count() +
         faults_.clock_skew_seconds;
}

std::int64_t Emulator::requests(const std::string& action) const {
  const auto it = requests_.find(action);
  return it == requests_.end() ? 0 : it->second;
}

bool Emulator::take(int& counter, const Answer& answer) {
  if (counter <= 0 || !faults_.hit(answer.action, answer.region)) return false;
  --counter;
  return true;
}

Async<> Emulator::handle(HttpExchange& exchange) {
  const auto& request = exchange.request();
  if (request.path.starts_with("/_emulator/")) {
    co_await handle_control(exchange);
  } else if (request.path == "/structuredlog" && request.method == "POST") {
    co_await handle_upload(exchange);
  } else if (request.path == "/" && (request.method == "POST" || request.method == "GET")) {
    co_await handle_api(exchange);
  } else {
    co_await exchange.respond(
        {.status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "no such path\n"});
  }
}

Async<> Emulator::handle_api(HttpExchange& exchange) {
  co_await send(exchange, co_await answer(exchange.request()));
}

// Everything that is decided before the action itself runs.
ApiResult<std::shared_ptr<Emulator::Work>> Emulator::admit(const HttpRequest& request) {
  if (request.body.size() > kMaxBody || request.query.size() > kMaxQuery)
    return refuse("InvalidRequest", "the request is too large");
  const auto caller =
      verify_tc3(request, options_.accounts,
                 {.now_seconds = now_seconds(), .tokens_expired = faults_.expired_tokens});
  if (!caller) return std::unexpected(caller.error());
  const auto entry =
      actions_.find(caller->service, request.header("X-TC-Version"), request.header("X-TC-Action"));
  if (!entry) return std::unexpected(entry.error());
  const auto& action = (*entry)->action;
  if (auto ok = check_region(request, action); !ok) return std::unexpected(ok.error());
  auto work =
      std::make_shared<Work>(Work{.entry = *entry,
                                  .account = caller->account,
                                  .owner = {.uin = caller->account->uin,
                                            .region = std::string(request.header("X-TC-Region"))}});
  if (auto ok = check_rate(*work); !ok) return std::unexpected(ok.error());
  auto body = read_body(request, **entry);
  if (!body) return std::unexpected(body.error());
  work->body = std::move(*body);
  if (action.search) work->searched = searched_topics(work->body);
  for (const auto& topic : work->searched) {
    const auto it = searching_.find(topic);
    if (it != searching_.end() && it->second >= options_.concurrent_searches)
      return refuse("LimitExceeded.LogSearch");
  }
  return work;
}

ApiResult<> Emulator::check_region(const HttpRequest& request, const Action& action) const {
  if (!action.regional) return {};
  const auto region = request.header("X-TC-Region");
  if (region.empty()) return refuse("MissingParameter", "The request is missing `X-TC-Region`");
  if (std::ranges::find(options_.regions, region) == options_.regions.end())
    return refuse("UnsupportedRegion");
  return {};
}

ApiResult<> Emulator::check_rate(const Work& work) {
  const auto& action = work.entry->action;
  const bool forced = faults_.requests_per_second && faults_.hit(action.name, work.owner.region);
  if (!forced && !action.rate_limited) return {};
  const int limit = forced ? *faults_.requests_per_second : options_.requests_per_second;
  auto& recent = recent_[fmt::format("{}/{}/{}", work.owner.uin, work.owner.region, action.name)];
  const auto now = clock_.now();
  while (!recent.empty() && recent.front() <= now - Millis(1000)) recent.pop_front();
  if (static_cast<int>(recent.size()) >= limit)
    return refuse("RequestLimitExceeded", fmt::format("{} requests per second", limit));
  recent.push_back(now);
  return {};
}

ApiResult<Json> Emulator::read_body(const HttpRequest& request,
                                    const ActionTable::Entry& entry) const {
  if (entry.action.binary) return Json::object();
  ApiResult<Json> body = Json::object();
  if (request.method == "GET") {
    body = actions_.schemas().from_query(request.query, entry.members);
    if (!body) return body;
  } else if (!request.body.empty()) {
    auto parsed = parse_json(request.body);
    if (!parsed) return refuse("InvalidRequest", parsed.error().message);
    body = std::move(*parsed);
  }
  if (auto ok = actions_.schemas().check(*body, entry.members); !ok)
    return std::unexpected(ok.error());
  return body;
}

Async<Emulator::Answer> Emulator::answer(const HttpRequest& request) {
  Answer out{.action = std::string(request.header("X-TC-Action").substr(0, 80)),
             .region = std::string(request.header("X-TC-Region").substr(0, 80)),
             .request_id = make_uuid(random_)};
  // By name only what exists: whoever makes up names cannot fill the memory.
  const bool known = actions_.knows(out.action);
  ++requests_[known ? out.action : "unknown"];
  if (known && std::ranges::find(options_.regions, out.region) != options_.regions.end())
    ++regional_[out.action][out.region];
  const auto language = request.header("X-TC-Language") == "zh-CN" ? Language::zh : Language::en;
  const auto admitted = admit(request);
  const SearchSlots slots(searching_, admitted ? (*admitted)->searched : std::set<std::string>());
  for (const auto& topic : slots.topics)
    searching_peak_ = std::max(searching_peak_, searching_[topic]);
  ApiResult<std::string> members = std::unexpected(admitted ? ApiError{} : admitted.error());
  if (admitted && take(faults_.errors, out)) {
    members = refuse(faults_.error_code, "asked for by a fault switch");
  } else if (admitted) {
    members = co_await run_action(request, *admitted);
  }
  if (faults_.delay_ms > 0 && faults_.hit(out.action, out.region)) {
    co_await LoopSleeper().sleep(Millis(faults_.delay_ms));
  }
  if (!members) ++errors_[members.error().code];
  out.body =
      envelope(members ? *members : error_members(members.error(), language), out.request_id);
  if (accepts_gzip(request) && out.body.size() >= kGzipFrom) {
    out.body = co_await off_loop(
        worker_, std::function<std::string()>([text = std::move(out.body)] { return gzip(text); }));
    out.gzipped = true;
  }
  co_return out;
}

Async<ApiResult<std::string>> Emulator::run_action(const HttpRequest& request,
                                                   std::shared_ptr<Work> work) {
  const bool null_lists = uniform(random_, 2) == 0;
  const bool expired = faults_.expired_contexts;
  std::function<ApiResult<std::string>()> run = [this, work, &request, null_lists,
                                                 expired]() -> ApiResult<std::string> {
    Call call{.cloud = *cloud_,
              .owner = work->owner,
              .account = *work->account,
              .request = request,
              .body = std::move(work->body),
              .contexts_expired = expired,
              .null_lists = null_lists};
    try {
      if (work->entry->action.service == "cls") run_background(*cloud_);
      return work->entry->action.handler(call);
    } catch (const std::exception& error) {
      return refuse("InternalError", error.what());
    }
  };
  co_return co_await off_loop(worker_, std::move(run));
}

Async<> Emulator::send(HttpExchange& exchange, Answer answer) {
  HttpHeaders headers{{"Content-Type", "application/json"}, {"X-TC-RequestId", answer.request_id}};
  if (const auto trace = exchange.request().header("X-TC-TraceId"); !trace.empty())
    headers.emplace_back("X-TC-TraceId", trace);
  if (answer.gzipped) headers.emplace_back("Content-Encoding", "gzip");
  if (take(faults_.drops, answer)) {
    co_await exchange.begin_stream(200, std::move(headers));
    co_await exchange.write(answer.body.substr(0, answer.body.size() / 2));
    throw std::runtime_error("connection dropped by a fault switch");
  }
  if (take(faults_.http_errors, answer)) {
    co_await exchange.respond({.status = 502,
                               .headers = {{"Content-Type", "text/html"}},
                               .body = "<html>Bad Gateway</html>"});
    co_return;
  }
  if (take(faults_.truncated, answer)) answer.body.resize(answer.body.size() / 2);
  if (take(faults_.garbage, answer)) answer.body.assign(kGarbage, sizeof(kGarbage) - 1);
  if (take(faults_.wrong_types, answer)) headers[0].second = "text/html; charset=utf-8";
  co_await exchange.respond(
      {.status = 200, .headers = std::move(headers), .body = std::move(answer.body)});
}

// The data endpoint that collectors use: plain HTTP statuses, an empty body on success.
Async<> Emulator::handle_upload(HttpExchange& exchange) {
  const auto& request = exchange.request();
  ++requests_["structuredlog"];
  const auto request_id = make_uuid(random_);
  const std::function<ApiResult<std::size_t>()> run =
      [this, &request, now = now_seconds()]() -> ApiResult<std::size_t> {
    const auto account = verify_q_sign(request, options_.accounts, now);
    if (!account) return std::unexpected(account.error());
    std::string_view topic_id;
    for (const auto pair : split(request.query, '&')) {
      if (pair.starts_with("topic_id=")) topic_id = pair.substr(9);
    }
    if (topic_id.empty()) return refuse("MissingParameter", "topic_id");
    const auto region = region_of_host(request.header("Host"));
    // A loopback address says nothing about the region: the topic's id does.
    for (const auto& one : region.empty() ? options_.regions : std::vector{region}) {
      const Topic* topic = cloud_->find_topic({.uin = (*account)->uin, .region = one}, topic_id);
      if (topic == nullptr) continue;
      const auto body = decompress_upload(request.body, request.header("x-cls-compress-type"));
      if (!body) return std::unexpected(body.error());
      try {
        return cloud_->upload(*topic, *body);
      } catch (const std::exception& error) {
        return refuse("InternalError", error.what());
      }
    }
    return refuse("ResourceNotFound.TopicNotExist");
  };
  const auto stored = co_await off_loop(worker_, run);
  HttpResponse response{.headers = {{"X-Cls-Requestid", request_id}}};
  if (!stored) {
    response.status = data_status(stored.error());
    response.headers.emplace_back("Content-Type", "application/json");
    response.body = dump_json({{"errorcode", stored.error().code},
                               {"errormessage", message_of(stored.error(), Language::en)}});
    ++errors_[stored.error().code];
  }
  co_await exchange.respond(std::move(response));
}

Json Emulator::stats() const {
  return {{"requests", requests_},
          {"by_region", regional_},
          {"errors", errors_},
          {"concurrent_searches_peak", searching_peak_}};
}

Async<Result<Json>> Emulator::control(std::string path, std::string body) {
  const std::function<Result<Json>()> run = [this, path, body]() -> Result<Json> {
    const auto json = parse_json(body.empty() ? "{}" : body);
    if (!json) return fail(json.error());
    try {
      return run_control(*cloud_, options_.accounts.front().uin, path, *json);
    } catch (const std::exception& error) {
      return fail(Errc::internal, error.what());
    }
  };
  co_return co_await off_loop(worker_, run);
}

// GET /_emulator/stats, GET and POST /_emulator/faults, POST of what control.h knows: for tests,
// from this machine only.
Async<> Emulator::handle_control(HttpExchange& exchange) {
  const auto& request = exchange.request();
  HttpResponse response{.headers = {{"Content-Type", "application/json"}}};
  const bool local = request.peer_address.starts_with("127.") || request.peer_address == "::1" ||
                     request.peer_address == "::ffff:127.0.0.1";
  if (!local || !is_loopback_host(request.header("Host"))) {
    response.status = 403;
    response.body = R"({"error":"only from this machine"})";
  } else if (request.path == "/_emulator/stats" && request.method == "GET") {
    response.body = dump_json(stats());
  } else if (request.path == "/_emulator/faults" && request.method == "GET") {
    response.body = dump_json(show_faults(faults_));
  } else if (request.path == "/_emulator/faults" && request.method == "POST") {
    const auto json = parse_json(request.body);
    auto faults = json ? parse_faults(*json) : Result<Faults>(fail(json.error()));
    if (faults) {
      faults_ = std::move(*faults);
      recent_.clear();
      response.body = dump_json(show_faults(faults_));
    } else {
      response.status = 400;
      response.body = dump_json({{"error", faults.error().message}});
    }
  } else if (request.method == "POST") {
    const auto done = co_await control(request.path, request.body);
    if (!done) response.status = done.error().code == Errc::not_found ? 404 : 400;
    response.body = dump_json(done ? *done : Json{{"error", done.error().message}});
  } else {
    response.status = 404;
    response.body = R"({"error":"GET /_emulator/stats, GET or POST /_emulator/faults"})";
  }
  co_await exchange.respond(std::move(response));
}

}  // namespace mtc::emulator
