#include "app/commands/analyze.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "app/exit_codes.h"
#include "base/json.h"
#include "infra/files/files.h"

namespace mtc::app {
namespace {

namespace fs = std::filesystem;

class Analyze : public testing::Test {
 protected:
  Analyze() {
    std::string pattern = fs::temp_directory_path() / "analyze-test-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }
  ~Analyze() override { fs::remove_all(directory_); }

  std::string put(const char* name, const std::string& content) {
    EXPECT_TRUE(write_file(directory_ / name, content));
    return directory_ / name;
  }
  std::string put_gzip(const char* name, const std::string& content) {
    const std::string path = directory_ / name;
    gzFile file = gzopen(path.c_str(), "wb");
    EXPECT_EQ(gzwrite(file, content.data(), static_cast<unsigned>(content.size())),
              static_cast<int>(content.size()));
    gzclose(file);
    return path;
  }
  int run(std::vector<std::string> arguments) {
    CLI::App app;
    int exit_code = kOk;
    add_analyze_command(app, exit_code);
    arguments.insert(arguments.begin(), "analyze");
    std::reverse(arguments.begin(), arguments.end());
    try {
      app.parse(arguments);
    } catch (const CLI::ParseError& e) {
      return e.get_exit_code() == 0 ? kOk : kUsage;
    }
    return exit_code;
  }
  std::string output() const { return directory_ / "out"; }
  // Runs with --json and reads what came out.
  Json digest(std::vector<std::string> arguments, int expected_code = kOk) {
    arguments.insert(arguments.end(), {"--json", "--output", output()});
    EXPECT_EQ(run(std::move(arguments)), expected_code);
    const auto text = read_file(output());
    const auto json = text ? parse_json(*text) : Result<Json>(fail(text.error()));
    EXPECT_TRUE(json);
    return json.value_or(Json::object());
  }

  fs::path directory_;
};

const std::string kSyslog =
    "Nov 22 05:00:00 web1 sshd[1]: Failed password for root from 10.0.0.1 port 22 ssh2\n"
    "Nov 22 05:00:01 web1 sshd[1]: Failed password for root from 10.0.0.2 port 23 ssh2\n";
const std::string kJava =
    "2026-11-22 05:00:00,123 [main] ERROR com.example.Shop - order 1 failed\n"
    "\tat com.example.Pay.run(Pay.java:12)\n"
    "2026-11-22 06:00:00,123 [main] INFO com.example.Shop - order 2 paid\n";

TEST_F(Analyze, EachFileIsReadInItsOwnFormat) {
  const auto json = digest({put("syslog", kSyslog), put_gzip("java.gz", kJava)});
  EXPECT_EQ(json["by_level"]["WARN"], 2);
  EXPECT_EQ(json["by_level"]["ERROR"], 1);
  EXPECT_EQ(json["by_level"]["INFO"], 1);
  EXPECT_EQ(json["by_level"]["UNKNOWN"], 1);  // the stack trace
  EXPECT_EQ(json["coverage"]["lines_total"], 5);
  ASSERT_EQ(json["top_errors"].size(), 1u);
  EXPECT_EQ(json["top_errors"][0]["text"], "order <*> failed");
  EXPECT_EQ(json["top_errors"][0]["service"], "com.example.Shop");
}

TEST_F(Analyze, TheSameLinesGiveTheSameDigest) {
  std::string lines;
  for (int i = 0; i < 60'000; ++i) {
    lines += "{\"level\":\"error\",\"service\":\"s" + std::to_string(i % 7) + "\",\"msg\":\"call " +
             std::to_string(i) + " to \\\"" + std::string(1, static_cast<char>('a' + i % 26)) +
             "xyz\\\" timed out\"}\n";
  }
  const auto file = put("lines.json", lines);
  auto first = digest({file});
  auto second = digest({file});
  EXPECT_EQ(first["by_level"]["ERROR"], 60'000);
  for (auto* json : {&first, &second}) {
    json->erase("id");
    json->erase("created");
  }
  EXPECT_EQ(first, second);
}

TEST_F(Analyze, OnlyLinesOfThePeriodCountIfOneIsNamed) {
  const auto file = put("java", kJava);
  EXPECT_EQ(digest({file, "--since", "2026-11-22T05:30:00"})["coverage"]["lines_total"], 1);
  EXPECT_EQ(digest({file, "--until", "2026-11-22 05:30:00"})["coverage"]["lines_total"], 2);
  EXPECT_EQ(digest({file, "--since", "2026-11-23"})["coverage"]["lines_total"], 0);
}

TEST_F(Analyze, ADamagedFileIsToldAndTheRestIsDigested) {
  std::string many;
  for (int i = 0; i < 20'000; ++i)
    many += "2026-11-22 05:00:00 INFO order " + std::to_string(i * 7919) + " paid\n";
  const auto whole = read_file(put_gzip("cut.gz", many));
  ASSERT_TRUE(whole);
  const auto cut = put("cut.gz", whole->substr(0, whole->size() / 2));
  const auto json = digest({cut, put("java", kJava)}, kBadData);
  EXPECT_EQ(json["by_level"]["ERROR"], 1);
  EXPECT_GT(json["by_level"]["INFO"], 1000);
  ASSERT_EQ(json["coverage"]["missing"].size(), 1u);
  EXPECT_NE(json["coverage"]["missing"][0].get<std::string>().find("ends too early"),
            std::string::npos);
}

TEST_F(Analyze, WhatCannotBeDoneHasItsExitCode) {
  const auto file = put("java", kJava);
  EXPECT_EQ(run({directory_ / "absent"}), kBadData);
  EXPECT_EQ(run({directory_}), kBadData);
  EXPECT_EQ(run({file, "--since", "whenever"}), kUsage);
  EXPECT_EQ(run({file, "--zone", "Mars/Olympus"}), kUsage);
  EXPECT_EQ(run({file, "--lang", "fr"}), kUsage);
  EXPECT_EQ(run({file, "--json", "--html"}), kUsage);
  EXPECT_EQ(run({file, "--output", directory_ / "no/such/place"}), kFailed);
  EXPECT_EQ(run({"--help"}), kOk);
}

TEST_F(Analyze, EveryRenderingIsWritten) {
  const auto file = put("java", kJava);
  for (const char* language : {"zh", "en"}) {
    for (const char* form : {"--html", "--markdown", "--json"}) {
      ASSERT_EQ(run({file, form, "--lang", language, "-o", output()}), kOk);
      const std::string text = *read_file(output());
      EXPECT_TRUE(text.find("order") != text.npos && text.find("failed") != text.npos) << form;
    }
    ASSERT_EQ(run({file, "--lang", language, "-o", output()}), kOk);
    EXPECT_NE(read_file(output())->find("order"), std::string::npos);
  }
}

TEST_F(Analyze, AnEmptyFileIsADigestOfNothing) {
  EXPECT_EQ(digest({put("empty", "")})["coverage"]["lines_total"], 0);
}

}  // namespace
}  // namespace mtc::app
