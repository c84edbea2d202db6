#include "domain/clusters/name_words.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/contains.h"
#include "base/pinyin.h"
#include "base/text.h"

namespace mtc::clusters {
namespace {

struct Row {
  std::string_view zh;
  std::string_view en;
  std::string_view near = {};
};

// Words separated by blanks.
constexpr Row kRows[] = {
    {"订单", "order orders"},
    {"支付 付款 收银", "payment pay payments", "cashier billing"},
    {"购物车", "cart shoppingcart"},
    {"网关", "gateway gw"},
    {"用户", "user users", "account"},
    {"账号 账户", "account accounts", "user auth"},
    {"中心", "center centre"},
    {"引擎", "engine"},
    {"节点", "node nodes"},
    {"机器 主机", "machine host"},
    {"库存", "inventory stock"},
    {"仓库 仓储", "warehouse wms", "inventory stock"},
    {"商品 产品", "product goods products item", "catalog"},
    {"目录 类目", "catalog catalogue", "product"},
    {"登录 登陆", "login signin", "auth sso passport"},
    {"认证 鉴权", "auth authn authentication", "login sso"},
    {"权限 授权", "permission authz rbac", "auth"},
    {"搜索 检索", "search", "query elasticsearch es"},
    {"推荐", "recommend recommendation rec recommender"},
    {"消息", "message msg", "mq im"},
    {"消息队列 队列", "mq queue", "message kafka rabbitmq rocketmq"},
    {"卡夫卡", "kafka"},
    {"数据库", "mysql db database mysequel", "postgres postgresql pg"},
    {"缓存", "redis cache", "memcached"},
    {"日志", "log logs logging", "fluentd"},
    {"监控", "monitor prometheus monitoring", "grafana"},
    {"告警 报警", "alert alarm alertmanager"},
    {"前端", "frontend web fe", "ui"},
    {"后端", "backend be"},
    {"后台 管理 管理后台", "admin management", "backend console"},
    {"控制台", "console", "admin dashboard"},
    {"任务", "job task jobs", "worker"},
    {"定时 调度", "cron scheduler schedule", "job xxljob"},
    {"通知", "notify notification notifier", "message push"},
    {"推送", "push", "notify notification"},
    {"短信", "sms"},
    {"邮件 邮箱", "mail email"},
    {"报表", "report reports reporting", "bi"},
    {"结算 结账", "checkout settle settlement"},
    {"清算 对账", "reconcile clearing", "settle settlement"},
    {"物流 配送 快递", "shipping delivery logistics shipment", "express"},
    {"优惠券 优惠", "coupon coupons", "promotion voucher"},
    {"营销 促销 活动", "promotion marketing campaign activity", "coupon"},
    {"风控", "risk riskcontrol", "fraud"},
    {"会员", "member membership vip members"},
    {"积分", "points point", "member"},
    {"账单", "billing bill", "invoice payment"},
    {"发票", "invoice", "billing"},
    {"价格 定价", "price pricing"},
    {"评论 评价", "comment review comments reviews"},
    {"图片 图像", "image img picture"},
    {"文件", "file files"},
    {"存储", "storage store"},
    {"配置", "config configuration", "settings"},
    {"配置中心", "nacos apollo", "config"},
    {"注册中心", "registry nacos eureka", "consul"},
    {"数据", "data"},
    {"大数据", "bigdata", "data hadoop"},
    {"分析 统计", "analytics stats analysis statistics", "report"},
    {"广告", "ads ad advert"},
    {"客服", "customer support", "service"},
    {"聊天", "chat im", "message"},
    {"视频", "video"},
    {"直播", "live livestream"},
    {"游戏", "game games gaming"},
    {"地图", "map maps geo"},
    {"开放平台", "openapi", "api"},
    {"接口", "api"},
    {"主页 首页", "home homepage index"},
    {"门户", "portal", "web"},
    {"人工智能 智能", "ai", "ml"},
    {"模型", "model", "ml ai"},
    {"训练", "training train"},
    {"推理", "inference infer serving"},
    {"同步", "sync"},
    {"代理", "proxy agent"},
    {"工作 消费者", "worker consumer"},
    {"入口", "ingress", "gateway"},
    {"边缘", "edge"},
    {"基础 基础设施", "infra base infrastructure"},
    {"公共 通用", "common public shared"},
    {"核心", "core"},
    {"默认", "default"},
    {"系统", "system sys"},
    {"电商 商城 商店", "shop mall ecommerce store"},
    {"金融", "finance fin"},
    {"财务", "finance", "billing"},
    {"物联网", "iot"},
    {"客户", "customer client crm"},
    {"灰度 金丝雀", "canary gray grey"},
    {"容灾 灾备", "dr backup"},
    {"备份", "backup"},
    // Where clusters and namespaces are and what for.
    {"生产 线上 正式", "prod production prd online", "live"},
    {"测试", "test testing tst", "qa"},
    {"预发 预发布", "staging stage pre", "uat"},
    {"开发 研发", "dev development develop"},
    {"广州", "guangzhou gz", "apguangzhou"},
    {"上海", "shanghai sh"},
    {"北京", "beijing bj"},
    {"南京", "nanjing nj"},
    {"成都", "chengdu cd"},
    {"重庆", "chongqing cq"},
    {"天津", "tianjin tj"},
    {"深圳", "shenzhen sz"},
    {"香港", "hongkong hk"},
    {"新加坡", "singapore sg"},
    {"东京", "tokyo jp"},
    {"首尔", "seoul kr"},
    {"曼谷", "bangkok th"},
    {"雅加达", "jakarta"},
    {"硅谷", "siliconvalley"},
    {"弗吉尼亚", "virginia ashburn"},
    {"法兰克福", "frankfurt"},
    {"圣保罗", "saopaulo"},
};

struct Dictionary {
  std::vector<Meaning> meanings;
  std::map<std::string, std::vector<const Meaning*>, std::less<>> by_word;
  std::vector<std::vector<std::string>> syllables;
};

std::vector<std::string> syllables_of(std::string_view zh) {
  std::vector<std::string> out;
  for (const auto& sound : sounds_of(zh)) out.push_back(sound.syllable);
  return out;
}

void longest_first(std::vector<std::vector<std::string>>& words) {
  std::ranges::sort(words, std::greater<>(),
                    [](const auto& word) { return std::pair(word.size(), word); });
}

std::vector<std::string_view> words_of(std::string_view row) {
  auto out = split(row, ' ');
  std::erase(out, std::string_view());
  return out;
}

Dictionary read_rows() {
  Dictionary out;
  out.meanings.reserve(std::size(kRows));  // by_word points into it
  for (const auto& row : kRows) {
    Meaning& meaning = out.meanings.emplace_back();
    for (const auto zh : words_of(row.zh)) {
      auto syllables = syllables_of(zh);
      meaning.words.push_back(join(syllables, ""));
      out.syllables.push_back(std::move(syllables));
    }
    for (const auto en : words_of(row.en)) meaning.words.emplace_back(en);
    for (const auto en : words_of(row.near)) meaning.near.emplace_back(en);
    for (const auto& word : meaning.words) {
      auto& known = out.by_word[word];
      if (!contains(known, &meaning)) known.push_back(&meaning);
    }
    // Said 登录, auth-api may be meant: the near word leads here as well.
    for (const auto& word : meaning.near) out.by_word[word].push_back(&meaning);
  }
  longest_first(out.syllables);
  return out;
}

const Dictionary& dictionary() {
  static const Dictionary all = read_rows();
  return all;
}

KindWords read_kinds(std::string_view zh, std::string_view en) {
  KindWords out;
  for (const auto word : words_of(zh)) {
    auto syllables = syllables_of(word);
    out.letters.push_back(join(syllables, ""));
    out.syllables.push_back(std::move(syllables));
  }
  longest_first(out.syllables);
  for (const auto word : words_of(en)) out.letters.emplace_back(word);
  return out;
}

}  // namespace

const std::vector<const Meaning*>& meanings_of(std::string_view letters) {
  static const std::vector<const Meaning*> none;
  const auto it = dictionary().by_word.find(letters);
  return it == dictionary().by_word.end() ? none : it->second;
}

const std::vector<std::vector<std::string>>& dictionary_syllables() {
  return dictionary().syllables;
}

bool is_role(std::string_view letters) {
  return std::ranges::any_of(meanings_of(letters), [](const Meaning* meaning) {
    const auto& words = meaning->words;
    return std::ranges::any_of(std::array{"prod", "test", "staging", "dev"},
                               [&](const char* role) { return contains(words, role); });
  });
}

const KindWords& kind_words(Named what) {
  // 泡德 is how a recogniser writes pod.
  static const std::array<KindWords, 11> all{
      read_kinds(
          "服务 微服务 应用 程序 模块 系统 部署 工作负载 无状态 有状态 有状态副本集 有状态集 "
          "守护进程 守护进程集 副本集 容器 实例 泡德 定时任务 任务 项目",
          "service services svc deployment deployments deploy app application pod pods "
          "statefulset sts daemonset ds workload server microservice module"),
      read_kinds("集群 机房 环境", "cluster clusters env environment k8s tke"),
      read_kinds("命名空间 名字空间 名称空间 空间 项目 环境", "namespace namespaces ns space"),
      read_kinds("节点 工作节点 机器 主机 服务器 号", "node nodes machine host server"),
      read_kinds("节点池 池 池子 节点组", "nodepool pool pools nodegroup np"),
      read_kinds("日志主题 主题 日志", "topic topics logs log"),
      read_kinds("日志集", "logset logsets"),
      read_kinds("告警规则 告警策略 告警 报警 规则 策略", "alarm alarms alert rule policy"),
      read_kinds("定时任务 定时分析 任务", "task query sql"),
      read_kinds("通知组", "group"),
      read_kinds("仪表盘 看板 看版 大盘 面板", "dashboard board panel")};
  return all[static_cast<std::size_t>(what)];
}

}  // namespace mtc::clusters
