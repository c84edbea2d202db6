#include "app/product.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <filesystem>

#include "adapters/llm/openai_chat.h"
#include "adapters/tencent/tts.h"
#include "app/basic_tools.h"
#include "app/devops_tools.h"
#include "base/zone.h"
#include "services/basic/dashboard_access.h"
#include "services/basic/who_am_i_tool.h"
#include "services/common/app_pages.h"
#include "services/common/help_resource.h"
#include "services/common/plan_tools.h"
#include "services/common/task_speech.h"
#include "services/common/task_tools.h"
#include "services/devops/broadcast_tools.h"
#include "services/devops/report_prompts.h"
#include "services/devops/report_resources.h"
#include "web/apps/pages.h"

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

std::unique_ptr<narration::ChatModel> make_picture_model(HttpTransport& http, Sleeper& sleeper,
                                                         const Clock& clock,
                                                         const LlmSettings& settings) {
  if (settings.base_url.empty() || settings.picture_model.empty()) return nullptr;
  auto seeing = model_settings(settings);
  seeing.model = settings.picture_model;
  return std::make_unique<llm::OpenAiChat>(http, sleeper, clock, std::move(seeing));
}

std::unique_ptr<narration::SpeechSynthesizer> make_voice(const Settings& settings,
                                                         CloudAccounts& cloud, Random& random) {
  if (!settings.broadcast.audio) return nullptr;
  if (settings.broadcast.voice == "espeak") return std::make_unique<speech::EspeakSynthesizer>();
  return std::make_unique<tencent::TencentVoice>(
      cloud.client(), random, tencent::VoiceOptions{.region = settings.tencent.region});
}

approval::ApprovalRules approval_rules(const SafetySettings& settings) {
  return {.protected_namespaces = settings.protected_namespaces,
          .changes_per_user_an_hour = settings.changes_per_user_an_hour,
          .changes_per_target_in_ten_minutes = settings.changes_per_target_in_ten_minutes,
          .plan_lifetime = std::chrono::minutes(settings.plan_minutes)};
}

// Tokens name the endpoint they are for, as its metadata do.
std::vector<std::string> mcp_addresses(const std::string& public_url) {
  std::vector<std::string> out{public_url + "/mcp"};
  for (const auto service : kServices) {
    out.push_back(fmt::format("{}/mcp/{}", public_url, name_of(service)));
  }
  return out;
}

Async<bool> knows(TokenAuthenticator* authenticator, std::string bearer) {
  co_return (co_await authenticator->authenticate(std::move(bearer))).has_value();
}

// What stands at an address of ours; other pages than pictures are none.
Async<Result<std::string>> read_picture(web::Pictures* pictures, std::string public_url,
                                        std::string url) {
  const std::string prefix = public_url + "/pictures/";
  if (!url.starts_with(prefix)) {
    co_return fail(Errc::not_found, "there is no picture at that address; hand one in at " +
                                        public_url + "/pictures");
  }
  auto picture = pictures->find(std::string_view(url).substr(prefix.size()));
  if (!picture) co_return fail(std::move(picture).error());
  co_return std::move(picture->bytes);
}

Async<Result<std::string>> name_dashboard(services::LogToolPorts ports, identity::User user,
                                          std::string said) {
  const services::LogCaller caller{.who = {.user = std::move(user)}, .now = ports.clock.now()};
  auto board = co_await services::find_dashboard(ports, caller, std::move(said));
  if (!board) co_return fail(std::move(board).error());
  co_return std::move(board->name);
}

Async<mcp::Reply> say_started(services::Callers* callers, mcp::Task task,
                              mcp::CallContext context) {
  const auto caller = co_await callers->resolve(context.principal);
  const auto language = caller ? caller->user.language : Language::zh;
  mcp::Reply reply;
  reply.speech = services::say_started(task, language);
  reply.data = {{"task", {{"number", task.number}, {"id", task.id}, {"tool", task.tool}}}};
  co_return reply;
}

mcp::ServerOptions server_options(services::Callers& callers) {
  return {.name = {},  // this and the instructions are each view's own
          .title = "小智 for Tencent Cloud",
          .version = MTC_VERSION,
          .description = "Tencent Cloud operations by voice: the report of the night, logs.",
          .allows = holds_scope,
          .say_started = [&callers](mcp::Task task, mcp::CallContext context) {
            return say_started(&callers, std::move(task), std::move(context));
          }};
}

}  // namespace

Result<std::unique_ptr<Product>> Product::open(asio::any_io_executor executor, Settings settings,
                                               const Clock& clock, std::string public_url) {
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
  auto services = parse_services((*foundation)->settings.server.services);
  if (!services) return fail_in("server: services", services.error());
  std::unique_ptr<Product> product(new Product(executor, std::move(*foundation),
                                               std::move(*secrets), clock, std::move(public_url),
                                               {.prepare_at = *prepare_at}));
  product->services_ = std::move(*services);
  if (auto ok = product->incidents_.open(); !ok) return fail(ok.error());
  auto made_offer = product->make_offer();
  if (!made_offer) return fail(std::move(made_offer).error());
  auto& offer = *made_offer;
  for (const auto& offered : offer.tools) {
    if (auto added = product->all_tools_.add(offered.item); !added) return fail(added.error());
  }
  product->servers_ = std::make_unique<McpServers>(
      std::move(offer), server_options(product->callers_),
      mcp::ServerParts{
          .tasks = &product->tasks_, .states = &product->states_, .changes = &product->changes_});
  if (auto ok = product->servers_->check(); !ok) return fail(ok.error());
  if (auto ok = product->trust_issuers(executor); !ok) return fail(ok.error());
  return product;
}

Result<> Product::trust_issuers(const asio::any_io_executor& executor) {
  for (const auto& one : foundation_->settings.oauth.issuers) {
    oauth::IssuerSettings settings{
        .issuer = one.issuer,
        .audiences =
            one.audience.empty() ? mcp_addresses(links_.public_url()) : std::vector{one.audience},
        .jwks_url = one.jwks_url,
        .user_claim =
            oauth::parse_user_claim(one.user_claim).value_or(oauth::UserClaim::preferred_username)};
    if (auto ok = oauth::check_settings(settings); !ok) {
      return fail_in("oauth: issuers", ok.error());
    }
    authenticator_.trust(
        std::make_unique<oauth::Issuer>(executor, http_, foundation_->clock, std::move(settings)),
        identity::parse_assurance(one.trust).value_or(identity::Assurance::device));
  }
  return {};
}

Product::Product(const asio::any_io_executor& executor, std::unique_ptr<Foundation> foundation,
                 std::unique_ptr<StoredSecrets> secrets, const Clock& clock, std::string public_url,
                 broadcast::Schedule schedule)
    : foundation_(std::move(foundation)),
      secrets_(std::move(secrets)),
      id_(make_uuid(foundation_->random)),
      audit_log_(*foundation_->database, foundation_->fingerprint),
      plans_(*foundation_->database, secrets_->cipher()),
      checkpoints_(*foundation_->database, secrets_->cipher()),
      aliases_(*foundation_->database),
      approver_({.plans = plans_,
                 .log = audit_log_,
                 .hasher = foundation_->fingerprint,
                 .clock = clock,
                 .random = foundation_->random},
                approval_rules(foundation_->settings.safety)),
      cloud_({.http = http_,
              .vault = secrets_->vault(),
              .clock = clock,
              .sleeper = sleeper_,
              .random = foundation_->random},
             foundation_->settings.tencent),
      fingerprints_(secrets_->box()),
      places_([this](const auto& user) -> auto& { return cloud_.estate(user); }, aliases_),
      recent_lines_(clock),
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
      picture_model_(make_picture_model(http_, sleeper_, clock, foundation_->settings.llm)),
      narrator_(model_.get(), {}),
      incidents_(executor, {.foundation = *foundation_,
                            .secrets = *secrets_,
                            .cloud = cloud_,
                            .places = places_,
                            .changes = change_ports(),
                            .log = audit_log_,
                            .broadcasts = broadcasts_,
                            .vault = secrets_->vault(),
                            .model = model_.get(),
                            .holder = id_}),
      nights_({.alerts = incidents_.alerts(),
               .operations = incidents_.operations(),
               .people = incidents_.people(),
               .clock = clock}),
      voice_(make_voice(foundation_->settings, cloud_, foundation_->random)),
      audio_(std::filesystem::path(foundation_->settings.state_dir) / "audio",
             foundation_->hashing),
      preparer_({.store = broadcasts_,
                 .source = digests_,
                 .narrator = narrator_,
                 .voice = voice_.get(),
                 .audio = &audio_,
                 .clock = clock,
                 .random = foundation_->random,
                 .nights = &nights_},
                schedule),
      greeter_(broadcasts_, preparer_, clock),
      links_(broadcasts_, clock, foundation_->random, std::move(public_url)),
      pictures_(clock, foundation_->random),
      site_(links_, pictures_,
            [this](std::string bearer) { return knows(&authenticator_, std::move(bearer)); }),
      authenticator_(foundation_->directory),
      callers_(foundation_->directory),
      api_({.who = [this](std::string bearer) { return who_holds(std::move(bearer)); },
            .account_of =
                [this](identity::User user) {
                  return incidents_.people().account_of(std::move(user));
                },
            .rules = [this] { return incidents_.alert_rules(); },
            .alerts = incidents_.alerts(),
            .quiet = incidents_.quiet(),
            .learned = incidents_.learned(),
            .desk = incidents_.desk(),
            .operations = incidents_.operations(),
            .checkpoints = checkpoints_,
            .log = audit_log_,
            .clock = clock}),
      remainders_(clock),
      task_store_(*foundation_->database),
      used_once_(*foundation_->database, clock),
      states_(secrets_->box(), used_once_, clock, foundation_->random),
      tasks_({.tools = all_tools_,
              .store = task_store_,
              .changes = changes_,
              .clock = clock,
              .random = foundation_->random,
              .sleeper = sleeper_,
              .executor = executor,
              .options = {.holder = id_}}) {}

clusters::ChangePorts Product::change_ports() {
  return {.checkpoints = checkpoints_,
          .fingerprints = fingerprints_,
          .cipher = secrets_->cipher(),
          .clock = foundation_->clock,
          .sleeper = sleeper_,
          .random = foundation_->random};
}

services::LogToolPorts Product::log_ports() {
  return {.callers = callers_,
          .clock = foundation_->clock,
          .store = [this](const identity::User& user, std::string region) -> logs::LogStore& {
            return cloud_.log_store(user, std::move(region));
          },
          .admin = [this](const identity::User& user, std::string region) -> logs::LogAdmin& {
            return cloud_.log_admin(user, std::move(region));
          },
          .usual_region = foundation_->settings.tencent.region,
          .usual_topics = foundation_->settings.tencent.topics,
          .recent = recent_lines_,
          .approver = &approver_,
          .painter = &painter_,
          .picture_model = picture_model_.get(),
          .public_url = links_.public_url(),
          .own_picture =
              [this](std::string url) {
                return read_picture(&pictures_, links_.public_url(), std::move(url));
              }};
}

services::DevopsToolPorts Product::devops_ports() {
  return {.callers = callers_,
          .clock = foundation_->clock,
          .alerts = incidents_.alerts(),
          .quiet = incidents_.quiet(),
          .desk = incidents_.desk(),
          .operations = incidents_.operations(),
          .people = incidents_.people(),
          .approver = approver_,
          .places = places_,
          .changes = change_ports(),
          .good = incidents_.good_states(),
          .work = incidents_.work(),
          .rules = [this] { return incidents_.alert_rules(); },
          .save_user =
              [this](identity::User user) {
                return foundation_->directory.update_user(std::move(user));
              },
          .dashboard =
              [this](identity::User user, std::string said) {
                return name_dashboard(log_ports(), std::move(user), std::move(said));
              }};
}

Async<Result<identity::Principal>> Product::who_holds(std::string bearer) {
  auto principal = co_await authenticator_.authenticate(std::move(bearer));
  if (!principal) co_return fail(std::move(principal).error());
  co_return co_await callers_.resolve(std::move(*principal));
}

Async<> Product::recover_plans() {
  const auto found = co_await approver_.recover();
  if (!found) {
    spdlog::warn("looking for abandoned plans: {}", found.error().message);
    co_return;
  }
  for (const auto& plan : *found) {
    spdlog::warn("plan {} ({} of {}) was left in the middle: nobody knows what came of it", plan.id,
                 plan.action, plan.target);
  }
}

Result<Offer> Product::make_offer() {
  const services::BroadcastToolPorts broadcast{.greeter = greeter_,
                                               .store = broadcasts_,
                                               .callers = callers_,
                                               .clock = foundation_->clock,
                                               .link = [this](std::string digest_id) {
                                                 return links_.create(std::move(digest_id),
                                                                      kShareLifetime);
                                               }};
  const services::PlanToolPorts plans{
      .approver = approver_, .callers = callers_, .executors = executors_};
  const auto log_store = [this](const identity::User& user, std::string region) -> logs::LogStore& {
    return cloud_.log_store(user, std::move(region));
  };
  const std::set devops{Service::devops};
  Offer offer;
  offer.tools = {
      {.item = services::greet_tool(broadcast), .services = devops},
      {.item = services::repeat_broadcast_tool(broadcast), .services = devops},
      {.item = services::confirm_plan_tool(plans)},
      {.item = services::cancel_plan_tool(plans)},
      {.item = services::who_am_i_tool(callers_)},
      {.item = services::get_task_tool(tasks_, callers_)},
      {.item = services::cancel_task_tool(tasks_, callers_)},
      // Its one sentence, when there is nothing left to read, is in the language most devices
      // speak.
      {.item = xiaozhi::read_on_tool(remainders_, Language::zh), .profiles = {Profile::device}},
  };
  const BasicToolPorts basic{
      .logs = log_ports(),
      .clusters = {.callers = callers_,
                   .clock = foundation_->clock,
                   .aliases = aliases_,
                   .approver = approver_,
                   .estate = [this](const identity::User& user) -> clusters::Estate& {
                     return cloud_.estate(user);
                   }},
      .changes = {.callers = callers_,
                  .approver = approver_,
                  .places = places_,
                  .changes = change_ports()}};
  if (auto added = add_basic_tools(offer, executors_, basic); !added)
    return fail(std::move(added).error());
  if (auto added = add_devops_tools(offer, executors_, devops_ports()); !added)
    return fail(std::move(added).error());
  nights_.look_at_dashboards_with(log_ports());
  for (auto& resource : services::report_resources({broadcasts_, callers_})) {
    offer.resources.push_back({.item = std::move(resource), .services = devops});
  }
  offer.resources.push_back(
      {.item = services::help_resource(callers_), .services = {Service::basic, Service::devops}});
  offer.resources.push_back({.item = services::digest_page(web::digest_app()), .services = devops});
  offer.resources.push_back(
      {.item = services::rollback_page(web::rollback_app()), .services = devops});
  for (auto& prompt : services::report_prompts({.store = broadcasts_,
                                                .callers = callers_,
                                                .clock = foundation_->clock,
                                                .logs = log_store})) {
    offer.prompts.push_back({.item = std::move(prompt), .services = devops});
  }
  return offer;
}

}  // namespace mtc::app
