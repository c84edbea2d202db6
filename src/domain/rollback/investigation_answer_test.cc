#include "domain/rollback/investigation_answer.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace mtc::rollback {
namespace {

TEST(InvestigationAnswer, ReadsALook) {
  const auto answer = parse_investigation_answer(
      R"({"look":"pod_log","arguments":{"pod":"payment-7d9f","lines":50},"why":"crash"})");
  const auto* look = std::get_if<WantedLook>(&answer);
  ASSERT_NE(look, nullptr);
  EXPECT_EQ(look->name, "pod_log");
  EXPECT_EQ(look->arguments["lines"], 50);
  const auto bare = parse_investigation_answer(R"({"look":"pod_log"})");
  ASSERT_NE(std::get_if<WantedLook>(&bare), nullptr);
  EXPECT_EQ(std::get<WantedLook>(bare).arguments, Json::object());
}

TEST(InvestigationAnswer, ReadsAProposalAlsoInAFence) {
  const auto answer = parse_investigation_answer(
      "```json\n{\"propose\":{\"first\":\"previous_version\",\"cause\":\"a\",\"evidence\":[\"b\","
      "7,\"\",\"c\"],\"opinion\":7}}\n```");
  const auto* proposal = std::get_if<Proposal>(&answer);
  ASSERT_NE(proposal, nullptr);
  EXPECT_EQ(proposal->first, "previous_version");
  EXPECT_EQ(proposal->evidence, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(proposal->opinion, 7);
}

TEST(InvestigationAnswer, DropsWhatIsOutOfBounds) {
  const auto answer = parse_investigation_answer(
      R"({"propose":{"first":5,"cause":{"a":1},"evidence":"all","opinion":1000}})");
  const auto* proposal = std::get_if<Proposal>(&answer);
  ASSERT_NE(proposal, nullptr);
  EXPECT_EQ(proposal->first, "");
  EXPECT_EQ(proposal->cause, "");
  EXPECT_TRUE(proposal->evidence.empty());
  EXPECT_FALSE(proposal->opinion);
}

TEST(InvestigationAnswer, KeepsSentencesShortAndOnOneLine) {
  Json many = Json::array();
  for (int i = 0; i < 100; ++i) many.push_back("a\nb\x07" + std::string(5000, 'x'));
  const auto answer = parse_investigation_answer(
      dump_json({{"propose", {{"evidence", {many[0], many[1], "c", "d", "e", "f", "g"}}}}}));
  const auto* proposal = std::get_if<Proposal>(&answer);
  ASSERT_NE(proposal, nullptr);
  ASSERT_EQ(proposal->evidence.size(), 5U);
  EXPECT_LE(count_characters(proposal->evidence[0]), 160U);
  EXPECT_TRUE(proposal->evidence[0].starts_with("a b "));
}

TEST(InvestigationAnswer, CallsEverythingElseNonsense) {
  const std::string cases[] = {
      "",
      "previous_version",
      "I think you should restart it. {\"look\":\"pod_log\"}",
      "[]",
      R"({"look":"pod_log","propose":{}})",
      R"({"do":"delete"})",
      R"({"look":7})",
      R"({"look":"../pod_log"})",
      R"({"look":"pod log; rm -rf"})",
      R"({"look":"pod_log","arguments":["a"]})",
      R"({"look":"pod_log","arguments":{"pod":["a"]}})",
      R"({"look":"pod_log","arguments":{"pod":"../../etc/passwd"}})",
      R"({"look":"pod_log","arguments":{"path":"/var/run/secrets"}})",
      R"({"look":"pod_log","arguments":{"path":"%2e%2e%2f"}})",
      R"({"look":"pod_log","arguments":{"path":"..\\..\\windows"}})",
      R"({"look":"pod_log","arguments":{"url":"http://169.254.169.254/"}})",
      R"json({"look":"pod_log","arguments":{"pod":"$(reboot)"}})json",
      R"({"look":"pod_log","arguments":{"pod":"a\u0000b"}})",
      R"({"look":"pod_log","arguments":{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1}})",
      R"({"propose":"restart"})",
      R"({"propose":{"first":"restart")",
      R"({"look":"a"} {"look":"b"})",
      std::string(1000, '[') + std::string(1000, ']'),
      "{\"look\":\"" + std::string(20'000, 'a') + "\"}",
      "\xff\xfe{}",
  };
  for (const auto& text : cases) {
    SCOPED_TRACE(prefix_of_bytes(text, 80));
    const auto answer = parse_investigation_answer(text);
    const auto* nonsense = std::get_if<Nonsense>(&answer);
    ASSERT_NE(nonsense, nullptr);
    EXPECT_FALSE(nonsense->hint.empty());
  }
}

}  // namespace
}  // namespace mtc::rollback
