#include "mcp_world.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>

#include "mcp_catalogue.h"
#include "mcp_require.h"

namespace mtc::mcp {
namespace {

struct World {
  ChangeHub changes;
  const Catalogue catalogue{changes};
  SeededRandom random{3};
  const SecretBox box{KeyRing::generate(random), random};
};

World& world() {
  static World one;
  return one;
}

TaskRunnerOptions task_options() {
  return {.ttl = Millis{60'000}, .poll_interval = Millis{500}, .max_running_per_subject = 4};
}

}  // namespace

FuzzedServer::FuzzedServer() {
  spdlog::set_level(spdlog::level::off);  // what breaks down is meant to
  auto& shared = world();
  clock.time = TimePoint(std::chrono::hours(24 * 365 * 50));
  states_.emplace(shared.box, used_, clock, random);
  runner_.emplace(TaskEnvironment{.tools = shared.catalogue.tools,
                                  .store = tasks_,
                                  .changes = shared.changes,
                                  .clock = clock,
                                  .random = random,
                                  .sleeper = sleeper_,
                                  .executor = loop.get_executor(),
                                  .options = task_options()});
  server_.emplace(shared.catalogue.tools,
                  ServerOptions{.name = "fuzz",
                                .title = "Fuzz",
                                .version = "1",
                                .instructions = "None.",
                                .logging = true,
                                .page_size = 5},
                  ServerParts{.resources = &shared.catalogue.resources,
                              .prompts = &shared.catalogue.prompts,
                              .tasks = &*runner_,
                              .states = &*states_,
                              .changes = &shared.changes});
}

ChangeHub& FuzzedServer::changes() const {
  return world().changes;
}

void FuzzedServer::stop() {
  asio::co_spawn(loop, runner_->stop(),
                 [](const std::exception_ptr& error) { require(!error, "tasks can be stopped"); });
  // What still waits for a moment may do so; what waits forever is lost.
  loop.restart();
  loop.run_for(Millis{1000});
  require(loop.stopped(), "nothing is left running after the end");
}

}  // namespace mtc::mcp
