#include "domain/digest/html.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/digest/hours.h"
#include "domain/digest/html_style.h"
#include "domain/digest/period.h"
#include "domain/digest/safe_text.h"
#include "domain/digest/speech.h"
#include "domain/digest/wording.h"

namespace mtc::digest {
namespace {

constexpr std::size_t kMostServices = 12;
constexpr std::size_t kMostFrequent = 5;
constexpr std::size_t kExampleBytes = 300;

std::string escaped(std::string_view text) {
  return escape_html(visible_text(text));
}

// A template with its variable parts set apart.
std::string template_html(std::string_view text) {
  return replace_all(escaped(text), "&lt;*&gt;", R"(<span class="var">∗</span>)");
}

class Page {
 public:
  Page(const Digest& digest, Language language)
      : digest_(digest),
        language_(language),
        label_(labels_for(language)),
        zone_(zone_of(digest)) {}

  std::string render() {
    head();
    lead();
    tiles();
    questions();
    chart();
    spikes();
    templates(label_.new_lines, digest_.new_templates, digest_.new_templates.size(), true);
    templates(label_.top_errors, digest_.top_errors, digest_.top_errors.size(), true);
    if (digest_.top_errors.empty())
      templates(label_.frequent, digest_.frequent, kMostFrequent, false);
    services();
    keywords();
    foot();
    return std::move(out_);
  }

 private:
  void add(std::string_view html) { out_ += html; }

  void head() {
    const std::string scope =
        escaped(digest_.scope.empty() ? std::string(label_.title) : digest_.scope);
    const std::string period = escaped(period_in_figures(digest_));
    add(fmt::format(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n"
        // Should anything ever slip through the escaping, it still can load and run nothing.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
        "<title>{} · {}</title>\n<style>{}</style>\n</head>\n<body>\n<div class=\"page\">\n",
        language_ == Language::zh ? "zh-CN" : "en", scope, label_.title, kStyle));
    add(fmt::format("<div class=\"head\"><p class=\"kind\">{}</p><h1>{}</h1>", label_.title,
                    scope));
    if (!period.empty())
      add(fmt::format("<p class=\"period\">{} · {}</p>", period, escaped(digest_.zone)));
    add("</div>\n");
  }

  void lead() {
    const bool bad = !digest_.spikes.empty() || !digest_.questions.empty();
    const bool good = !bad && digest_.coverage.totals_exact && digest_.lines() > 0;
    add(fmt::format("<div class=\"card lead{}\"><p>{}</p></div>\n",
                    bad    ? " bad"
                    : good ? " good"
                           : "",
                    escaped(render_speech(digest_, {.language = language_}))));
  }

  void tile(std::string_view label, std::int64_t number, std::string_view color,
            std::string_view note) {
    add(fmt::format("<td><span class=\"label\">{}</span><span class=\"number {}\">{}</span>", label,
                    color, figure(number)));
    if (!note.empty()) add(fmt::format("<span class=\"note\">{}</span>", escaped(note)));
    add("</td>");
  }

  void tiles() {
    add("<table class=\"tiles\" role=\"presentation\"><tr>");
    tile(label_.lines, digest_.lines(), "", "");
    tile(label_.errors, digest_.errors(), digest_.errors() > 0 ? "red" : "green",
         errors_compared(digest_, language_));
    tile(label_.warnings, digest_.warnings(), digest_.warnings() > 0 ? "amber" : "green", "");
    tile(label_.kinds_of_lines, digest_.template_count, "", "");
    add("</tr></table>\n");
  }

  void open_card(std::string_view title, std::string_view more = {}) {
    add(fmt::format("<div class=\"card{}\"><h2>{}</h2>\n", more, title));
  }

  void questions() {
    if (digest_.questions.empty()) return;
    open_card(label_.questions, " ask");
    add("<ul>");
    for (const auto& question : digest_.questions) {
      add("<li>" + template_html(question_text(digest_, question, language_)) + "</li>");
    }
    add("</ul></div>\n");
  }

  // ---- the picture of the night

  std::string hour_label(const HourTotal& hour) const {
    std::string text = format_civil(hour.begin, zone_);
    if (text.size() < 16) return text;
    return digest_.hours_each >= 24 ? text.substr(5, 5) : text.substr(11, 5);
  }

  void chart() {
    std::int64_t most = 0;
    for (const auto& hour : digest_.hours) most = std::max(most, hour.errors);
    if (most == 0 || digest_.hours.size() < 2) return;
    constexpr double kWidth = 712, kLeft = 44, kTop = 12, kHeight = 110;
    const double step = (kWidth - kLeft) / static_cast<double>(digest_.hours.size());
    const double bar = std::max(step * 0.72, 1.0);
    open_card(label_.course);
    add(fmt::format(
        "<svg class=\"chart\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">\n",
        kWidth, kTop + kHeight + 24, label_.course));
    for (const double part : {0.0, 0.5, 1.0}) {
      const double y = kTop + kHeight * (1 - part);
      add(fmt::format("<line class=\"grid\" x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>",
                      kLeft, kWidth, y));
      if (part == 0.5 && most < 2) continue;
      add(fmt::format("<text class=\"axis\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                      kLeft - 6, y + 4,
                      brief(static_cast<std::int64_t>(static_cast<double>(most) * part))));
    }
    const std::size_t label_every = std::max<std::size_t>(digest_.hours.size() / 8, 1);
    for (std::size_t i = 0; i < digest_.hours.size(); ++i) {
      const auto& hour = digest_.hours[i];
      const double x = kLeft + step * static_cast<double>(i) + (step - bar) / 2;
      const double share = static_cast<double>(hour.errors) / static_cast<double>(most);
      const double height = hour.errors > 0 ? std::max(kHeight * share, 1.5) : 0;
      if (height > 0) {
        add(fmt::format(
            "<rect class=\"bar{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
            "rx=\"{:.1f}\">"
            "<title>{} · {}</title></rect>\n",
            in_a_spike(digest_, hour) ? " hot" : "", x, kTop + kHeight - height, bar, height,
            std::min(bar / 4, 3.0), escaped(format_civil(hour.begin, zone_).substr(0, 16)),
            figure(hour.errors)));
      }
      if (i % label_every == 0 && i + label_every / 2 < digest_.hours.size()) {
        add(fmt::format(
            "<text class=\"axis\" x=\"{:.1f}\" y=\"{:.0f}\" text-anchor=\"middle\">{}</text>\n",
            x + bar / 2, kTop + kHeight + 18, escaped(hour_label(hour))));
      }
    }
    add("</svg></div>\n");
  }

  // "4.2M" fits beside an axis.
  static std::string brief(std::int64_t number) {
    if (number < 10'000) return figure(number);
    if (number < 1'000'000) return fmt::format("{}k", number / 1000);
    return fmt::format("{:.1f}M", static_cast<double>(number) / 1e6);
  }

  // ---- lists

  std::string badge(std::string_view service) const {
    return service.empty() ? ""
                           : fmt::format("<span class=\"service\">{}</span>",
                                         escaped(service_label(service, language_)));
  }

  void spikes() {
    if (digest_.spikes.empty()) return;
    open_card(label_.spikes);
    for (const auto& spike : digest_.spikes) {
      add(fmt::format(
          "<div class=\"item\"><p class=\"line\"><span class=\"count\">{}</span> {}{}</p>",
          escaped(spike_time(digest_, spike)), badge(spike.service),
          escaped(spike_height(spike, language_))));
      if (const TemplateTotal* total = digest_.find_template(spike.template_id)) {
        add("<code class=\"text\">" + template_html(total->text) + "</code>");
      }
      add("</div>\n");
    }
    add("</div>\n");
  }

  void templates(std::string_view title, const std::vector<TemplateTotal>& list, std::size_t most,
                 bool with_example) {
    if (list.empty()) return;
    open_card(title);
    std::int64_t highest = 1;
    for (const auto& total : list) highest = std::max(highest, total.count);
    for (std::size_t i = 0; i < std::min(list.size(), most); ++i) {
      const auto& total = list[i];
      const bool error = logs::is_error(total.level);
      const bool timed = total.first.time_since_epoch() != Millis{0};
      add(fmt::format("<div class=\"item\"><p class=\"line\"><span class=\"count{}\">{}</span> {}",
                      error ? " red" : "", figure(total.count), badge(total.service)));
      if (timed) {
        add(fmt::format("<span class=\"when\">{} – {}</span>",
                        escaped(clock_time(digest_, total.first)),
                        escaped(clock_time(digest_, total.last))));
      }
      add("</p><code class=\"text\">" + template_html(total.text) + "</code>");
      if (with_example && total.example != total.text && !total.example.empty()) {
        add(fmt::format("<code class=\"example\">{} {}</code>", label_.example,
                        escaped(shorten_bytes(total.example, kExampleBytes))));
      }
      if (list.size() > 1) {
        add(fmt::format(
            "<div class=\"meter{}\"><span style=\"width:{:.1f}%\"></span></div>",
            error ? "" : " calm",
            std::max(100.0 * static_cast<double>(total.count) / static_cast<double>(highest),
                     1.0)));
      }
      add("</div>\n");
    }
    add("</div>\n");
  }

  void services() {
    if (!knows_services(digest_)) return;
    open_card(label_.services);
    add(fmt::format(
        "<table class=\"figures\"><tr><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr>\n",
        label_.service, label_.lines, label_.errors, label_.warnings));
    for (std::size_t i = 0; i < std::min(digest_.services.size(), kMostServices); ++i) {
      const auto& total = digest_.services[i];
      add(fmt::format(
          "<tr><td>{}</td><td>{}</td><td class=\"{}\">{}</td><td class=\"{}\">{}</td></tr>\n",
          escaped(service_label(total.service, language_)), figure(total.lines),
          total.errors > 0 ? "red" : "", figure(total.errors), total.warnings > 0 ? "amber" : "",
          figure(total.warnings)));
    }
    add("</table></div>\n");
  }

  void keywords() {
    if (digest_.keywords.empty()) return;
    open_card(label_.keywords);
    add("<div class=\"words\">");
    for (const auto& keyword : digest_.keywords) {
      add(fmt::format("<span>{}<b>{}</b></span>", escaped(keyword.word), figure(keyword.count)));
    }
    add("</div></div>\n");
  }

  void foot() {
    add(fmt::format("<div class=\"foot\"><p>{}</p>", escaped(coverage_text(digest_, language_))));
    if (digest_.created.time_since_epoch() != Millis{0}) {
      add(fmt::format("<p>{} {}</p>", label_.created,
                      escaped(format_civil(digest_.created, zone_).substr(0, 16))));
    }
    add("</div>\n</div>\n</body>\n</html>\n");
  }

  const Digest& digest_;
  Language language_;
  const Labels& label_;
  Zone zone_;
  std::string out_;
};

}  // namespace

std::string render_html(const Digest& digest, Language language) {
  return Page(digest, language).render();
}

}  // namespace mtc::digest
