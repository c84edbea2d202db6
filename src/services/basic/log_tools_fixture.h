// The tools for logs with everything behind them in memory: for tests.
#pragma once

#include <gtest/gtest.h>

#include "domain/approval/memory_approval.h"
#include "domain/digest/fake_log_store.h"
#include "domain/logs/fake_log_admin.h"
#include "services/basic/log_changes.h"
#include "services/basic/log_tool_common.h"
#include "services/common/fake_callers.h"

namespace mtc::services {

struct FakePainter final : dashboards::ChartPainter {
  Result<std::string> picture = "PNG";
  std::vector<dashboards::Chart> painted;
  Async<Result<std::string>> paint(std::string, std::vector<dashboards::Chart> charts) override;
};

struct FakePictureModel final : narration::ChatModel {
  Result<std::string> answer = "错误数有尖峰。";
  std::string seen;  // bytes
  Async<Result<std::string>> complete(narration::ChatRequest request) override;
};

class LogTools : public testing::Test {
 protected:
  LogTools();

  // What is heard, whether it worked or not.
  std::string say(const mcp::Tool& tool, Json arguments);
  // The whole reply; fails the test where there is none.
  mcp::Reply reply(const mcp::Tool& tool, Json arguments);
  // The failure's code; internal where there is none.
  Errc failure(const mcp::Tool& tool, Json arguments);
  Result<mcp::Outcome> call(const mcp::Tool& tool, Json arguments);
  // Says the code of what was planned last.
  std::string confirm(const std::string& said);

  void speak_english() { callers.people["me"].user.language = Language::en; }
  void trust(identity::Scope scope, identity::Assurance assurance);
  Language language() { return callers.people["me"].user.language; }

  FakeClock clock;
  digest::FakeLogStore store;
  logs::FakeLogAdmin admin;
  FakeCallers callers;
  approval::MemoryApproval approval;
  logs::RecentLines recent{clock};
  FakePainter painter;
  FakePictureModel model;
  std::vector<std::string> regions;  // that were asked for
  bool voice = false;
  LogToolPorts ports;
  ChangeExecutors executors;
};

}  // namespace mtc::services
