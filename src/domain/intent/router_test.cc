#include "domain/intent/router.h"

#include <gtest/gtest.h>

namespace mtc::intent {
namespace {

std::string routed(std::string_view utterance) {
  const auto call = route(utterance);
  return call ? call->tool + " " + call->arguments.dump() : "none";
}

TEST(Router, FindsTheToolThatIsMeant) {
  const struct {
    const char *said, *call;
  } cases[] = {
      {"你好，小智", "greet {}"},
      {"早上好", "greet {}"},
      {"Good morning", "greet {}"},
      {"再说一遍", "repeat_broadcast {}"},
      {"昨天怎么样", "repeat_broadcast {}"},
      {"要听细节", R"(repeat_broadcast {"details":true})"},
      {"我是谁", "who_am_i {}"},
      {"查一下最近一小时 payment 的报错",
       R"(search_logs {"keyword":"payment","level":"error","time_range":"最近一小时"})"},
      {"昨晚有没有 timeout", R"(search_logs {"keyword":"timeout","time_range":"昨晚"})"},
      {"show me the errors in payment yesterday",
       R"(search_logs {"keyword":"payment","level":"error","time_range":"yesterday"})"},
      {"今早报错多吗", R"(search_logs {"keyword":"多","level":"error","time_range":"今早"})"},
      {"今天早报再说一遍", "repeat_broadcast {}"},
      {"what do they say", "none"},
      {"a film about terror", "none"},
      {"今天天气怎么样", "none"},
      {"", "none"},
  };
  for (const auto& c : cases) EXPECT_EQ(routed(c.said), c.call) << c.said;
}

}  // namespace
}  // namespace mtc::intent
