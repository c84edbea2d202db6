// The administration commands as a person types them: arguments in, exit code, stdout and stderr
// out.
#include "app/commands/admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sqlite3.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "adapters/storage/audit_repository.h"
#include "app/commands/audit.h"
#include "app/commands/credential.h"
#include "app/commands/migrate.h"
#include "app/commands/table.h"
#include "app/commands/token.h"
#include "app/commands/user.h"
#include "base/text.h"
#include "infra/loop/run.h"

namespace mtc::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

class AdminCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "mtc-admin-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    ::unsetenv("MTC_SECRET_KEY");
    ::setenv("MTC_DATABASE", ("sqlite://" + (folder_ / "data.db").string()).c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("MTC_DATABASE");
    std::filesystem::remove_all(folder_);
  }

  Outcome type(std::vector<std::string> arguments) {
    CLI::App app("test", "mcp-tencent-cloud");
    app.require_subcommand(1);
    Outcome outcome;
    add_user_command(app, outcome.code);
    add_token_command(app, outcome.code);
    add_migrate_command(app, outcome.code);
    add_credential_command(app, outcome.code);
    add_audit_command(app, outcome.code);
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    std::ranges::reverse(arguments);  // CLI11 takes them from the back
    try {
      app.parse(arguments);
    } catch (const CLI::ParseError& error) {
      outcome.code = app.exit(error) == 0 ? kOk : kUsage;
    }
    outcome.out = ::testing::internal::GetCapturedStdout();
    outcome.err = ::testing::internal::GetCapturedStderr();
    return outcome;
  }
  // With the key file of this test, which all credential commands need.
  Outcome credential(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "credential");
    arguments.insert(arguments.end(), {"--key-file", (folder_ / "secret.key").string()});
    return type(std::move(arguments));
  }
  std::string write_file(const std::string& name, const std::string& text) {
    const auto file = folder_ / name;
    std::ofstream(file) << text;
    return file.string();
  }

  std::filesystem::path folder_;
};

TEST_F(AdminCommands, AUserIsAddedChangedAndListed) {
  const auto added = type({"user", "add", "ZhangSan", "--display-name", "张三", "--window",
                           "06:30-09:30", "--rollback"});
  EXPECT_EQ(added.code, kOk) << added.err;
  EXPECT_EQ(added.out, "user zhangsan added\n");
  EXPECT_EQ(type({"user", "set", "zhangsan", "--language", "en", "--no-rollback"}).code, kOk);
  EXPECT_EQ(type({"user", "disable", "zhangsan"}).code, kOk);
  const auto list = Json::parse(type({"user", "list", "--json"}).out);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["display_name"], "张三");
  EXPECT_EQ(list[0]["window"], "06:30-09:30");
  EXPECT_EQ(list[0]["language"], "en");
  EXPECT_EQ(list[0]["rollback_permission"], false);
  EXPECT_EQ(list[0]["disabled"], true);
}

TEST_F(AdminCommands, WhatIsWrongIsSaidOnStderrWithAnExitCode) {
  ASSERT_EQ(type({"user", "add", "alice"}).code, kOk);
  const auto taken = type({"user", "add", "alice"});
  EXPECT_EQ(taken.code, kFailed);
  EXPECT_EQ(taken.out, "");
  EXPECT_THAT(taken.err, HasSubstr("alice is taken"));
  EXPECT_EQ(type({"user", "add", "bob", "--window", "soon"}).code, kUsage);
  EXPECT_EQ(type({"user", "add", "bob", "--zone", "Mars/Olympus"}).code, kUsage);
  EXPECT_EQ(type({"user", "add", "bob", "--language", "fr"}).code, kUsage);
  EXPECT_EQ(type({"user", "add"}).code, kUsage);
  EXPECT_EQ(type({"user"}).code, kUsage);
  EXPECT_EQ(type({"user", "list", "--database", "oracle://x"}).code, kUsage);
  EXPECT_NE(type({"token", "create", "nobody"}).code, kOk);
}

TEST_F(AdminCommands, ATokenStandsAloneOnStdoutAndIsNeverShownAgain) {
  ASSERT_EQ(type({"user", "add", "alice"}).code, kOk);
  const auto created = type(
      {"token", "create", "alice", "--scope", "ops.operate", "--expires", "90d", "--label", "家"});
  ASSERT_EQ(created.code, kOk) << created.err;
  const std::string secret(trim(created.out));
  EXPECT_TRUE(identity::looks_like_token(secret));
  EXPECT_EQ(created.out, secret + "\n");
  EXPECT_THAT(created.err, Not(HasSubstr(secret)));
  const auto hidden = secret.substr(12);
  for (const bool json : {false, true}) {
    auto list = json ? type({"token", "list", "--json"}) : type({"token", "list"});
    EXPECT_THAT(list.out, HasSubstr(secret.substr(0, 12)));
    EXPECT_THAT(list.out, HasSubstr("家"));
    EXPECT_THAT(list.out, Not(HasSubstr(hidden)));
  }
  const auto revoked = type({"token", "revoke", secret.substr(0, 10)});
  EXPECT_EQ(revoked.code, kOk) << revoked.err;
  EXPECT_EQ(Json::parse(type({"token", "list", "--json"}).out).size(), 0U);
  EXPECT_EQ(Json::parse(type({"token", "list", "--json", "--all"}).out)[0]["state"], "revoked");
}

TEST_F(AdminCommands, ASecretKeyComesFromAFileAndShowsNowhere) {
  const std::string secret = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
  const auto file = write_file("key.txt", secret + "\n");
  const auto set = credential({"set", "--secret-id", "AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA",
                               "--region", "ap-guangzhou", "--secret-key-file", file});
  ASSERT_EQ(set.code, kOk) << set.err;
  const auto list = credential({"list"});
  EXPECT_THAT(list.out, HasSubstr("AKID…hESA"));
  for (const auto& text : {set.out, set.err, list.out, list.err})
    EXPECT_THAT(text, Not(HasSubstr(secret)));

  const auto rotated = credential({"rotate-key", "--json"});
  ASSERT_EQ(rotated.code, kOk) << rotated.err;
  EXPECT_EQ(Json::parse(rotated.out)["encrypted_anew"], 1);
  AdminOptions options;
  options.database = std::getenv("MTC_DATABASE");
  options.key_file = (folder_ / "secret.key").string();
  auto foundation = open_foundation(options).value();
  const auto found = run(StoredSecrets::open(*foundation).value()->vault().find(std::nullopt));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->value().secret_key, secret);

  EXPECT_EQ(credential({"remove"}).code, kOk);
  EXPECT_NE(credential({"remove"}).code, kOk);
  EXPECT_EQ(credential(
                {"set", "--secret-id", "AKIDx", "--secret-key-file", write_file("empty.txt", "\n")})
                .code,
            kUsage);
}

TEST_F(AdminCommands, ATokenSaysHowSureItMakesUs) {
  ASSERT_EQ(type({"user", "add", "alice"}).code, kOk);
  ASSERT_EQ(type({"token", "create", "alice", "--label", "old"}).code, kOk);
  const auto created = type({"token", "create", "alice", "--scope", "ops.operate", "--trust",
                             "voice", "--label", "desk"});
  ASSERT_EQ(created.code, kOk) << created.err;
  EXPECT_THAT(created.err, HasSubstr("trust: voice"));
  EXPECT_EQ(type({"token", "create", "alice", "--trust", "none"}).code, kUsage);
  EXPECT_EQ(type({"token", "create", "alice", "--trust", "very"}).code, kUsage);
  const auto list = Json::parse(type({"token", "list", "--json"}).out);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0]["trust"], "device");
  EXPECT_EQ(list[1]["trust"], "voice");
  EXPECT_THAT(type({"token", "list"}).out, HasSubstr("TRUST"));
}

class AuditCommands : public AdminCommands {
 protected:
  void append(int rows) {
    AdminOptions options;
    options.database = std::getenv("MTC_DATABASE");
    auto foundation = open_foundation(options).value();
    storage::SqlAuditLog log(*foundation->database, foundation->fingerprint);
    for (int i = 0; i < rows; ++i) {
      ASSERT_TRUE(run(log.append({.time = foundation->clock.now(),
                                  .actor = i % 2 == 0 ? "alice" : "bob",
                                  .assurance = "voice",
                                  .channel = "http",
                                  .event = audit::Event::done,
                                  .action = "scale_workload",
                                  .target = "cls-1/shop/Deployment/pay",
                                  .plan = "",
                                  .reason = "",
                                  .before = "",
                                  .after = "",
                                  .details = {{"replicas", i}}})));
    }
  }
  // As somebody would who has the file.
  void tamper(const std::string& statement) {
    sqlite3* file = nullptr;
    ASSERT_EQ(sqlite3_open((folder_ / "data.db").c_str(), &file), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(file, statement.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(file);
  }
};

TEST_F(AuditCommands, AnEmptyLogIsWhole) {
  EXPECT_EQ(type({"audit", "verify"}).out, "the audit log is empty\n");
  EXPECT_EQ(type({"audit", "verify"}).code, kOk);
  EXPECT_THAT(type({"audit", "list"}).out, HasSubstr("nothing"));
  EXPECT_EQ(type({"audit", "export"}).out, "");
}

TEST_F(AuditCommands, WhatHappenedIsListedNewestFirst) {
  append(3);
  const auto table = type({"audit", "list"});
  EXPECT_EQ(table.code, kOk) << table.err;
  EXPECT_THAT(table.out, StartsWith("NUMBER"));
  EXPECT_LT(table.out.find("\n3 "), table.out.find("\n1 "));
  EXPECT_THAT(type({"audit", "list", "--actor", "bob"}).out, Not(HasSubstr("alice")));
  const auto lines = split(type({"audit", "list", "--json", "--limit", "2"}).out, '\n');
  ASSERT_EQ(lines.size(), 3U);  // the last one is empty
  EXPECT_EQ(Json::parse(type({"audit", "list", "--json", "--limit", "1"}).out)["number"], 3);
  EXPECT_THAT(type({"audit", "list", "--since", "1h"}).out, HasSubstr("alice"));
  EXPECT_EQ(type({"audit", "list", "--since", "soon"}).code, kUsage);
}

TEST_F(AuditCommands, EverythingIsExportedALineARow) {
  append(3);
  const auto all = type({"audit", "export", "--after", "1"}).out;
  const auto first = Json::parse(all.substr(0, all.find('\n')));
  EXPECT_EQ(first["number"], 2);
  EXPECT_EQ(first["actor"], "bob");
  EXPECT_EQ(first["details"]["replicas"], 1);
  EXPECT_EQ(first["hash"].get<std::string>().size(), 64U);
  EXPECT_EQ(std::ranges::count(all, '\n'), 2);
}

TEST_F(AuditCommands, VerifyNamesTheFirstRowThatWasTouched) {
  append(4);
  const auto whole = type({"audit", "verify"});
  EXPECT_EQ(whole.code, kOk);
  EXPECT_THAT(whole.out, StartsWith("4 rows, unbroken; the last is 4:"));
  const std::string noted(trim(whole.out.substr(whole.out.find("4:"))));
  EXPECT_EQ(type({"audit", "verify", "--expect", noted}).code, kOk);

  tamper("DELETE FROM audit_log WHERE number = 4");
  EXPECT_EQ(type({"audit", "verify"}).code, kOk) << "the chain alone cannot know";
  const auto cut = type({"audit", "verify", "--expect", noted});
  EXPECT_EQ(cut.code, kFailed);
  EXPECT_THAT(cut.err, HasSubstr("row 4 is missing"));

  tamper("UPDATE audit_log SET actor = 'mallory' WHERE number = 2");
  const auto broken = type({"audit", "verify"});
  EXPECT_EQ(broken.code, kFailed);
  EXPECT_THAT(broken.err, HasSubstr("row 2 was changed"));
  const auto json = type({"audit", "verify", "--json"});
  EXPECT_EQ(json.code, kFailed);
  EXPECT_EQ(Json::parse(json.out)["bad_row"], 2);
  EXPECT_EQ(type({"audit", "verify", "--expect", "four"}).code, kUsage);
}

TEST_F(AdminCommands, APasswordIsReadFromAFile) {
  ASSERT_EQ(type({"user", "add", "alice"}).code, kOk);
  const auto set =
      type({"user", "password", "alice", "--file", write_file("password.txt", "correct horse\n")});
  EXPECT_EQ(set.code, kOk) << set.err;
  EXPECT_EQ(type({"user", "password", "alice", "--file", write_file("short.txt", "short\n")}).code,
            kUsage);
  AdminOptions options;
  options.database = std::getenv("MTC_DATABASE");
  auto foundation = open_foundation(options).value();
  EXPECT_TRUE(run(foundation->directory.by_password("alice", "correct horse")));
}

TEST_F(AdminCommands, MigrateTellsFirstAndThenDoes) {
  const auto missing = type({"migrate", "--status"});
  EXPECT_NE(missing.code, kOk);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "data.db"));
  const auto done = type({"migrate"});
  EXPECT_EQ(done.code, kOk) << done.err;
  EXPECT_THAT(done.out, HasSubstr("applied"));
  EXPECT_THAT(type({"migrate"}).out, HasSubstr("up to date"));
  EXPECT_NE(Json::parse(type({"migrate", "--status", "--json"}).out)[0]["applied"], nullptr);
}

TEST_F(AdminCommands, EveryHelpHasAnExample) {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"user"},
                                             {"user", "add"},
                                             {"user", "list"},
                                             {"user", "set"},
                                             {"user", "disable"},
                                             {"user", "enable"},
                                             {"user", "password"},
                                             {"token"},
                                             {"token", "create"},
                                             {"token", "list"},
                                             {"token", "revoke"},
                                             {"migrate"},
                                             {"audit"},
                                             {"audit", "list"},
                                             {"audit", "verify"},
                                             {"audit", "export"},
                                             {"credential"},
                                             {"credential", "set"},
                                             {"credential", "list"},
                                             {"credential", "remove"},
                                             {"credential", "rotate-key"}}) {
    auto arguments = command;
    arguments.emplace_back("--help");
    const auto help = type(arguments);
    EXPECT_EQ(help.code, kOk);
    EXPECT_THAT(help.out, HasSubstr("Example: mcp-tencent-cloud " + join(command, " ")))
        << join(command, " ");
  }
}

TEST(Lifetime, IsANumberWithAUnit) {
  EXPECT_EQ(parse_lifetime("90d").value(), std::chrono::hours(90 * 24));
  EXPECT_EQ(parse_lifetime("30m").value(), std::chrono::minutes(30));
  EXPECT_EQ(parse_lifetime("12h").value(), std::chrono::hours(12));
  EXPECT_EQ(parse_lifetime("2w").value(), std::chrono::hours(14 * 24));
  EXPECT_EQ(parse_lifetime("never").value(), std::nullopt);
  for (const auto* bad :
       {"", "d", "90", "-1d", "0d", "5y", "1d2h", "99999999999999999999d", "5000000d"}) {
    EXPECT_FALSE(parse_lifetime(bad)) << bad;
  }
}

TEST(Table, ColumnsStandUnderEachOtherForChineseToo) {
  EXPECT_EQ(display_width("张三a"), 5U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U);
  EXPECT_EQ(display_width("🌙"), 2U);
  EXPECT_EQ(format_table({{"NAME", "X"}, {"张三", "1"}, {"a", "2"}}),
            "NAME  X\n"
            "张三  1\n"
            "a     2\n");
}

TEST(Table, WhatWouldSteerTheTerminalIsASpace) {
  EXPECT_EQ(format_table({{"a\x1b[31mb\n"}, {"\xff"}}), "a [31mb\n\xef\xbf\xbd\n");
}

}  // namespace
}  // namespace mtc::app
