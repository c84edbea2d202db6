// Follows the changes of a kind, across lost connections.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/kubernetes/api_client.h"
#include "base/result.h"
#include "domain/clusters/cluster_api.h"

namespace mtc::kubernetes {

// Cuts what comes into lines. False if a line is longer than any object may be.
class LineCutter {
 public:
  // Calls `take` with each whole line (without its end, empty ones left out) until it answers
  // false; then the rest is forgotten.
  bool feed(std::string_view chunk, const std::function<bool(std::string_view line)>& take);

 private:
  std::string pending_;
};

// One call of clusters::ClusterApi::watch(). The client outlives it.
class Watch {
 public:
  using Sink = std::function<bool(const clusters::Change&)>;

  // `list` is the request for all there are ("GET …/pods?labelSelector=…"); `api_version` and
  // `kind` are what the items of a list lack.
  Watch(ApiClient& client, ApiCall list, std::string api_version, std::string kind,
        std::string resource_version, Sink sink);

  // As the port says.
  Async<Result<>> run();

 private:
  enum class End {
    by_sink,
    by_cluster,  // after its time: the next request goes on where it ended
    forgotten,   // 410: everything has to be read anew
  };
  using Outcome = std::expected<End, Failure>;

  Async<Outcome> read_all();
  Async<Outcome> follow();
  // What a line of the stream comes to; empty: the next one.
  std::optional<Outcome> take_line(std::string_view line);
  std::optional<Outcome> take_event(const std::string& type, Json object);
  std::optional<Outcome> take_items(Json& page);
  bool pass_on(clusters::ChangeKind kind, Json object);
  Outcome malformed() const;
  void note_life() { last_life_ = client_.clock().now(); }

  ApiClient& client_;
  const ApiCall list_;
  const std::string api_version_, kind_;
  std::string resource_version_;  // empty: everything has to be read first
  const Sink sink_;
  TimePoint last_life_{};  // when the cluster last said something sensible
  bool heard_ = false;     // since the last pause
};

}  // namespace mtc::kubernetes
