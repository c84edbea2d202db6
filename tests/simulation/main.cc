// Plays every incident in a cluster of its own and prints what came of it.
// usage: simulate [--markdown] [--only TEXT] [--verbose]
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iostream>
#include <string>

#include "infra/loop/run.h"
#include "product.h"
#include "verdict.h"
#include "world.h"

namespace mtc::simulation {
namespace {

constexpr Millis kAfterwards = std::chrono::minutes(10);

struct Options {
  bool markdown = false, verbose = false;
  std::string only;
};

void tell(const Row& row, World& world, const std::vector<rollback::Operation>& operations,
          const std::vector<alerts::Alert>& alerts) {
  std::cerr << row.name << "\n";
  for (const auto& operation : operations) {
    std::cerr << fmt::format("  {} {} score {:.0f} trouble {}: {}\n", operation.title,
                             name_of(operation.state), operation.score, operation.trouble,
                             operation.speech);
    for (const auto& step : operation.steps) {
      std::cerr << fmt::format("    {} {}: {} {}\n", name_of(step.rung), name_of(step.state),
                               step.reason, step.summary);
    }
  }
  for (const auto& alert : alerts) {
    std::cerr << fmt::format("  alert {} {} score {:.0f}: {}\n", name_of(alert.state),
                             name_of(alert.handling), alert.score.value_or(-1), alert.note);
  }
  for (const auto& text : world.told()) std::cerr << "  told: " << text << "\n";
}

void show(const Picture& found) {
  for (const auto& [name, workload] : found.workloads) {
    std::cerr << fmt::format("  {} {}/{} errors {:.3f}\n", name, workload.ready, workload.wanted,
                             workload.errors);
  }
}

Millis first_alarm(const Incident& incident) {
  return std::ranges::min_element(incident.alarms, {}, &Alarm::after)->after;
}

Async<Row> play(Incident incident, bool verbose) {
  World world;
  Row row;
  const auto scenario = [&](World& now) -> Async<> {
    if (incident.before) co_await incident.before(now);
    co_await now.pass(std::chrono::minutes(1));
    co_await now.keep_good_states();
    const Picture good = co_await now.picture();
    if (incident.strike) co_await incident.strike(now);
    const Millis first = first_alarm(incident);
    co_await now.pass(first);
    for (Alarm& alarm : incident.alarms) alarm.after -= first;
    const Picture found = co_await now.picture();
    co_await now.answer(incident.alarms);
    co_await now.pass(kAfterwards);
    const Picture left = co_await now.picture();
    const auto operations = co_await now.product().operations();
    row = judge(incident, good, found, left, operations, co_await now.product().alerts(),
                co_await now.product().audit_holds());
    if (verbose) show(found);
    if (verbose) tell(row, now, operations, co_await now.product().alerts());
  };
  co_await world.play(scenario);
  co_return row;
}

Options parse(int count, char** arguments) {
  Options out;
  for (int i = 1; i < count; ++i) {
    const std::string_view one = arguments[i];
    if (one == "--markdown") out.markdown = true;
    if (one == "--verbose") out.verbose = true;
    if (one == "--only" && i + 1 < count) out.only = arguments[++i];
  }
  return out;
}

int run_all(const Options& options) {
  std::vector<Row> rows;
  for (auto& incident : all_incidents()) {
    if (!incident.name.contains(options.only)) continue;
    rows.push_back(run(play(std::move(incident), options.verbose)));
    if (!options.markdown) std::cerr << '.' << std::flush;
  }
  std::cerr << "\n";
  std::cout << (options.markdown ? as_markdown(rows) : as_text(rows));
  return sum_up(rows).is_good() ? 0 : 1;
}

}  // namespace
}  // namespace mtc::simulation

int main(int count, char** arguments) {
  try {
    return mtc::simulation::run_all(mtc::simulation::parse(count, arguments));
  } catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 2;
  }
}
