#include "domain/clusters/pool_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/clusters/change_world.h"
#include "infra/loop/run.h"

namespace mtc::clusters {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class PoolTest : public ::testing::Test, protected ChangeWorld {
 protected:
  Result<Planned> plan(PoolWish wish, Language language = Language::zh) {
    return run(plan_new_pool(ports, scene(language), std::move(wish)));
  }
  Result<Planned> resize(std::string pool, std::int64_t desired, Language language = Language::zh) {
    return run(plan_resize(ports, scene(language), std::move(pool), desired));
  }
  static std::string said(const Result<Planned>& made) {
    if (!made) return made.error().message;
    const auto* idle = std::get_if<NothingToDo>(&*made);
    return idle != nullptr ? idle->speech : std::get<ChangePlan>(*made).summary;
  }
  Result<ChangeResult> execute(const Result<Planned>& made) {
    return run(execute_change(ports, scene(), approve(std::get<ChangePlan>(*made))));
  }
};

TEST_F(PoolTest, WhatIsNotSaidComesFromAnotherPool) {
  const PoolWish wish{.name = "gpu", .instance_type = "GN7.LARGE20", .maximum = 4, .desired = 2};
  const auto made = plan(wish);
  EXPECT_EQ(
      said(made),
      "准备在广州生产集群新建节点池 gpu，机型 GN7.LARGE20，两台，自动伸缩一台到四台。其它照着 "
      "default。建好就按小时计费。");
  EXPECT_EQ(
      said(plan(wish, Language::en)),
      "About to create node pool gpu in 广州生产集群: GN7.LARGE20, two nodes, scaling by itself "
      "from 1 to 4. The rest is as in default. It is billed by the hour from then on.");
  const Json pool = std::get<ChangePlan>(*made).preview["pool"];
  EXPECT_EQ(pool["subnets"], Json::array({"subnet-1"}));
  EXPECT_EQ(pool["disk_gib"], 50);
  EXPECT_EQ(pool["charge_type"], "POSTPAID_BY_HOUR");

  const auto result = execute(made);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->speech, "节点池 gpu 开始建了，两台机器要几分钟才加进来。要改回来就说：撤销。");
  ASSERT_EQ(pools().size(), 3U);
  EXPECT_EQ(pools()[2].instance_types, std::vector<std::string>{"GN7.LARGE20"});
  EXPECT_EQ(checkpoints.checkpoints[0].objects[0].object.name, pools()[2].id);
  EXPECT_EQ(execute(made).error().code, Errc::conflict) << "there is one by now";
  EXPECT_EQ(pools().size(), 3U);
}

TEST_F(PoolTest, WhatIsMissingOrDoesNotFitIsNamed) {
  EXPECT_THAT(said(plan({.name = ""})), HasSubstr("名字要一到六十个字"));
  EXPECT_THAT(said(plan({.name = "a b"})), HasSubstr("不能有空格"));
  EXPECT_THAT(said(plan({.name = "default"})), HasSubstr("已经有叫 default 的节点池了"));
  EXPECT_THAT(said(plan({.name = "a", .like = "nope"})),
              AllOf(HasSubstr("nope"), HasSubstr("default、virtual")));
  EXPECT_THAT(said(plan({.name = "a", .minimum = 3, .maximum = 2})), HasSubstr("数量对不上"));
  pools().clear();
  EXPECT_THAT(said(plan({.name = "a"})), HasSubstr("还缺机型、子网和计费方式"));
}

TEST_F(PoolTest, ASizeOutsideOfTheBoundsMovesThem) {
  const auto made = resize("default", 8);
  EXPECT_EQ(
      said(made),
      "准备把广州生产集群的节点池 default 从三台改成八台。加的五台是 "
      "SA5.LARGE8，开机就计费。现在最多五台，会一起改成八台。它开着自动伸缩，过后可能又被改掉。");
  EXPECT_THAT(said(resize("default", 2, Language::en)), HasSubstr("one node will go away"));
  const auto result = execute(made);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(pools()[0].maximum, 8);
  EXPECT_EQ(pools()[0].desired, 8);
  EXPECT_THAT(result->speech, HasSubstr("撤销"));
  const auto again = execute(made);
  ASSERT_TRUE(again) << "a second time";
  EXPECT_THAT(again->speech, Not(HasSubstr("撤销"))) << "that would take back another change";
  EXPECT_EQ(checkpoints.checkpoints.size(), 1U);
}

TEST_F(PoolTest, RefusalsSayWhy) {
  EXPECT_THAT(said(resize("default", 3)), HasSubstr("已经是三台了"));
  EXPECT_THAT(said(resize("virtual", 3)), HasSubstr("不是普通或原生节点池"));
  EXPECT_THAT(said(resize("nope", 3)), HasSubstr("nope"));
  EXPECT_THAT(said(resize("default", 501)), HasSubstr("零到 500 之间"));
  const auto made = resize("default", 4);
  pools()[0].desired = 2;
  EXPECT_EQ(execute(made).error().code, Errc::conflict);
  cloud.refuse["pools"] = {.code = Errc::rate_limited, .message = "too often"};
  EXPECT_EQ(resize("default", 4).error().code, Errc::rate_limited);
  EXPECT_THAT(checkpoints.checkpoints, IsEmpty());
}

TEST_F(PoolTest, LabelsAndTaintsAreRead) {
  EXPECT_EQ(*parse_label("gpu=true"), (Label{"gpu", "true"}));
  EXPECT_EQ(*parse_label("a="), (Label{"a", ""}));
  EXPECT_FALSE(parse_label("gpu"));
  EXPECT_FALSE(parse_label(" =x"));
  EXPECT_EQ(*parse_taint("dedicated=gpu:NoSchedule"), (Taint{"dedicated", "gpu", "NoSchedule"}));
  EXPECT_EQ(*parse_taint("dedicated:NoExecute"), (Taint{"dedicated", "", "NoExecute"}));
  EXPECT_FALSE(parse_taint("dedicated=gpu"));
  EXPECT_FALSE(parse_taint("dedicated=gpu:Never"));
}

}  // namespace
}  // namespace mtc::clusters
