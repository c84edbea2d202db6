#include "domain/digest/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "domain/digest/period.h"
#include "domain/digest/safe_text.h"
#include "domain/digest/speech.h"
#include "domain/digest/wording.h"

namespace mtc::digest {
namespace {

constexpr std::string_view kBold = "1", kDim = "2", kRed = "31", kYellow = "33", kGreen = "32",
                           kCyan = "36";
constexpr std::size_t kMostServices = 10;
constexpr std::size_t kMostFrequent = 5;
constexpr std::size_t kChartRows = 4;

class Page {
 public:
  Page(const Digest& digest, const TerminalOptions& options)
      : digest_(digest),
        language_(options.language),
        label_(labels_for(options.language)),
        width_(std::clamp<std::size_t>(options.width, 40, 200)),
        color_(options.color) {}

  std::string render() {
    head();
    totals();
    chart();
    questions();
    spikes();
    templates(label_.new_lines, digest_.new_templates, kYellow, digest_.new_templates.size());
    templates(label_.top_errors, digest_.top_errors, kRed, digest_.top_errors.size());
    if (digest_.top_errors.empty())
      templates(label_.frequent, digest_.frequent, kCyan, kMostFrequent);
    services();
    keywords();
    heading(label_.coverage);
    paragraph(coverage_text(digest_, language_), kDim);
    return std::move(out_);
  }

 private:
  std::string paint(std::string_view code, std::string_view text) const {
    return color_ && !code.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text)
                                   : std::string(text);
  }
  void line(std::string_view text = {}) { out_.append(text).append("\n"); }
  void heading(std::string_view text) {
    line();
    line(paint(kBold, text));
  }

  // Breaks at the width: between words, or between any two Chinese characters.
  void paragraph(std::string_view text, std::string_view code) {
    const std::string plain = visible_text(text);
    std::string row;
    std::string word;
    const auto flush_word = [&] {
      if (display_width(row) + display_width(word) > width_ - 4 && !row.empty()) {
        line("  " + paint(code, trim(row)));
        row.clear();
      }
      row += word;
      word.clear();
    };
    for (std::size_t at = 0; at < plain.size();) {
      std::size_t length = 1;
      while (at + length < plain.size() &&
             (static_cast<unsigned char>(plain[at + length]) & 0xc0) == 0x80)
        ++length;
      const std::string character = plain.substr(at, length);
      at += length;
      // A mark of punctuation stays with what it ends.
      const bool closes =
          character == "，" || character == "。" || character == "：" || character == "；";
      if (display_width(character) == 2 && !closes) flush_word();
      word += character;
      if (character == " " || closes) flush_word();
    }
    flush_word();
    if (!trim(row).empty()) line("  " + paint(code, trim(row)));
  }

  void head() {
    const std::string scope = visible_text(digest_.scope);
    line(paint(kBold,
               shorten_to_width(std::string(label_.title) + (scope.empty() ? "" : " · " + scope),
                                width_)));
    if (const std::string period = period_in_figures(digest_); !period.empty()) {
      line(paint(kDim, visible_text(period + "  " + digest_.zone)));
    }
    line();
    paragraph(render_speech(digest_, {.language = language_}), "");
  }

  void totals() {
    line();
    const std::string compared = errors_compared(digest_, language_);
    line(fmt::format(
        "  {} {}   {} {}{}   {} {}   {} {}", label_.lines, paint(kBold, figure(digest_.lines())),
        label_.errors, paint(digest_.errors() > 0 ? kRed : kGreen, figure(digest_.errors())),
        compared.empty() ? ""
                         : paint(kDim, language_ == Language::zh ? "（" + compared + "）"
                                                                 : " (" + compared + ")"),
        label_.warnings,
        paint(digest_.warnings() > 0 ? kYellow : kGreen, figure(digest_.warnings())),
        label_.kinds_of_lines, figure(digest_.template_count)));
  }

  // A few rows of block characters, each column one piece of the period.
  void chart() {
    std::int64_t most = 0;
    for (const auto& hour : digest_.hours) most = std::max(most, hour.errors);
    if (most == 0 || digest_.hours.size() < 2) return;
    static constexpr std::array<std::string_view, 9> kBlocks{" ", "▁", "▂", "▃", "▄",
                                                             "▅", "▆", "▇", "█"};
    const std::size_t each = digest_.hours.size() * 2 + 12 <= width_ ? 2 : 1;
    const std::size_t columns = std::min(digest_.hours.size(), (width_ - 12) / each);
    heading(label_.course);
    for (std::size_t row = kChartRows; row-- > 0;) {
      std::string bars;
      for (std::size_t i = 0; i < columns; ++i) {
        // Eighths of a row that this bar fills here; something is always shown where there was
        // something.
        const auto height = static_cast<std::int64_t>(kChartRows * 8) * digest_.hours[i].errors;
        const std::int64_t eighths = std::max<std::int64_t>((height + most / 2) / most,
                                                            digest_.hours[i].errors > 0 ? 1 : 0) -
                                     static_cast<std::int64_t>(row * 8);
        const auto block =
            kBlocks[static_cast<std::size_t>(std::clamp<std::int64_t>(eighths, 0, 8))];
        for (std::size_t n = 0; n < each; ++n) bars += block;
      }
      const std::string scale = row == kChartRows - 1 ? figure(most) : row == 0 ? "0" : "";
      line(paint(kDim, fit_right(scale, 9)) + " " + paint(kRed, bars));
    }
    const std::string begin = clock_time(digest_, digest_.hours.front().begin);
    const std::string end = clock_time(digest_, digest_.hours[columns - 1].begin);
    const auto brief = [](const std::string& text) {
      return text.substr(0, text.size() - std::min<std::size_t>(3, text.size()));
    };
    const std::size_t room = columns * each;
    const std::size_t used = brief(begin).size() + brief(end).size();
    if (room > used)
      line(paint(kDim,
                 std::string(10, ' ') + brief(begin) + std::string(room - used, ' ') + brief(end)));
  }

  void questions() {
    if (digest_.questions.empty()) return;
    heading(label_.questions);
    for (const auto& question : digest_.questions) {
      const std::string text = visible_text(question_text(digest_, question, language_));
      line("  " + paint(kYellow, "!") + " " + shorten_to_width(text, width_ - 4));
    }
  }

  void spikes() {
    if (digest_.spikes.empty()) return;
    heading(label_.spikes);
    for (const auto& spike : digest_.spikes) {
      const std::string service = visible_text(spike.service);
      line("  " + paint(kRed, spike_time(digest_, spike)) + "  " +
           (service.empty() ? "" : paint(kCyan, shorten_to_width(service, 24)) + "  ") +
           spike_height(spike, language_));
      if (const TemplateTotal* total = digest_.find_template(spike.template_id)) {
        line("    " + paint(kDim, shorten_to_width(visible_text(total->text), width_ - 4)));
      }
    }
  }

  void templates(std::string_view title, const std::vector<TemplateTotal>& list,
                 std::string_view code, std::size_t most) {
    if (list.empty()) return;
    heading(title);
    std::size_t service_width = 0;
    for (const auto& total : list) {
      service_width = std::max(service_width, display_width(visible_text(total.service)));
    }
    service_width = std::min<std::size_t>(service_width, 20);
    const bool times = width_ >= 80;
    const std::size_t time_width =
        times ? display_width(clock_time(digest_, list[0].first)) * 2 + 3 : 0;
    const std::size_t rest = width_ - 2 - 9 - 2 - (service_width > 0 ? service_width + 2 : 0);
    const std::size_t text_width =
        rest > time_width + 2 ? rest - (times ? time_width + 2 : 0) : rest;
    for (std::size_t i = 0; i < std::min(list.size(), most); ++i) {
      const auto& total = list[i];
      std::string row = "  " + paint(code, fit_right(figure(total.count), 9)) + "  ";
      if (service_width > 0)
        row += paint(kCyan, fit_left(visible_text(total.service), service_width)) + "  ";
      row += fit_left(visible_text(total.text), text_width);
      if (times) {
        row += "  " + paint(kDim, fit_left(clock_time(digest_, total.first) + " – " +
                                               clock_time(digest_, total.last),
                                           time_width));
      }
      line(row);
    }
  }

  void services() {
    if (!knows_services(digest_)) return;
    heading(label_.services);
    constexpr std::size_t kName = 24;
    constexpr std::size_t kNumber = 13;
    line(paint(kDim, "  " + fit_left(label_.service, kName) + fit_right(label_.lines, kNumber) +
                         fit_right(label_.errors, kNumber) + fit_right(label_.warnings, kNumber)));
    for (std::size_t i = 0; i < std::min(digest_.services.size(), kMostServices); ++i) {
      const auto& total = digest_.services[i];
      line("  " + fit_left(visible_text(service_label(total.service, language_)), kName) +
           fit_right(figure(total.lines), kNumber) +
           paint(total.errors > 0 ? kRed : "", fit_right(figure(total.errors), kNumber)) +
           paint(total.warnings > 0 ? kYellow : "", fit_right(figure(total.warnings), kNumber)));
    }
    if (digest_.services.size() > kMostServices) {
      line(paint(kDim, fmt::format("  … +{}", digest_.services.size() - kMostServices)));
    }
  }

  void keywords() {
    if (digest_.keywords.empty()) return;
    heading(label_.keywords);
    std::string text;
    for (const auto& keyword : digest_.keywords)
      text += visible_text(keyword.word) + "×" + figure(keyword.count) + "  ";
    line("  " + shorten_to_width(trim(text), width_ - 2));
  }

  const Digest& digest_;
  Language language_;
  const Labels& label_;
  std::size_t width_;
  bool color_;
  std::string out_;
};

}  // namespace

std::string render_text(const Digest& digest, const TerminalOptions& options) {
  return Page(digest, options).render();
}

}  // namespace mtc::digest
