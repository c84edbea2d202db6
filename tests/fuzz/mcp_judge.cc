#include "mcp_judge.h"

#include <algorithm>
#include <array>

#include "mcp_require.h"

namespace mtc::judge {
namespace {

using mcp::require;

constexpr std::size_t kMaxId = 1024;  // longer ones count as unreadable

bool is_id(const Json& id) {
  return id.is_string() || id.is_number_integer();
}

void check_error(const Json& error) {
  require(error.is_object() && error.contains("code") && error.contains("message"),
          "an error has a code and a message");
  require(error["code"].is_number_integer() && error["message"].is_string(),
          "an error's code is an integer, its message a text");
  require(!error["message"].get_ref<const std::string&>().empty(), "an error says what is wrong");
}

void check_progress(const Json& params) {
  require(is_id(params.at("progressToken")), "a progress token is a string or an integer");
  require(params.at("progress").is_number(), "progress is a number");
}

void check_batch(const std::vector<Asked>& asked, const Json& given) {
  std::vector<std::string> open;
  for (const auto& one : asked) {
    if (one.request) open.push_back(one.id);
  }
  require(!given.empty(), "an empty batch is no answer");
  for (const auto& one : given) {
    response(one);
    if (!one.contains("id") || one["id"].is_null()) continue;
    const auto it = std::ranges::find(open, one["id"].dump());
    if (it != open.end()) {
      open.erase(it);
    } else {
      require(one.contains("error"), "a batch answers what was asked, once");
    }
  }
}

Asked classify(const Json& value) {
  Asked out{.json = true, .batch = value.is_array()};
  if (!value.is_object()) return out;
  const auto member = [&](const char* name) -> const Json* {
    const auto it = value.find(name);
    return it == value.end() ? nullptr : &*it;
  };
  const auto* version = member("jsonrpc");
  const auto* method = member("method");
  const auto* id = member("id");
  const auto* params = member("params");
  if (version == nullptr || *version != "2.0") return out;
  const bool result = member("result") != nullptr || member("error") != nullptr;
  if (method == nullptr) {
    out.response = result;
    return out;
  }
  if (!method->is_string() || result) return out;
  if (params != nullptr && !params->is_object() && !params->is_null()) return out;
  out.method = method->get<std::string>();
  const bool news = out.method.starts_with("notifications/");
  if (id == nullptr) {
    out.notification = true;
  } else if (is_id(*id) && id->dump().size() <= kMaxId && !news) {
    out.request = true;
    out.id = id->dump();
  }
  return out;
}

}  // namespace

Json message(std::string_view text) {
  require(text.find_first_of("\r\n") == std::string_view::npos, "a message is one line");
  auto value = Json::parse(text, nullptr, false);  // strict about UTF-8, too
  require(!value.is_discarded(), "a message is JSON");
  return value;
}

void response(const Json& message) {
  require(message.is_object() && message.value("jsonrpc", "") == "2.0", "a response is JSON-RPC");
  const bool result = message.contains("result");
  const bool error = message.contains("error");
  require(result != error, "a response has a result or an error");
  require(!message.contains("method"), "a response has no method");
  const auto id = message.find("id");
  const std::size_t members = id == message.end() ? 2 : 3;
  require(message.size() == members, "a response has nothing besides");
  if (error) {
    check_error(message["error"]);
    require(id == message.end() || id->is_null() || is_id(*id), "a response's id is an id");
  } else {
    require(id != message.end() && is_id(*id), "a result has an id");
    require(message["result"].is_object(), "a result is an object");
  }
}

void said_unasked(const Json& message) {
  constexpr std::array kNews{"notifications/progress",
                             "notifications/message",
                             "notifications/cancelled",
                             "notifications/tasks",
                             "notifications/tools/list_changed",
                             "notifications/prompts/list_changed",
                             "notifications/resources/list_changed",
                             "notifications/resources/updated",
                             "notifications/subscriptions/acknowledged"};
  constexpr std::array kQuestions{"elicitation/create", "sampling/createMessage", "roots/list"};
  require(message.is_object() && message.value("jsonrpc", "") == "2.0", "news is JSON-RPC");
  require(message.contains("method") && !message.contains("result") && !message.contains("error"),
          "news has a method");
  require(message.at("params").is_object(), "news has params");
  const auto method = message["method"].get<std::string>();
  if (message.contains("id")) {
    require(is_id(message["id"]), "a question has an id");
    require(std::ranges::find(kQuestions, method) != kQuestions.end(), "a question is known");
  } else {
    require(std::ranges::find(kNews, method) != kNews.end(), "a notification is known");
  }
  if (method == "notifications/progress") check_progress(message["params"]);
}

void answer(std::string_view asked, const std::optional<std::string>& given, bool due) {
  const auto what = read(asked);
  if (!given) {
    require(!due || !what.request, "a request is answered");
    require(!due || what.json, "what is not JSON is answered");
    return;
  }
  require(!what.notification, "a notification is not answered");
  require(!what.response, "a response is not answered");
  const auto value = message(*given);
  if (value.is_array()) {
    require(what.batch, "only a batch is answered by a batch");
    std::vector<Asked> all;
    for (const auto& one : Json::parse(asked)) all.push_back(classify(one));
    check_batch(all, value);
    return;
  }
  response(value);
  const auto id = value.find("id");
  if (what.request) {
    require(id != value.end() && id->dump() == what.id, "an answer has the request's id");
  } else {
    require(value.contains("error"), "what is no request has no result");
  }
}

Asked read(std::string_view text) {
  const auto value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Asked{} : classify(value);
}

Events events(std::string_view stream) {
  Events out;
  Event event;
  std::string data;
  bool has_data = false;
  const auto field = [&](std::string_view line) {
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (name == "event") event.type = value;
    if (name == "data") {
      data.append(value).append("\n");
      has_data = true;
    }
    if (name == "id" && value.find('\0') == std::string_view::npos) out.last_id = value;
    if (name == "retry" && !value.empty() && value.size() < 10 &&
        std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; })) {
      out.retry = std::stol(std::string(value));
    }
  };
  while (true) {
    const auto end = stream.find_first_of("\r\n");
    if (end == std::string_view::npos) break;
    const auto line = stream.substr(0, end);
    stream.remove_prefix(end + (stream.substr(end).starts_with("\r\n") ? 2 : 1));
    if (!line.empty()) {
      if (!line.starts_with(':')) field(line);
      continue;
    }
    if (has_data) {
      data.pop_back();
      out.all.push_back({.type = event.type.empty() ? "message" : event.type,
                         .data = data,
                         .last_id = out.last_id});
    }
    event = {};
    data.clear();
    has_data = false;
  }
  out.unfinished = stream;
  return out;
}

}  // namespace mtc::judge
