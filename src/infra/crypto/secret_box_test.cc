#include "infra/crypto/secret_box.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <thread>

#include "infra/crypto/password_hash.h"
#include "infra/crypto/system_random.h"

namespace mtc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class KeyFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "mtc-keys-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    file_ = folder_ / "secret.keys";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  SystemRandom random_;
  std::filesystem::path folder_;
  std::filesystem::path file_;
};

TEST(SecretBox, OpensWhatItSealed) {
  SystemRandom random;
  const SecretBox box(KeyRing::generate(random), random);
  for (const std::string& secret :
       {std::string(), std::string("AKIDexample"), std::string(5000, '\0')}) {
    const auto sealed = box.seal(secret, "credentials/1");
    EXPECT_TRUE(box.is_current(sealed));
    const auto opened = box.open(sealed, "credentials/1");
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(*opened, secret);
  }
  EXPECT_NE(box.seal("same", "a"), box.seal("same", "a"));
}

TEST(SecretBox, RefusesAnotherRowAndEveryChangedCharacter) {
  SystemRandom random;
  const SecretBox box(KeyRing::generate(random), random);
  const auto sealed = box.seal("secret", "credentials/1");
  EXPECT_EQ(box.open(sealed, "credentials/2").error().code, Errc::denied);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    auto changed = sealed;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    const auto opened = box.open(changed, "credentials/1");
    ASSERT_FALSE(opened) << "at " << at;
  }
  for (const std::string_view broken : {"", "mtc1.", "mtc1.abcd", "mtc1.abcd.QUJD", "plain text"}) {
    EXPECT_EQ(box.open(broken, "credentials/1").error().code, Errc::invalid_argument) << broken;
  }
}

TEST(SecretBox, OldKeysOpenAndTheNewestSeals) {
  SystemRandom random;
  const auto old_key = SecretKey::generate(random).to_text();
  const auto new_key = SecretKey::generate(random).to_text();
  const SecretBox before(KeyRing::parse(old_key).value(), random);
  const SecretBox after(KeyRing::parse(old_key + "," + new_key).value(), random);
  const SecretBox forgetful(KeyRing::parse(new_key).value(), random);

  const auto sealed = before.seal("secret", "row");
  EXPECT_FALSE(after.is_current(sealed));
  ASSERT_EQ(after.open(sealed, "row").value(), "secret");
  const auto again = after.seal("secret", "row");
  EXPECT_TRUE(after.is_current(again));
  EXPECT_EQ(forgetful.open(again, "row").value(), "secret");
  EXPECT_EQ(forgetful.open(sealed, "row").error().code, Errc::not_found);
}

TEST_F(KeyFile, IsCreatedForTheOwnerOnlyAndReadBack) {
  const auto created = KeyRing::from_file(file_, IfMissing::create, random_);
  ASSERT_TRUE(created) << created.error().message;
  struct stat info{};
  ASSERT_EQ(::stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  const auto read = KeyRing::from_file(file_, IfMissing::fail, random_);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->newest().id(), created->newest().id());
}

TEST_F(KeyFile, IsNotCreatedUnasked) {
  EXPECT_EQ(KeyRing::from_file(file_, IfMissing::fail, random_).error().code, Errc::not_found);
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(KeyFile, IsRefusedWhenOthersMayReadIt) {
  ASSERT_TRUE(KeyRing::from_file(file_, IfMissing::create, random_));
  ASSERT_EQ(::chmod(file_.c_str(), 0640), 0);
  const auto ring = KeyRing::from_file(file_, IfMissing::create, random_);
  ASSERT_FALSE(ring);
  EXPECT_EQ(ring.error().code, Errc::denied);
  EXPECT_THAT(ring.error().message, HasSubstr("chmod 600"));
}

TEST_F(KeyFile, ErrorsNameTheFileButNeverItsContent) {
  {
    std::ofstream(file_) << "hunter2-is-not-a-key\n";
  }
  ASSERT_EQ(::chmod(file_.c_str(), 0600), 0);
  const auto ring = KeyRing::from_file(file_, IfMissing::create, random_);
  ASSERT_FALSE(ring);
  EXPECT_THAT(ring.error().message, HasSubstr(file_.string()));
  EXPECT_THAT(ring.error().message, Not(HasSubstr("hunter2")));
}

TEST_F(KeyFile, CreatedByManyProcessesAtOnceHoldsOneKeyThatAllOfThemGot) {
  std::vector<int> pipes;
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto ring = KeyRing::from_file(file_, IfMissing::create, random_);
      const std::string id = ring ? ring->newest().id() : "failed";
      const bool sent = ::write(ends[1], id.data(), id.size()) == static_cast<ssize_t>(id.size());
      ::_exit(sent ? 0 : 1);
    }
    ::close(ends[1]);
    pipes.push_back(ends[0]);
    children.push_back(child);
  }
  std::set<std::string> ids;
  for (const int end : pipes) {
    std::array<char, 16> text{};
    const auto size = ::read(end, text.data(), text.size());
    ids.emplace(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    ::close(end);
  }
  for (const pid_t child : children) ::waitpid(child, nullptr, 0);
  EXPECT_EQ(ids, std::set{KeyRing::from_file(file_, IfMissing::fail, random_)->newest().id()});
}

TEST_F(KeyFile, AnAddedKeyIsFoundByARunningProcess) {
  const auto opened = open_secret_box(file_, random_);
  ASSERT_TRUE(opened) << opened.error().message;
  const SecretBox& running = **opened;
  const auto old_text = running.seal("old", "row");
  const auto rotated = KeyRing::add_key_to_file(file_, random_);
  ASSERT_TRUE(rotated) << rotated.error().message;
  EXPECT_EQ(rotated->size(), 2U);
  const SecretBox rotating(*rotated, random_);
  EXPECT_FALSE(rotating.is_current(old_text));
  EXPECT_EQ(running.open(rotating.seal("new", "row"), "row").value(), "new");
  EXPECT_EQ(running.open(old_text, "row").value(), "old");
}

TEST(KeyRing, PrefersTheEnvironment) {
  SystemRandom random;
  const auto key = SecretKey::generate(random);
  ASSERT_EQ(::setenv("MTC_SECRET_KEY", key.to_text().c_str(), 1), 0);
  const auto ring = load_key_ring("/nonexistent/secret.keys", random);
  ASSERT_EQ(::setenv("MTC_SECRET_KEY", "c2hvcnQ=", 1), 0);
  const auto broken = load_key_ring("/nonexistent/secret.keys", random);
  ::unsetenv("MTC_SECRET_KEY");
  ASSERT_TRUE(ring) << ring.error().message;
  EXPECT_EQ(ring->newest().id(), key.id());
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("MTC_SECRET_KEY"));
}

TEST(SecretBox, AKeyedHashStaysWhenKeysAreAdded) {
  SeededRandom random(1);
  const auto first = SecretKey::generate(random).to_text();
  const auto second = SecretKey::generate(random).to_text();
  const SecretBox before(KeyRing::parse(first).value(), random);
  const SecretBox after(KeyRing::parse(first + "," + second).value(), random);
  const SecretBox other(KeyRing::parse(second).value(), random);
  const auto hash = before.keyed_hash("hunter2", "clusters");
  EXPECT_EQ(hash.size(), 32U);
  EXPECT_EQ(after.keyed_hash("hunter2", "clusters"), hash);
  EXPECT_NE(other.keyed_hash("hunter2", "clusters"), hash);
  EXPECT_NE(before.keyed_hash("hunter2", "elsewhere"), hash);
  EXPECT_NE(before.keyed_hash("hunter3", "clusters"), hash);
}

TEST(PasswordHash, AcceptsOnlyTheRightPassword) {
  const auto hash = hash_password("correct horse");
  ASSERT_TRUE(hash) << hash.error().message;
  EXPECT_THAT(*hash, HasSubstr("$argon2id$v=19$m=65536,t=2,p=1$"));
  EXPECT_TRUE(verify_password(*hash, "correct horse"));
  EXPECT_FALSE(verify_password(*hash, "correct horsf"));
  EXPECT_FALSE(verify_password("", "correct horse"));
  EXPECT_FALSE(verify_password("$argon2id$broken", "correct horse"));
}

TEST(PasswordHash, KnowsWhenTheCostWasRaised) {
  const Argon2Cost cheap{.passes = 1, .memory_bytes = 8192};
  const auto hash = hash_password("pass", cheap).value();
  EXPECT_FALSE(password_needs_rehash(hash, cheap));
  EXPECT_TRUE(password_needs_rehash(hash));
  EXPECT_TRUE(password_needs_rehash("broken"));
}

TEST(PasswordHash, RefusesAPasswordNobodyTypes) {
  EXPECT_EQ(hash_password(std::string(1025, 'x')).error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace mtc
