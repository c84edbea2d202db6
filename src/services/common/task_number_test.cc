#include "services/common/task_number.h"

#include <gtest/gtest.h>

namespace mtc::services {
namespace {

TEST(TaskNumber, IsReadHoweverPeopleSayIt) {
  const struct {
    const char* text;
    std::optional<std::int64_t> number;
  } cases[] = {
      {"12", 12},
      {" 12 ", 12},
      {"任务12", 12},
      {"任务 12", 12},
      {"第三个任务", 3},
      {"任务三", 3},
      {"任务十", 10},
      {"任务十二", 12},
      {"二十号任务", 20},
      {"九十九", 99},
      {"第两个", 2},
      {"Task 3", 3},
      {"task number 7", 7},
      {"#3", 3},
      {"", {}},
      {"任务", {}},
      {"三四", {}},
      {"十十", {}},
      {"12a", {}},
      {"3 and 4", {}},
      {"任务 1 2", {}},
      {"1  2", {}},
      {"#3 #4", {}},
      {"#3#4", {}},
      {"第1个第2个", {}},
      {"任务三任务四", {}},
      {"二 十", {}},
      {"第 三 个 任务", 3},
      {"备份", {}},
      {"-1", {}},
      {"99999999999999999999999", {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(parse_task_number(c.text), c.number);
  }
}

}  // namespace
}  // namespace mtc::services
