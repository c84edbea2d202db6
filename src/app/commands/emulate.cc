#include "app/commands/emulate.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "app/commands/options.h"
#include "app/exit_codes.h"
#include "app/kubernetes_stand_in.h"
#include "app/listen_address.h"
#include "app/shifted_clock.h"
#include "app/signals.h"
#include "base/json.h"
#include "base/text.h"
#include "emulator/demo_night.h"
#include "emulator/demo_operations.h"
#include "emulator/emulator.h"
#include "emulator/ingest_file.h"
#include "emulator/many_clusters.h"
#include "infra/crypto/system_random.h"
#include "infra/http/server.h"
#include "infra/loop/run.h"

namespace mtc::app {

namespace {

constexpr std::size_t kMaxBody = 32U << 20U;  // uploads
constexpr std::uint64_t kSeed = 20261122;

struct EmulateOptions {
  std::string listen = "127.0.0.1:0";
  std::vector<std::string> ingest;
  bool demo_night = false;
  emulator::DemoVolume volume;
  std::size_t clusters_per_region = 0;
  bool json = false;
  std::string secret_id, secret_key, data_dir;
  bool kubernetes = false;
  std::string kubernetes_listen = "127.0.0.1:0";
  std::string kubeconfig;
};

Result<ListenAddress> loopback_address(std::string_view option, std::string_view text) {
  auto address = parse_listen(text);
  if (!address) return fail_in(option, address.error());
  if (!address->is_loopback()) {
    return fail(Errc::denied,
                fmt::format("{} {}: the stand-in serves this machine only; use 127.0.0.1:PORT",
                            option, text));
  }
  return address;
}

emulator::EmulatorOptions emulator_options(const EmulateOptions& options) {
  emulator::EmulatorOptions out;
  auto& account = out.accounts.front();
  if (!options.secret_id.empty()) account.secret_id = options.secret_id;
  if (!options.secret_key.empty()) account.secret_key = options.secret_key;
  if (!options.data_dir.empty()) {
    std::filesystem::create_directories(options.data_dir);
    out.data_file = std::filesystem::path(options.data_dir) / "emulator.db";
  }
  return out;
}

void announce(const EmulateOptions& options, const emulator::Emulator& cloud,
              const std::string& url, const Json& topics, const Json& kubernetes) {
  const auto& account = cloud.options().accounts.front();
  if (options.json) {
    Json out{{"url", url},
             {"secret_id", account.secret_id},
             {"secret_key", account.secret_key},
             {"region", "ap-guangzhou"},
             {"topics", topics}};
    if (kubernetes.is_object()) out["kubernetes"] = kubernetes;
    std::cout << dump_json(out) << std::endl;
    return;
  }
  std::cout << "Tencent Cloud stand-in at " << url << "\n  SecretId  " << account.secret_id
            << "\n  SecretKey " << account.secret_key << "\n  region    ap-guangzhou\n";
  for (const auto& topic : topics) {
    std::cout << fmt::format("  topic     {} {} ({} lines)\n", string_or(topic, "name"),
                             string_or(topic, "id"), integer_or(topic, "lines"));
  }
  if (kubernetes.is_object()) {
    std::cout << "Kubernetes stand-in at " << string_or(kubernetes, "url") << "\n  token      "
              << string_or(kubernetes, "token") << "\n  kubeconfig "
              << string_or(kubernetes, "kubeconfig") << "\n";
  }
  std::cout << "Ctrl-C ends it." << std::endl;
}

Async<int> serve(const EmulateOptions& options, ListenAddress listen,
                 std::optional<ListenAddress> kubernetes_listen) {
  const auto started = ShiftedClock::of_process();
  if (!started) co_return report(started.error());
  const Clock& clock = *started;
  SystemRandom random;
  emulator::Emulator cloud(emulator_options(options), clock, random);
  Json topics = Json::array();
  if (options.demo_night) {
    const auto night = emulator::load_demo_night(cloud, kSeed, clock, options.volume);
    topics.push_back({{"name", "shop-app"}, {"id", night.topic_id}, {"lines", night.lines}});
  }
  if (options.clusters_per_region > 0)
    emulator::load_many_clusters(cloud, clock, {.per_region = options.clusters_per_region});
  for (const auto& text : options.ingest) {
    const auto request = emulator::parse_ingest(text, clock);
    if (!request) co_return report(request.error());
    const auto done = emulator::ingest_file(cloud, *request);
    if (!done) co_return report(done.error());
    topics.push_back({{"name", request->topic}, {"id", done->topic_id}, {"lines", done->lines}});
  }
  auto server = start_http_server(
      co_await asio::this_coro::executor,
      {.address = listen.address, .port = listen.port, .max_body_bytes = kMaxBody},
      [&cloud](HttpExchange& exchange) { return cloud.handle(exchange); });
  if (!server) co_return report(server.error());
  std::optional<KubernetesStandIn> kubernetes;
  if (kubernetes_listen) {
    kubernetes.emplace(clock, random);
    const auto up = kubernetes->start(co_await asio::this_coro::executor, *kubernetes_listen,
                                      options.kubeconfig);
    if (!up) {
      co_await kubernetes->stop();
      co_await (*server)->stop(Millis(500));
      co_return report(up.error());
    }
    kubernetes->serve_for(cloud, emulator::demo_cluster_id());
  }
  announce(options, cloud, listen.url((*server)->port()), topics,
           kubernetes ? kubernetes->describe() : Json());
  co_await wait_for_end();
  co_await (*server)->stop(Millis(500));
  if (kubernetes) co_await kubernetes->stop();
  co_return kOk;
}

int run_emulate(const EmulateOptions& options) {
  auto address = loopback_address("--listen", options.listen);
  if (!address) return report(address.error());
  std::optional<ListenAddress> kubernetes_address;
  if (options.kubernetes) {
    auto parsed = loopback_address("--kubernetes-listen", options.kubernetes_listen);
    if (!parsed) return report(parsed.error());
    kubernetes_address = std::move(*parsed);
  }
  try {
    return run(serve(options, std::move(*address), std::move(kubernetes_address)));
  } catch (const std::exception& error) {  // the store cannot be opened, the disk is full
    std::cerr << "emulate: " << error.what() << "\n";
    return kFailed;
  }
}

}  // namespace

void add_emulate_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<EmulateOptions>();
  auto* command = app.add_subcommand(
      "emulate", "A stand-in for Tencent Cloud on this machine, for tests and demonstrations");
  command->add_option("--listen", options->listen, "127.0.0.1:PORT; port 0 takes any free one")
      ->capture_default_str();
  command->add_option("--ingest", options->ingest,
                      "TOPIC=FILE: every line of the file as a log, spread over yesterday, or "
                      "TOPIC=FILE@FROM..TO; repeatable");
  command
      ->add_option("--lines-per-day", options->volume.lines_per_day,
                   "Of the demo night, for measuring")
      ->check(CLI::Range(100, 10'000'000));
  command
      ->add_option("--days-before", options->volume.days_before,
                   "Ordinary days in front of the night")
      ->check(CLI::Range(0, 30));
  command->add_flag("--demo-night", options->demo_night,
                    "Load nine days of a small shop with an incident in the last night");
  command
      ->add_option("--clusters-per-region", options->clusters_per_region,
                   "So many Kubernetes clusters in each of twenty regions, for measuring")
      ->check(CLI::Range(0, 100));
  command->add_option("--secret-id", options->secret_id,
                      "SecretId that requests must be signed with (a demo key by default)");
  command->add_option("--secret-key", options->secret_key, "Its SecretKey");
  command->add_option("--data-dir", options->data_dir,
                      "Keep the logs in this folder instead of in memory");
  auto* const kubernetes = command->add_flag(
      "--kubernetes", options->kubernetes,
      "Also a Kubernetes API with the cluster of the shop, and a kubeconfig for it");
  command
      ->add_option("--kubernetes-listen", options->kubernetes_listen,
                   "127.0.0.1:PORT of the Kubernetes API; port 0 takes any free one")
      ->needs(kubernetes)
      ->capture_default_str();
  command
      ->add_option("--kubeconfig", options->kubeconfig,
                   "Write the kubeconfig to this file (by default a temporary one)")
      ->needs(kubernetes);
  command->add_flag("--json", options->json, "Print URL and keys as one line of JSON");
  command->footer("Example: mcp-tencent-cloud emulate --listen 127.0.0.1:9000 --demo-night");
  command->callback([options, &exit_code] { exit_code = run_emulate(*options); });
}

}  // namespace mtc::app
