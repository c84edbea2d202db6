#include "domain/alerts/spoken_choice.h"

#include <gtest/gtest.h>

#include "domain/alerts/alert_examples.h"
#include "domain/alerts/speech.h"

namespace mtc::alerts {
namespace {

std::vector<Alert> some_alerts() {
  std::vector<Alert> out(5, example_alert());
  out[0] = example_alert(12);  // payment's CPU
  out[1] = example_alert(3);
  out[1].metric = "mem_usage";
  out[1].condition = "内存使用率 > 90%";
  out[2] = example_alert(22);
  out[2].policy_name = "SSL 证书到期";
  out[2].metric.clear();
  out[2].condition.clear();
  out[2].subject = {.instance = "ssl-1", .text = "pay.example.com"};
  out[3] = example_alert(309);
  out[3].subject.name = "order-api";
  out[3].source = Source::logs;
  out[3].policy_name = "连接超时";
  out[4] = example_alert(2);
  out[4].subject = {.cluster_id = "cls-1", .cluster_name = "广州生产", .node = "10.0.0.5"};
  out[4].handling = Handling::handed_over;
  return out;
}

TEST(FindSpoken, UnderstandsNumbers) {
  const struct {
    const char* spoken;
    std::int64_t number;
  } cases[] = {
      {"三号", 3},         {"3", 3},
      {"3号告警", 3},      {"三号那个", 3},
      {"那个三号告警", 3}, {"A12", 12},
      {"a 12", 12},        {"Ａ１２", 12},
      {"E 二十二", 22},    {"E二十二号", 22},
      {"C309", 309},       {"c三零九", 309},
      {"三百零九号", 309}, {"幺二", 12},
      {"两号", 2},         {"number three", 3},
      {"alert 12", 12},    {"number twenty two", 22},
      {"twenty-two", 22},  {"#12", 12},
      {"告警编号 12", 12}, {"No. 3.", 3},
  };
  const auto alerts = some_alerts();
  for (const auto& c : cases) {
    const auto found = find_spoken(alerts, c.spoken);
    ASSERT_EQ(found.size(), 1U) << c.spoken;
    EXPECT_EQ(alerts[found[0]].number, c.number) << c.spoken;
  }
  EXPECT_TRUE(find_spoken(alerts, "四号").empty());
  EXPECT_TRUE(find_spoken(alerts, "99999999999999999999").empty());
}

TEST(FindSpoken, PlacesAreThoseOfTelling) {
  const auto alerts = some_alerts();
  for (const char* first : {"第一条", "第1个", "the first one", "第一个告警"})
    EXPECT_EQ(find_spoken(alerts, first), std::vector<std::size_t>{4}) << first;
  for (const char* second : {"第二条", "second", "the second alert"})
    EXPECT_EQ(find_spoken(alerts, second), std::vector<std::size_t>{0}) << second;
  EXPECT_TRUE(find_spoken(alerts, "第九条").empty());
}

TEST(FindSpoken, UnderstandsWords) {
  const struct {
    const char* spoken;
    std::vector<std::int64_t> numbers;
  } cases[] = {
      {"证书那个", {22}},
      {"正书", {22}},  // misheard
      {"证书到期的告警", {22}},
      {"payment 的", {12, 3}},
      {"payment 的内存", {3}},
      {"payment 的 CPU 那个", {12}},
      {"内存", {3}},
      {"the memory one", {3}},
      {"paymant", {12, 3}},
      {"连接超时", {309}},
      {"lianjie chaoshi", {309}},
      {"order", {309}},
      {"订单", {309}},
      {"order api 那条", {309}},
      {"the payment CPU alert", {12}},
      {"天气怎么样", {}},
      {"", {}},
      {"的", {}},
      {"the one", {}},
  };
  const auto alerts = some_alerts();
  for (const auto& c : cases) {
    std::vector<std::int64_t> numbers;
    for (const auto index : find_spoken(alerts, c.spoken)) numbers.push_back(alerts[index].number);
    EXPECT_EQ(numbers, c.numbers) << c.spoken;
  }
}

TEST(FindSpoken, HostileWordsFindNothing) {
  auto alerts = some_alerts();
  alerts[0].policy_name = std::string(10'000, '\xff');
  alerts[0].subject.text = std::string(10'000, 'x');
  for (const auto& spoken : {std::string(10'000, 'q'), std::string("\xff\xfe\x01\0", 4),
                             std::string(10'000, '\xe4'), std::string("'; DROP TABLE alerts; --")})
    EXPECT_TRUE(find_spoken(alerts, spoken).empty()) << spoken.substr(0, 40);
  EXPECT_TRUE(find_spoken({}, "三号").empty());
}

}  // namespace
}  // namespace mtc::alerts
