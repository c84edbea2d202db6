// Digests of a user's logs: chooses the topics, brings in what is remembered of earlier days, and
// remembers this one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "domain/broadcast/ports.h"
#include "domain/digest/baseline_store.h"
#include "domain/digest/collector.h"

namespace mtc::broadcast {

struct LogSourceOptions {
  std::string scope;                // what the logs are called when spoken of
  std::vector<std::string> topics;  // ids or names; empty: every indexed topic
};

// One executor; the ports outlive it.
class LogDigestSource final : public DigestSource {
 public:
  using StoreOfUser = std::function<logs::LogStore&(const identity::User&)>;
  LogDigestSource(StoreOfUser store, digest::BaselineStore& baselines, const Clock& clock,
                  Random& random, LogSourceOptions options)
      : store_(std::move(store)),
        baselines_(baselines),
        random_(random),
        collector_(clock),
        options_(std::move(options)) {}

  Async<Result<digest::Digest>> collect(identity::User user, logs::TimeRange period) override;

 private:
  Async<Result<std::vector<digest::Source>>> sources(logs::LogStore& store);

  StoreOfUser store_;
  digest::BaselineStore& baselines_;
  Random& random_;
  digest::Collector collector_;
  LogSourceOptions options_;
};

}  // namespace mtc::broadcast
