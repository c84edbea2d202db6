#include "domain/digest/speech_details.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "domain/digest/phrase.h"
#include "domain/digest/speech_words.h"

namespace mtc::digest {
namespace {

constexpr std::size_t kErrorsTold = 3;
constexpr std::size_t kSpikesTold = 2;
constexpr std::size_t kNewTold = 2;

class Details {
 public:
  Details(const Digest& digest, SpeechWords& words) : digest_(digest), words_(words) {}

  std::vector<std::string> sentences() {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < std::min(kErrorsTold, digest_.top_errors.size()); ++i)
      out.push_back(error(i));
    for (std::size_t i = 0; i < std::min(kSpikesTold, digest_.spikes.size()); ++i)
      out.push_back(spike(digest_.spikes[i]));
    for (std::size_t i = 0; i < std::min(kNewTold, digest_.new_templates.size()); ++i) {
      out.push_back(fresh(digest_.new_templates[i]));
    }
    if (out.empty())
      out.emplace_back(zh() ? "没有更多要说的，日志里没有错误。"
                            : "There is no more to tell; the logs hold no errors.");
    return out;
  }

 private:
  bool zh() const { return words_.zh(); }
  std::string moment(TimePoint time) { return words_.moment(time); }
  // "payment 的连接数据库超时"; in English the service stands before.
  std::string whose(const TemplateTotal& total) const {
    const std::string name = spoken_service(total.service);
    if (zh()) return SpeechWords::lead(words_.whose(total));
    return (name.empty() ? "" : name + ": ") + words_.phrase(total);
  }

  std::string error(std::size_t rank) {
    const TemplateTotal& total = digest_.top_errors[rank];
    const std::string what = whose(total);
    const std::string count = words_.count(total.count);
    const std::string first = moment(total.first);
    if (zh()) {
      const std::string_view lead = rank == 0 ? "错误最多的是" : rank == 1 ? "其次是" : "还有";
      if (total.count == 1) return fmt::format("{}{}，一次，在{}。", lead, what, first);
      return fmt::format("{}{}，{}次，从{}到{}。", lead, what, count, first, moment(total.last));
    }
    const std::string_view lead = rank == 0 ? "Most errors are " : "Next are ";
    return fmt::format("{}{}, {} {}, first {}.", lead, what, count,
                       total.count == 1 ? "time" : "times", first);
  }

  // Begin and height, as the report itself tells them.
  std::string spike(const Spike& spike) {
    const std::string service = spoken_service(spike.service);
    const std::string count = words_.count(spike.count);
    const bool at_once = spike.minute - spike.from < spike.width;
    const bool minute = spike.width == std::chrono::minutes(1);
    const std::string from = moment(spike.from);
    const std::string peak = words_.moment_after(spike.from, spike.minute);
    if (zh()) {
      const std::string who = service.empty() ? "错误" : service + " 的错误";
      const std::string each = minute ? "一分钟" : "";
      if (at_once) return fmt::format("{}从{}开始突增，{}{}条。", who, from, each, count);
      return fmt::format("{}从{}开始突增，{}最多，{}{}条。", who, from, peak, each, count);
    }
    const std::string who = service.empty() ? "A burst" : "A burst in " + service;
    const std::string each = minute ? " in one minute" : " at once";
    if (at_once) return fmt::format("{} began {}, with {} errors{}.", who, from, count, each);
    return fmt::format("{} began {} and was worst at {}, with {} errors{}.", who, from,
                       SpeechWords::without_preposition(peak), count, each);
  }

  std::string fresh(const TemplateTotal& total) {
    const std::string what = whose(total);
    if (zh()) return fmt::format("第一次见到{}，在{}。", what, moment(total.first));
    return fmt::format("New: {}, first seen {}.", what, moment(total.first));
  }

  const Digest& digest_;
  SpeechWords& words_;
};

}  // namespace

std::string render_speech_details(const Digest& digest, const SpeechOptions& options) {
  SpeechWords words(digest, options);
  std::string speech;
  for (const auto& sentence : Details(digest, words).sentences()) {
    std::string longer = speech;
    if (!speech.empty() && !words.zh()) longer += ' ';
    longer += sentence;
    if (!speech.empty() && count_characters(longer) > words.limit()) break;
    speech = std::move(longer);
  }
  return speech;
}

}  // namespace mtc::digest
