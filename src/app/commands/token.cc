#include "app/commands/token.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

#include "app/commands/admin.h"
#include "app/commands/table.h"
#include "base/text.h"
#include "base/zone.h"
#include "infra/loop/run.h"

namespace mtc::app {

namespace {

using identity::ApiToken;
using identity::TokenOwner;

struct TokenOptions {
  AdminOptions admin;
  std::string user;
  std::vector<std::string> scopes{"ops.read"};
  std::string expires = "never";
  std::string label;
  std::string trust = "device";
  std::string prefix;
  bool all = false;
};

std::string when(std::optional<TimePoint> time) {
  return time ? format_civil(*time, Zone::utc()) : std::string("never");
}

std::string_view state_of(const TokenOwner& owner, TimePoint now) {
  if (owner.token.revoked) return "revoked";
  if (!owner.token.live(now)) return "expired";
  return owner.user.disabled ? "user disabled" : "active";
}

Json time_or_null(std::optional<TimePoint> time) {
  return time ? Json(format_iso_utc(*time)) : Json(nullptr);
}

Json to_json(const ApiToken& token, const std::string& username) {
  Json scopes = Json::array();
  for (const auto scope : token.scopes) scopes.push_back(name_of(scope));
  return {{"prefix", token.prefix},
          {"user", username},
          {"label", token.label},
          {"scopes", std::move(scopes)},
          {"trust", name_of(token.assurance)},
          {"created", format_iso_utc(token.created)},
          {"expires", time_or_null(token.expires)},
          {"last_used", time_or_null(token.last_used)},
          {"revoked", time_or_null(token.revoked)}};
}

int create_token(const TokenOptions& options) {
  auto scopes = identity::parse_scopes(join(options.scopes, ","));
  if (!scopes) return report(scopes.error());
  const auto lifetime = parse_lifetime(options.expires);
  if (!lifetime) return report(lifetime.error());
  const auto trust = identity::parse_assurance(options.trust);  // checked when it was parsed
  auto foundation = open_foundation(options.admin);
  if (!foundation) return report(foundation.error());
  auto issued =
      run((*foundation)
              ->directory.create_token(options.user, std::move(*scopes), *lifetime, options.label,
                                       trust.value_or(identity::Assurance::device)));
  if (!issued) return report(issued.error());

  int code = kOk;
  if (options.admin.json) {
    Json json = to_json(issued->token, to_lower_ascii(trim(options.user)));
    json["token"] = issued->secret;
    code = print_json(json);
  } else {
    // Alone on stdout, so that a script can take it.
    fmt::print(stderr,
               "Token for {} ({}), trust: {}, expires: {}. It is shown only now; keep it like a "
               "password.\n",
               options.user, identity::format_scopes(issued->token.scopes),
               name_of(issued->token.assurance), when(issued->token.expires));
    code = print(issued->secret + "\n");
  }
  wipe(issued->secret);
  return code;
}

int list_tokens(const TokenOptions& options) {
  auto foundation = open_foundation(options.admin);
  if (!foundation) return report(foundation.error());
  auto tokens = run((*foundation)->directory.tokens());
  if (!tokens) return report(tokens.error());
  const auto now = (*foundation)->clock.now();
  if (!options.all)
    std::erase_if(*tokens, [&](const TokenOwner& owner) { return !owner.token.live(now); });
  if (options.admin.json) {
    Json list = Json::array();
    for (const auto& owner : *tokens) {
      list.push_back(to_json(owner.token, owner.user.username));
      list.back()["state"] = state_of(owner, now);
    }
    return print_json(list);
  }
  if (tokens->empty())
    return print("no tokens; make one with: mcp-tencent-cloud token create USER\n");
  std::vector<std::vector<std::string>> rows{{"TOKEN", "USER", "SCOPES", "TRUST", "LABEL",
                                              "CREATED (UTC)", "EXPIRES (UTC)", "LAST USED (UTC)",
                                              "STATE"}};
  for (const auto& owner : *tokens) {
    rows.push_back({owner.token.prefix + "…", owner.user.username,
                    identity::format_scopes(owner.token.scopes),
                    std::string(name_of(owner.token.assurance)), owner.token.label,
                    when(owner.token.created), when(owner.token.expires),
                    when(owner.token.last_used), std::string(state_of(owner, now))});
  }
  return print(format_table(rows));
}

int revoke_token(const TokenOptions& options) {
  auto foundation = open_foundation(options.admin);
  if (!foundation) return report(foundation.error());
  const auto revoked = run((*foundation)->directory.revoke_token(options.prefix));
  if (!revoked) return report(revoked.error());
  if (options.admin.json)
    return print_json(
        Json{{"prefix", revoked->prefix}, {"revoked", time_or_null(revoked->revoked)}});
  return print(fmt::format("token {}… revoked\n", revoked->prefix));
}

}  // namespace

Result<std::optional<Millis>> parse_lifetime(std::string_view text) {
  if (text == "never") return std::nullopt;
  constexpr long long kMost = 10LL * 366 * 24 * 60;  // minutes
  const auto broken = [] {
    return fail(Errc::invalid_argument,
                "--expires: write a number and m, h, d or w (30m, 12h, 90d, 52w; at most ten "
                "years), or never");
  };
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end + 1 != text.data() + text.size() || number <= 0 || number > kMost)
    return broken();
  const long long minutes = *end == 'm'   ? 1
                            : *end == 'h' ? 60
                            : *end == 'd' ? 24 * 60
                            : *end == 'w' ? 7 * 24 * 60
                                          : 0;
  if (minutes == 0 || number > kMost / minutes) return broken();
  return std::chrono::minutes(number * minutes);
}

void add_token_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<TokenOptions>();
  auto* const token =
      app.add_subcommand("token", "Access tokens for devices and programs: create, list, revoke");
  token->require_subcommand(1);
  token->footer("Example: mcp-tencent-cloud token create zhangsan --scope ops.read --expires 90d");

  auto* const create = token->add_subcommand("create", "Make a token and print it once");
  create->footer(
      "Example: mcp-tencent-cloud token create zhangsan --scope ops.read --label 'XiaoZhi at "
      "home'");
  create->add_option("USER", options->user, "Whose token it is")->required();
  create->add_option("--scope", options->scopes,
                     "ops.read, ops.operate or ops.admin; a higher one includes the lower");
  create
      ->add_option("--trust", options->trust,
                   "How sure the token makes us that it is this person: device is enough for "
                   "looking, voice for changes too, strong for what cannot be undone")
      ->check(CLI::IsMember({"device", "voice", "strong"}))
      ->capture_default_str();
  create->add_option("--expires", options->expires, "30m, 12h, 90d, 52w or never");
  create->add_option("--label", options->label, "What it is for");
  add_admin_options(*create, options->admin);
  create->callback([=, &exit_code] { exit_code = create_token(*options); });

  auto* const list = token->add_subcommand("list", "List tokens that still work");
  list->footer("Example: mcp-tencent-cloud token list --all");
  list->add_flag("--all", options->all, "Expired and revoked ones too");
  add_admin_options(*list, options->admin);
  list->callback([=, &exit_code] { exit_code = list_tokens(*options); });

  auto* const revoke = token->add_subcommand("revoke", "End a token at once");
  revoke->footer("Example: mcp-tencent-cloud token revoke mtc_AbC1");
  revoke->add_option("PREFIX", options->prefix, "How the token begins, as the list shows it")
      ->required();
  add_admin_options(*revoke, options->admin);
  revoke->callback([=, &exit_code] { exit_code = revoke_token(*options); });
}

}  // namespace mtc::app
