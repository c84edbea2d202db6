// One request to a cluster's API, and how it may fail.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/clusters/cluster_api.h"
#include "infra/http/transport.h"

namespace mtc::kubernetes {

struct ApiCall {
  std::string method = "GET";
  std::string path;  // "/api/v1/pods", encoded
  std::vector<std::pair<std::string, std::string>> query{};
  std::string what;  // for messages: "Pod shop/order-1", "the pods of shop"
  std::string content_type{};
  std::string body{};
  std::string accept = "application/json";
  std::size_t max_response_bytes = 64U << 20U;
};

inline bool is_reading(const ApiCall& call) {
  return call.method == "GET";
}

// When the same call may be sent again.
enum class Retry { never, reads, always };

struct Failure {
  Error error;
  Retry retry = Retry::never;
  int status = 0;                                    // HTTP's; 0: there was no answer
  Millis retry_after{0};                             // the cluster asked for at least this pause
  std::vector<clusters::FieldConflict> conflicts{};  // of an apply
};

// A sentence of the cluster's, fit for ours: no control characters, at most that many bytes.
std::string tidy(std::string_view text, std::size_t max_bytes = 300);

// What an answer other than 2xx means. `host` is the cluster's; error.vendor_code becomes the
// Status's reason ("NotFound", "Expired" …).
Failure failure_of_answer(const ApiCall& call, const std::string& host,
                          const OutboundResponse& response, bool by_certificate);
// The same for a metav1.Status that came otherwise: in a watch.
Failure failure_of_status(const ApiCall& call, const std::string& host, int code,
                          const Json& status, bool by_certificate);
// What it means that there was no answer.
Failure failure_of_transport(const ApiCall& call, const std::string& host, Error error);

}  // namespace mtc::kubernetes
