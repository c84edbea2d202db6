#include "app/commands/check.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "adapters/charts/gnuplot.h"
#include "adapters/llm/openai_chat.h"
#include "adapters/xiaozhi/address.h"
#include "adapters/xiaozhi/relay_check.h"
#include "app/commands/options.h"
#include "app/exit_codes.h"
#include "app/product.h"
#include "app/server_run.h"
#include "app/shifted_clock.h"
#include "app/xiaozhi_devices.h"
#include "base/json.h"
#include "infra/loop/run.h"

namespace mtc::app {
namespace {

constexpr Millis kRelayPatience{10'000};
constexpr std::size_t kMostClusters = 10;  // looked into

struct CheckOptions {
  ConfigOption config;
  bool json = false;
};

struct Finding {
  std::string what;
  std::string detail;
  std::optional<Error> error;
  bool optional = false;  // not configured is no failure
};

class Report {
 public:
  void good(std::string what, std::string detail) {
    add({.what = std::move(what), .detail = std::move(detail), .error = {}});
  }
  void unused(std::string what, std::string detail) {
    add({.what = std::move(what), .detail = std::move(detail), .error = {}, .optional = true});
  }
  void bad(std::string what, Error error) {
    std::string detail = error.message;
    add({.what = std::move(what), .detail = std::move(detail), .error = std::move(error)});
  }
  explicit Report(bool json) : json_(json) {}

  int finish() const {
    if (json_) std::cout << list_.dump(2) << "\n";
    return exit_code_;
  }

 private:
  void add(const Finding& finding) {
    const bool ok = !finding.error;
    if (json_) {
      list_.push_back({{"what", finding.what},
                       {"ok", ok},
                       {"used", !finding.optional},
                       {"detail", finding.detail}});
    } else {
      std::cout << (finding.optional ? "–"
                    : ok             ? "✓"
                                     : "✗")
                << " " << finding.what << ": " << finding.detail << std::endl;
    }
    if (finding.error && exit_code_ == kOk) exit_code_ = exit_code_of(finding.error->code);
  }
  bool json_;
  Json list_ = Json::array();
  int exit_code_ = kOk;
};

Async<> check_cloud(Product& product, Report& report) {
  const auto& settings = product.foundation().settings.tencent;
  const std::string what = "Tencent Cloud " + settings.region;
  auto& store = product.cloud().log_store({}, "");
  auto topics = co_await store.topics();
  if (!topics) {
    report.bad(what, topics.error());
    co_return;
  }
  int indexed = 0;
  const logs::Topic* first = nullptr;
  for (const auto& topic : *topics) {
    if (!topic.indexed) continue;
    ++indexed;
    if (first == nullptr) first = &topic;
  }
  if (first == nullptr) {
    report.bad(what,
               {.code = Errc::not_found,
                .message = "reachable, but no log topic has an index; nothing can be searched"});
    co_return;
  }
  report.good(what, fmt::format("{} log topics, {} of them searchable", topics->size(), indexed));
  const TimePoint now = product.foundation().clock.now();
  auto found = co_await store.search({.topic_id = first->id,
                                      .range = {now - std::chrono::minutes(1), now},
                                      .condition = "*",
                                      .limit = 1});
  if (found) {
    report.good("searching " + first->name, "permitted");
  } else {
    report.bad("searching " + first->name, found.error());
  }
}

// Whether we get into that cluster; only one that the settings name has to be reachable.
Async<> check_cluster(clusters::Estate& estate, clusters::ClusterWish wish, bool needed,
                      std::string what, Report& report) {
  auto place = co_await estate.open(std::move(wish));
  auto version = place ? co_await place->api->version() : fail(place.error());
  if (version) {
    report.good(what, "Kubernetes " + *version + " answers");
  } else if (needed) {
    report.bad(what, version.error());
  } else {
    report.unused(what, version.error().message);
  }
}

Async<> check_clusters(Product& product, Report& report) {
  auto& estate = product.cloud().estate({});
  auto view = co_await estate.fleet().clusters();
  if (!view && view.error().code == Errc::denied) {
    report.unused("clusters", view.error().message);
    co_return;
  }
  if (!view) {
    report.bad("clusters", view.error());
    co_return;
  }
  std::string detail =
      fmt::format("{} in {} regions", view->clusters.size(), estate.fleet().regions().size());
  if (!view->gaps.empty()) {
    detail += fmt::format("; {} regions did not answer: {}", view->gaps.size(),
                          view->gaps.front().error.message);
  }
  report.good("clusters", detail);
  const auto& usual = estate.fleet().options().usual_cluster;
  if (!usual.empty()) {
    co_await check_cluster(estate, {.spoken = usual, .language = Language::en}, true,
                           "cluster " + usual, report);
  }
  std::size_t looked_at = 0;
  for (const auto& cluster : view->clusters) {
    if (cluster.status != clusters::ClusterStatus::running) continue;
    if (cluster.id == usual || cluster.name == usual) continue;
    if (++looked_at > kMostClusters) break;
    clusters::ClusterWish wish{
        .spoken = cluster.id, .region = cluster.region, .language = Language::en};
    co_await check_cluster(estate, std::move(wish), false, "cluster " + cluster.name, report);
  }
}

Async<> check_charts(Report& report) {
  charts::GnuplotPainter painter;
  const auto picture = co_await painter.paint(
      "check",
      {{.title = "check", .labels = {"a", "b"}, .series = {{.name = "n", .values = {1, 2}}}}});
  if (picture) {
    report.good("charts", "gnuplot draws");
  } else {
    report.unused("charts", picture.error().message);
  }
}

Async<> check_model(Product& product, Report& report) {
  const auto& settings = product.foundation().settings.llm;
  if (product.model() == nullptr) {
    report.unused("language model", "not configured; texts are made without one");
    co_return;
  }
  auto answer = co_await product.model()->complete(
      {.system = "Answer with the single word OK.", .user = "Are you there?", .max_tokens = 10});
  if (answer) {
    report.good("language model", settings.model + " answers");
  } else {
    report.bad("language model", answer.error());
  }
}

Async<> check_voice(Report& report, bool audio) {
  if (!audio) {
    report.unused("voice", "audio is off in the settings");
    co_return;
  }
  speech::EspeakSynthesizer voice;
  auto wav = co_await voice.synthesize("好", Language::zh);
  if (wav) {
    report.good("voice", "espeak-ng speaks");
  } else {
    report.bad("voice", wav.error());
  }
}

// Whom the relay reaches, asked from the side of the voice servers: dialling as tool server would
// take the connection from a running server of ours. The hosted cloud cannot be asked.
Async<> check_device(const XiaozhiEndpointSettings& endpoint, Product& product, Report& report) {
  const std::string what = "XiaoZhi of " + endpoint.user;
  const auto url = endpoint_url(endpoint);
  const auto address = url ? xiaozhi::parse_endpoint_address(*url) : fail(url.error());
  if (!address) {
    report.bad(what, address.error());
    co_return;
  }
  std::string detail = address->shown();
  if (address->expires)
    detail += ", token good until " + format_civil(*address->expires, Zone::utc());
  if (!address->caller_url()) {
    report.good(what, detail + "; not dialled: a running server would lose the connection");
    co_return;
  }
  using Found = xiaozhi::RelayCheck::Found;
  NetworkDialer dialer;
  xiaozhi::RelayCheck relay(address->caller_url(), {}, kRelayPatience, dialer, product.sleeper(),
                            product.foundation().random);
  auto seen = co_await relay.look();
  if (seen.found == Found::nothing) {
    report.bad(what, {.code = Errc::unavailable, .message = detail + "; " + seen.text});
  } else {
    report.good(what, detail + (seen.found == Found::nobody
                                    ? "; the relay answers, no server is connected to it now"
                                    : "; the relay reaches a running server"));
  }
}

Async<int> check(Settings settings, bool json) {
  Report report(json);
  const auto clock = ShiftedClock::of_process();
  if (!clock) co_return mtc::app::report(clock.error());
  if (auto ok = check_listen(settings.server); ok) {
    report.good("address", settings.server.listen);
  } else {
    report.bad("address", ok.error());
  }
  auto product = Product::open(co_await asio::this_coro::executor, settings, *clock, "");
  if (!product) {
    report.bad("state", product.error());
    co_return report.finish();
  }
  report.good("state", settings.database.url + ", tables up to date");
  auto users = co_await (*product)->foundation().directory.users();
  if (!users) {
    report.bad("users", users.error());
  } else if (users->empty()) {
    report.bad("users", {.code = Errc::not_found,
                         .message = "none; add one with: mcp-tencent-cloud user add NAME"});
  } else {
    report.good("users", std::to_string(users->size()));
  }
  co_await check_cloud(**product, report);
  co_await check_clusters(**product, report);
  co_await check_charts(report);
  co_await check_model(**product, report);
  co_await check_voice(report, settings.broadcast.audio);
  if (settings.xiaozhi.endpoints.empty()) report.unused("XiaoZhi", "no endpoint configured");
  for (const auto& endpoint : settings.xiaozhi.endpoints)
    co_await check_device(endpoint, **product, report);
  co_return report.finish();
}

int run_check(const CheckOptions& options) {
  auto settings = read_settings(options.config);
  if (!settings) return report(settings.error());
  return run(check(std::move(*settings), options.json));
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("check", "What is configured, reachable and permitted");
  const auto options = std::make_shared<CheckOptions>();
  add_config_option(*command, options->config);
  command->add_flag("--json", options->json, "Print the findings as JSON");
  command->footer("Example: mcp-tencent-cloud check --config settings.yaml");
  command->callback([options, &exit_code] { exit_code = run_check(*options); });
}

}  // namespace mtc::app
