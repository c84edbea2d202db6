#include "mcp/conversation.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/text.h"

namespace mtc::mcp {
namespace {

constexpr std::size_t kMaxAnswers = 32;

// What a state belongs to: the same question to the same thing, but not the answers, which differ
// from round to round.
Json salient(const Request& request) {
  const Json& params = request.params();
  Json out{{"method", request.message.method}};
  for (const auto* key : {"name", "uri", "arguments"}) {
    if (const auto it = params.find(key); it != params.end() && !it->is_null()) out[key] = *it;
  }
  return out;
}

// Modes came with 2025-11-25; before, a form was all there was.
Json params_for(const Question& question, Revision revision) {
  Json params = question.params;
  if (revision < Revision::v2025_11_25) params.erase("mode");
  return params;
}

}  // namespace

Result<Answers> read_answers(const Json& params) {
  Answers out;
  const auto given = params.find("inputResponses");
  if (given == params.end() || given->is_null()) return out;
  if (!given->is_object() || given->size() > kMaxAnswers) {
    return fail(Errc::invalid_argument, "\"inputResponses\" must be an object of answers");
  }
  for (const auto& [key, answer] : given->items()) {
    if (!answer.is_object()) {
      return fail(Errc::invalid_argument,
                  fmt::format("inputResponses: \"{}\" must be an object", shorten_bytes(key, 80)));
    }
    out.emplace(key, answer);
  }
  return out;
}

CallContext Conversation::context_of(const Request& request, std::shared_ptr<CallLink> link) const {
  const bool reachable = request.modern() || (request.outlet != nullptr && request.peer.asks &&
                                              request.outlet->can_ask());
  return {.principal = request.principal,
          .client_name = request.client_name,
          .voice = request.peer.voice,
          .client = request.client,
          .can_ask = reachable,
          .link = std::move(link)};
}

Async<std::optional<Answer>> Conversation::take_answers(const Request& request,
                                                        CallContext& context) const {
  if (!request.modern()) co_return std::nullopt;
  auto answers = read_answers(request.params());
  if (!answers) co_return invalid_params(request.id(), answers.error().message);
  context.answers = std::move(*answers);
  const auto state = request.params().find("requestState");
  if (state == request.params().end() || state->is_null()) co_return std::nullopt;
  if (!state->is_string() || states_ == nullptr) {
    co_return invalid_params(request.id(),
                             "requestState is not one that was given for this request");
  }
  auto opened = co_await states_->open(state->get<std::string>(), request.principal.subject,
                                       salient(request));
  if (opened) {
    context.state = std::move(*opened);
    co_return std::nullopt;
  }
  if (opened.error().code == Errc::invalid_argument) {
    co_return invalid_params(request.id(), opened.error().message);
  }
  spdlog::error("mcp: a request state cannot be checked: {}", opened.error().message);
  co_return error_answer(request.id(), rpc::kInternalError, "requestState cannot be checked now");
}

std::optional<Answer> Conversation::ask_by_result(const Request& request, NeedInput need,
                                                  CallContext& context) const {
  Json asked = Json::object();
  for (auto& question : need.questions) {
    auto lacking = missing_capability(request.client, question.method, question.params);
    if (!lacking.empty() && question.required) {
      return missing_capability_answer(request.id(), std::move(lacking));
    }
    if (!lacking.empty()) continue;
    asked[question.key] = {{"method", std::move(question.method)},
                           {"params", std::move(question.params)}};
  }
  if (asked.empty() && !need.questions.empty()) {
    context.answers.clear();
    context.state = std::move(need.state);
    return std::nullopt;
  }
  Json result = Json::object();
  if (!need.state.is_null()) {
    if (states_ == nullptr) throw std::logic_error("a handler keeps state, the server cannot");
    result["requestState"] = states_->seal(need.state, request.principal.subject, salient(request));
  }
  if (asked.empty() && result.empty()) {
    return error_answer(request.id(), rpc::kInternalError, "The server asked for nothing");
  }
  if (!asked.empty()) result["inputRequests"] = std::move(asked);
  return results_.of_type(request, "input_required", members_of(result));
}

Async<Result<>> Conversation::ask_by_request(const Request& request, NeedInput need,
                                             CallContext& context) const {
  context.answers.clear();
  context.state = std::move(need.state);
  for (const auto& question : need.questions) {
    const bool able = context.can_ask &&
                      missing_capability(request.client, question.method, question.params).empty();
    if (!able && !question.required) continue;
    if (!able) {
      co_return fail(Errc::unavailable,
                     "This has to be asked first, and this client cannot be asked — use a client "
                     "that supports elicitation");
    }
    auto answer = co_await request.peer.asks->ask(*request.outlet, question.method,
                                                  params_for(question, request.revision),
                                                  options_.ask_patience);
    if (!answer && !question.required) continue;
    if (!answer) co_return fail(std::move(answer).error());
    context.answers.emplace(question.key, std::move(*answer));
  }
  co_return Result<>{};
}

}  // namespace mtc::mcp
