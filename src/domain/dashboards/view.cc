#include "domain/dashboards/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cmath>
#include <memory>

#include "base/job_queue.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/dashboards/chart_data.h"
#include "domain/logs/counts.h"
#include "domain/logs/cql.h"

namespace mtc::dashboards {
namespace {

constexpr std::size_t kAtOnce = 6;
constexpr std::size_t kMostSpoken = 280;  // characters

std::string plain(std::string_view name) {
  std::string out;
  for (const char c : to_lower_ascii(trim(name))) {
    if (c != ' ' && c != '-' && c != '_') out += c;
  }
  for (const std::string_view suffix : {"仪表盘", "看板", "看版", "大盘", "面板", "dashboard"}) {
    if (out.size() > suffix.size() && out.ends_with(suffix)) out.resize(out.size() - suffix.size());
  }
  return out;
}

// Kept by everyone who works on it: a query may come home after the caller has left.
struct Work {
  logs::LogStore& store;
  logs::TimeRange range;
  Zone zone;
  std::vector<PanelView> panels;
  bool complete = false;
  bool over = false;  // nobody waits any more
  std::unique_ptr<asio::steady_timer> until;
};

Async<Result<Chart>> draw(logs::LogStore& store, Panel panel, logs::TimeRange range, Zone zone) {
  const auto parts = logs::split_query(panel.query);
  if (parts.sql.empty()) {
    const auto counted = co_await store.histogram(panel.topic_id, range, parts.condition,
                                                  logs::usual_interval(range));
    if (!counted) co_return fail(counted.error());
    co_return chart_of(panel, *counted, zone);
  }
  const auto table = co_await store.analyze(panel.topic_id, range, parts.condition, parts.sql);
  if (!table) co_return fail(table.error());
  co_return chart_of(panel, *table, zone);
}

Async<> run_panel(std::shared_ptr<Work> work, std::size_t index) {
  if (work->over) co_return;
  auto chart = co_await draw(work->store, work->panels[index].panel, work->range, work->zone);
  if (work->over) co_return;
  auto& view = work->panels[index];
  view.chart = std::move(chart);
  if (view.chart) view.insight = find_insight(*view.chart);
}

Async<> run_all(std::shared_ptr<Work> work) {
  const auto queue = std::make_shared<JobQueue>();
  for (std::size_t i = 0; i < work->panels.size(); ++i)
    queue->push([work, i] { return run_panel(work, i); });
  co_await queue->run(kAtOnce);
  work->complete = true;
  if (!work->over) work->until->cancel();
}

std::string title_of(const View& view, const PanelView& panel, Language language) {
  if (!panel.panel.title.empty()) return panel.panel.title;
  const auto number = &panel - view.panels.data() + 1;
  return fmt::format("{}{}", language == Language::zh ? "图" : "panel ", number);
}

std::string say_failed(const std::vector<std::string>& failed, Language language) {
  const bool zh = language == Language::zh;
  if (failed.size() > 2) {
    const auto count = say_count(static_cast<std::int64_t>(failed.size()), language);
    return zh ? fmt::format("有{}个图没查到。", count)
              : fmt::format(" {} panels could not be read.", count);
  }
  return zh ? fmt::format("{}没查到。", join(failed, "和"))
            : fmt::format(" {} could not be read.", join(failed, " and "));
}

Json to_json(const Insight& insight) {
  return {{"finding", name_of(insight.finding)},
          {"series", insight.series},
          {"where", insight.where},
          {"value", insight.value},
          {"usual", insight.usual},
          {"ratio", insight.ratio}};
}

std::string_view name_of(ChartKind kind) {
  static constexpr std::array<std::string_view, 5> kKinds{"lines", "bars", "pie", "number",
                                                          "table"};
  return kKinds[static_cast<std::size_t>(kind)];
}

Json to_json(const Chart& chart) {
  Json series = Json::array();
  for (const auto& one : chart.series) {
    Json values = Json::array();
    for (const double value : one.values)
      values.push_back(std::isnan(value) ? Json(nullptr) : Json(value));
    series.push_back({{"name", one.name}, {"values", std::move(values)}});
  }
  return {{"kind", name_of(chart.kind)},
          {"unit", chart.unit},
          {"labels", chart.labels},
          {"series", std::move(series)}};
}

}  // namespace

Result<logs::Dashboard> choose_dashboard(const std::vector<logs::Dashboard>& boards,
                                         std::string_view name, Language language) {
  const bool zh = language == Language::zh;
  if (boards.empty()) {
    return fail(Errc::not_found,
                zh ? "这个地域还没有仪表盘" : "there is no dashboard in this region");
  }
  const std::string wanted = plain(name);
  std::vector<const logs::Dashboard*> found;
  const auto look = [&](auto&& fits) {
    if (!found.empty()) return;
    for (const auto& board : boards) {
      if (fits(board)) found.push_back(&board);
    }
  };
  if (trim(name).empty()) {
    look([](const auto&) { return true; });
  } else {
    look([&](const auto& board) { return board.id == name || board.name == name; });
    look([&](const auto& board) { return plain(board.name) == wanted; });
    look([&](const auto& board) {
      return !wanted.empty() && plain(board.name).find(wanted) != std::string::npos;
    });
  }
  if (found.size() == 1) return *found.front();
  if (found.empty()) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, boards.size()); ++i)
      names.push_back(speakable(boards[i].name, 30));
    return fail(Errc::not_found, zh ? fmt::format("没有叫 {} 的仪表盘，现有的有 {}",
                                                  speakable(name, 30), join(names, "、"))
                                    : fmt::format("there is no dashboard called {}; there are {}",
                                                  speakable(name, 30), join(names, ", ")));
  }
  return fail(Errc::conflict,
              zh ? fmt::format("你说的是 {} 还是 {}？", found[0]->name, found[1]->name)
                 : fmt::format("which dashboard: {} or {}?", found[0]->name, found[1]->name));
}

Async<View> look_at(logs::LogStore& store, logs::Dashboard board, logs::TimeRange range, Zone zone,
                    Millis deadline) {
  Definition definition = read_definition(board.data);
  View view{.name = board.name, .range = range, .panels = {}, .not_read = definition.not_read};
  if (definition.panels.empty()) co_return view;
  const auto executor = co_await asio::this_coro::executor;
  const auto work = std::make_shared<Work>(
      Work{.store = store, .range = range, .zone = std::move(zone), .panels = {}});
  for (auto& panel : definition.panels)
    work->panels.push_back(
        {.panel = std::move(panel),
         .chart = fail(Errc::timed_out, "the log service had not answered in time"),
         .insight = {}});
  work->until = std::make_unique<asio::steady_timer>(executor, deadline);
  // On its own, so that what answers too late holds nobody up.
  asio::co_spawn(executor, run_all(work), [work](const std::exception_ptr& error) {
    // A query that broke leaves its panel unanswered; the others have been given up with it.
    work->complete = true;
    if (error && !work->over) work->until->cancel();
  });
  const struct Leaving {
    Work& work;
    ~Leaving() { work.over = true; }
  } leaving{*work};
  // The timer is cancelled when all is done, which may be before anybody waits for it.
  if (!work->complete) co_await work->until->async_wait(asio::as_tuple(asio::use_awaitable));
  view.panels = std::move(work->panels);
  co_return view;
}

std::string say_view(const View& view, Language language) {
  const bool zh = language == Language::zh;
  std::string name = speakable(view.name, 30);
  for (const std::string_view kind : {"看板", "仪表盘"}) {  // it is said with every name
    if (name.size() > kind.size() && name.ends_with(kind))
      name = std::string(trim(name.substr(0, name.size() - kind.size())));
  }
  if (view.panels.empty()) {
    return zh ? fmt::format("{} 看板里没有我能读的图。", name)
              : fmt::format("The dashboard {} has no panel that I can read.", name);
  }
  std::vector<const PanelView*> shown;
  std::vector<std::string> failed;
  for (const auto& panel : view.panels) {
    if (panel.chart) {
      shown.push_back(&panel);
    } else {
      failed.push_back(speakable(title_of(view, panel, language), 20));
    }
  }
  std::ranges::sort(shown, [](const auto* a, const auto* b) {
    const int first = weight_of(a->insight);
    const int second = weight_of(b->insight);
    return first != second ? first > second : a < b;  // as they stand on the dashboard
  });
  const auto count = say_count(static_cast<std::int64_t>(view.panels.size()), language);
  std::string out = zh ? fmt::format("{} 看板{}个图。", name, count)
                       : fmt::format("Dashboard {}, {} panel{}.", name, count,
                                     view.panels.size() == 1 ? "" : "s");
  const std::string last = failed.empty() ? std::string() : say_failed(failed, language);
  for (const auto* panel : shown) {
    std::string one =
        say_insight(panel->insight, title_of(view, *panel, language), panel->panel.unit, language);
    one = fmt::format(fmt::runtime(zh ? "{}。" : " {}."), one);
    if (count_characters(out) + count_characters(one) + count_characters(last) > kMostSpoken) break;
    out += one;
  }
  return out + last;
}

std::vector<Chart> charts_of(const View& view, Language language) {
  std::vector<Chart> out;
  for (const auto& panel : view.panels) {
    if (!panel.chart) continue;
    out.push_back(*panel.chart);
    out.back().title = title_of(view, panel, language);
  }
  return out;
}

Json to_json(const View& view) {
  Json panels = Json::array();
  for (const auto& panel : view.panels) {
    Json one{{"title", panel.panel.title}};
    if (panel.chart) {
      one["chart"] = to_json(*panel.chart);
      one["insight"] = to_json(panel.insight);
    } else {
      one["error"] = panel.chart.error().message;
    }
    panels.push_back(std::move(one));
  }
  return {{"name", view.name},
          {"from", format_iso_utc(view.range.from)},
          {"to", format_iso_utc(view.range.to)},
          {"panels", std::move(panels)},
          {"panels_not_read", view.not_read}};
}

Json to_json(const Definition& definition) {
  Json panels = Json::array();
  for (const auto& panel : definition.panels) {
    Json one{{"title", panel.title},
             {"unit", panel.unit},
             {"topic_id", panel.topic_id},
             {"query", panel.query}};
    if (panel.kind) one["kind"] = name_of(*panel.kind);
    panels.push_back(std::move(one));
  }
  Json out{{"panels", std::move(panels)}, {"panels_not_read", definition.not_read}};
  if (definition.usual_range) {
    out["usual_range_seconds"] =
        std::chrono::duration_cast<std::chrono::seconds>(*definition.usual_range).count();
  }
  return out;
}

}  // namespace mtc::dashboards
