// The log store on CLS, Tencent Cloud's log service, in one region.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "adapters/tencent/client.h"
#include "base/random.h"
#include "domain/logs/log_store.h"

namespace mtc::tencent {

struct ClsOptions {
  Millis search_timeout{60'000};
  Millis listing_timeout{30'000};
  Millis cache_listings_for{60'000};  // topics, logsets, index
  int searches_per_topic = 12;        // at a time; the service refuses more than 15
  bool compress_uploads = true;       // LZ4
};

// Facts of the service that callers meet: at most 10,000 lines a search (SearchResult::complete
// tells), a query of at most 12 KB, no SQL on topics in infrequent-access storage. Histograms of
// more buckets than one request may have are put together from up to 20 requests; beyond that the
// interval is widened (Histogram::interval tells).
class ClsLogStore final : public logs::LogStore {
 public:
  static constexpr std::int64_t kMaxLines = 10'000;

  // Client and random are borrowed and outlive the store.
  ClsLogStore(TencentClient& client, Random& random, std::string region, ClsOptions options = {});

  Async<Result<std::vector<logs::Topic>>> topics() override;
  Async<Result<std::vector<logs::Logset>>> logsets() override;
  Async<Result<logs::TopicFields>> fields(std::string topic_id) override;
  Async<Result<logs::SearchResult>> search(logs::Search search) override;
  Async<Result<logs::Table>> analyze(std::string topic_id, logs::TimeRange range,
                                     std::string condition, std::string sql) override;
  Async<Result<logs::Histogram>> histogram(std::string topic_id, logs::TimeRange range,
                                           std::string condition, Millis interval) override;
  Async<Result<std::vector<logs::LogRecord>>> context(logs::LogRecord line, int before,
                                                      int after) override;

  // Writes lines into a topic, in groups that the service accepts, as fields level, service and
  // message. Each needs a time. A failure in the middle leaves the earlier groups written; its
  // message says how many lines that are.
  Async<Result<void>> upload(std::string topic_id, std::vector<logs::LogRecord> records);

  const std::string& region() const { return region_; }

 private:
  ApiCall make_call(std::string action, Json body) const;
  ApiCall make_search(const std::string& topic_id, Json body) const;
  Async<Result<std::vector<Json>>> list(std::string action, std::string member, Json body);
  Async<Result<logs::Histogram>> histogram_part(const std::string& topic_id, logs::TimeRange range,
                                                const std::string& condition, Millis interval);
  struct Neighbours {
    std::vector<logs::LogRecord> earlier;  // nearest first
    std::vector<logs::LogRecord> later;    // nearest first
    bool no_earlier = false;               // there are no more
    bool no_later = false;
  };
  Async<Result<Neighbours>> neighbours(logs::LogRecord line, std::size_t before, std::size_t after);

  TencentClient& client_;
  const std::string region_;
  const ClsOptions options_;
  const std::uint64_t stream_;                            // of our uploads
  std::map<std::string, std::uint64_t> uploaded_groups_;  // of each source
};

}  // namespace mtc::tencent
