// How sure we are of a caller, from the way in to the tool.
#include "app/callers.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "app/foundation.h"
#include "infra/loop/run.h"

namespace mtc::app {
namespace {

using identity::Assurance;
using identity::Scope;

class CallersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "mtc-callers-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    Settings settings;
    settings.database.url = "sqlite://" + (folder_ / "data.db").string();
    auto opened = Foundation::open(std::move(settings), clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    foundation_ = std::move(*opened);
    identity::User user;
    user.username = "alice";
    ASSERT_TRUE(run(foundation_->directory.add_user(user)));
  }
  void TearDown() override {
    foundation_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path folder_;
  SystemClock clock_;
  std::unique_ptr<Foundation> foundation_;
};

TEST_F(CallersTest, WhatATokenSaysReachesTheTool) {
  TokenAuthenticator authenticator(foundation_->directory);
  DirectoryCallers callers(foundation_->directory);
  for (const auto trust : {Assurance::device, Assurance::voice, Assurance::strong}) {
    const auto token = run(
        foundation_->directory.create_token("alice", {Scope::operate}, std::nullopt, "", trust));
    ASSERT_TRUE(token) << token.error().message;
    const auto caller = run(authenticator.authenticate(token->secret));
    ASSERT_TRUE(caller) << caller.error().message;
    EXPECT_EQ(caller->trust, name_of(trust));
    const auto person = run(callers.resolve(*caller));
    ASSERT_TRUE(person) << person.error().message;
    EXPECT_EQ(person->assurance, trust);
    EXPECT_TRUE(person->may(Scope::operate));
    EXPECT_FALSE(person->may(Scope::admin));
  }
  EXPECT_FALSE(run(foundation_->directory.create_token("alice", {Scope::operate}, std::nullopt, "",
                                                       Assurance::none)));
}

TEST_F(CallersTest, WhoeverSaysNothingIsADevice) {
  DirectoryCallers callers(foundation_->directory);
  for (const auto* trust : {"", "very", "STRONG"}) {
    const auto person = run(callers.resolve({.subject = "alice",
                                             .name = {},
                                             .scopes = {"ops.read"},
                                             .channel = "test",
                                             .trust = trust}));
    ASSERT_TRUE(person);
    EXPECT_EQ(person->assurance, Assurance::device);
  }
}

}  // namespace
}  // namespace mtc::app
