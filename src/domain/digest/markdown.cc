#include "domain/digest/markdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/digest/period.h"
#include "domain/digest/safe_text.h"
#include "domain/digest/speech.h"
#include "domain/digest/wording.h"

namespace mtc::digest {
namespace {

constexpr std::size_t kMostServices = 12;
constexpr std::size_t kTemplateBytes = 240;

std::string code(std::string_view text) {
  return markdown_code(shorten_bytes(text, kTemplateBytes));
}

void add_totals(const Digest& digest, Language language, std::string& out) {
  const Labels& label = labels_for(language);
  const std::string compared = errors_compared(digest, language);
  out += fmt::format("**{}** {} · **{}** {}{} · **{}** {}\n\n", label.lines, figure(digest.lines()),
                     label.errors, figure(digest.errors()),
                     compared.empty() ? "" : " (" + markdown_text(compared) + ")", label.warnings,
                     figure(digest.warnings()));
}

void add_questions(const Digest& digest, Language language, std::string& out) {
  if (digest.questions.empty()) return;
  out += fmt::format("## {}\n\n", labels_for(language).questions);
  for (const auto& question : digest.questions) {
    out += "- " +
           markdown_text(shorten_bytes(question_text(digest, question, language), kTemplateBytes)) +
           "\n";
  }
  out += "\n";
}

void add_spikes(const Digest& digest, Language language, std::string& out) {
  if (digest.spikes.empty()) return;
  out += fmt::format("## {}\n\n", labels_for(language).spikes);
  for (const auto& spike : digest.spikes) {
    const TemplateTotal* total = digest.find_template(spike.template_id);
    out += fmt::format("- **{}** {} {}{}\n", markdown_text(spike_time(digest, spike)),
                       code(spike.service), markdown_text(spike_height(spike, language)),
                       total == nullptr ? ""
                                        : (language == Language::zh ? "，主要是 " : ", mostly ") +
                                              code(total->text));
  }
  out += "\n";
}

void add_templates(const Digest& digest, const std::vector<TemplateTotal>& list,
                   std::string_view title, Language language, std::string& out) {
  if (list.empty()) return;
  const Labels& label = labels_for(language);
  out += fmt::format("## {}\n\n| {} | {} | {} | {} |\n| ---: | --- | --- | --- |\n", title,
                     label.count, label.service, label.what, label.when);
  for (const auto& total : list) {
    out += fmt::format("| {} | {} | {} | {} – {} |\n", figure(total.count),
                       total.service.empty() ? "" : code(total.service), code(total.text),
                       clock_time(digest, total.first), clock_time(digest, total.last));
  }
  out += "\n";
}

void add_services(const Digest& digest, Language language, std::string& out) {
  if (!knows_services(digest)) return;
  const Labels& label = labels_for(language);
  out += fmt::format("## {}\n\n| {} | {} | {} | {} |\n| --- | ---: | ---: | ---: |\n",
                     label.services, label.service, label.lines, label.errors, label.warnings);
  for (std::size_t i = 0; i < std::min(digest.services.size(), kMostServices); ++i) {
    const auto& total = digest.services[i];
    out += fmt::format("| {} | {} | {} | {} |\n", code(service_label(total.service, language)),
                       figure(total.lines), figure(total.errors), figure(total.warnings));
  }
  out += "\n";
}

}  // namespace

std::string render_markdown(const Digest& digest, Language language, std::string_view spoken) {
  const Labels& label = labels_for(language);
  std::string out = fmt::format("# {}{}{}\n\n", label.title, digest.scope.empty() ? "" : " · ",
                                markdown_text(digest.scope));
  if (const std::string period = period_in_figures(digest); !period.empty()) {
    out += markdown_text(period + " (" + digest.zone + ")") + "\n\n";
  }
  out += "> " +
         markdown_text(spoken.empty() ? render_speech(digest, {.language = language}) : spoken) +
         "\n\n";
  add_totals(digest, language, out);
  add_questions(digest, language, out);
  add_spikes(digest, language, out);
  add_templates(digest, digest.new_templates, label.new_lines, language, out);
  add_templates(digest, digest.top_errors, label.top_errors, language, out);
  add_services(digest, language, out);
  if (!digest.keywords.empty()) {
    out += fmt::format("**{}** ", label.keywords);
    for (const auto& keyword : digest.keywords) out += code(keyword.word) + " ";
    out += "\n\n";
  }
  if (digest.top_errors.empty())
    add_templates(digest, digest.frequent, label.frequent, language, out);
  out += "*" + markdown_text(coverage_text(digest, language)) + "*\n";
  return out;
}

}  // namespace mtc::digest
