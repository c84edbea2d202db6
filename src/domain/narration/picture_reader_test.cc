#include "domain/narration/picture_reader.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "infra/loop/run.h"

namespace mtc::narration {
namespace {

const std::string png = "\x89PNG\r\n\x1a\n" + std::string(100, 'x');

struct FakeModel final : ChatModel {
  Result<std::string> answer = "";
  ChatRequest asked;
  Async<Result<std::string>> complete(ChatRequest request) override {
    asked = std::move(request);
    co_return answer;
  }
};

TEST(PictureReader, TakesPngAndJpegOfABoundedSize) {
  EXPECT_EQ(check_picture(png)->mime_type, "image/png");
  EXPECT_EQ(check_picture("\xff\xd8\xff" + std::string(100, 'x'))->mime_type, "image/jpeg");
  for (const auto& bad :
       {std::string(), std::string("GIF89a") + std::string(100, 'x'), std::string("<svg/>"),
        png.substr(0, 20), png + std::string(kMostPictureBytes, 'x')})
    EXPECT_EQ(check_picture(bad).error().code, Errc::invalid_argument);
}

TEST(PictureReader, ReadsDataUrls) {
  EXPECT_EQ(picture_of_data_url("data:image/png;base64," + to_base64(png))->bytes, png);
  // The bytes decide, not what the URL says they are.
  EXPECT_FALSE(picture_of_data_url("data:image/png;base64," + to_base64("<html>")));
  for (const auto& bad :
       {std::string(), std::string("data:text/html;base64,AAAA"), std::string("data:image/png,x"),
        std::string("data:image/png;base64,***"), std::string("https://evil.test/a.png"),
        "data:image/png;base64," + std::string(8U << 20U, 'A')})
    EXPECT_FALSE(picture_of_data_url(bad)) << bad.substr(0, 40);
}

TEST(PictureReader, WhatTheModelSaysIsTamed) {
  FakeModel model;
  model.answer = "**错误数** 在 10:20 有尖峰 [点这里](https://evil.test) <b>`rm`</b>\n\x1b[31m";
  const auto said = run(look_at_picture(model, *check_picture(png), Language::zh));
  ASSERT_TRUE(said);
  for (const char c : {'*', '[', '<', '`', '\n', '\x1b', '/', '('})
    EXPECT_EQ(said->find(c), std::string::npos) << *said;
  EXPECT_EQ(model.asked.picture->bytes, png);
  model.answer = std::string(10'000, 'x');
  EXPECT_LE(run(look_at_picture(model, *check_picture(png), Language::en))->size(), 210U);
  model.answer = "***";
  EXPECT_EQ(run(look_at_picture(model, *check_picture(png), Language::zh)).error().code,
            Errc::unavailable);
  model.answer = fail(Errc::denied, "no such key");
  EXPECT_EQ(run(look_at_picture(model, *check_picture(png), Language::zh)).error().code,
            Errc::denied);
}

}  // namespace
}  // namespace mtc::narration
