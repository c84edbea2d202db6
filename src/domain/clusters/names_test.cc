#include "domain/clusters/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace mtc::clusters {
namespace {

using ::testing::HasSubstr;

std::vector<NameCandidate> live(std::initializer_list<const char*> names) {
  std::vector<NameCandidate> out;
  for (const char* name : names) out.push_back({.name = name, .kind = "Deployment", .ns = "shop"});
  return out;
}

const std::vector<NameCandidate>& shop() {
  static const auto all = live({"order-service",    "payment",      "cart",
                                "api-gateway",      "user-center",  "inventory-api",
                                "catalog",          "auth-api",     "search-api",
                                "recommend-engine", "message-push", "mysql",
                                "redis-cache",      "prometheus",   "web-frontend",
                                "admin-console",    "cron-worker",  "notification-service",
                                "report-svc",       "checkout",     "shipping",
                                "coupon-service",   "risk-control", "member-service",
                                "billing",          "mqtt-broker",  "kafka",
                                "nginx-ingress",    "es-cred",      "billing-settings",
                                "v2-proxy",         "图片服务",     "dingwei"});
  return all;
}

// The name, "a|b" for a question that offers both, or "-" where nothing fits.
std::string answer(const std::vector<NameCandidate>& candidates, NameQuestion question) {
  const auto match = choose_name(question, candidates);
  if (match) return candidates[match->index].name;
  return match.error().code == Errc::not_found ? "-" : match.error().message;
}

TEST(Names, OfServicesAreTakenAsPeopleSayThem) {
  const struct {
    const char *said, *name;
  } cases[] = {
      // As they are.
      {"order-service", "order-service"},
      {"Order-Service", "order-service"},
      {"order service", "order-service"},
      {"order_service", "order-service"},
      {"orderservice", "order-service"},
      {"ORDER SERVICE", "order-service"},
      {"ｏｒｄｅｒ ｓｅｒｖｉｃｅ", "order-service"},
      {"order 杠 service", "order-service"},
      {"order 下划线 service", "order-service"},
      {"order 横杠 service", "order-service"},
      {"order dash service", "order-service"},
      {"order 点 service", "order-service"},
      {"  order-service  ", "order-service"},
      {"payment", "payment"},
      {"api gateway", "api-gateway"},
      {"user center", "user-center"},
      {"mqtt broker", "mqtt-broker"},
      {"es cred", "es-cred"},
      {"billing settings", "billing-settings"},
      {"risk control", "risk-control"},
      // Without, or with another, word for the kind.
      {"order", "order-service"},
      {"order 服务", "order-service"},
      {"order svc", "order-service"},
      {"order deployment", "order-service"},
      {"the order service", "order-service"},
      {"payment service", "payment"},
      {"payment 服务", "payment"},
      {"payment 的 pod", "payment"},
      {"payment pods", "payment"},
      {"payment 那个服务", "payment"},
      {"那个 payment", "payment"},
      {"cart 服务", "cart"},
      {"coupon", "coupon-service"},
      {"report", "report-svc"},
      {"report service", "report-svc"},
      {"member", "member-service"},
      {"mqtt broker 有状态副本集", "mqtt-broker"},
      {"notification", "notification-service"},
      // A part of the name.
      {"gateway", "api-gateway"},
      {"inventory", "inventory-api"},
      {"recommend", "recommend-engine"},
      {"redis", "redis-cache"},
      {"cache", "redis-cache"},
      {"nginx", "nginx-ingress"},
      {"auth", "auth-api"},
      {"search", "search-api"},
      // In Chinese.
      {"订单服务", "order-service"},
      {"订单", "order-service"},
      {"支付服务", "payment"},
      {"支付", "payment"},
      {"付款服务", "payment"},
      {"购物车", "cart"},
      {"购物车服务", "cart"},
      {"网关", "api-gateway"},
      {"api 网关", "api-gateway"},
      {"用户中心", "user-center"},
      {"用户", "user-center"},
      {"库存", "inventory-api"},
      {"库存服务", "inventory-api"},
      {"认证", "auth-api"},
      {"认证服务", "auth-api"},
      {"鉴权", "auth-api"},
      {"登录", "auth-api"},
      {"搜索", "search-api"},
      {"搜索服务", "search-api"},
      {"推荐", "recommend-engine"},
      {"推荐引擎", "recommend-engine"},
      {"消息推送", "message-push"},
      {"数据库", "mysql"},
      {"缓存", "redis-cache"},
      {"监控", "prometheus"},
      {"前端", "web-frontend"},
      {"管理后台", "admin-console"},
      {"后台", "admin-console"},
      {"通知服务", "notification-service"},
      {"通知", "notification-service"},
      {"报表", "report-svc"},
      {"报表服务", "report-svc"},
      {"结算", "checkout"},
      {"物流", "shipping"},
      {"配送服务", "shipping"},
      {"优惠券", "coupon-service"},
      {"优惠券服务", "coupon-service"},
      {"风控", "risk-control"},
      {"风控服务", "risk-control"},
      {"会员服务", "member-service"},
      {"会员", "member-service"},
      {"定时任务", "cron-worker"},
      {"图片服务", "图片服务"},
      {"图片", "图片服务"},
      {"image service", "图片服务"},
      {"tupian", "图片服务"},
      // In pinyin.
      {"dingdan", "order-service"},
      {"ding dan", "order-service"},
      {"dingdan fuwu", "order-service"},
      {"ding dan fu wu", "order-service"},
      {"zhifu", "payment"},
      {"gouwuche", "cart"},
      {"huiyuan", "member-service"},
      // Misheard.
      {"定单服务", "order-service"},
      {"丁单", "order-service"},
      {"之付", "payment"},
      {"只付服务", "payment"},
      {"购物扯", "cart"},
      {"忘关", "api-gateway"},
      {"会元服务", "member-service"},
      {"优惠圈", "coupon-service"},
      {"封控", "risk-control"},
      {"配门特", "payment"},
      {"oder-service", "order-service"},
      {"oder service", "order-service"},
      {"order sevice", "order-service"},
      {"ordre", "order-service"},
      {"paymint", "payment"},
      {"pay mint", "payment"},
      {"paiment", "payment"},
      {"promethius", "prometheus"},
      {"chekout", "checkout"},
      {"notifcation", "notification-service"},
      {"imventory", "inventory-api"},
      {"kafca", "kafka"},
      {"卡夫卡", "kafka"},
      {"my sequel", "mysql"},
      {"订单父屋", "order-service"},
      {"order 泡德", "order-service"},
      // Figures in either script.
      {"v二 proxy", "v2-proxy"},
      {"v two proxy", "v2-proxy"},
      {"v2 代理", "v2-proxy"},
      // What is not there.
      {"天气", "-"},
      {"weather", "-"},
      {"播放音乐", "-"},
      {"ab", "-"},
      {"服务", "-"},
      {"", "-"},
      {"!!!", "-"},
  };
  EXPECT_GE(std::size(cases), 120U);
  for (const auto& c : cases) {
    EXPECT_EQ(answer(shop(), {.spoken = c.said}), c.name) << c.said;
  }
}

TEST(Names, WhereTwoArePlausibleAQuestionOffersBoth) {
  const struct {
    std::vector<NameCandidate> live;
    const char* said;
    const char* question;
  } cases[] = {
      {live({"order-api", "order-worker"}), "订单服务",
       "有两个订单服务：order-api 和 order-worker，你说哪一个？"},
      {live({"order-api", "order-worker"}), "order",
       "有两个 order 服务：order-api 和 order-worker，你说哪一个？"},
      {live({"order-api", "order-worker", "order-cron"}), "dingdan",
       "有三个 dingdan 服务：比如 order-api 和 order-worker，你说哪一个？"},
      {live({"order-api", "order-app"}), "order-ap",
       "有两个 order-ap 服务：order-api 和 order-app，你说哪一个？"},
      {live({"order", "dingdan"}), "订单", "有两个订单服务：dingdan 和 order，你说哪一个？"},
      {live({"pay-api", "payment-api"}), "支付",
       "有两个支付服务：pay-api 和 payment-api，你说哪一个？"},
      {live({"card", "cart"}), "carp", "有两个 carp 服务：card 和 cart，你说哪一个？"},
      {live({"user-a", "user-b"}), "用户", "有两个用户服务：user-a 和 user-b，你说哪一个？"},
  };
  for (const auto& c : cases) {
    const auto match = choose_name({.spoken = c.said}, c.live);
    ASSERT_FALSE(match) << c.said << " " << c.live[match->index].name;
    EXPECT_EQ(match.error().code, Errc::conflict) << c.said;
    EXPECT_EQ(match.error().message, c.question);
  }
}

TEST(Names, TheVeryNameWinsOverLongerOnes) {
  EXPECT_EQ(answer(live({"order", "order-service", "order-api"}), {.spoken = "order"}), "order");
  EXPECT_EQ(answer(live({"order", "order-service"}), {.spoken = "order service"}), "order-service");
  EXPECT_EQ(answer(live({"order-service", "order-worker"}), {.spoken = "订单服务"}),
            "order-service");
  EXPECT_EQ(answer(live({"login-api", "auth-api"}), {.spoken = "登录"}), "login-api");
  EXPECT_EQ(answer(live({"payment", "payments-worker"}), {.spoken = "paymend"}), "payment");
}

TEST(Names, OneNameInTwoPlacesIsAskedByPlace) {
  const std::vector<NameCandidate> two{{.name = "payment", .kind = "Deployment", .ns = "shop"},
                                       {.name = "payment", .kind = "Deployment", .ns = "crm"}};
  const auto zh = choose_name({.spoken = "支付"}, two);
  ASSERT_FALSE(zh);
  EXPECT_EQ(zh.error().message, "有两个 payment：shop 命名空间的和 crm 命名空间的，你说哪一个？");
  const auto en = choose_name({.spoken = "payment", .language = Language::en}, two);
  ASSERT_FALSE(en);
  EXPECT_EQ(en.error().message,
            "There are two workloads called payment: the one in shop and the one in crm. Which "
            "one do you mean?");
}

TEST(Names, TheUsersOwnNamesCount) {
  const std::vector<Alias> aliases{{.spoken = "老大", .name = "payment"},
                                   {.spoken = "下单那套", .ns = "shop", .name = "order-api"},
                                   {.spoken = "别处", .ns = "crm", .name = "order-api"}};
  const auto all = live({"payment", "order-api", "order-worker"});
  const auto said = [&](const char* spoken) {
    return answer(all, {.spoken = spoken, .aliases = aliases});
  };
  EXPECT_EQ(said("老大"), "payment");
  EXPECT_EQ(said("老大服务"), "payment");
  EXPECT_EQ(said("下单那套"), "order-api");
  EXPECT_EQ(said("别处"), "-");
  EXPECT_EQ(said("order-worker"), "order-worker");
}

TEST(Names, TheNearestAreToldWhereNoneFits) {
  const auto match = choose_name({.spoken = "orbit service"}, shop());
  ASSERT_FALSE(match);
  EXPECT_EQ(match.error().code, Errc::not_found);
  EXPECT_THAT(match.error().message, HasSubstr("最接近的有"));
  EXPECT_EQ(choose_name({.spoken = "订单"}, {}).error().message,
            "没有找到订单服务。这里一个服务也没有。");
  EXPECT_EQ(
      choose_name({.spoken = "zzz", .language = Language::en}, live({"cart"})).error().message,
      "I found no workload called \"zzz\". The nearest is cart.");
}

std::vector<Cluster> clusters() {
  return {{.id = "cls-gzprod01", .name = "gz-prod", .region = "ap-guangzhou"},
          {.id = "cls-gztest01", .name = "gz-test", .region = "ap-guangzhou"},
          {.id = "cls-bigdata1", .name = "大数据集群", .region = "ap-shanghai"},
          {.id = "cls-game0001", .name = "game", .region = "ap-nanjing"},
          {.id = "cls-edge0001", .name = "edge", .region = "ap-shanghai"},
          {.id = "cls-sgstage1", .name = "sg-staging", .region = "ap-singapore"}};
}

TEST(Names, OfClustersGoByNameIdRegionAndRole) {
  const struct {
    const char *said, *name;
  } cases[] = {
      {"gz-prod", "gz-prod"},
      {"cls-gzprod01", "gz-prod"},
      {"CLS-GZPROD01", "gz-prod"},
      {"广州生产", "gz-prod"},
      {"广州生产集群", "gz-prod"},
      {"广州线上", "gz-prod"},
      {"广州正式环境", "gz-prod"},
      {"guangzhou prod", "gz-prod"},
      {"guangzhou production cluster", "gz-prod"},
      {"生产", "gz-prod"},
      {"线上", "gz-prod"},
      {"prod", "gz-prod"},
      {"生产集群", "gz-prod"},
      {"测试", "gz-test"},
      {"测试集群", "gz-test"},
      {"广州测试", "gz-test"},
      {"test", "gz-test"},
      {"大数据", "大数据集群"},
      {"大数据集群", "大数据集群"},
      {"大数据那个集群", "大数据集群"},
      {"bigdata", "大数据集群"},
      {"big data cluster", "大数据集群"},
      {"大树据", "大数据集群"},
      {"游戏", "game"},
      {"游戏集群", "game"},
      {"游戏集裙", "game"},
      {"南京机房", "game"},
      {"edge", "edge"},
      {"edge cluster", "edge"},
      {"边缘集群", "edge"},
      {"预发", "sg-staging"},
      {"新加坡预发", "sg-staging"},
      {"新加坡", "sg-staging"},
      {"新加坡集群", "sg-staging"},
      {"singapore", "sg-staging"},
      {"北京", "-"},
      {"开发", "-"},
  };
  const auto all = cluster_candidates(clusters());
  for (const auto& c : cases) {
    EXPECT_EQ(answer(all, {.spoken = c.said, .what = Named::cluster}), c.name) << c.said;
  }
  EXPECT_EQ(answer(all, {.spoken = "广州", .what = Named::cluster}),
            "有两个广州集群：gz-prod 和 gz-test，你说哪一个？");
}

TEST(Names, OfProductionInTwoRegionsAreAsked) {
  auto two = clusters();
  two.push_back({.id = "cls-shprod01", .name = "上海生产", .region = "ap-shanghai"});
  const auto all = cluster_candidates(two);
  EXPECT_THAT(answer(all, {.spoken = "生产", .what = Named::cluster}), HasSubstr("哪一个"));
  EXPECT_EQ(answer(all, {.spoken = "shanghai prod", .what = Named::cluster}), "上海生产");
  EXPECT_EQ(answer(all, {.spoken = "广州生产", .what = Named::cluster}), "gz-prod");
}

TEST(Names, OfNamespacesNodesAndPoolsAreFoundToo) {
  const std::vector<std::string> spaces{"crm", "infra", "iot", "prod", "test", "kube-system"};
  const std::vector<std::string> nodes{"node-1", "node-2", "node-3", "10.0.0.12"};
  const std::vector<std::string> pools{"battle", "default-pool", "gpu-pool", "batch"};
  const struct {
    Named what;
    const std::vector<std::string>& names;
    const char *said, *name;
  } cases[] = {
      {Named::name_space, spaces, "crm 命名空间", "crm"},
      {Named::name_space, spaces, "crm 空间", "crm"},
      {Named::name_space, spaces, "infra 空间里的", "infra"},
      {Named::name_space, spaces, "iot namespace", "iot"},
      {Named::name_space, spaces, "生产", "prod"},
      {Named::name_space, spaces, "线上环境", "prod"},
      {Named::name_space, spaces, "测试空间", "test"},
      {Named::name_space, spaces, "kube system", "kube-system"},
      {Named::name_space, spaces, "staging", "-"},
      {Named::node, nodes, "节点三", "node-3"},
      {Named::node, nodes, "node three", "node-3"},
      {Named::node, nodes, "node-2", "node-2"},
      {Named::node, nodes, "10.0.0.12", "10.0.0.12"},
      {Named::node, nodes, "10 点 0 点 0 点 12", "10.0.0.12"},
      {Named::pool, pools, "battle", "battle"},
      {Named::pool, pools, "battle 节点持", "battle"},
      {Named::pool, pools, "默认节点池", "default-pool"},
      {Named::pool, pools, "gpu 池", "gpu-pool"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(answer(plain_candidates(c.names), {.spoken = c.said, .what = c.what}), c.name)
        << c.said;
  }
}

TEST(Names, AreHeardFromOutsideWithoutHarm) {
  EXPECT_EQ(answer(shop(), {.spoken = std::string(100'000, 'a')}), "-");
  EXPECT_EQ(answer(shop(), {.spoken = "\xff\xfe\x80"}), "-");
  std::string han;
  for (int i = 0; i < 5'000; ++i) han += "订单";
  EXPECT_THAT(answer(shop(), {.spoken = han}), HasSubstr("-"));
}

}  // namespace
}  // namespace mtc::clusters
