#include "domain/clusters/config_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "domain/clusters/change_world.h"
#include "infra/loop/run.h"

namespace mtc::clusters {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kNewPassword = "tr0ub4dor-Xy7";

class ConfigTest : public ::testing::Test, protected ChangeWorld {
 protected:
  static ObjectRef config() { return {.kind = "ConfigMap", .ns = "shop", .name = "order-config"}; }
  static ObjectRef secret() { return {.kind = "Secret", .ns = "shop", .name = "db-secret"}; }

  Result<Planned> plan(ObjectRef object, std::string key, std::string value,
                       Language language = Language::zh) {
    return run(plan_config(
        ports, scene(language),
        {.object = std::move(object), .key = std::move(key), .value = std::move(value)}));
  }
  ChangePlan planned(ObjectRef object, std::string key, std::string value,
                     Language language = Language::zh) {
    auto made = plan(std::move(object), std::move(key), std::move(value), language);
    EXPECT_TRUE(made) << made.error().message;
    return made ? std::get<ChangePlan>(*made) : ChangePlan{};
  }
  Result<ChangeResult> execute(const ChangePlan& plan, Language language = Language::zh) {
    return run(execute_change(ports, scene(language), approve(plan)));
  }
  static std::string everything_in(const ChangePlan& plan) {
    return plan.summary + plan.preview.dump() + plan.arguments.dump() + plan.details.dump() +
           plan.target + plan.version;
  }
};

TEST_F(ConfigTest, OneEntryIsChangedAndTheRestStays) {
  const auto plan = planned(config(), "LEVEL", "debug");
  EXPECT_EQ(plan.action, "update_config.configmap");
  EXPECT_EQ(plan.summary,
            "准备把广州生产集群的 shop 里的配置 order-config 的 LEVEL 从 info 改成 debug。order "
            "要重启才会用上。single 大约一分钟后自己会看到新文件。");
  const auto result = execute(plan);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->speech,
            "order-config 里的 LEVEL 改好了。order 要重启才会用上。single "
            "大约一分钟后自己会看到新文件。要改回来就说：撤销。");
  const Json& left = cluster->at("ConfigMap", "shop", "order-config");
  EXPECT_EQ(left["data"], Json::parse(R"({"LEVEL":"debug","URL":"http://a"})"));
  EXPECT_EQ(left["binaryData"], Json::parse(R"({"logo":"AAEC"})"));
  const auto again = execute(plan);
  ASSERT_TRUE(again) << "a second time";
  EXPECT_THAT(again->speech, Not(HasSubstr("撤销"))) << "that would take back another change";
  EXPECT_EQ(cluster->writes.size(), 1U);
}

TEST_F(ConfigTest, IsSaidInEnglish) {
  EXPECT_EQ(
      planned(config(), "LEVEL", "debug", Language::en).summary,
      "About to set LEVEL in ConfigMap order-config from info to debug in shop of 广州生产集群. "
      "order must be restarted to see it. single will see the new file in about a minute.");
}

TEST_F(ConfigTest, ASecretsValueShowsNowhere) {
  for (const auto language : {Language::zh, Language::en}) {
    const auto plan = planned(secret(), "password", kNewPassword, language);
    EXPECT_EQ(plan.action, "update_config.secret");
    EXPECT_THAT(plan.preview["after"].get<std::string>(), HasSubstr("fingerprint "));
    for (const std::string value : {kNewPassword, kDbPassword}) {
      for (const auto& form : {value, to_base64(value)}) {
        EXPECT_THAT(everything_in(plan), Not(HasSubstr(form)));
      }
    }
  }
  const auto result = execute(planned(secret(), "password", kNewPassword));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(result->speech + result->data.dump(), Not(HasSubstr(kNewPassword)));
  EXPECT_EQ(cluster->at("Secret", "shop", "db-secret")["data"]["password"],
            to_base64(kNewPassword));
  EXPECT_EQ(cluster->at("Secret", "shop", "db-secret")["data"]["user"], to_base64("root"));
  EXPECT_THAT(checkpoints.checkpoints[0].summary, Not(HasSubstr(kNewPassword)));
}

TEST_F(ConfigTest, APasswordInAConfigMapIsNotSaidEither) {
  const auto plan = planned(config(), "DB_PASSWORD", kNewPassword);
  EXPECT_THAT(everything_in(plan), Not(HasSubstr(kNewPassword)));
}

TEST_F(ConfigTest, RefusalsSayWhy) {
  EXPECT_THAT(plan(config(), "logo", "x").error().message, HasSubstr("二进制内容"));
  EXPECT_THAT(plan(config(), "a/b", "x").error().message, HasSubstr("键名只能用"));
  EXPECT_THAT(plan(config(), "LEVEL", std::string((1 << 20) + 1, 'x')).error().message,
              HasSubstr("最多一兆字节"));
  EXPECT_EQ(plan({.kind = "ConfigMap", .ns = "shop", .name = "nope"}, "a", "b").error().code,
            Errc::not_found);
  EXPECT_THAT(std::get<NothingToDo>(*plan(config(), "LEVEL", "info")).speech,
              HasSubstr("已经是这个内容了"));
  cluster->at("ConfigMap", "shop", "order-config")["immutable"] = true;
  EXPECT_EQ(plan(config(), "LEVEL", "debug").error().code, Errc::conflict);
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(ConfigTest, AnotherValueInBetweenStopsIt) {
  const auto plan = planned(config(), "LEVEL", "debug");
  cluster->at("ConfigMap", "shop", "order-config")["data"]["LEVEL"] = "warn";
  EXPECT_EQ(execute(plan).error().code, Errc::conflict);
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(ConfigTest, APlanFitsItsOwnTargetOnly) {
  auto plan = planned(secret(), "password", kNewPassword);
  plan.arguments["key"] = "user";
  EXPECT_FALSE(execute(plan));
  EXPECT_THAT(cluster->writes, IsEmpty());
}

TEST_F(ConfigTest, WhoUsesItIsFoundWhereverItStands) {
  const struct {
    const char* pod;
    bool used, restart;
  } cases[] = {
      {R"({"containers":[{"envFrom":[{"configMapRef":{"name":"order-config"}}]}]})", true, true},
      {R"({"initContainers":[{"envFrom":[{"configMapRef":{"name":"order-config"}}]}]})", true,
       true},
      {R"({"containers":[{"env":[{"valueFrom":{"configMapKeyRef":{"name":"order-config","key":"URL"}}}]}]})",
       false, false},
      {R"({"containers":[{"envFrom":[{"secretRef":{"name":"order-config"}}]}]})", false, false},
      {R"({"containers":[{}],"volumes":[{"name":"v","projected":{"sources":[{"configMap":{"name":"order-config"}}]}}]})",
       true, false},
      {R"({"containers":[{"volumeMounts":[{"name":"v","subPath":"a"}]}],"volumes":[{"name":"v","configMap":{"name":"order-config"}}]})",
       true, true},
  };
  for (const auto& c : cases) {
    const Json workload{{"kind", "Deployment"},
                        {"metadata", {{"name", "a"}, {"namespace", "shop"}}},
                        {"spec", {{"template", {{"spec", Json::parse(c.pod)}}}}}};
    const auto use = use_of(workload, config(), "LEVEL");
    EXPECT_EQ(use.has_value(), c.used) << c.pod;
    if (use) EXPECT_EQ(use->needs_restart, c.restart) << c.pod;
  }
}

}  // namespace
}  // namespace mtc::clusters
