#include "app/commands/credential.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>
#include <memory>

#include "app/commands/admin.h"
#include "app/commands/table.h"
#include "base/zone.h"
#include "infra/loop/run.h"

namespace mtc::app {

namespace {

using identity::CredentialOwner;
using identity::TencentCredential;

struct CredentialOptions {
  AdminOptions admin;
  std::string user;  // empty: the installation
  std::string secret_id;
  std::string region;
  std::string secret_key_file;
  std::string token_file;
};

Result<CredentialOwner> find_owner(Foundation& foundation, const std::string& user) {
  if (user.empty()) return CredentialOwner{};
  const auto found = run(foundation.directory.find_user(user));
  if (!found) return fail(found.error());
  return CredentialOwner{found->id};
}

Result<TencentCredential> read_credential(const CredentialOptions& options) {
  TencentCredential credential{.secret_id = options.secret_id, .region = options.region};
  if (!options.token_file.empty()) {
    auto token = read_secret(options.token_file, "");
    if (!token) return fail(std::move(token).error());
    credential.token = std::move(*token);
  }
  auto key = read_secret(options.secret_key_file, "Secret key");
  if (!key) return fail(std::move(key).error());
  credential.secret_key = std::move(*key);
  return credential;
}

int set_credential(const CredentialOptions& options) {
  auto foundation = open_foundation(options.admin);
  if (!foundation) return report(foundation.error());
  const auto owner = find_owner(**foundation, options.user);
  if (!owner) return report(owner.error());
  const auto secrets = StoredSecrets::open(**foundation);
  if (!secrets) return report(secrets.error());
  auto credential = read_credential(options);
  if (!credential) return report(credential.error());
  const auto saved = run((*secrets)->vault().save(*owner, *credential));
  wipe(credential->secret_key);
  wipe(credential->token);
  if (!saved) return report(saved.error());
  const auto hint = identity::mask_secret_id(options.secret_id);
  if (options.admin.json)
    return print_json(
        Json{{"owner", options.user}, {"secret_id", hint}, {"region", options.region}});
  return print(fmt::format("credential {} stored, encrypted, for {}\n", hint,
                           options.user.empty() ? "the installation" : "user " + options.user));
}

Result<std::map<identity::UserId, std::string>> usernames(Foundation& foundation) {
  const auto users = run(foundation.directory.users());
  if (!users) return fail(users.error());
  std::map<identity::UserId, std::string> names;
  for (const auto& user : *users) names[user.id] = user.username;
  return names;
}

int list_credentials(const CredentialOptions& options) {
  auto foundation = open_foundation(options.admin);
  if (!foundation) return report(foundation.error());
  const auto secrets = StoredSecrets::open(**foundation);
  if (!secrets) return report(secrets.error());
  const auto list = run((*secrets)->vault().list());
  if (!list) return report(list.error());
  auto names = usernames(**foundation);
  if (!names) return report(names.error());

  Json json = Json::array();
  std::vector<std::vector<std::string>> rows{
      {"OWNER", "SECRET ID", "REGION", "CHANGED (UTC)", "KEY"}};
  for (const auto& one : *list) {
    const std::string user = one.owner ? (*names)[*one.owner] : "";
    json.push_back({{"owner", user},
                    {"secret_id", one.hint},
                    {"region", one.region},
                    {"changed", format_iso_utc(one.updated)},
                    {"newest_key", one.newest_key}});
    rows.push_back({one.owner ? user : "(installation)", one.hint, one.region,
                    format_civil(one.updated, Zone::utc()),
                    one.newest_key ? "newest" : "old: run credential rotate-key"});
  }
  if (options.admin.json) return print_json(json);
  if (list->empty())
    return print(
        "no credentials; store one with: mcp-tencent-cloud credential set --secret-id ID\n");
  return print(format_table(rows));
}

int remove_credential(const CredentialOptions& options) {
  auto foundation = open_foundation(options.admin);
  if (!foundation) return report(foundation.error());
  const auto owner = find_owner(**foundation, options.user);
  if (!owner) return report(owner.error());
  const auto secrets = StoredSecrets::open(**foundation);
  if (!secrets) return report(secrets.error());
  const auto removed = run((*secrets)->vault().remove(*owner));
  if (!removed) return report(removed.error());
  if (!*removed) return report({.code = Errc::not_found, .message = "there is no such credential"});
  return options.admin.json ? print_json(Json{{"removed", true}}) : print("credential removed\n");
}

int rotate_key(const CredentialOptions& options) {
  auto foundation = open_foundation(options.admin);
  if (!foundation) return report(foundation.error());
  const char* const environment = std::getenv("MTC_SECRET_KEY");
  const std::string& key_file = (*foundation)->settings.secrets.key_file;
  const bool from_environment = environment != nullptr && *environment != '\0';
  if (!from_environment) {
    // Creates the file on a new installation, so that the new key is the second one there.
    if (const auto secrets = StoredSecrets::open(**foundation); !secrets)
      return report(secrets.error());
    const auto ring = KeyRing::add_key_to_file(key_file, (*foundation)->random);
    if (!ring) return report(ring.error());
  }
  const auto secrets = StoredSecrets::open(**foundation);
  if (!secrets) return report(secrets.error());
  const auto done = run((*secrets)->vault().reseal());
  if (!done) return report(done.error());
  if (options.admin.json)
    return print_json(Json{{"encrypted_anew", done->resealed}, {"current", done->current}});
  return print(fmt::format(
      "{} credentials encrypted anew with {}, {} were already\n", done->resealed,
      from_environment ? std::string("the last key of MTC_SECRET_KEY") : "a new key in " + key_file,
      done->current));
}

}  // namespace

void add_credential_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<CredentialOptions>();
  auto* const credential = app.add_subcommand("credential", "Tencent Cloud keys, stored encrypted");
  credential->require_subcommand(1);
  credential->footer(
      "Example: mcp-tencent-cloud credential set --secret-id AKID… --region ap-guangzhou < "
      "key.txt");
  const auto add = [&](const char* name, const char* help, const char* example) {
    auto* const command = credential->add_subcommand(name, help);
    command->footer(std::string("Example: mcp-tencent-cloud credential ") + example);
    add_admin_options(*command, options->admin);
    add_key_option(*command, options->admin);
    return command;
  };

  auto* const set =
      add("set", "Store a key pair; the secret key is read from standard input or a file",
          "set --secret-id AKID… --region ap-guangzhou --secret-key-file key.txt");
  set->add_option("--secret-id", options->secret_id, "SecretId")->required();
  set->add_option("--region", options->region, "Default region, e.g. ap-guangzhou");
  set->add_option("--user", options->user,
                  "For this user only (default: for the whole installation)");
  set->add_option("--secret-key-file", options->secret_key_file,
                  "Read the secret key from the first line of this file")
      ->check(CLI::ExistingFile);
  set->add_option("--token-file", options->token_file,
                  "Session token of temporary keys, from the first line of this file")
      ->check(CLI::ExistingFile);
  set->callback([=, &exit_code] { exit_code = set_credential(*options); });

  auto* const list = add("list", "Show what is stored, without secrets", "list");
  list->callback([=, &exit_code] { exit_code = list_credentials(*options); });

  auto* const remove = add("remove", "Delete a stored key pair", "remove --user zhangsan");
  remove->add_option("--user", options->user, "This user's (default: the installation's)");
  remove->callback([=, &exit_code] { exit_code = remove_credential(*options); });

  auto* const rotate = add(
      "rotate-key", "Make a new protecting key and encrypt everything anew with it", "rotate-key");
  rotate->footer(
      "Example: mcp-tencent-cloud credential rotate-key\n"
      "With MTC_SECRET_KEY in the environment: put the new key (openssl rand -base64 32) after the "
      "old one,\n"
      "separated by a comma, and run this. Remove the old key when every server has been "
      "restarted.");
  rotate->callback([=, &exit_code] { exit_code = rotate_key(*options); });
}

}  // namespace mtc::app
