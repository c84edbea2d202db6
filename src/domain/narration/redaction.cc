#include "domain/narration/redaction.h"

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"

namespace mtc::narration {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
};

// The text is valid UTF-8.
CodePoint decode(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t value = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    value = value << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
  }
  return {value, bytes};
}

// Takes no room on the screen, but parts a secret or carries hidden text: soft hyphen, zero width,
// directions, tags.
bool is_invisible(char32_t c) {
  return c == 0xad || c == 0x034f || c == 0x061c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
         (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe0fff);
}

// The plain form of a full-width letter, digit or sign that belongs to an address; 0 for all
// others. Sentence marks such as ，and ！ stay what they are.
char plain_form(char32_t c) {
  if (c < 0xff01 || c > 0xff5e) return '\0';
  const char plain = static_cast<char>(c - 0xff01 + '!');
  return is_alnum(plain) || is_one_of(plain, "@.:=-/_+%&") ? plain : '\0';
}

std::string normalise(std::string_view text) {
  const std::string clean = sanitize_utf8(text);
  std::string out;
  out.reserve(clean.size());
  for (std::size_t i = 0; i < clean.size();) {
    const CodePoint point = decode(clean, i);
    const char plain = plain_form(point.value);
    if (plain != '\0') {
      out += plain;
    } else if ((point.value < 0x20 && point.value != '\n' && point.value != '\t') ||
               (point.value >= 0x7f && point.value < 0xa0)) {
      out += ' ';
    } else if (!is_invisible(point.value)) {
      out.append(clean, i, point.bytes);
    }
    i += point.bytes;
  }
  return out;
}

// Overlapping spans become one: half of an overlapped secret must not stay behind.
std::vector<SensitiveSpan> merge(std::vector<SensitiveSpan> spans) {
  std::ranges::sort(spans, {}, &SensitiveSpan::begin);
  std::vector<SensitiveSpan> out;
  for (const auto& span : spans) {
    if (out.empty() || span.begin >= out.back().end) {
      out.push_back(span);
      continue;
    }
    out.back().end = std::max(out.back().end, span.end);
    out.back().kind = std::min(out.back().kind, span.kind);
  }
  return out;
}

}  // namespace

std::string_view name_of(Sensitive kind) {
  switch (kind) {
    case Sensitive::private_key:
      return "private-key";
    case Sensitive::secret:
      return "secret";
    case Sensitive::credentials:
      return "credentials";
    case Sensitive::token:
      return "token";
    case Sensitive::key:
      return "key";
    case Sensitive::email:
      return "email";
    case Sensitive::id_card:
      return "id-card";
    case Sensitive::bank_card:
      return "bank-card";
    case Sensitive::phone:
      return "phone";
    case Sensitive::uuid:
      return "uuid";
    case Sensitive::ip:
      return "ip";
    case Sensitive::mac:
      return "mac";
    case Sensitive::hash:
      return "hash";
    case Sensitive::host:
      return "host";
  }
  return "secret";
}

std::string Redactor::placeholder(Sensitive kind, std::string_view original) {
  const auto [entry, is_new] = numbers_.try_emplace({kind, std::string(original)}, 0);
  if (is_new) entry->second = ++counts_[kind];
  return "<" + std::string(name_of(kind)) + "-" + std::to_string(entry->second) + ">";
}

std::string Redactor::redact(std::string_view text) {
  const std::string clean = normalise(text);
  std::vector<SensitiveSpan> spans;
  find_secrets(clean, spans);
  find_tokens(clean, spans);
  find_personal(clean, spans);
  find_addresses(clean, spans);
  if (options_.hostnames) find_hostnames(clean, spans);
  std::string out;
  std::size_t done = 0;
  for (const auto& span : merge(std::move(spans))) {
    out.append(clean, done, span.begin - done);
    out +=
        placeholder(span.kind, std::string_view(clean).substr(span.begin, span.end - span.begin));
    done = span.end;
  }
  out.append(clean, done);
  return out;
}

std::string redact(std::string_view text, RedactionOptions options) {
  return Redactor(options).redact(text);
}

}  // namespace mtc::narration
