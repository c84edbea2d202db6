// What the tools about clusters need, and what they have in common.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/zone.h"
#include "domain/approval/approver.h"
#include "domain/clusters/estate.h"
#include "domain/clusters/in_time.h"
#include "domain/clusters/node_view.h"
#include "mcp/tool.h"
#include "services/common/callers.h"

namespace mtc::services {

struct ClusterPorts {
  Callers& callers;
  const Clock& clock;
  clusters::AliasStore& aliases;
  approval::Approver& approver;
  // All of it outlives the loop.
  std::function<clusters::Estate&(const identity::User& user)> estate;
  Millis deadline{8'000};  // of an answer: whoever listens does not wait longer
};

// Who is asking, and how to speak to them.
struct ClusterCaller {
  identity::Principal who;
  Language language = Language::zh;
  Zone zone = Zone::shanghai();
  TimePoint now{};
  std::string channel;
};
Async<Result<ClusterCaller>> cluster_caller(ClusterPorts ports, mcp::CallContext context);

// A failure as an answer in the person's language. Questions back ("你说哪一个？") and what is not
// there are failures too.
mcp::Reply refusal(const Error& error, Language language);

// An answer: its sentence is in the data too.
mcp::Reply cluster_reply(std::string speech, Json data);
// {"speech", "error"?} and these properties.
Json cluster_schema(Json properties);
Json list_of_objects();

// 广州, "ap-shanghai"; Errc::invalid_argument in the person's language.
Result<std::string> cluster_region(const std::string& said, Language language);

template <class Args>
using ClusterBody = Async<Result<mcp::Reply>> (*)(ClusterPorts, Args, ClusterCaller);

// The handler of a tool about clusters: answers in time, and says failures as sentences.
template <class Args>
Async<Result<mcp::Reply>> answer_about_clusters(ClusterPorts ports, Args args,
                                                mcp::CallContext context, ClusterBody<Args> body) {
  auto caller = co_await cluster_caller(ports, std::move(context));
  if (!caller) co_return fail(std::move(caller).error());
  const auto language = caller->language;
  auto reply =
      co_await clusters::in_time(body(ports, std::move(args), std::move(*caller)), ports.deadline);
  if (!reply) co_return refusal(reply.error(), language);
  co_return std::move(*reply);
}

}  // namespace mtc::services
