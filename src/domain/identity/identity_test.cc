#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/identity/credential.h"
#include "domain/identity/token.h"
#include "domain/identity/user_rules.h"

namespace mtc::identity {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Scopes, AHigherOneIncludesTheLower) {
  const auto with = [](std::set<Scope> scopes) { return Principal{.scopes = std::move(scopes)}; };
  EXPECT_FALSE(with({}).may(Scope::read));
  EXPECT_TRUE(with({Scope::read}).may(Scope::read));
  EXPECT_FALSE(with({Scope::read}).may(Scope::operate));
  EXPECT_TRUE(with({Scope::operate}).may(Scope::read));
  EXPECT_FALSE(with({Scope::operate}).may(Scope::admin));
  EXPECT_TRUE(with({Scope::read, Scope::admin}).may(Scope::operate));
}

TEST(Scopes, AreReadAndWritten) {
  EXPECT_EQ(parse_scopes("ops.read").value(), std::set{Scope::read});
  EXPECT_EQ(parse_scopes(" ops.admin,ops.read ").value(), (std::set{Scope::read, Scope::admin}));
  EXPECT_EQ(format_scopes({Scope::admin, Scope::read}), "ops.read ops.admin");
  EXPECT_THAT(parse_scopes("ops.write").error().message,
              HasSubstr("ops.read ops.operate ops.admin"));
  EXPECT_FALSE(parse_scopes(" , "));
  for (const Scope scope : {Scope::read, Scope::operate, Scope::admin})
    EXPECT_EQ(parse_scope(name_of(scope)), scope);
}

TEST(Assurance, IsOrderedAndReadBack) {
  EXPECT_LT(Assurance::none, Assurance::device);
  EXPECT_LT(Assurance::device, Assurance::voice);
  EXPECT_LT(Assurance::voice, Assurance::strong);
  for (const Assurance assurance :
       {Assurance::none, Assurance::device, Assurance::voice, Assurance::strong}) {
    EXPECT_EQ(parse_assurance(name_of(assurance)), assurance);
  }
  EXPECT_EQ(parse_assurance("certain"), std::nullopt);
}

TEST(Token, HasItsShapeAndNoOtherPasses) {
  SeededRandom random(1);
  const auto token = make_token(random);
  EXPECT_TRUE(looks_like_token(token));
  EXPECT_NE(token, make_token(random));
  EXPECT_EQ(prefix_of_token(token), token.substr(0, 12));
  EXPECT_EQ(prefix_of_token("mtc"), "mtc");
  for (const std::string& other :
       {std::string(), token + "A", token.substr(0, 46), "xyz_" + token.substr(4),
        token.substr(0, 46) + "=", token.substr(0, 46) + "'"}) {
    EXPECT_FALSE(looks_like_token(other)) << other;
  }
}

TEST(Token, LivesUntilItExpiresOrIsRevoked) {
  const TimePoint noon(std::chrono::hours{12});
  EXPECT_TRUE(ApiToken{}.live(noon));
  EXPECT_TRUE(ApiToken{.expires = noon}.live(noon - Millis{1}));
  EXPECT_FALSE(ApiToken{.expires = noon}.live(noon));
  EXPECT_FALSE(ApiToken{.revoked = noon}.live(noon));
}

TEST(Username, IsCleanedOrRefused) {
  const struct {
    const char *text, *name;  // null: refused
  } cases[] = {
      {"alice", "alice"},
      {" Zhang.San ", "zhang.san"},
      {"+8613800000000", "+8613800000000"},
      {"a@b.example", "a@b.example"},
      {"", nullptr},
      {"a", nullptr},
      {"张三", nullptr},
      {".hidden", nullptr},
      {"two words", nullptr},
      {"x'; DROP", nullptr},
      {"a\nb", nullptr},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto name = clean_username(c.text);
    EXPECT_EQ(name.has_value(), c.name != nullptr);
    if (name && c.name != nullptr) EXPECT_EQ(*name, c.name);
  }
  EXPECT_FALSE(clean_username(std::string(65, 'a')));
}

TEST(User, IsCheckedFieldByField) {
  User good;
  good.username = "alice";
  good.display_name = "张三";
  ASSERT_TRUE(check_user(good));
  const struct {
    const char* message;
    std::function<void(User&)> spoil;
  } cases[] = {
      {"username", [](User& u) { u.username = "Alice"; }},
      {"display name", [](User& u) { u.display_name = " "; }},
      {"display name", [](User& u) { u.display_name = "a\nb"; }},
      {"display name", [](User& u) { u.display_name = "\xff"; }},
      {"display name", [](User& u) { u.display_name = std::string(65, 'x'); }},
      {"assistant name", [](User& u) { u.assistant_name = ""; }},
      {"zone", [](User& u) { u.zone = "Mars/Olympus"; }},
      {"window", [](User& u) { u.window_end = u.window_start; }},
      {"window", [](User& u) { u.window_end = std::chrono::minutes{24 * 60 + 1}; }},
      {"window", [](User& u) { u.window_start = std::chrono::minutes{-1}; }},
  };
  for (const auto& c : cases) {
    User user = good;
    c.spoil(user);
    const auto ok = check_user(user);
    ASSERT_FALSE(ok) << c.message;
    EXPECT_THAT(ok.error().message, HasSubstr(c.message));
  }
}

TEST(Window, IsReadAndWritten) {
  const auto window = parse_window("06:00-10:30");
  ASSERT_TRUE(window) << window.error().message;
  EXPECT_EQ(window->end, std::chrono::minutes(630));
  EXPECT_EQ(format_window(User{}), "06:00-10:00");
  EXPECT_TRUE(parse_window("22:00 - 02:00"));
  EXPECT_TRUE(parse_window("00:00-24:00"));
  for (const auto* bad :
       {"", "06:00", "06:00-06:00", "24:00-06:00", "25:00-26:00", "6-10-12", "six-ten"}) {
    EXPECT_FALSE(parse_window(bad)) << bad;
  }
}

TEST(Password, IsCountedInCharacters) {
  EXPECT_FALSE(check_password("密码密码"));
  EXPECT_TRUE(check_password("密码密码密码密码"));
  EXPECT_FALSE(check_password(std::string(1025, 'x')));
}

TEST(Credential, ShowsOnlyTheEndsOfItsId) {
  EXPECT_EQ(mask_secret_id("AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA"), "AKID…hESA");
  EXPECT_EQ(mask_secret_id("AKIDshort"), "…");
}

TEST(Credential, IsRefusedWithoutBeingShown) {
  const TencentCredential good{.secret_id = "AKIDexample", .secret_key = "key"};
  EXPECT_TRUE(check_credential(good));
  for (const auto* bad : {"", "hunter2 ", "hunter2\n", "\"hunter2\""}) {
    auto credential = good;
    credential.secret_key = bad;
    const auto ok = check_credential(credential);
    ASSERT_FALSE(ok) << bad;
    EXPECT_THAT(ok.error().message, HasSubstr("secret key"));
    EXPECT_THAT(ok.error().message, Not(HasSubstr("hunter2")));
  }
}

}  // namespace
}  // namespace mtc::identity
