#include "domain/clusters/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtc::clusters {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Errc kAll[] = {Errc::invalid_argument,   Errc::unauthenticated, Errc::denied,
                         Errc::not_found,          Errc::conflict,        Errc::rate_limited,
                         Errc::resource_exhausted, Errc::unavailable,     Errc::timed_out,
                         Errc::cancelled,          Errc::internal};

TEST(Failure, WhatComesFromBelowBecomesASentence) {
  for (const auto code : kAll) {
    if (code == Errc::invalid_argument) continue;
    const Error error{.code = code,
                      .message = "DescribeClusters in ap-guangzhou failed {\"x\"} (HTTP 502)",
                      .vendor_code = "A.B"};
    for (const auto language : {Language::zh, Language::en}) {
      EXPECT_THAT(say_failure(error, language), Not(HasSubstr("HTTP"))) << name_of(code);
      EXPECT_THAT(say_failure(error, language), Not(HasSubstr("{"))) << name_of(code);
    }
    EXPECT_TRUE(say_failure(error, Language::zh).ends_with("。")) << name_of(code);
    EXPECT_TRUE(say_failure(error, Language::en).ends_with(".")) << name_of(code);
  }
}

TEST(Failure, OurOwnSentencesStay) {
  const Error own{.code = Errc::conflict, .message = "有两个订单服务，你说哪一个？"};
  EXPECT_EQ(say_failure(own, Language::zh), own.message);
  const Error full{.code = Errc::resource_exhausted, .message = "名字已经太多了，先删掉一些。"};
  EXPECT_EQ(say_failure(full, Language::zh), full.message);
  const Error english{.code = Errc::not_found, .message = "There is no order in shop."};
  EXPECT_EQ(say_failure(english, Language::en), english.message);
}

TEST(Failure, WhatWasNotAcceptedSaysWhyAsFarAsItCanBeReadAloud) {
  const Error error{.code = Errc::invalid_argument,
                    .message = "Deployment/motd: spec.replicas: Invalid value: {\"-1\"} \x1b[31m",
                    .vendor_code = "Invalid"};
  EXPECT_EQ(say_failure(error, Language::zh),
            "这个要求不被接受：Deployment/motd: spec.replicas: Invalid value: -1 31m");
}

TEST(Failure, OnlyARefusalIsSureToHaveChangedNothing) {
  for (const auto code : kAll) {
    const bool unknown = code == Errc::unavailable || code == Errc::timed_out ||
                         code == Errc::cancelled || code == Errc::internal;
    const Error error{.code = code, .message = "away"};
    EXPECT_EQ(may_be_done(error), unknown) << name_of(code);
    EXPECT_EQ(say_write_failure(error, Language::zh).find("不知道") != std::string::npos, unknown)
        << name_of(code);
  }
}

}  // namespace
}  // namespace mtc::clusters
