#include "domain/narration/number_idioms.h"

#include <array>

#include "base/characters.h"
#include "domain/narration/number_literal.h"
#include "domain/narration/spoken_clock.h"

namespace mtc::narration {
namespace {

// An article (一个, 一种) counts nothing.
constexpr std::array<std::string_view, 63> kHanIdioms{
    "一切", "一直", "一些", "一下",   "一样", "一般",   "一起",     "一共",   "一旦",
    "一致", "一时", "一度", "一定",   "一律", "一并",   "一如",     "一贯",   "一向",
    "一边", "一方", "一早", "一晚",   "一夜", "一会",   "一阵",     "一波",   "一轮",
    "一步", "一来", "一眼", "同一",   "统一", "唯一",   "万一",     "之一",   "单一",
    "另一", "任一", "每一", "这一",   "那一", "某一",   "不一",     "一种",   "一处",
    "一类", "一批", "一段", "一部分", "一项", "一件",   "一份",     "一点点", "有一点",
    "两者", "零星", "零散", "半夜",   "夜半", "百分点", "五花八门", "一旁",   "一路"};

constexpr double kMostOrdinal = 20;  // "the three thousandth error" counts

}  // namespace

bool is_counted(std::string_view text, std::size_t at) {
  return skip_any(text, skip_spaces(text, at),
                  {"条", "次", "个", "行", "遍", "种", "倍", "余", "多", "起"}) > 0;
}

std::size_t skip_idiom(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto here = [&](std::string_view word) { return stands_at(text, at, word); };
  for (const std::string_view idiom : kHanIdioms) {
    if (here(idiom)) return at + idiom.size();
  }
  const bool after_number =
      ends_with_any(before, {"点", "十", "百", "千", "一", "二", "两", "三", "四", "五", "六", "七",
                             "八", "九", "零", "万"}) ||
      is_digit(before_or_zero(text, at));
  if (here("十分") && !after_number && skip_any(text, at + 6, {"钟", "之"}) == 0) return at + 6;
  if (here("千万") && !after_number && !is_counted(text, at + 6)) return at + 6;
  const bool stressed = ends_with_any(before, {"只有", "仅有", "仅", "只", "就", "才"});
  if (here("一个") && !stressed &&
      skip_any(text, skip_spaces(text, at + 6), {"小时", "半", "钟头", "月", "星期", "百分点"}) ==
          0) {
    return at + 6;
  }
  // 一点 is "a little" unless it is a time.
  if (here("一点") && !after_number && day_half_before(before) == DayHalf::unknown &&
      !before.ends_with("昨晚") &&
      skip_any(text, at + 6,
               {"半", "钟", "整", "左右", "多", "前后", "零", "一", "二", "三", "四", "五", "六",
                "七", "八", "九", "十", "两"}) == 0) {
    return at + 6;
  }
  if (here("第")) {
    const auto ordinal = read_figure(text, at + 3);
    if (ordinal && ordinal->value <= kMostOrdinal) return ordinal->end;
  }
  return 0;
}

}  // namespace mtc::narration
