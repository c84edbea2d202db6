#include "mcp/listening.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>
#include <stdexcept>

namespace mtc::mcp {
namespace {

constexpr std::string_view kSubscriptionKey = "io.modelcontextprotocol/subscriptionId";
constexpr std::size_t kMaxNames = 256;  // resources and tasks of one subscription
constexpr std::size_t kMaxName = 2048;  // bytes; they are kept for as long as it is open

// What one subscription is to hear of.
struct Filter {
  bool tools = false;
  bool prompts = false;
  bool resources = false;
  std::set<std::string> uris;
  std::set<std::string> tasks;

  bool takes(const Change& change) const {
    switch (change.kind) {
      case Change::Kind::tools:
        return tools;
      case Change::Kind::prompts:
        return prompts;
      case Change::Kind::resources:
        return resources;
      case Change::Kind::resource:
        return uris.contains(change.id);
      case Change::Kind::task:
        return tasks.contains(change.id);
    }
    return false;
  }

  // Only what was asked for and can be honoured.
  Json describe() const {
    Json out = Json::object();
    if (tools) out["toolsListChanged"] = true;
    if (prompts) out["promptsListChanged"] = true;
    if (resources) out["resourcesListChanged"] = true;
    if (!uris.empty()) out["resourceSubscriptions"] = uris;
    if (!tasks.empty()) out["taskIds"] = tasks;
    return out;
  }
};

std::set<std::string> read_names(const Json& wanted, std::string_view key) {
  std::set<std::string> out;
  for (const auto& name : array_or_empty(wanted, key)) {
    if (!name.is_string() || out.size() >= kMaxNames) continue;
    const auto& text = name.get_ref<const std::string&>();
    if (text.size() <= kMaxName) out.insert(text);
  }
  return out;
}

Filter read_filter(const Json& params, const Announced& announced, const Principal& principal) {
  const Json& wanted = object_or_empty(params, "notifications");
  Filter out{.tools = announced.tools && bool_or(wanted, "toolsListChanged"),
             .prompts = announced.prompts && bool_or(wanted, "promptsListChanged"),
             .resources = announced.resources && bool_or(wanted, "resourcesListChanged")};
  if (announced.resources) {
    out.uris = read_names(wanted, "resourceSubscriptions");
    std::erase_if(out.uris, [&](const auto& uri) { return !announced.may_read(principal, uri); });
  }
  if (announced.tasks) out.tasks = read_names(wanted, "taskIds");
  return out;
}

std::string_view method_of(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::tools:
      return "notifications/tools/list_changed";
    case Change::Kind::prompts:
      return "notifications/prompts/list_changed";
    case Change::Kind::resources:
      return "notifications/resources/list_changed";
    case Change::Kind::resource:
      return "notifications/resources/updated";
    case Change::Kind::task:
      return "notifications/tasks";
  }
  return "";
}

Json params_of(const Change& change) {
  if (change.kind == Change::Kind::task) return change.task;
  if (change.kind == Change::Kind::resource) return {{"uri", change.id}};
  return Json::object();
}

bool concerns(const Change& change, const std::string& subject) {
  return change.subject.empty() || change.subject == subject;
}

}  // namespace

struct Listening::Open {
  explicit Open(const asio::any_io_executor& executor)
      : end(executor, asio::steady_timer::time_point::max()) {}
  asio::steady_timer end;  // cancelled by end_all
  bool ended = false;
  std::string subject;
};

// In the list for as long as it lives, however the wait ends: a client may have gone before it
// begins.
class Listening::Place {
 public:
  Place(std::list<std::shared_ptr<Open>>& list, const std::shared_ptr<Open>& open)
      : list_(list), at_(list.insert(list.end(), open)) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { list_.erase(at_); }

 private:
  std::list<std::shared_ptr<Open>>& list_;
  const std::list<std::shared_ptr<Open>>::iterator at_;
};

Listening::Listening(ChangeHub* hub, Announced announced, const Results& results)
    : hub_(hub), announced_(announced), results_(results) {}
Listening::~Listening() = default;

Async<Answer> Listening::listen(Request& request) {
  const auto id = parse_json(request.id()).value();
  const Json meta{{kSubscriptionKey, id}};
  if (!request.client.tasks && announced_.tasks &&
      object_or_empty(request.params(), "notifications").contains("taskIds")) {
    co_return missing_capability_answer(request.id(),
                                        {{"extensions", {{kTasksExtension, Json::object()}}}});
  }
  const auto mine = std::ranges::count_if(
      open_, [&](const auto& one) { return one->subject == request.principal.subject; });
  if (request.outlet == nullptr || static_cast<std::size_t>(mine) >= kMaxPerSubject) {
    co_return error_answer(request.id(), rpc::kInternalError,
                           request.outlet == nullptr
                               ? "This connection cannot carry a subscription"
                               : "Too many subscriptions are open; close one first");
  }
  auto filter = read_filter(request.params(), announced_, request.principal);
  request.outlet->send(notification_text("notifications/subscriptions/acknowledged",
                                         {{"_meta", meta}, {"notifications", filter.describe()}}));

  const auto open = std::make_shared<Open>(co_await asio::this_coro::executor);
  open->subject = request.principal.subject;
  const Place place(open_, open);
  const auto subscription =
      hub_->subscribe([&outlet = *request.outlet, filter = std::move(filter), meta,
                       subject = request.principal.subject](const Change& change) {
        if (!filter.takes(change) || !concerns(change, subject)) return;
        Json params = params_of(change);
        params["_meta"] = meta;
        outlet.send(notification_text(method_of(change.kind), params));
      });
  const auto [error] = co_await open->end.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!open->ended) throw boost::system::system_error(error);  // the client has gone
  if (request.outlet == request.peer.outlet) {  // a pipe: no stream's end tells which one ends
    request.outlet->send(notification_text("notifications/cancelled", {{"requestId", id}}));
  }
  Json all = meta;
  all.update(results_.identity());
  co_return results_.with_meta(request, all);
}

void Listening::end_all() {
  for (const auto& open : open_) {
    open->ended = true;
    open->end.cancel();
  }
}

ChangeHub::Subscription Listening::announce_to(Peer& peer) {
  if (hub_ == nullptr) return {};
  return hub_->subscribe([&peer, this](const Change& change) {
    if (peer.outlet == nullptr || !peer.initialized || !concerns(change, peer.principal.subject)) {
      return;
    }
    const bool wanted = (change.kind == Change::Kind::tools && announced_.tools) ||
                        (change.kind == Change::Kind::prompts && announced_.prompts) ||
                        (change.kind == Change::Kind::resources && announced_.resources) ||
                        (change.kind == Change::Kind::resource && peer.watched.contains(change.id));
    if (wanted) peer.outlet->send(notification_text(method_of(change.kind), params_of(change)));
  });
}

}  // namespace mtc::mcp
