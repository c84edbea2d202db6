#include "domain/digest/speech_details.h"

#include <fmt/format.h>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/digest/phrase.h"

namespace mtc::digest {
namespace {

constexpr std::size_t kErrorsTold = 3;
constexpr std::size_t kSpikesTold = 2;
constexpr std::size_t kNewTold = 2;

class Details {
 public:
  Details(const Digest& digest, const SpeechOptions& options)
      : digest_(digest),
        language_(options.language),
        zone_(Zone::find(digest.zone).value_or(Zone::shanghai())),
        now_(options.now.value_or(digest.created)) {}

  std::vector<std::string> sentences() const {
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
  bool zh() const { return language_ == Language::zh; }
  std::string moment(TimePoint time) const { return say_moment(time, now_, zone_, language_); }
  std::string whose(const std::string& service) const {
    const std::string name = spoken_service(service);
    if (name.empty()) return {};
    return zh() ? " " + name + " 的" : name + ": ";
  }

  std::string error(std::size_t rank) const {
    const TemplateTotal& total = digest_.top_errors[rank];
    const std::string what = whose(total.service) + human_phrase(total.text, language_);
    const std::string count = say_count(total.count, language_);
    if (zh()) {
      const std::string_view lead = rank == 0 ? "错误最多的是" : rank == 1 ? "其次是" : "还有";
      if (total.count == 1)
        return fmt::format("{}{}，一次，在{}。", lead, what, moment(total.first));
      return fmt::format("{}{}，{}次，从{}到{}。", lead, what, count, moment(total.first),
                         moment(total.last));
    }
    const std::string_view lead = rank == 0 ? "Most errors are " : "Next are ";
    return fmt::format("{}{}, {} {}, first {}.", lead, what, count,
                       total.count == 1 ? "time" : "times", moment(total.first));
  }

  std::string spike(const Spike& spike) const {
    const std::string count = say_count(spike.count, language_);
    if (zh()) return fmt::format("{}最多，一分钟{}条错误。", moment(spike.minute), count);
    return fmt::format("The worst minute was {}, with {} errors.", moment(spike.minute), count);
  }

  std::string fresh(const TemplateTotal& total) const {
    const std::string what = whose(total.service) + human_phrase(total.text, language_);
    if (zh()) return fmt::format("第一次见到{}，在{}。", what, moment(total.first));
    return fmt::format("New: {}, first seen {}.", what, moment(total.first));
  }

  const Digest& digest_;
  Language language_;
  Zone zone_;
  TimePoint now_;
};

}  // namespace

std::string render_speech_details(const Digest& digest, const SpeechOptions& options) {
  // Two letters of English take the time of one Chinese character.
  const std::size_t limit =
      options.language == Language::zh ? options.max_characters : options.max_characters * 2;
  std::string speech;
  for (const auto& sentence : Details(digest, options).sentences()) {
    const std::string longer = speech.empty() || options.language == Language::zh
                                   ? speech + sentence
                                   : speech + " " + sentence;
    if (!speech.empty() && count_characters(longer) > limit) break;
    speech = longer;
  }
  return speech;
}

}  // namespace mtc::digest
