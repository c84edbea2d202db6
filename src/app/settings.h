// The settings file: what an operator may decide. docs/CONFIGURATION.md is printed from the tables
// in settings.cc.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/fields.h"
#include "base/result.h"

namespace mtc::app {

struct ServerSettings {
  std::string listen = "127.0.0.1:8080";
  std::string public_url;  // without a slash at the end; empty: http(s)://<listen>
  std::vector<std::string> allowed_origins;
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> services;  // empty: all four
  std::string tls_certificate;        // PEM files; both or none
  std::string tls_key;
  bool behind_tls_proxy = false;     // allows an address that the network can reach
  bool old_sse = false;              // the transport of 2024-11-05
  double requests_per_second = 50;   // of one principal, in the long run
  int concurrent_requests = 64;      // of one principal
  int connections_per_address = 64;  // from the network, without a proxy; 0: any number
  int stop_within_seconds = 10;      // running calls may finish
  friend bool operator==(const ServerSettings&, const ServerSettings&) = default;
};

struct DatabaseSettings {
  std::string url;  // empty: sqlite below the state directory
  friend bool operator==(const DatabaseSettings&, const DatabaseSettings&) = default;
};

struct SecretSettings {
  std::string key_file;  // empty: below the state directory; MTC_SECRET_KEY in the environment wins
  friend bool operator==(const SecretSettings&, const SecretSettings&) = default;
};

struct TencentSettings {
  std::string region = "ap-guangzhou";
  std::string endpoint;  // overrides the host, e.g. http://127.0.0.1:9000 for the emulator
  bool internal = false;
  std::string scope = "线上日志";
  std::vector<std::string> topics;         // ids or names; empty: every indexed topic of the region
  std::vector<std::string> regions;        // where clusters are looked for; empty: everywhere
  std::string cluster;                     // name or id of the usual one
  std::string cluster_reach = "external";  // or "internal"
  friend bool operator==(const TencentSettings&, const TencentSettings&) = default;
};

struct OauthIssuerSettings {
  std::string issuer;
  std::string audience;  // empty: the addresses of this server's endpoints
  std::string jwks_url;
  std::string user_claim = "preferred_username";
  std::string trust = "device";  // how sure its tokens make us of the person
  friend bool operator==(const OauthIssuerSettings&, const OauthIssuerSettings&) = default;
};

struct OauthSettings {
  std::vector<OauthIssuerSettings> issuers;
  friend bool operator==(const OauthSettings&, const OauthSettings&) = default;
};

struct BroadcastSettings {
  std::string prepare_at = "05:00";
  bool audio = true;
  int keep_days = 400;           // digests and broadcasts
  std::string voice = "espeak";  // or "tencent": TextToVoice, with the installation's key
  friend bool operator==(const BroadcastSettings&, const BroadcastSettings&) = default;
};

struct LlmSettings {
  std::string base_url;  // empty: no model
  std::string model;
  std::string picture_model;  // one that sees, at the same address; empty: none
  std::string api_key_env;    // name of the environment variable that holds the key
  int timeout_seconds = 20;
  friend bool operator==(const LlmSettings&, const LlmSettings&) = default;
};

struct XiaozhiEndpointSettings {
  std::string user;              // whose device this is: username
  std::string url_env;           // the endpoint's URL holds a token, so it is not written here:
  std::string url_file;          // it comes from the environment or from a file only we may read
  std::string trust = "device";  // or "voice": only this person speaks to the device
  friend bool operator==(const XiaozhiEndpointSettings&, const XiaozhiEndpointSettings&) = default;
};

struct XiaozhiSettings {
  std::vector<XiaozhiEndpointSettings> endpoints;
  friend bool operator==(const XiaozhiSettings&, const XiaozhiSettings&) = default;
};

struct SafetySettings {
  std::vector<std::string> protected_namespaces{"kube-system", "kube-public", "kube-node-lease"};
  int changes_per_user_an_hour = 60;
  int changes_per_target_in_ten_minutes = 5;
  int plan_minutes = 2;
  friend bool operator==(const SafetySettings&, const SafetySettings&) = default;
};

struct AlertSettings {
  std::string rules;     // alert_rules.json; empty: the built-in ones
  std::string rollback;  // rollback_config.json; empty: the built-in one
  bool ask = true;       // the cloud for its alarms, besides what it sends
  int ask_every_seconds = 60;
  std::vector<std::string> log_regions;   // whose log alarms are asked for; empty: tencent.region
  double hook_requests_per_second = 400;  // of one key, in the long run
  int hook_requests_at_once = 20'000;
  bool keep_good_states = true;
  int good_after_minutes = 10;
  int keep_days = 400;  // alerts and rollbacks that are over
  friend bool operator==(const AlertSettings&, const AlertSettings&) = default;
};

struct Settings {
  ServerSettings server;
  OauthSettings oauth;
  DatabaseSettings database;
  SecretSettings secrets;
  TencentSettings tencent;
  BroadcastSettings broadcast;
  LlmSettings llm;
  XiaozhiSettings xiaozhi;
  SafetySettings safety;
  AlertSettings alerts;
  std::string state_dir;  // empty: $XDG_STATE_HOME/mcp-tencent-cloud
  std::string log_level = "info";
};

const Fields<Settings>& settings_fields();

// Reads and checks the whole file before anything starts. Errc::invalid_argument names file, line,
// key and what is expected; Errc::not_found if there is no such file.
Result<Settings> load_settings(const std::filesystem::path& file);
// The same from text; `name` stands for the file in messages.
Result<Settings> parse_settings(std::string_view yaml, std::string_view name);

// Empty members filled in: directories and URLs that depend on the machine.
Settings with_defaults(Settings settings);

}  // namespace mtc::app
