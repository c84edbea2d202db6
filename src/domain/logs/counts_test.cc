#include "domain/logs/counts.h"

#include <gtest/gtest.h>

#include "infra/loop/run.h"

namespace mtc::logs {
namespace {

using namespace std::chrono_literals;

const TimePoint now = Zone::shanghai().at(2026y / 11 / 22, 11h);

// Answers each histogram with the next list of counts.
struct CountingStore final : LogStore {
  std::vector<Result<std::vector<std::int64_t>>> answers;
  std::vector<TimeRange> asked;

  Async<Result<Histogram>> histogram(std::string, TimeRange range, std::string,
                                     Millis interval) override {
    asked.push_back(range);
    auto answer = answers.at(asked.size() - 1);
    if (!answer) co_return fail(answer.error());
    Histogram out{.interval = interval};
    for (const auto count : *answer) {
      out.buckets.push_back(
          {.begin = range.from + interval * static_cast<int>(out.buckets.size()), .count = count});
      out.total += count;
    }
    co_return out;
  }
  Async<Result<std::vector<Topic>>> topics() override { co_return std::vector<Topic>{}; }
  Async<Result<std::vector<Logset>>> logsets() override { co_return std::vector<Logset>{}; }
  Async<Result<TopicFields>> fields(std::string) override { co_return TopicFields{}; }
  Async<Result<SearchResult>> search(Search) override { co_return SearchResult{}; }
  Async<Result<Table>> analyze(std::string, TimeRange, std::string, std::string) override {
    co_return Table{};
  }
  Async<Result<std::vector<LogRecord>>> context(LogRecord, int, int) override {
    co_return std::vector<LogRecord>{};
  }
};

std::string said(std::vector<Result<std::vector<std::int64_t>>> answers, Language language) {
  CountingStore store;
  store.answers = std::move(answers);
  const auto counts = run(count_lines(store, "t", {now - 1h, now}, "*", 10min));
  if (!counts) return counts.error().message;
  return say_counts(*counts, language == Language::zh ? "错误" : "errors", now, Zone::shanghai(),
                    language);
}

using Numbers = std::vector<std::int64_t>;

TEST(Counts, AreSaidWithThePeakAndTheTimeBefore) {
  EXPECT_EQ(said({Numbers{1, 2, 30, 2, 1, 4}, Numbers{1, 1, 1, 1, 1, 5}}, Language::zh),
            "最近一个小时，错误一共四十条。最多的是上午十点二十分起的十分钟，三十条。"
            "是前一个小时的四倍。");
  EXPECT_EQ(said({Numbers{1, 2, 30, 2, 1, 4}, Numbers{20, 20, 10}}, Language::zh),
            "最近一个小时，错误一共四十条。最多的是上午十点二十分起的十分钟，三十条。"
            "比前一个小时少百分之二十。");
  EXPECT_EQ(said({Numbers{}, Numbers{}}, Language::zh), "最近一个小时，没有错误。");
  EXPECT_EQ(said({Numbers{0}, Numbers{7}}, Language::zh),
            "最近一个小时，没有错误。前一个小时有七条。");
  EXPECT_EQ(said({Numbers{5}, fail(Errc::timed_out, "slow")}, Language::zh),
            "最近一个小时，错误一共五条。")
      << "what is not known is not said";
  EXPECT_EQ(said({fail(Errc::denied, "no permission")}, Language::zh), "no permission");
  EXPECT_EQ(said({Numbers{10, 20}, Numbers{30}}, Language::en),
            "There were thirty errors in the last hour. The peak was twenty within ten minutes, at "
            "10:10 am. About as many as in the same time before.");
  EXPECT_EQ(said({Numbers{0, 20}, Numbers{5}}, Language::en),
            "There were twenty errors in the last hour. The peak was twenty within ten minutes, at "
            "10:10 am. That is four times as many as in the same time before.");
}

TEST(Counts, TakeWidthsPeopleThinkIn) {
  const auto width = [](Millis length) { return usual_interval({now - length, now}); };
  EXPECT_EQ(width(30min), Millis(1min));
  EXPECT_EQ(width(1h), Millis(1min));
  EXPECT_EQ(width(24h), Millis(30min));
  EXPECT_EQ(width(7 * 24h), Millis(6h));
}

}  // namespace
}  // namespace mtc::logs
