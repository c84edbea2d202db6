#include "app/settings.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/zone.h"

namespace mtc::app {
namespace {

constexpr std::size_t kMaxFileBytes = 1U << 20U;
constexpr int kMaxDepth = 16;

const Fields<ServerSettings>& server_fields() {
  static const Fields<ServerSettings> table{
      field("listen", &ServerSettings::listen,
            "Address and port of the server; port 0 takes a free one", {.required = false}),
      field("public_url", &ServerSettings::public_url,
            "How people reach it from outside, for links; empty: http://<listen>",
            {.required = false}),
      field("allowed_origins", &ServerSettings::allowed_origins,
            "Browser origins that may call /mcp", {.required = false}),
      field("allowed_hosts", &ServerSettings::allowed_hosts,
            "Host names besides localhost that it answers to", {.required = false}),
      field("behind_tls_proxy", &ServerSettings::behind_tls_proxy,
            "A proxy with TLS stands in front: allows an address that the network can reach",
            {.required = false}),
  };
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
            "in state_dir. The "
            "environment variable MTC_SECRET_KEY wins",
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
  };
  return table;
}

const Fields<BroadcastSettings>& broadcast_fields() {
  static const Fields<BroadcastSettings> table{
      field("prepare_at", &BroadcastSettings::prepare_at,
            "Local time at which the night is closed and its broadcast prepared",
            {.required = false}),
      field("audio", &BroadcastSettings::audio, "Also speak it to a WAV file", {.required = false}),
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
  };
  return table;
}

const Fields<XiaozhiSettings>& xiaozhi_fields() {
  static const Fields<XiaozhiSettings> table{section_list(
      "endpoints", &XiaozhiSettings::endpoints, endpoint_fields(), "MCP endpoints to connect to")};
  return table;
}

// YAML's scalars have no type of their own: what reads as a number or a boolean is one, unless it
// is quoted.
Json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  bool flag = false;
  if (YAML::convert<bool>::decode(node, flag) && (text == "true" || text == "false")) return flag;
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error == std::errc{} && end == text.data() + text.size()) return whole;
  return text;
}

Result<Json> to_json(const YAML::Node& node, int depth) {
  if (depth > kMaxDepth) return fail(Errc::invalid_argument, "nested too deep");
  switch (node.Type()) {
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null:
      return Json(nullptr);
    case YAML::NodeType::Scalar:
      return scalar(node);
    case YAML::NodeType::Sequence: {
      Json out = Json::array();
      for (const auto& item : node) {
        auto value = to_json(item, depth + 1);
        if (!value) return value;
        out.push_back(std::move(*value));
      }
      return out;
    }
    case YAML::NodeType::Map: {
      Json out = Json::object();
      for (const auto& pair : node) {
        auto value = to_json(pair.second, depth + 1);
        if (!value) return value;
        out[pair.first.Scalar()] = std::move(*value);
      }
      return out;
    }
  }
  return Json(nullptr);
}

// The line of the deepest part of "server: listen: …" that the file has: errors name keys, people
// look for lines.
int line_of(const YAML::Node& root, std::string_view message) {
  YAML::Node node = root;
  int line = root.Mark().line;
  while (node.IsMap()) {
    const std::size_t colon = message.find(':');
    if (colon == std::string_view::npos) break;
    const std::string key(trim(message.substr(0, colon)));
    bool found = false;
    for (const auto& pair : node) {
      if (pair.first.Scalar() != key) continue;
      line = pair.first.Mark().line;
      node.reset(pair.second);
      found = true;
      break;
    }
    if (!found) break;
    message.remove_prefix(colon + 1);
  }
  return line + 1;
}

Result<void> check(const Settings& settings) {
  if (auto ok = parse_listen(settings.server.listen); !ok)
    return fail_in("server: listen", ok.error());
  if (auto ok = parse_time_of_day(settings.broadcast.prepare_at); !ok) {
    return fail_in("broadcast: prepare_at", ok.error());
  }
  for (const auto& endpoint : settings.xiaozhi.endpoints) {
    if (endpoint.url_env.empty() == endpoint.url_file.empty()) {
      return fail(Errc::invalid_argument, "xiaozhi: endpoints: give either url_env or url_file");
    }
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
      section("database", &Settings::database, database_fields(), "Where everything is kept"),
      section("secrets", &Settings::secrets, secret_fields(), "Encryption of stored credentials"),
      section("tencent", &Settings::tencent, tencent_fields(), "Tencent Cloud"),
      section("broadcast", &Settings::broadcast, broadcast_fields(), "The morning broadcast"),
      section("llm", &Settings::llm, llm_fields(), "Language model, optional"),
      section("xiaozhi", &Settings::xiaozhi, xiaozhi_fields(), "XiaoZhi devices"),
      field("state_dir", &Settings::state_dir,
            "Database, keys and audio; empty: $XDG_STATE_HOME/mcp-tencent-cloud",
            {.required = false}),
      field("log_level", &Settings::log_level, "Of the messages on stderr",
            {.required = false, .choices = {"trace", "debug", "info", "warn", "error"}}),
  };
  return table;
}

Result<Settings> parse_settings(std::string_view yaml, std::string_view name) {
  if (!is_valid_utf8(yaml))
    return fail(Errc::invalid_argument, fmt::format("{}: not valid UTF-8", name));
  YAML::Node root;
  try {
    root = YAML::Load(std::string(yaml));
  } catch (const YAML::Exception& e) {
    return fail(Errc::invalid_argument, fmt::format("{}, line {}: {}", name,
                                                    e.mark.is_null() ? 1 : e.mark.line + 1, e.msg));
  }
  if (root.IsNull()) return Settings{};
  if (!root.IsMap())
    return fail(Errc::invalid_argument,
                fmt::format("{}: expected names with values, such as \"server:\"", name));
  auto json = to_json(root, 0);
  if (!json) return fail_in(name, json.error());
  auto settings = settings_fields().parse(*json);
  if (settings) {
    if (auto ok = check(*settings); !ok) settings = fail(ok.error());
  }
  if (!settings) {
    const Error& error = settings.error();
    return fail(error.code,
                fmt::format("{}, line {}: {}", name, line_of(root, error.message), error.message));
  }
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

bool ListenAddress::is_loopback() const {
  return address.starts_with("127.") || address == "::1" || address == "localhost";
}

Result<ListenAddress> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  ListenAddress out;
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    std::string_view host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
      host = host.substr(1, host.size() - 2);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (error == std::errc{} && end == port.data() + port.size() && !port.empty() &&
        !host.empty()) {
      out.address = host;
      return out;
    }
  }
  return fail(
      Errc::invalid_argument,
      fmt::format("\"{}\" is not an address with a port; write it as 127.0.0.1:8080", text));
}

}  // namespace mtc::app
