#include "services/devops/checkpoint_tools.h"

#include <gmock/gmock.h>

#include "domain/clusters/scale_change.h"
#include "services/devops/answer_check_for_test.h"
#include "services/devops/devops_world_for_test.h"

namespace mtc::services {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class CheckpointTools : public DevopsWorld {
 protected:
  CheckpointTools() { executors.emplace("undo_change", cluster_executor(ports.cluster_changes())); }
  // Three replicas become five, for that user; the id of its checkpoint.
  std::string scale(identity::UserId user = 1) {
    auto scene = shop.scene();
    scene.user.id = user;
    auto planned =
        run(clusters::plan_scale(shop.ports, scene, clusters::ChangeWorld::deployment(), 5));
    EXPECT_TRUE(planned);
    auto done = run(clusters::execute_change(
        shop.ports, scene, clusters::approve(std::get<clusters::ChangePlan>(*planned))));
    EXPECT_TRUE(done);
    return shop.checkpoints.checkpoints.back().id;
  }
  Json replicas() { return shop.cluster->at("Deployment", "shop", "order")["spec"]["replicas"]; }

  mcp::Tool list = list_checkpoints_tool(ports);
  mcp::Tool compare = compare_checkpoint_tool(ports);
  mcp::Tool restore = restore_checkpoint_tool(ports);
};

TEST_F(CheckpointTools, AreListed) {
  EXPECT_EQ(say(list, Json::object()), "没有备份点。");
  scale();
  const auto reply = call(list, Json::object());
  EXPECT_EQ(complaint(list.output_schema, reply.data), "");
  EXPECT_THAT(reply.speech, AllOf(HasSubstr("一号"), HasSubstr("order")));
  EXPECT_EQ(reply.data["checkpoints"].size(), 1U);
  EXPECT_EQ(call(list, {{"service", "mysql"}}).data["checkpoints"].size(), 0U);
  EXPECT_EQ(say(list, Json::object(), "john"), "There is no checkpoint.");
}

TEST_F(CheckpointTools, AreComparedWithNow) {
  scale();
  for (const Json& arguments : {Json::object(), Json{{"number", 1}}, Json{{"service", "order"}}}) {
    const auto reply = call(compare, arguments);
    EXPECT_EQ(complaint(compare.output_schema, reply.data), "");
    EXPECT_THAT(reply.speech, AllOf(HasSubstr("从一号备份点到现在"), HasSubstr("order")));
    EXPECT_THAT(reply.data["objects"].dump(), HasSubstr("spec.replicas"));
  }
  shop.cluster->at("Deployment", "shop", "order")["spec"]["replicas"] = 3;
  EXPECT_EQ(say(compare, {{"number", 1}}), "现在和那时候一样。");
}

TEST_F(CheckpointTools, AreRestoredWhenTheCodeIsSaid) {
  scale();
  const auto planned = call(restore, {{"service", "order"}});
  EXPECT_THAT(planned.speech, AllOf(HasSubstr("准备撤销一号改动"), HasSubstr("确认请说")));
  EXPECT_EQ(replicas(), 5);
  EXPECT_FALSE(confirm(planned).is_error);
  EXPECT_EQ(replicas(), 3);
}

TEST_F(CheckpointTools, OnesThatARollbackOfSomebodyElseKeptAreFoundByItsService) {
  const auto id = scale(77);
  auto operation = operation_of("order");
  operation.user = 77;
  operation.steps[0].checkpoint = id;
  operation.steps[0].state = rollback::StepState::no_better;
  begin(operation);
  EXPECT_TRUE(call(restore, {{"service", "order"}}).is_error);  // it still runs
  end("operation-order", rollback::OperationState::handed_over);
  EXPECT_THAT(say(restore, {{"service", "order"}}), HasSubstr("准备撤销"));
}

TEST_F(CheckpointTools, WhatIsNotThereIsSaid) {
  EXPECT_EQ(say(restore, {{"service", "order"}}), "order 没有可以还原的备份点。");
  EXPECT_EQ(say(restore, {{"service", "order"}}, "john"),
            "There is no checkpoint of order to restore.");
  EXPECT_TRUE(call(compare, {{"number", 9}}).is_error);
  scale();
  EXPECT_TRUE(call(restore, {{"service", "order"}}, "guest").is_error);
}

}  // namespace
}  // namespace mtc::services
