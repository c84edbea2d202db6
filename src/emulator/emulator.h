// A loopback stand-in for Tencent Cloud: verifies signatures, dispatches actions, answers and fails
// as documented. It is written against the documents and includes nothing of the product, so that
// it can judge our client.
//
//   Emulator emulator(options, clock, random);
//   start_http_server(executor, {...},
//                     [&](HttpExchange& exchange) { return emulator.handle(exchange); });
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/random.h"
#include "emulator/accounts.h"
#include "emulator/action_table.h"
#include "emulator/cloud.h"
#include "emulator/faults.h"
#include "infra/http/server.h"

namespace mtc::emulator {

// The account that the demo and the command line use unless told otherwise.
Account demo_account();
std::vector<std::string> known_regions();

struct EmulatorOptions {
  std::vector<Account> accounts{demo_account()};
  std::vector<std::string> regions = known_regions();
  std::filesystem::path data_file;  // empty: in memory
  int requests_per_second = 20;     // per account, region and action
  int concurrent_searches = 15;     // per topic
};

// handle() and the fault switches belong to one executor; the store works on a thread of its own.
// Stop the HTTP server before this goes away.
class Emulator {
 public:
  // Throws SqliteError if data_file cannot be used. clock and random outlive the emulator.
  Emulator(EmulatorOptions options, const Clock& clock, Random& random);
  ~Emulator();

  Async<> handle(HttpExchange& exchange);

  void set_faults(Faults faults) { faults_ = std::move(faults); }
  const Faults& faults() const { return faults_; }

  // For building a scene before the server runs, or between requests of a test.
  Cloud& cloud() { return *cloud_; }
  const EmulatorOptions& options() const { return options_; }
  std::int64_t requests(const std::string& action) const;

 private:
  struct Work;  // one API request on its way
  struct Answer;
  struct SearchSlots;
  Async<> handle_api(HttpExchange& exchange);
  Async<> handle_upload(HttpExchange& exchange);
  Async<> handle_control(HttpExchange& exchange);
  Async<Answer> answer(const HttpRequest& request);
  Async<ApiResult<std::string>> run_action(const HttpRequest& request, std::shared_ptr<Work> work);
  ApiResult<std::shared_ptr<Work>> admit(const HttpRequest& request);
  ApiResult<Json> read_body(const HttpRequest& request, const ActionTable::Entry& entry) const;
  ApiResult<> check_region(const HttpRequest& request, const Action& action) const;
  ApiResult<> check_rate(const Work& work);
  Async<> send(HttpExchange& exchange, Answer answer);
  bool take(int& counter, const Answer& answer);
  // A change of what the store holds, told over the control path. Runs on the worker.
  Async<Result<Json>> control(std::string path, std::string body);
  std::int64_t now_seconds() const;
  Json stats() const;

  EmulatorOptions options_;
  const Clock& clock_;
  Random& random_;
  ActionTable actions_;
  Faults faults_;
  std::unique_ptr<Cloud> cloud_;
  std::map<std::string, std::deque<TimePoint>> recent_;    // admitted within the last second
  std::map<std::string, int> searching_;                   // by topic: queries in progress
  std::map<std::string, std::int64_t> requests_, errors_;  // by action, by code
  std::map<std::string, std::map<std::string, std::int64_t>> regional_;  // by action and region
  int searching_peak_ = 0;
  asio::thread_pool worker_{1};
};

}  // namespace mtc::emulator
