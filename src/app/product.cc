#include "app/product.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <filesystem>

#include "adapters/llm/openai_chat.h"
#include "adapters/tencent/tts.h"
#include "base/zone.h"
#include "services/basic/search_logs_tool.h"
#include "services/basic/who_am_i_tool.h"
#include "services/devops/broadcast_tools.h"

namespace mtc::app {
namespace {

constexpr auto kShareLifetime = std::chrono::hours(24 * 7);

Result<void> make_state_directory(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error) std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  if (error) {
    return fail(Errc::unavailable,
                fmt::format("cannot use the state directory {}: {}; set state_dir in the settings",
                            directory.string(), error.message()));
  }
  return {};
}

llm::OpenAiSettings model_settings(const LlmSettings& settings) {
  const char* key =
      settings.api_key_env.empty() ? nullptr : std::getenv(settings.api_key_env.c_str());
  return {.base_url = settings.base_url,
          .model = settings.model,
          .api_key = key != nullptr ? key : "",
          .timeout = std::chrono::seconds(settings.timeout_seconds)};
}

std::unique_ptr<narration::SpeechSynthesizer> make_voice(const Settings& settings,
                                                         CloudAccounts& cloud, Random& random) {
  if (!settings.broadcast.audio) return nullptr;
  if (settings.broadcast.voice == "espeak") return std::make_unique<speech::EspeakSynthesizer>();
  return std::make_unique<tencent::TencentVoice>(
      cloud.client(), random, tencent::VoiceOptions{.region = settings.tencent.region});
}

mcp::ServerOptions server_options() {
  return {.name = "mcp-tencent-cloud",
          .title = "小智 for Tencent Cloud",
          .version = MTC_VERSION,
          .description = "Tencent Cloud operations by voice: the report of the night, logs.",
          .instructions = "Call greet first when the user says hello. Say the answers as they are.",
          .allows = holds_scope};
}

}  // namespace

Result<std::unique_ptr<Product>> Product::open(Settings settings, const Clock& clock,
                                               std::string public_url) {
  const auto prepare_at = parse_time_of_day(settings.broadcast.prepare_at);
  if (!prepare_at) return fail_in("broadcast: prepare_at", prepare_at.error());
  if (!settings.llm.base_url.empty()) {
    if (auto ok = llm::check_settings(model_settings(settings.llm)); !ok)
      return fail_in("llm", ok.error());
  }
  if (auto made = make_state_directory(settings.state_dir); !made) return fail(made.error());
  auto foundation = Foundation::open(std::move(settings), clock);
  if (!foundation) return fail(std::move(foundation).error());
  auto secrets = StoredSecrets::open(**foundation);
  if (!secrets) return fail(std::move(secrets).error());
  std::unique_ptr<Product> product(new Product(std::move(*foundation), std::move(*secrets), clock,
                                               std::move(public_url), {.prepare_at = *prepare_at}));
  for (auto* registry : {&product->tools_, &product->device_tools_}) {
    if (auto added = product->add_tools(*registry); !added) return fail(added.error());
  }
  // Its one sentence, when there is nothing left to read, is in the language most devices speak.
  auto added =
      product->device_tools_.add(xiaozhi::read_on_tool(product->remainders_, Language::zh));
  if (!added) return fail(added.error());
  product->server_ = std::make_unique<mcp::Server>(product->tools_, server_options());
  product->device_server_ = std::make_unique<mcp::Server>(product->device_tools_, server_options());
  return product;
}

Product::Product(std::unique_ptr<Foundation> foundation, std::unique_ptr<StoredSecrets> secrets,
                 const Clock& clock, std::string public_url, broadcast::Schedule schedule)
    : foundation_(std::move(foundation)),
      secrets_(std::move(secrets)),
      id_(make_uuid(foundation_->random)),
      cloud_({.http = http_,
              .vault = secrets_->vault(),
              .clock = clock,
              .sleeper = sleeper_,
              .random = foundation_->random},
             foundation_->settings.tencent),
      broadcasts_(*foundation_->database),
      baselines_(*foundation_->database),
      digests_(
          [this](const identity::User& user) -> logs::LogStore& {
            return cloud_.log_store(user, "");
          },
          baselines_, clock, foundation_->random,
          {.scope = foundation_->settings.tencent.scope,
           .topics = foundation_->settings.tencent.topics}),
      model_(foundation_->settings.llm.base_url.empty()
                 ? nullptr
                 : std::make_unique<llm::OpenAiChat>(http_, sleeper_, clock,
                                                     model_settings(foundation_->settings.llm))),
      narrator_(model_.get(), {}),
      voice_(make_voice(foundation_->settings, cloud_, foundation_->random)),
      audio_(std::filesystem::path(foundation_->settings.state_dir) / "audio",
             foundation_->hashing),
      preparer_({.store = broadcasts_,
                 .source = digests_,
                 .narrator = narrator_,
                 .voice = voice_.get(),
                 .audio = &audio_,
                 .clock = clock,
                 .random = foundation_->random},
                schedule),
      greeter_(broadcasts_, preparer_, clock),
      links_(broadcasts_, clock, foundation_->random, std::move(public_url)),
      site_(links_),
      authenticator_(foundation_->directory),
      callers_(foundation_->directory),
      remainders_(clock) {}

Result<void> Product::add_tools(mcp::ToolRegistry& registry) {
  const services::BroadcastToolPorts broadcast{.greeter = greeter_,
                                               .callers = callers_,
                                               .clock = foundation_->clock,
                                               .link = [this](std::string digest_id) {
                                                 return links_.create(std::move(digest_id),
                                                                      kShareLifetime);
                                               }};
  const services::SearchLogsPorts search{
      .callers = callers_,
      .clock = foundation_->clock,
      .store = [this](const identity::User& user, std::string region) -> logs::LogStore& {
        return cloud_.log_store(user, std::move(region));
      },
      .usual_topics = foundation_->settings.tencent.topics};
  for (auto& tool : {services::greet_tool(broadcast), services::repeat_broadcast_tool(broadcast),
                     services::search_logs_tool(search), services::who_am_i_tool(callers_)}) {
    if (auto added = registry.add(tool); !added) return fail(added.error());
  }
  return {};
}

}  // namespace mtc::app
