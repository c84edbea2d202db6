#include "app/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "app/listen_address.h"
#include "app/offer.h"
#include "app/yaml.h"
#include "base/characters.h"
#include "base/zone.h"
#include "domain/logs/region.h"
#include "infra/http/url.h"

namespace mtc::app {
namespace {

constexpr std::size_t kMaxFileBytes = 1U << 20U;

const Fields<ServerSettings>& server_fields() {
  static const Fields<ServerSettings> table{
      field("listen", &ServerSettings::listen,
            "Address and port of the server; port 0 takes a free one", {.required = false}),
      field("public_url", &ServerSettings::public_url,
            "How people reach it from outside, for links; empty: http(s)://<listen>",
            {.required = false}),
      field("allowed_origins", &ServerSettings::allowed_origins,
            "Browser origins that may call /mcp", {.required = false}),
      field("allowed_hosts", &ServerSettings::allowed_hosts,
            "Host names besides localhost that it answers to", {.required = false}),
      field("services", &ServerSettings::services,
            "Which to serve: basic, devops, push, analytics; empty: all", {.required = false}),
      field("tls_certificate", &ServerSettings::tls_certificate,
            "PEM file with the certificate and those that signed it; read again on SIGHUP",
            {.required = false}),
      field("tls_key", &ServerSettings::tls_key,
            "PEM file with its private key, readable by its owner only", {.required = false}),
      field("behind_tls_proxy", &ServerSettings::behind_tls_proxy,
            "A proxy with TLS stands in front: allows an address that the network can reach",
            {.required = false}),
      field("old_sse", &ServerSettings::old_sse,
            "Also serve the transport of 2024-11-05 at /sse, for clients that know no other",
            {.required = false}),
      field("requests_per_second", &ServerSettings::requests_per_second,
            "What one user may ask in the long run; four times that at once",
            {.required = false, .minimum = 0.1, .maximum = 100000}),
      field("concurrent_requests", &ServerSettings::concurrent_requests,
            "Requests and streams of one user at a time",
            {.required = false, .minimum = 1, .maximum = 100000}),
      field(
          "connections_per_address", &ServerSettings::connections_per_address,
          "Connections from one address of the network at a time; 0: any number, as it is behind a "
          "proxy and on this machine, where all come from one",
          {.required = false, .minimum = 0, .maximum = 100000}),
      field("stop_within_seconds", &ServerSettings::stop_within_seconds,
            "How long running calls may finish when the server stops",
            {.required = false, .minimum = 0, .maximum = 600}),
  };
  return table;
}

const Fields<OauthIssuerSettings>& issuer_fields() {
  static const Fields<OauthIssuerSettings> table{
      field("issuer", &OauthIssuerSettings::issuer,
            "As its tokens name it, for example https://id.example.org/realms/ops"),
      field("audience", &OauthIssuerSettings::audience,
            "What tokens for this server name; empty: the address of one of its endpoints, as in "
            "<public_url>/mcp",
            {.required = false}),
      field("jwks_url", &OauthIssuerSettings::jwks_url,
            "Where its keys are; empty: as the issuer's metadata say", {.required = false}),
      field("user_claim", &OauthIssuerSettings::user_claim,
            "The claim that names our user; an email counts only if it is verified",
            {.required = false, .choices = {"preferred_username", "sub", "email"}}),
      field("trust", &OauthIssuerSettings::trust,
            "How sure its tokens make us that it is this person: device is enough for looking, "
            "voice for changes, strong for what cannot be undone",
            {.required = false, .choices = {"device", "voice", "strong"}}),
  };
  return table;
}

const Fields<OauthSettings>& oauth_fields() {
  static const Fields<OauthSettings> table{
      section_list("issuers", &OauthSettings::issuers, issuer_fields(),
                   "OAuth issuers whose access tokens are taken besides our own tokens")};
  return table;
}

const Fields<DatabaseSettings>& database_fields() {
  static const Fields<DatabaseSettings> table{
      field("url", &DatabaseSettings::url,
            "sqlite:///path/to/file.db; empty: data.db in state_dir. The environment variable "
            "MTC_DATABASE wins",
            {.required = false})};
  return table;
}

const Fields<SecretSettings>& secret_fields() {
  static const Fields<SecretSettings> table{
      field("key_file", &SecretSettings::key_file,
            "Key that encrypts stored credentials, readable by its owner only; empty: secret.key "
            "in state_dir. The environment variable MTC_SECRET_KEY wins",
            {.required = false})};
  return table;
}

const Fields<TencentSettings>& tencent_fields() {
  static const Fields<TencentSettings> table{
      field("region", &TencentSettings::region, "Region whose logs are watched",
            {.required = false}),
      field("endpoint", &TencentSettings::endpoint,
            "Replaces the API host, for the emulator: http://127.0.0.1:9000", {.required = false}),
      field("internal", &TencentSettings::internal, "Use the hosts inside Tencent Cloud's network",
            {.required = false}),
      field("scope", &TencentSettings::scope, "What the logs are called when spoken of",
            {.required = false}),
      field("topics", &TencentSettings::topics,
            "Ids or names of the log topics of the digest; empty: every indexed one",
            {.required = false}),
      field("regions", &TencentSettings::regions,
            "Regions whose clusters are looked at, ap-guangzhou; empty: all public ones",
            {.required = false}),
      field("cluster", &TencentSettings::cluster,
            "Name or id of the cluster that is meant when none is named", {.required = false}),
      field("cluster_reach", &TencentSettings::cluster_reach,
            "How clusters are reached: over the internet, or from inside their network",
            {.required = false, .choices = {"external", "internal"}}),
  };
  return table;
}

const Fields<BroadcastSettings>& broadcast_fields() {
  static const Fields<BroadcastSettings> table{
      field("prepare_at", &BroadcastSettings::prepare_at,
            "Local time at which the night is closed and its broadcast prepared",
            {.required = false}),
      field("audio", &BroadcastSettings::audio, "Also speak it to a WAV file", {.required = false}),
      field("keep_days", &BroadcastSettings::keep_days, "How long digests and broadcasts are kept",
            {.required = false, .minimum = 8, .maximum = 36500}),
      field("voice", &BroadcastSettings::voice,
            "Who speaks it: espeak on this machine, or Tencent Cloud's TextToVoice",
            {.required = false, .choices = {"espeak", "tencent"}}),
  };
  return table;
}

const Fields<LlmSettings>& llm_fields() {
  static const Fields<LlmSettings> table{
      field("base_url", &LlmSettings::base_url,
            "OpenAI-compatible endpoint, e.g. https://api.hunyuan.cloud.tencent.com/v1; empty: no "
            "model",
            {.required = false}),
      field("model", &LlmSettings::model, "Name of the model", {.required = false}),
      field("picture_model", &LlmSettings::picture_model,
            "Name of a model at the same address that sees pictures, for screenshots of "
            "dashboards; empty: none",
            {.required = false}),
      field("api_key_env", &LlmSettings::api_key_env, "Environment variable that holds the key",
            {.required = false}),
      field("timeout_seconds", &LlmSettings::timeout_seconds, "How long one answer may take",
            {.required = false, .minimum = 1, .maximum = 300}),
  };
  return table;
}

const Fields<XiaozhiEndpointSettings>& endpoint_fields() {
  static const Fields<XiaozhiEndpointSettings> table{
      field("user", &XiaozhiEndpointSettings::user, "Whose device it is: a username"),
      field("url_env", &XiaozhiEndpointSettings::url_env,
            "Environment variable that holds the endpoint's URL", {.required = false}),
      field("url_file", &XiaozhiEndpointSettings::url_file, "File that holds the endpoint's URL",
            {.required = false}),
      field("trust", &XiaozhiEndpointSettings::trust,
            "How sure the device makes us that it is this person: device is enough for looking, "
            "voice for changes too, where nobody else speaks to it",
            {.required = false, .choices = {"device", "voice"}}),
  };
  return table;
}

const Fields<XiaozhiSettings>& xiaozhi_fields() {
  static const Fields<XiaozhiSettings> table{section_list(
      "endpoints", &XiaozhiSettings::endpoints, endpoint_fields(), "MCP endpoints to connect to")};
  return table;
}

const Fields<AlertSettings>& alert_fields() {
  static const Fields<AlertSettings> table{
      field("rules", &AlertSettings::rules,
            "File of the scoring rules (config/alert_rules.json); read again when it changes; "
            "empty: the built-in ones",
            {.required = false}),
      field(
          "rollback", &AlertSettings::rollback,
          "File that says what may be repaired without asking (config/rollback_config.json); read "
          "again when it changes; empty: the built-in one",
          {.required = false}),
      field("ask", &AlertSettings::ask,
            "Ask the cloud for its alarms, besides those that it sends to /hooks",
            {.required = false}),
      field("ask_every_seconds", &AlertSettings::ask_every_seconds, "How often",
            {.required = false, .minimum = 5, .maximum = 3600}),
      field("log_regions", &AlertSettings::log_regions,
            "Regions whose log alarms are asked for; empty: tencent.region", {.required = false}),
      field("hook_requests_per_second", &AlertSettings::hook_requests_per_second,
            "What one key of /hooks may send in the long run",
            {.required = false, .minimum = 1, .maximum = 100000}),
      field("hook_requests_at_once", &AlertSettings::hook_requests_at_once,
            "What it may send at once, as in a storm",
            {.required = false, .minimum = 1, .maximum = 1000000}),
      field("keep_good_states", &AlertSettings::keep_good_states,
            "Keep how releases are while they are well (encrypted, Secrets among them): what a "
            "rollback puts back",
            {.required = false}),
      field("good_after_minutes", &AlertSettings::good_after_minutes,
            "How long a release has to be well before that is kept",
            {.required = false, .minimum = 1, .maximum = 1440}),
      field("keep_days", &AlertSettings::keep_days, "How long alerts and rollbacks are kept",
            {.required = false, .minimum = 7, .maximum = 3650}),
  };
  return table;
}

const Fields<SafetySettings>& safety_fields() {
  static const Fields<SafetySettings> table{
      field("protected_namespaces", &SafetySettings::protected_namespaces,
            "Kubernetes namespaces that only administrators with strong trust may change",
            {.required = false}),
      field("changes_per_user_an_hour", &SafetySettings::changes_per_user_an_hour,
            "How many changes one person may make within an hour",
            {.required = false, .minimum = 1, .maximum = 100000}),
      field("changes_per_target_in_ten_minutes", &SafetySettings::changes_per_target_in_ten_minutes,
            "How often one thing may be changed within ten minutes, by whomever",
            {.required = false, .minimum = 1, .maximum = 100000}),
      field("plan_minutes", &SafetySettings::plan_minutes,
            "How long a plan waits for its spoken code",
            {.required = false, .minimum = 1, .maximum = 60}),
  };
  return table;
}

// An address that paths can be put behind: without its slashes at the end.
Result<std::string> read_public_url(std::string_view text) {
  constexpr auto kWanted = "expected an address as https://ops.example.com";
  if (text.find_first_of("?#") != std::string_view::npos) {
    return fail(Errc::invalid_argument,
                fmt::format("{}, without anything from ? or # on", kWanted));
  }
  const bool printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
  const auto scheme_end = text.find("://");
  const auto rest = scheme_end == text.npos ? text : text.substr(scheme_end + 3);
  const bool names_user = rest.substr(0, rest.find('/')).contains('@');
  if (!printable || names_user || !host_of_url(text)) return fail(Errc::invalid_argument, kWanted);
  while (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

// 广州 → ap-guangzhou. An id that is not known may be a new one.
Result<void> read_region(std::string& text) {
  if (auto known = logs::parse_region(text)) {
    text = std::move(*known);
    return {};
  }
  const auto fits = [](char c) { return is_digit(c) || is_lower(c) || c == '-'; };
  if (text.contains('-') && std::ranges::all_of(text, fits)) return {};
  return fail(Errc::invalid_argument,
              fmt::format("\"{}\" is not a region; write its id, such as ap-guangzhou", text));
}

// Also gives what may be written in several ways its one form.
Result<void> check(Settings& settings) {
  if (auto ok = parse_listen(settings.server.listen); !ok)
    return fail_in("server: listen", ok.error());
  if (auto& url = settings.server.public_url; !url.empty()) {
    auto read = read_public_url(url);
    if (!read) return fail_in("server: public_url", std::move(read).error());
    url = std::move(*read);
  }
  if (auto ok = parse_time_of_day(settings.broadcast.prepare_at); !ok) {
    return fail_in("broadcast: prepare_at", ok.error());
  }
  if (auto ok = parse_services(settings.server.services); !ok) {
    return fail_in("server: services", ok.error());
  }
  if (settings.server.tls_certificate.empty() != settings.server.tls_key.empty()) {
    return fail(Errc::invalid_argument,
                "server: tls_certificate: give it together with tls_key, or neither");
  }
  for (const auto& endpoint : settings.xiaozhi.endpoints) {
    if (endpoint.url_env.empty() == endpoint.url_file.empty()) {
      return fail(Errc::invalid_argument, "xiaozhi: endpoints: give either url_env or url_file");
    }
  }
  if (auto ok = read_region(settings.tencent.region); !ok)
    return fail_in("tencent: region", ok.error());
  for (auto& region : settings.tencent.regions) {
    if (auto ok = read_region(region); !ok) return fail_in("tencent: regions", ok.error());
  }
  if (settings.llm.base_url.empty() && !settings.llm.picture_model.empty()) {
    return fail(Errc::invalid_argument,
                "llm: picture_model: set base_url too; the model is asked at that address");
  }
  if (!settings.llm.base_url.empty() && settings.llm.model.empty()) {
    return fail(Errc::invalid_argument,
                "llm: model: missing; base_url is set, so a model has to be named");
  }
  return {};
}

}  // namespace

const Fields<Settings>& settings_fields() {
  static const Fields<Settings> table{
      section("server", &Settings::server, server_fields(), "The HTTP server"),
      section("oauth", &Settings::oauth, oauth_fields(), "Access tokens of others, optional"),
      section("database", &Settings::database, database_fields(), "Where everything is kept"),
      section("secrets", &Settings::secrets, secret_fields(), "Encryption of stored credentials"),
      section("tencent", &Settings::tencent, tencent_fields(), "Tencent Cloud"),
      section("broadcast", &Settings::broadcast, broadcast_fields(), "The morning broadcast"),
      section("llm", &Settings::llm, llm_fields(), "Language model, optional"),
      section("xiaozhi", &Settings::xiaozhi, xiaozhi_fields(), "XiaoZhi devices"),
      section("safety", &Settings::safety, safety_fields(), "Who may change what, and how often"),
      section("alerts", &Settings::alerts, alert_fields(), "Alarms, and repairing by itself"),
      field("state_dir", &Settings::state_dir,
            "Database, keys and audio; empty: $XDG_STATE_HOME/mcp-tencent-cloud",
            {.required = false}),
      field("log_level", &Settings::log_level, "Of the messages on stderr",
            {.required = false, .choices = {"trace", "debug", "info", "warn", "error"}}),
  };
  return table;
}

Result<Settings> parse_settings(std::string_view text, std::string_view name) {
  auto file = YamlFile::parse(text, std::string(name));
  if (!file) return fail(std::move(file).error());
  if (file->json().is_null()) return Settings{};
  if (!file->json().is_object())
    return fail(Errc::invalid_argument,
                fmt::format("{}: expected names with values, such as \"server:\"", name));
  auto settings = settings_fields().parse(file->json());
  if (!settings) return fail(file->locate(settings.error()));
  if (auto ok = check(*settings); !ok) return fail(file->locate(ok.error()));
  return settings;
}

Result<Settings> load_settings(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return fail(Errc::not_found, fmt::format("cannot read the settings file {}", file.string()));
  std::string text(kMaxFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMaxFileBytes)
    return fail(Errc::invalid_argument, fmt::format("{}: larger than 1 MiB", file.string()));
  return parse_settings(text, file.string());
}

Settings with_defaults(Settings settings) {
  if (settings.state_dir.empty()) {
    const char* state = std::getenv("XDG_STATE_HOME");
    const char* home = std::getenv("HOME");
    const std::filesystem::path base =
        state != nullptr && *state != '\0'
            ? state
            : std::filesystem::path(home != nullptr ? home : ".") / ".local/state";
    settings.state_dir = (base / "mcp-tencent-cloud").string();
  }
  const std::filesystem::path dir = settings.state_dir;
  // As for the administrative commands: both must mean the same file.
  if (const char* url = std::getenv("MTC_DATABASE"); url != nullptr && *url != '\0')
    settings.database.url = url;
  if (settings.database.url.empty())
    settings.database.url = "sqlite://" + std::filesystem::absolute(dir / "data.db").string();
  if (settings.secrets.key_file.empty()) settings.secrets.key_file = (dir / "secret.key").string();
  return settings;
}

}  // namespace mtc::app
