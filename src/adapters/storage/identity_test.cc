// Users, tokens and credentials as a whole: the use cases of domain/identity on a real database
// with real cryptography.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "adapters/storage/credential_repository.h"
#include "adapters/storage/identity_crypto.h"
#include "adapters/storage/storage_fixture.h"
#include "adapters/storage/token_repository.h"
#include "domain/identity/directory.h"
#include "domain/identity/vault.h"

namespace mtc::storage {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace identity;

class DirectoryTest : public StorageTest {
 protected:
  void SetUp() override {
    StorageTest::SetUp();
    users_ = std::make_unique<SqlUserRepository>(*database_);
    tokens_ = std::make_unique<SqlTokenRepository>(*database_);
    directory_ = std::make_unique<Directory>(DirectoryPorts{.users = *users_,
                                                            .tokens = *tokens_,
                                                            .passwords = hasher_,
                                                            .fingerprint = fingerprint_,
                                                            .random = random_,
                                                            .clock = clock_});
  }
  void TearDown() override {
    pool_.join();
    StorageTest::TearDown();
  }

  User add(std::string username) {
    User user;
    user.username = std::move(username);
    auto added = run(directory_->add_user(user));
    EXPECT_TRUE(added) << added.error().message;
    return added.value_or(User{});
  }
  IssuedToken issue(std::string username, std::set<Scope> scopes = {Scope::read},
                    std::optional<Millis> lifetime = std::nullopt) {
    auto issued =
        run(directory_->create_token(std::move(username), std::move(scopes), lifetime, "laptop"));
    EXPECT_TRUE(issued) << issued.error().message;
    return issued.value_or(IssuedToken{});
  }
  Result<Principal> ask(std::string token) { return run(directory_->by_token(std::move(token))); }

  asio::thread_pool pool_{1};
  Argon2Hasher hasher_{pool_, {.passes = 1, .memory_bytes = 8192}};
  Sha256Fingerprint fingerprint_;
  std::unique_ptr<SqlUserRepository> users_;
  std::unique_ptr<SqlTokenRepository> tokens_;
  std::unique_ptr<Directory> directory_;
};

TEST_F(DirectoryTest, AUserComesBackAsStored) {
  User user;
  user.username = " Zhang.San ";
  user.display_name = "张三";
  user.language = Language::en;
  user.zone = "Europe/Berlin";
  user.window_start = std::chrono::minutes{5 * 60 + 30};
  user.window_end = std::chrono::minutes{9 * 60};
  user.assistant_name = "小云";
  user.broadcast_content = BroadcastContent::logs;
  user.watched_dashboard = "支付";
  user.rollback_permission = true;
  const auto added = run(directory_->add_user(user));
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_GT(added->id, 0);
  const auto found = run(directory_->find_user("ZHANG.SAN"));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->id, added->id);
  EXPECT_EQ(found->username, "zhang.san");
  EXPECT_EQ(found->display_name, "张三");
  EXPECT_EQ(found->language, Language::en);
  EXPECT_EQ(found->zone, "Europe/Berlin");
  EXPECT_EQ(found->window_start, user.window_start);
  EXPECT_EQ(found->window_end, user.window_end);
  EXPECT_EQ(found->assistant_name, "小云");
  EXPECT_EQ(found->broadcast_content, BroadcastContent::logs);
  EXPECT_EQ(found->watched_dashboard, "支付");
  EXPECT_TRUE(found->rollback_permission);
  EXPECT_FALSE(found->disabled);
}

TEST_F(DirectoryTest, AUsernameIsTakenOnce) {
  add("alice");
  User again;
  again.username = "ALICE";
  const auto second = run(directory_->add_user(again));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_THAT(second.error().message, HasSubstr("alice is taken"));
}

TEST_F(DirectoryTest, ATokenUsedByManyAtOnceIsNotedOnce) {
  add("alice");
  issue("alice");
  const auto id = run(tokens_->all()).value().front().token.id;
  ASSERT_TRUE(run(tokens_->touch(id, clock_.now())));
  const auto impatient = Database::open({.url = url(), .busy_timeout = Millis{1}});
  ASSERT_TRUE(impatient);
  SqlTokenRepository other(**impatient);
  const auto while_writing = database_->transaction_now<void>(
      [&](soci::session&) { return run(other.touch(id, clock_.now() + Millis{500})); });
  EXPECT_TRUE(while_writing) << while_writing.error().message;
  EXPECT_EQ(run(tokens_->all()).value().front().token.last_used, clock_.now());
  ASSERT_TRUE(run(tokens_->touch(id, clock_.now() + Millis{1500})));
  EXPECT_EQ(run(tokens_->all()).value().front().token.last_used, clock_.now() + Millis{1500});
}

TEST_F(DirectoryTest, ATokenLeadsToItsUserWithTheScopesItWasGiven) {
  const auto alice = add("alice");
  const auto issued = issue("alice", {Scope::operate});
  EXPECT_TRUE(looks_like_token(issued.secret));
  const auto principal = ask(issued.secret);
  ASSERT_TRUE(principal) << principal.error().message;
  EXPECT_EQ(principal->user.id, alice.id);
  EXPECT_EQ(principal->assurance, Assurance::device);
  EXPECT_TRUE(principal->may(Scope::read));
  EXPECT_TRUE(principal->may(Scope::operate));
  EXPECT_FALSE(principal->may(Scope::admin));
}

TEST_F(DirectoryTest, WhoeverIsNotLetInHearsTheSameSentence) {
  add("alice");
  const auto expiring = issue("alice", {Scope::read}, std::chrono::hours{1});
  const auto revoked = issue("alice");
  const auto of_disabled = issue("alice");
  ASSERT_TRUE(ask(expiring.secret));
  ASSERT_TRUE(run(directory_->revoke_token(revoked.token.prefix)));
  auto changed = revoked.secret;
  changed.back() = changed.back() == 'A' ? 'E' : 'A';

  clock_.time += std::chrono::hours{1};
  std::vector<Result<Principal>> answers{ask(expiring.secret), ask(revoked.secret),
                                         ask(changed),         ask(""),
                                         ask("mtc_short"),     ask(std::string(100'000, 'x'))};
  ASSERT_TRUE(ask(of_disabled.secret));
  ASSERT_TRUE(run(directory_->set_disabled("alice", true)));
  answers.push_back(ask(of_disabled.secret));
  for (const auto& answer : answers) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error(), answers.front().error());
    EXPECT_EQ(answer.error().code, Errc::unauthenticated);
  }
}

TEST_F(DirectoryTest, UseIsNotedButNotForEveryRequest) {
  add("alice");
  const auto issued = issue("alice");
  const auto last_used = [&] { return run(directory_->tokens())->front().token.last_used; };
  EXPECT_FALSE(last_used());
  const auto first = clock_.now();
  ASSERT_TRUE(ask(issued.secret));
  EXPECT_EQ(last_used(), first);
  clock_.time += std::chrono::minutes{9};
  ASSERT_TRUE(ask(issued.secret));
  EXPECT_EQ(last_used(), first);
  clock_.time += std::chrono::minutes{1};
  ASSERT_TRUE(ask(issued.secret));
  EXPECT_EQ(last_used(), clock_.now());
}

TEST_F(DirectoryTest, TheFileHoldsNeitherTokenNorPassword) {
  add("alice");
  const auto issued = issue("alice");
  ASSERT_TRUE(run(directory_->set_password("alice", "correct horse battery")));
  database_.reset();  // moves the write-ahead log into the file
  std::ifstream file(folder_ / "data.db", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(bytes, HasSubstr(issued.token.prefix));
  EXPECT_THAT(bytes, Not(HasSubstr(issued.secret.substr(12))));
  EXPECT_THAT(bytes, Not(HasSubstr("correct horse")));
}

TEST_F(DirectoryTest, RevokingNeedsAnUnmistakablePrefix) {
  add("alice");
  const auto issued = issue("alice");
  const auto revoke = [&](std::string prefix) {
    return run(directory_->revoke_token(std::move(prefix)));
  };
  EXPECT_EQ(revoke("").error().code, Errc::invalid_argument);
  EXPECT_EQ(revoke("mtc_ab").error().code, Errc::invalid_argument);
  EXPECT_EQ(revoke("mtc_!!!!!!!!").error().code, Errc::not_found);
  EXPECT_TRUE(revoke(issued.secret));  // pasted whole
  EXPECT_EQ(revoke(issued.token.prefix).error().code, Errc::not_found);
}

TEST_F(DirectoryTest, TokensAreNotMadeForUnknownOrDisabledUsers) {
  add("alice");
  EXPECT_EQ(run(directory_->create_token("bob", {Scope::read}, {}, "")).error().code,
            Errc::not_found);
  EXPECT_EQ(run(directory_->create_token("alice", {}, {}, "")).error().code,
            Errc::invalid_argument);
  EXPECT_EQ(run(directory_->create_token("alice", {Scope::read}, Millis{0}, "")).error().code,
            Errc::invalid_argument);
  ASSERT_TRUE(run(directory_->set_disabled("alice", true)));
  EXPECT_EQ(run(directory_->create_token("alice", {Scope::read}, {}, "")).error().code,
            Errc::denied);
}

TEST_F(DirectoryTest, APasswordOpensOnlyItsOwnAccount) {
  add("alice");
  add("bob");
  ASSERT_TRUE(run(directory_->set_password("alice", "correct horse battery")));
  const auto right = run(directory_->by_password("Alice", "correct horse battery"));
  ASSERT_TRUE(right) << right.error().message;
  EXPECT_EQ(right->assurance, Assurance::strong);
  const auto wrong = run(directory_->by_password("alice", "wrong horse battery"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Errc::unauthenticated);
  for (const auto* name : {"bob", "nobody", "no such name!", ""}) {
    const auto answer = run(directory_->by_password(name, "correct horse battery"));
    ASSERT_FALSE(answer) << name;
    EXPECT_EQ(answer.error(), wrong.error());
  }
  ASSERT_TRUE(run(directory_->set_disabled("alice", true)));
  EXPECT_FALSE(run(directory_->by_password("alice", "correct horse battery")));
}

TEST_F(DirectoryTest, ASignInRaisesAnOldHashToTheNewCost) {
  const auto alice = add("alice");
  ASSERT_TRUE(run(users_->set_password_hash(
      alice.id, hash_password("correct horse", {.passes = 2, .memory_bytes = 8192}).value())));
  ASSERT_TRUE(run(directory_->by_password("alice", "correct horse")));
  const auto hash = run(users_->password_hash(alice.id)).value().value();
  EXPECT_FALSE(hasher_.needs_rehash(hash));
  EXPECT_TRUE(run(directory_->by_password("alice", "correct horse")));
}

TEST_F(DirectoryTest, ChangingAnUnknownUserSaysSo) {
  User ghost = add("alice");
  ghost.id = 4711;
  EXPECT_EQ(run(directory_->update_user(ghost)).error().code, Errc::not_found);
  EXPECT_EQ(run(users_->set_password_hash(4711, "x")).error().code, Errc::not_found);
}

class VaultTest : public StorageTest {
 protected:
  const std::string old_key_ = SecretKey::generate(random_).to_text();
  const TencentCredential key_{.secret_id = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA",
                               .secret_key = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
                               .token = "temporary",
                               .region = "ap-guangzhou"};
};

TEST_F(VaultTest, FindsTheOwnersElseTheInstallations) {
  SqlCredentialRepository repository(*database_);
  const SecretBox box(KeyRing::parse(old_key_).value(), random_);
  const SecretBoxCipher cipher(box);
  Vault vault(repository, cipher, clock_);
  EXPECT_FALSE(run(vault.find(7)).value());

  ASSERT_TRUE(run(vault.save(std::nullopt, key_)));
  auto own = key_;
  own.secret_id[5] = 'X';
  ASSERT_TRUE(run(vault.save(7, own)));
  const auto found = run(vault.find(7)).value().value();
  EXPECT_EQ(found.secret_id, own.secret_id);
  EXPECT_EQ(found.secret_key, key_.secret_key);
  EXPECT_EQ(found.token, "temporary");
  EXPECT_EQ(found.region, "ap-guangzhou");
  EXPECT_EQ(run(vault.find(8)).value().value().secret_id, key_.secret_id);

  ASSERT_TRUE(run(vault.save(7, key_)));  // replaces
  EXPECT_EQ(run(vault.list())->size(), 2U);
  EXPECT_EQ(run(vault.list())->front().hint, "AKID…hESA");
  EXPECT_TRUE(run(vault.remove(7)).value());
  EXPECT_FALSE(run(vault.remove(7)).value());
}

TEST_F(VaultTest, ACredentialCopiedToAnotherOwnersRowDoesNotOpen) {
  SqlCredentialRepository repository(*database_);
  const SecretBox box(KeyRing::parse(old_key_).value(), random_);
  const SecretBoxCipher cipher(box);
  Vault vault(repository, cipher, clock_);
  ASSERT_TRUE(run(vault.save(7, key_)));
  auto stolen = run(repository.find(7)).value().value();
  stolen.owner = 8;
  ASSERT_TRUE(run(repository.save(stolen)));
  const auto found = run(vault.find(8));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::denied);
  EXPECT_THAT(found.error().message, HasSubstr("user 8"));
}

TEST_F(VaultTest, AfterRotationEverythingIsUnderTheNewestKey) {
  SqlCredentialRepository repository(*database_);
  {
    const SecretBox box(KeyRing::parse(old_key_).value(), random_);
    const SecretBoxCipher cipher(box);
    Vault vault(repository, cipher, clock_);
    ASSERT_TRUE(run(vault.save(std::nullopt, key_)));
    ASSERT_TRUE(run(vault.save(7, key_)));
  }
  const auto new_key = SecretKey::generate(random_).to_text();
  {
    const SecretBox box(KeyRing::parse(old_key_ + "\n" + new_key).value(), random_);
    const SecretBoxCipher cipher(box);
    Vault vault(repository, cipher, clock_);
    EXPECT_FALSE(run(vault.list())->front().newest_key);
    const auto report = run(vault.reseal());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->resealed, 2);
    EXPECT_EQ(run(vault.reseal())->current, 2);
  }
  const SecretBox box(KeyRing::parse(new_key).value(), random_);
  const SecretBoxCipher cipher(box);
  Vault vault(repository, cipher, clock_);
  EXPECT_EQ(run(vault.find(7)).value().value().secret_key, key_.secret_key);
}

TEST_F(VaultTest, ALostKeyIsNamedAndNothingElse) {
  SqlCredentialRepository repository(*database_);
  const SecretBox box(KeyRing::parse(old_key_).value(), random_);
  const SecretBoxCipher cipher(box);
  ASSERT_TRUE(run(Vault(repository, cipher, clock_).save(std::nullopt, key_)));
  const SecretBox other(KeyRing::generate(random_), random_);
  const SecretBoxCipher other_cipher(other);
  const auto found = run(Vault(repository, other_cipher, clock_).find(std::nullopt));
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("restore that key"));
  EXPECT_THAT(found.error().message, Not(HasSubstr(key_.secret_key)));
}

TEST_F(VaultTest, AMistypedKeyIsRefusedWithoutShowingIt) {
  SqlCredentialRepository repository(*database_);
  const SecretBox box(KeyRing::parse(old_key_).value(), random_);
  const SecretBoxCipher cipher(box);
  Vault vault(repository, cipher, clock_);
  for (const std::string& bad : {std::string(), std::string("two words"), std::string(200, 'x')}) {
    auto credential = key_;
    credential.secret_key = bad;
    const auto saved = run(vault.save(std::nullopt, credential));
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, Errc::invalid_argument);
    EXPECT_THAT(saved.error().message, Not(HasSubstr("two words")));
  }
}

}  // namespace
}  // namespace mtc::storage
