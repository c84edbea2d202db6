#include "domain/logs/region.h"

#include <array>

#include "base/text.h"

namespace mtc::logs {
namespace {

struct Region {
  std::string_view code;
  std::string_view zh;
  std::string_view en;
  std::string_view aliases;  // separated by |
};

constexpr std::array<Region, 23> kRegions{{
    {"ap-guangzhou", "广州", "Guangzhou", "华南|华南地区|gz"},
    {"ap-shanghai", "上海", "Shanghai", "华东|sh"},
    {"ap-beijing", "北京", "Beijing", "华北|bj"},
    {"ap-nanjing", "南京", "Nanjing", "nj"},
    {"ap-chengdu", "成都", "Chengdu", "西南|cd"},
    {"ap-chongqing", "重庆", "Chongqing", "山城|cq"},
    {"ap-tianjin", "天津", "Tianjin", "tsn"},
    {"ap-hongkong", "香港", "Hong Kong", "中国香港|港区|hk|hongkong"},
    {"ap-taipei", "台北", "Taipei", "tpe"},
    {"ap-singapore", "新加坡", "Singapore", "狮城|sg"},
    {"ap-tokyo", "东京", "Tokyo", "日本|jp"},
    {"ap-seoul", "首尔", "Seoul", "韩国|kr"},
    {"ap-bangkok", "曼谷", "Bangkok", "泰国|th"},
    {"ap-jakarta", "雅加达", "Jakarta", "印尼"},
    {"ap-mumbai", "孟买", "Mumbai", "印度"},
    {"na-siliconvalley", "硅谷", "Silicon Valley", "美西|usw"},
    {"na-ashburn", "弗吉尼亚", "Virginia", "美东|ashburn|use"},
    {"eu-frankfurt", "法兰克福", "Frankfurt", "德国|欧洲|de"},
    {"sa-saopaulo", "圣保罗", "Sao Paulo", "巴西"},
    {"ap-shanghai-adc", "上海自动驾驶云", "Shanghai ADC", "上海自动驾驶|自动驾驶云"},
    {"ap-shanghai-fsi", "上海金融", "Shanghai Finance", "上海金融专区|shjr"},
    {"ap-shenzhen-fsi", "深圳金融", "Shenzhen Finance", "深圳金融专区|szjr"},
    {"ap-beijing-fsi", "北京金融", "Beijing Finance", "北京金融专区"},
}};

}  // namespace

std::optional<std::string> parse_region(std::string_view name) {
  std::string wanted(trim(name));
  for (const std::string_view suffix : {"地域", "地区", "区域", "区"}) {
    if (wanted.size() > suffix.size() && wanted.ends_with(suffix))
      wanted.resize(wanted.size() - suffix.size());
  }
  for (const auto& region : kRegions) {
    if (equals_ignoring_case(wanted, region.code) || wanted == region.zh ||
        equals_ignoring_case(wanted, region.en)) {
      return std::string(region.code);
    }
    for (const auto alias : split(region.aliases, '|')) {
      if (equals_ignoring_case(wanted, alias) || equals_ignoring_case(trim(name), alias))
        return std::string(region.code);
    }
  }
  return std::nullopt;
}

std::string region_name(std::string_view code, Language language) {
  for (const auto& region : kRegions) {
    if (region.code == code) return std::string(language == Language::zh ? region.zh : region.en);
  }
  return std::string(code);
}

std::vector<std::string> public_regions() {
  std::vector<std::string> out;
  for (const auto& region : kRegions) {
    const bool special = region.code.ends_with("-adc") || region.code.ends_with("-fsi");
    if (!special) out.emplace_back(region.code);
  }
  return out;
}

}  // namespace mtc::logs
