#include "domain/alerts/merge.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/json.h"
#include "domain/alerts/alert_examples.h"
#include "domain/alerts/cause.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;

const TimePoint kStart = kExampleNow;

// One cause as it goes on; keeps every alert there has been.
struct Course {
  Taken tell(bool firing, Millis at) { return tell(example_report("r", kStart + at, firing)); }
  Taken tell(const Report& report) {
    now = std::max(now, report.at);
    const auto known = alerts.empty() ? std::nullopt : std::optional(alerts.back());
    auto merged = merge(known, 1, report, rules, now);
    if (!merged) {
      ++nothing;
      return Taken::stale;
    }
    if (merged->taken == Taken::created) {
      alerts.push_back(merged->alert);
    } else {
      alerts.back() = merged->alert;
    }
    return merged->taken;
  }
  Alert& alert() { return alerts.back(); }

  MergeRules rules{};
  TimePoint now = kStart;
  std::vector<Alert> alerts;
  int nothing = 0;
};

TEST(Merge, KeepsWhatItIsAbout) {
  auto report = example_report("r", kStart);
  report.first = kStart - 10min;
  report.subject.name.clear();
  report.subject.pod = "payment-7d9f4c5b6-x2k4q";
  const auto merged = alerts::merge(std::nullopt, 7, report, {}, kStart + 1s);
  ASSERT_TRUE(merged);
  const auto& alert = merged->alert;
  EXPECT_EQ(merged->taken, Taken::created);
  EXPECT_EQ(alert.account, 7);
  EXPECT_EQ(alert.cause, cause_of(report));
  EXPECT_EQ(alert.subject.name, "payment");
  EXPECT_EQ(alert.subject.pod, "payment-7d9f4c5b6-x2k4q");
  EXPECT_EQ(alert.first, kStart - 10min);
  EXPECT_EQ(alert.last, kStart);
  EXPECT_EQ(alert.reports, 1);
  EXPECT_EQ(alert.created, kStart + 1s);
  EXPECT_EQ(alert.value, 95);
}

TEST(Merge, FiringAgainIsTheSameAlert) {
  Course course;
  EXPECT_EQ(course.tell(true, 0s), Taken::created);
  EXPECT_EQ(course.tell(true, 5min), Taken::repeated);
  EXPECT_EQ(course.tell(true, 3h), Taken::repeated);
  EXPECT_EQ(course.alerts.size(), 1U);
  EXPECT_EQ(course.alert().reports, 3);
  EXPECT_EQ(course.alert().last, kStart + 3h);
  EXPECT_EQ(course.tell(false, 4h), Taken::recovered);
  EXPECT_EQ(course.alert().recovered, kStart + 4h);
}

TEST(Merge, TheEndOfSomethingUnheardOfIsNothing) {
  Course course;
  course.tell(false, 0s);
  EXPECT_EQ(course.nothing, 1);
  EXPECT_TRUE(course.alerts.empty());
}

TEST(Merge, LateReportsChangeNothingButCount) {
  Course course;
  course.tell(true, 0s);
  course.tell(true, 10min);
  EXPECT_EQ(course.tell(true, 5min), Taken::stale);
  EXPECT_EQ(course.alert().last, kStart + 10min);
  EXPECT_EQ(course.alert().reports, 3);
  EXPECT_EQ(course.tell(false, 9min), Taken::stale) << "it has fired since";
  EXPECT_EQ(course.alert().state, State::firing);
  course.tell(false, 20min);
  EXPECT_EQ(course.tell(true, 19min), Taken::stale) << "it has ended since";
  EXPECT_EQ(course.alert().state, State::recovered);
  EXPECT_EQ(course.alert().flaps, 0);
}

TEST(Merge, AReportOfYesterdayDoesNotMakeAnAlertOlder) {
  Course course;
  course.tell(true, 0s);
  EXPECT_EQ(course.tell(true, -24h), Taken::stale);
  EXPECT_EQ(course.alert().first, kStart);
}

TEST(Merge, ComingBackSoonIsAFlapAndLaterANewAlert) {
  Course course;
  course.tell(true, 0s);
  course.tell(false, 10min);
  EXPECT_EQ(course.tell(true, 40min), Taken::returned);
  EXPECT_EQ(course.alert().flaps, 1);
  EXPECT_FALSE(course.alert().recovered);
  course.tell(false, 50min);
  EXPECT_EQ(course.tell(true, 80min + 1s), Taken::created);
  EXPECT_EQ(course.alerts.size(), 2U);
  EXPECT_EQ(course.alert().flaps, 0);
  EXPECT_EQ(course.alert().first, kStart + 80min + 1s);
}

TEST(Merge, WhatFlapsFiresUntilItHasBeenSilent) {
  Course course;
  for (int i = 0; i < 4; ++i) {
    course.tell(true, std::chrono::minutes(2 * i));
    course.tell(false, std::chrono::minutes(2 * i + 1));
  }
  EXPECT_TRUE(is_flapping(course.alert(), course.rules));
  EXPECT_EQ(course.alert().state, State::firing);
  EXPECT_EQ(course.alert().recovered, kStart + 7min);
  EXPECT_EQ(course.tell(true, 10min), Taken::repeated) << "nobody wants to hear each of them";
  EXPECT_EQ(course.alert().flaps, 4);
  EXPECT_EQ(course.tell(false, 11min), Taken::repeated);
  EXPECT_FALSE(report_of_end(course.alert(), course.rules, kStart + 41min - 1s));
  const auto end = report_of_end(course.alert(), course.rules, kStart + 41min);
  ASSERT_TRUE(end);
  course.now = kStart + 41min;
  EXPECT_EQ(course.tell(*end), Taken::recovered);
  EXPECT_EQ(course.alert().recovered, kStart + 11min);
  EXPECT_FALSE(report_of_end(course.alert(), course.rules, kStart + 3h));
}

TEST(Merge, SolvedAndBackIsNotSolved) {
  Course course;
  course.tell(true, 0s);
  course.alert().handling = Handling::solved;
  course.tell(false, 5min);
  EXPECT_EQ(course.alert().handling, Handling::solved);
  course.tell(true, 10min);
  EXPECT_EQ(course.alert().handling, Handling::none);
  course.alert().handling = Handling::handed_over;
  course.tell(false, 15min);
  course.tell(true, 20min);
  EXPECT_EQ(course.alert().handling, Handling::handed_over) << "the person still has it";
}

TEST(Merge, AFalseAlarmStaysClosedWhileItGoesOn) {
  Course course;
  course.tell(true, 0s);
  course.alert().state = State::closed;
  course.alert().handling = Handling::false_alarm;
  EXPECT_EQ(course.tell(true, 20min), Taken::stale);
  EXPECT_EQ(course.tell(true, 45min), Taken::stale);
  EXPECT_EQ(course.alerts.size(), 1U);
  EXPECT_EQ(course.alert().reports, 3);
  EXPECT_EQ(course.alert().state, State::closed);
}

TEST(Merge, AClosedOneIsNewAfterItsEndOrAfterSilence) {
  Course ended;
  ended.tell(true, 0s);
  ended.alert().state = State::closed;
  EXPECT_EQ(ended.tell(false, 5min), Taken::stale);
  EXPECT_EQ(ended.alert().state, State::closed);
  EXPECT_EQ(ended.tell(true, 4min), Taken::stale);
  EXPECT_EQ(ended.tell(true, 6min), Taken::created);
  Course silent;
  silent.tell(true, 0s);
  silent.alert().state = State::closed;
  EXPECT_EQ(silent.tell(true, 30min + 1s), Taken::created);
  EXPECT_EQ(silent.alerts.size(), 2U);
}

TEST(Merge, AWorkloadHasEndedWhenItsLastPodHas) {
  const auto pod = [](std::string name, bool firing, Millis at) {
    auto out = example_report(name, kStart + at, firing);
    out.subject.pod = "payment-7d9f4c5b6-" + name;
    return out;
  };
  Course course;
  course.tell(pod("x2k4q", true, 0s));
  course.tell(pod("zbcdf", true, 1min));
  course.tell(pod("x2k4q", false, 5min));
  EXPECT_EQ(course.nothing, 1);
  EXPECT_EQ(course.alert().state, State::firing);
  EXPECT_EQ(course.tell(pod("zbcdf", false, 6min)), Taken::recovered);
  Course gone;
  gone.tell(pod("x2k4q", true, 0s));
  gone.tell(pod("zbcdf", true, 1min));
  EXPECT_EQ(gone.tell(pod("x2k4q", false, 32min)), Taken::recovered) << "the other may be gone";
}

TEST(Merge, SilencesHoldWhileTheyCover) {
  Course course;
  course.rules.quiet = {{.account = 1, .name = "payment", .from = kStart, .until = kStart + 1h}};
  EXPECT_EQ(course.tell(true, 0s), Taken::created);
  EXPECT_EQ(course.alert().handling, Handling::quiet);
  EXPECT_EQ(course.tell(true, 59min), Taken::repeated);
  EXPECT_EQ(course.tell(true, 61min), Taken::returned) << "now somebody has to hear of it";
  EXPECT_EQ(course.alert().handling, Handling::none);
  EXPECT_EQ(course.alert().flaps, 0);
  course.rules.quiet[0].until = kStart + 3h;
  EXPECT_EQ(course.tell(true, 62min), Taken::repeated);
  EXPECT_EQ(course.alert().handling, Handling::quiet);
  course.rules.quiet.clear();
  EXPECT_EQ(course.tell(false, 63min), Taken::recovered);
  EXPECT_EQ(course.alert().handling, Handling::quiet) << "over; nobody was told of it";
}

TEST(Merge, WhatANewerReportDoesNotSayStays) {
  Course course;
  course.tell(true, 0s);
  Report bare = example_report("h", kStart + 1min);
  bare.subject.cluster_name.clear();
  bare.policy_name.clear();
  bare.condition.clear();
  bare.value = 99;
  bare.limit.reset();
  course.tell(bare);
  EXPECT_EQ(course.alerts.size(), 1U);
  EXPECT_EQ(course.alert().subject.cluster_name, "广州生产");
  EXPECT_EQ(course.alert().policy_name, "核心机器");
  EXPECT_EQ(course.alert().value, 99);
  EXPECT_EQ(course.alert().limit, 90);
}

TEST(Merge, HostileTextsAreKeptAsBoundedText) {
  auto report = example_report("r");
  report.message = std::string(10'000, '\xff') + std::string(1, '\0') + "\x1b[2J";
  report.policy_name = std::string(10'000, 'x');
  report.subject.text = "\xe4\xb8";
  const auto alert = alerts::merge(std::nullopt, 1, report, {}, kStart)->alert;
  EXPECT_LE(alert.message.size(), 4000U);
  EXPECT_LE(alert.policy_name.size(), 500U);
  EXPECT_EQ(alert.subject.text, "\xef\xbf\xbd");
}

TEST(Merge, JoiningAnIncidentSharesWhoIsAtWork) {
  const struct {
    Handling own, other, after;
  } cases[] = {
      {Handling::none, Handling::running, Handling::running},
      {Handling::none, Handling::handed_over, Handling::handed_over},
      {Handling::none, Handling::none, Handling::none},
      {Handling::none, Handling::quiet, Handling::none},
      {Handling::none, Handling::solved, Handling::none},
      {Handling::quiet, Handling::running, Handling::quiet},
  };
  for (const auto& c : cases) {
    auto alert = example_alert(1), other = example_alert(2);
    alert.handling = c.own;
    other.handling = c.other;
    join_incident(alert, other);
    EXPECT_EQ(alert.handling, c.after) << name_of(c.own) << " " << name_of(c.other);
    EXPECT_EQ(alert.incident, other.incident);
  }
}

// ---- in any order

// Told twice, as a callback and a history do: what had nothing to end the first time counts then.
std::map<std::string, std::vector<Alert>> tell_all(const std::vector<Report>& reports,
                                                   TimePoint now) {
  std::map<std::string, std::vector<Alert>> out;
  std::set<std::string> taken;
  for (int round = 0; round < 2; ++round) {
    for (const auto& report : reports) {
      if (taken.contains(report.id)) continue;
      auto& known = out[cause_of(report)];
      auto merged =
          merge(known.empty() ? std::nullopt : std::optional(known.back()), 1, report, {}, now);
      if (!merged) continue;
      taken.insert(report.id);
      if (merged->taken != Taken::created) known.pop_back();
      known.push_back(std::move(merged->alert));
    }
  }
  return out;
}

// Of a few causes, within one stretch of time: no longer apart than an alert may be silent.
std::vector<Report> any_reports() {
  const auto count = *rc::gen::inRange(1, 30);
  std::vector<Report> out;
  for (int i = 0; i < count; ++i) {
    const auto at = kStart + std::chrono::seconds(*rc::gen::inRange(0, 1700));
    auto report = example_report("r" + std::to_string(i), at, *rc::gen::arbitrary<bool>());
    report.subject.name = *rc::gen::element<std::string>("payment", "order", "gateway");
    out.push_back(std::move(report));
  }
  return out;
}

std::vector<Report> shuffled(std::vector<Report> reports) {
  for (std::size_t i = reports.size(); i > 1; --i)
    std::swap(reports[i - 1], reports[*rc::gen::inRange<std::size_t>(0, i)]);
  return reports;
}

RC_GTEST_PROP(Merge, AnyOrderComesToOneAlertACauseAndLosesNothing, ()) {
  const auto reports = shuffled(any_reports());
  const auto told = tell_all(reports, kStart + 2h);
  for (const auto& [cause, alerts] : told) {
    std::int64_t firing = 0;
    TimePoint last_firing{}, last_end{}, first_firing = TimePoint::max();
    for (const auto& report : reports) {
      if (cause_of(report) != cause) continue;
      firing += report.firing;
      auto& last = report.firing ? last_firing : last_end;
      last = std::max(last, report.at);
      if (report.firing) first_firing = std::min(first_firing, report.at);
    }
    RC_ASSERT(alerts.size() == (firing > 0 ? 1U : 0U));
    if (firing == 0) continue;
    const auto& alert = alerts[0];
    RC_ASSERT(alert.reports == firing);
    RC_ASSERT(alert.last == last_firing);
    RC_ASSERT(alert.first == first_firing);
    RC_ASSERT((alert.state == State::recovered) == (last_end >= last_firing));
    if (alert.state == State::recovered) RC_ASSERT(alert.recovered == last_end);
  }
}

}  // namespace
}  // namespace mtc::alerts
