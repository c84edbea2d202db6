#include "app/commands/demo.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "app/commands/options.h"
#include "app/exit_codes.h"
#include "app/kubernetes_stand_in.h"
#include "app/logging.h"
#include "app/mcp_caller.h"
#include "app/server_run.h"
#include "app/shifted_clock.h"
#include "app/signals.h"
#include "domain/digest/terminal.h"
#include "emulator/demo_night.h"
#include "emulator/demo_operations.h"
#include "emulator/emulator.h"
#include "infra/loop/run.h"

namespace mtc::app {
namespace {

constexpr std::uint64_t kNight = 20261122;  // the seed: the same night every time
constexpr auto kMorning = std::chrono::hours(8);

struct DemoOptions {
  std::string listen = "127.0.0.1:0";
  std::string language;
  bool once = false;
};

Language language_of(const DemoOptions& options) {
  return options.language == "zh" ? Language::zh : Language::en;
}

struct Words {
  bool zh;
  std::string_view operator()(std::string_view chinese, std::string_view english) const {
    return zh ? chinese : english;
  }
};

std::filesystem::path demo_directory() {
  return std::filesystem::temp_directory_path() /
         fmt::format("mcp-tencent-cloud-demo-{}", getuid());
}

Result<void> empty_directory(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::remove_all(directory, error);
  if (error)
    return fail(Errc::unavailable, "cannot clear " + directory.string() + ": " + error.message());
  return {};
}

Settings demo_settings(const DemoOptions& options, const std::string& cloud_url,
                       const std::filesystem::path& directory) {
  Settings settings;
  settings.server.listen = options.listen;
  settings.tencent.endpoint = cloud_url;
  settings.tencent.scope = language_of(options) == Language::zh ? "商城日志" : "shop logs";
  settings.tencent.cluster = "广州生产集群";
  settings.state_dir = directory.string();
  settings.log_level = "warn";
  return with_defaults(std::move(settings));
}

// The person who comes in the morning, with a token for the device on the desk.
Async<Result<std::string>> welcome_user(Product& product, Language language,
                                        const emulator::Account& account) {
  identity::User user;
  user.username = "zhangsan";
  user.display_name = language == Language::zh ? "张三" : "Zhang San";
  user.language = language;
  auto added = co_await product.foundation().directory.add_user(user);
  if (!added) co_return fail(std::move(added).error());
  auto stored = co_await product.vault().save(std::nullopt, {.secret_id = account.secret_id,
                                                             .secret_key = account.secret_key,
                                                             .token = "",
                                                             .region = "ap-guangzhou"});
  if (!stored) co_return fail(std::move(stored).error());
  auto token = co_await product.foundation().directory.create_token(
      "zhangsan", {identity::Scope::operate}, std::nullopt, "demo", identity::Assurance::voice);
  if (!token) co_return fail(std::move(token).error());
  co_return std::move(token->secret);
}

// The shop has used the product before: yesterday's digest is what today's is compared with.
Async<Result<void>> remember_yesterday(Product& product) {
  auto user = co_await product.foundation().directory.find_user("zhangsan");
  if (!user) co_return fail(std::move(user).error());
  const auto now = product.foundation().clock.now();
  const auto yesterday = broadcast::latest_closed_day(*user, product.preparer().schedule(),
                                                      now - std::chrono::hours(24));
  auto made =
      co_await product.preparer().prepare(std::move(*user), yesterday, broadcast::Effort::quick);
  if (!made) co_return fail(std::move(made).error());
  co_return Result<void>{};
}

void print_title(std::string_view title) {
  const bool colour = isatty(STDOUT_FILENO) != 0;
  std::cout << "\n" << (colour ? "\033[1m" : "") << title << (colour ? "\033[0m" : "") << std::endl;
}

Async<Result<void>> greet_and_show(ServerRun& server, const std::string& token, const Words& say,
                                   Language language) {
  McpCaller caller(server.product().http(), server.url() + "/mcp", token);
  print_title(say("张三：你好，小智", "Zhang San: Hello, Xiaozhi"));
  auto greeting = co_await caller.call("greet", Json::object());
  if (!greeting) co_return fail(std::move(greeting).error());
  if (greeting->is_error) co_return fail(Errc::internal, greeting->text);
  std::cout << say("小智：", "Xiaozhi: ") << greeting->text << std::endl;

  auto digest =
      co_await server.product().broadcasts().find_digest(string_or(greeting->data, "digest_id"));
  if (!digest) co_return fail(std::move(digest).error());
  if (!*digest) co_return fail(Errc::internal, "the greeting came without a digest");
  std::cout << "\n"
            << digest::render_text(**digest,
                                   {.language = language, .color = isatty(STDOUT_FILENO) != 0})
            << std::endl;
  print_title(say("在这里", "Where to find it"));
  const std::string audio = string_or(greeting->data, "audio");
  std::cout << say("  语音  ", "  sound  ")
            << (audio.empty() ? std::string(say("没有装 espeak-ng", "espeak-ng is not installed"))
                              : audio)
            << "\n"
            << say("  网页  ", "  page   ") << string_or(greeting->data, "link") << "\n"
            << say("  MCP   ", "  MCP    ") << server.url() << "/mcp" << std::endl;
  co_return Result<void>{};
}

// From five o'clock until the reader has had enough.
Async<Result<void>> live_through_the_morning(ServerRun& server, const emulator::Account& account,
                                             const DemoOptions& options) {
  const Language language = language_of(options);
  const Words say{language == Language::zh};
  Product& product = server.product();
  auto token = co_await welcome_user(product, language, account);
  if (!token) co_return fail(std::move(token).error());
  if (auto known = co_await remember_yesterday(product); !known) co_return fail(known.error());

  std::cout << say("凌晨五点，读昨晚的日志，准备早报…",
                   "Five in the morning: reading the night, preparing the report …")
            << std::endl;
  auto users = co_await product.foundation().directory.users();
  if (!users) co_return fail(std::move(users).error());
  const auto failures = co_await product.preparer().prepare_due(std::move(*users), product.id());
  if (!failures.empty()) co_return fail(failures.front().error);
  std::cout << say("八点，张三到了。", "Eight o'clock, Zhang San comes in.") << std::endl;

  auto shown = co_await greet_and_show(server, *token, say, language);
  if (!shown || options.once) co_return shown;
  std::cout << say("\n接着聊：", "\nGo on talking: ")
            << fmt::format("MTC_TOKEN={} mcp-tencent-cloud talk --url {}/mcp", *token, server.url())
            << "\n"
            << say("按 Ctrl-C 结束。", "Ctrl-C ends it.") << std::endl;
  co_await wait_for_end();
  co_return Result<void>{};
}

Async<Result<void>> live_in(std::string cloud_url, const emulator::Emulator& cloud,
                            ShiftedClock& clock, std::filesystem::path directory,
                            DemoOptions options) {
  auto server = co_await ServerRun::start(demo_settings(options, cloud_url, directory), clock);
  if (!server) co_return fail(std::move(server).error());
  auto lived =
      co_await live_through_the_morning(**server, cloud.options().accounts.front(), options);
  co_await (*server)->stop();
  co_return lived;
}

Async<int> demo(DemoOptions options) {
  const Words say{language_of(options) == Language::zh};
  const std::filesystem::path directory = demo_directory();
  if (auto emptied = empty_directory(directory); !emptied) co_return report(emptied.error());
  ShiftedClock clock = ShiftedClock::at(kMorning, Zone::shanghai());
  SystemRandom random;

  std::cout << say("正在搭一个商城的云，写进最近几天的日志…",
                   "Building a shop's cloud with its last days of logs …")
            << std::endl;
  emulator::Emulator cloud({}, clock, random);
  emulator::load_demo_night(cloud, kNight, clock);
  auto cloud_http =
      start_http_server(co_await asio::this_coro::executor, {.address = "127.0.0.1", .port = 0},
                        [&cloud](HttpExchange& exchange) { return cloud.handle(exchange); });
  if (!cloud_http) co_return report(cloud_http.error());
  KubernetesStandIn kubernetes(clock, random);
  const auto cluster_up =
      kubernetes.start(co_await asio::this_coro::executor, {.address = "127.0.0.1", .port = 0}, {});
  if (cluster_up) kubernetes.serve_for(cloud, emulator::demo_cluster_id());
  const std::string cloud_url = fmt::format("http://127.0.0.1:{}", (*cloud_http)->port());

  const auto lived = cluster_up ? co_await live_in(cloud_url, cloud, clock, directory, options)
                                : fail(cluster_up.error());
  co_await kubernetes.stop();
  co_await (*cloud_http)->stop(std::chrono::seconds(1));
  co_return lived ? kOk : report(lived.error());
}

}  // namespace

void add_demo_command(CLI::App& app, int& exit_code) {
  auto* command =
      app.add_subcommand("demo", "A night in a small shop's cloud, and the morning after");
  const auto options = std::make_shared<DemoOptions>();
  command->add_option("--listen", options->listen,
                      "Address and port of the server (default: a free port on loopback)");
  add_language_option(*command, options->language);
  command->add_flag("--once", options->once, "End after the greeting");
  command->footer("Example: mcp-tencent-cloud demo --once");
  command->callback([options, &exit_code] {
    set_up_logging("warn");
    exit_code = run(demo(*options));
  });
}

}  // namespace mtc::app
