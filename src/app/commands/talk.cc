#include "app/commands/talk.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "adapters/speech/espeak.h"
#include "app/commands/options.h"
#include "app/exit_codes.h"
#include "app/file_audio_store.h"
#include "app/mcp_caller.h"
#include "app/product.h"
#include "app/shifted_clock.h"
#include "app/spoken_output.h"
#include "domain/intent/router.h"
#include "infra/loop/off_loop.h"
#include "infra/loop/run.h"

namespace mtc::app {
namespace {

struct TalkOptions {
  ConfigOption config;
  std::string user;
  std::string url;
  std::string say;
  bool mute = false;
};

constexpr std::string_view kNotOurs =
    "这个我帮不上。可以说：你好小智、再说一遍、查最近一小时的报错、有哪些集群、"
    "payment 怎么样、重启 payment、撤销。";

// A server somewhere else, or the product in this process: either way a tool call over MCP.
using Call = std::function<Async<Result<ToolAnswer>>(std::string tool, Json arguments)>;

Async<Result<ToolAnswer>> call_in_process(Product* product, mcp::Peer* peer, std::string tool,
                                          Json arguments) {
  const Json request{{"jsonrpc", "2.0"},
                     {"id", 1},
                     {"method", "tools/call"},
                     {"params", {{"name", tool}, {"arguments", std::move(arguments)}}}};
  auto text = co_await product->server().handle_text(dump_json(request), *peer);
  if (!text) co_return fail(Errc::internal, "the server gave no answer");
  auto body = parse_json(*text);
  if (!body) co_return fail(std::move(body).error());
  co_return read_tool_answer(*body);
}

Async<std::optional<std::string>> next_line(asio::thread_pool& pool, bool prompt) {
  if (prompt) std::cout << "\n你 › " << std::flush;
  co_return co_await off_loop<std::optional<std::string>>(pool, [] {
    std::string line;
    return std::getline(std::cin, line) ? std::optional(line) : std::nullopt;
  });
}

Async<> speak(std::string text, Language language, FileAudioStore& store, bool& mute) {
  speech::EspeakSynthesizer voice;
  auto wav = co_await voice.synthesize(std::move(text), language);
  Result<std::string> file = std::string();
  if (wav) file = co_await store.save("talk.wav", std::move(*wav));
  Result<void> played;
  if (!wav) {
    played = fail(wav.error());
  } else if (!file) {
    played = fail(file.error());
  } else {
    played = co_await play(*file);
  }
  if (played) co_return;
  std::cerr << "(no sound: " << played.error().message << ")\n";
  mute = true;  // said once
}

Async<int> answer_one(std::string said, const Call& call, FileAudioStore& store, bool& mute) {
  const auto meant = intent::route(said);
  if (!meant) {
    std::cout << "小智 › " << kNotOurs << std::endl;
    co_return kOk;
  }
  auto answer = co_await call(meant->tool, meant->arguments);
  if (!answer) co_return report(answer.error());
  std::cout << "小智 › " << answer->text << std::endl;
  if (const std::string link = string_or(answer->data, "link"); !link.empty())
    std::cout << "       " << link << std::endl;
  const bool chinese = std::ranges::any_of(
      answer->text, [](char c) { return static_cast<unsigned char>(c) > 0x7f; });
  if (!mute) co_await speak(answer->text, chinese ? Language::zh : Language::en, store, mute);
  co_return answer->is_error ? kFailed : kOk;
}

Async<int> converse(TalkOptions options, const Call& call, std::filesystem::path audio_directory) {
  asio::thread_pool pool(2);
  FileAudioStore store(std::move(audio_directory), pool);
  if (!options.say.empty()) co_return co_await answer_one(options.say, call, store, options.mute);
  const bool prompt = isatty(STDIN_FILENO) != 0;
  if (prompt) std::cout << "说「你好，小智」开始，Ctrl-D 结束。" << std::endl;
  int last = kOk;
  while (auto line = co_await next_line(pool, prompt)) {
    if (trim(*line).empty()) continue;
    last = co_await answer_one(*line, call, store, options.mute);
  }
  if (prompt) std::cout << std::endl;
  co_return prompt ? kOk : last;
}

Async<int> talk_to_server(TalkOptions options, Settings settings) {
  const char* token = std::getenv("MTC_TOKEN");
  CurlTransport http;
  McpCaller caller(http, options.url, token != nullptr ? token : "");
  const Call call = [&caller](std::string tool, Json arguments) {
    return caller.call(std::move(tool), std::move(arguments));
  };
  co_return co_await converse(options, call, std::filesystem::path(settings.state_dir) / "audio");
}

Async<int> talk_in_process(TalkOptions options, Settings settings) {
  const auto clock = ShiftedClock::of_process();
  if (!clock) co_return report(clock.error());
  const std::filesystem::path audio = std::filesystem::path(settings.state_dir) / "audio";
  auto product = Product::open(co_await asio::this_coro::executor, std::move(settings), *clock, "");
  if (!product) co_return report(product.error());
  auto person = co_await (*product)->foundation().directory.by_name(
      options.user, identity::Assurance::device, {identity::Scope::operate});
  if (!person) co_return report(person.error());
  mcp::Peer peer;
  peer.principal = to_protocol(*person, "talk");
  peer.revision = mcp::Revision::v2025_11_25;
  peer.voice = true;
  const Call call = [&](std::string tool, Json arguments) {
    return call_in_process(product->get(), &peer, std::move(tool), std::move(arguments));
  };
  co_return co_await converse(options, call, audio);
}

int run_talk(const TalkOptions& options) {
  auto settings = read_settings(options.config);
  if (!settings) return report(settings.error());
  if (!options.url.empty()) return run(talk_to_server(options, std::move(*settings)));
  if (options.user.empty()) {
    return report({.code = Errc::invalid_argument,
                   .message = "say who is talking: --user NAME, or --url of a running server"});
  }
  return run(talk_in_process(options, std::move(*settings)));
}

}  // namespace

void add_talk_command(CLI::App& app, int& exit_code) {
  auto* command =
      app.add_subcommand("talk", "A conversation in the terminal, as 小智 would lead it");
  const auto options = std::make_shared<TalkOptions>();
  add_config_option(*command, options->config);
  command->add_option("--user", options->user, "Who is talking: a username of this installation");
  command->add_option("--url", options->url,
                      "Talk to a running server instead (…/mcp); its token comes from MTC_TOKEN");
  command->add_option("--say", options->say, "Say just this, print the answer and end");
  command->add_flag("--mute", options->mute, "Do not speak the answers");
  command->footer("Example: mcp-tencent-cloud talk --user zhangsan --say 你好小智");
  command->callback([options, &exit_code] { exit_code = run_talk(*options); });
}

}  // namespace mtc::app
