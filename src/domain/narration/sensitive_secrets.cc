// Secrets that the words around them tell: password=…, Authorization: …
#include <algorithm>
#include <array>
#include <span>

#include "base/characters.h"
#include "base/encoding.h"
#include "base/text.h"
#include "domain/narration/sensitive.h"

namespace mtc::narration {
namespace {

using Spans = std::vector<SensitiveSpan>;

bool starts_with_ignoring_case(std::string_view text, std::size_t at, std::string_view lower) {
  if (at + lower.size() > text.size()) return false;
  return equals_ignoring_case(text.substr(at, lower.size()), lower);
}

bool contains_any(std::string_view text, std::span<const std::string_view> words) {
  return std::ranges::any_of(
      words, [&](std::string_view w) { return text.find(w) != std::string_view::npos; });
}

bool is_any(std::string_view text, std::span<const std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

// U+3000 to U+9FFF and the full-width forms: Chinese text and its punctuation, which ends a value.
bool is_cjk(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(at_or_zero(text, at));
  return (lead >= 0xe3 && lead <= 0xe9) || lead == 0xef;
}

// ---- private keys

void find_private_keys(std::string_view text, Spans& out) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kEnd = "-----END ";
  for (std::size_t i = text.find(kBegin); i != std::string_view::npos;
       i = text.find(kBegin, i + 1)) {
    if (text.substr(i, 64).find("PRIVATE KEY") == std::string_view::npos) continue;
    std::size_t end = text.find(kEnd, i);
    if (end != std::string_view::npos) end = text.find("-----", end + kEnd.size());
    end = end == std::string_view::npos ? text.size()
                                        : end + 5;  // a cut-off block goes to the end of the text
    out.push_back({i, end, Sensitive::private_key});
    i = end - 1;
  }
}

// ---- user:password@

constexpr std::size_t kMaxUrl = 1024;

// scheme://user:password@host, also with '/' or '@' in the password.
void find_url_credentials(std::string_view text, Spans& out) {
  for (std::size_t i = text.find("://"); i != std::string_view::npos; i = text.find("://", i)) {
    i += 3;
    std::string_view rest = text.substr(i, std::min(kMaxUrl, text.find("://", i) - i));
    rest = rest.substr(0, rest.find_first_of(" \t\n\"'<>`"));
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    std::size_t at = authority.rfind('@');
    if (at == std::string_view::npos) {
      const std::size_t colon = authority.find(':');
      const bool port = colon == std::string_view::npos || colon + 1 == authority.size() ||
                        is_digit(authority[colon + 1]);
      if (!port) at = rest.rfind('@');
    }
    if (at == std::string_view::npos || at == 0) continue;
    out.push_back({i, i + at, Sensitive::credentials});
  }
}

// user:password@ without a scheme: root:secret@tcp(10.0.0.1:3306)/db
void find_bare_credentials(std::string_view text, Spans& out) {
  for (std::size_t i = text.find('@'); i != std::string_view::npos; i = text.find('@', i + 1)) {
    std::size_t begin = i;
    while (begin > 0 && !is_space(text[begin - 1]) &&
           !is_one_of(text[begin - 1], "\"'<>=,;(){}[]/@`"))
      --begin;
    const std::size_t colon = text.substr(0, i).find(':', begin);
    if (colon != std::string_view::npos && colon > begin && colon + 1 < i) {
      out.push_back({begin, i, Sensitive::credentials});
    }
  }
}

// ---- key = value

enum class KeyKind {
  harmless,
  ambiguous,  // "tokens: 512" is a count, "token=9f3c…" is none
  secret,
  rest_of_line,  // headers whose value has several words
};

KeyKind kind_of_key(std::string_view key, char before_key) {
  std::string plain;
  for (const char c : to_lower_ascii(key)) {
    if (is_alnum(c)) plain += c;
  }
  static constexpr std::array<std::string_view, 3> kHeaders{"authorization", "cookie", "xauth"};
  static constexpr std::array<std::string_view, 15> kSecrets{
      "password",   "passwd",  "passwort",  "pwd",        "passphrase",
      "secret",     "apikey",  "accesskey", "privatekey", "credential",
      "encryptkey", "signkey", "sharedkey", "authkey",    "passcode"};
  static constexpr std::array<std::string_view, 3> kWholeSecrets{"otp", "totp", "pin"};
  static constexpr std::array<std::string_view, 9> kAmbiguous{
      "token", "session", "csrf", "xsrf", "signature", "jsessionid", "bearer", "nonce", "ticket"};
  static constexpr std::array<std::string_view, 7> kWholeAmbiguous{"auth", "sign", "sig", "pass",
                                                                   "sid",  "ak",   "sk"};
  if (contains_any(plain, kHeaders)) return KeyKind::rest_of_line;
  if (contains_any(plain, kSecrets) || is_any(plain, kWholeSecrets)) return KeyKind::secret;
  if (contains_any(plain, kAmbiguous) || is_any(plain, kWholeAmbiguous)) return KeyKind::ambiguous;
  const bool in_query = before_key == '?' || before_key == '&';
  if (in_query && (plain == "code" || plain == "key")) return KeyKind::ambiguous;
  return KeyKind::harmless;
}

// What stands after "token:" in prose and is no secret.
bool is_plain_word(std::string_view value) {
  static constexpr std::array<std::string_view, 28> kWords{
      "invalid", "expired",   "missing", "required", "failed",  "failure", "error",
      "null",    "nil",       "none",    "true",     "false",   "empty",   "incorrect",
      "wrong",   "rejected",  "not",     "is",       "was",     "no",      "mismatch",
      "string",  "undefined", "denied",  "unknown",  "refused", "revoked", "changed"};
  return is_any(to_lower_ascii(value), kWords);
}

bool is_number(std::string_view value) {
  return value.size() <= 9 &&
         std::ranges::all_of(value, [](char c) { return is_digit(c) || c == '.'; });
}

// Already hidden: "***", "<*>", "<secret-1>", "${PASSWORD}".
bool is_masked(std::string_view value) {
  if (value.find_first_not_of('*') == std::string_view::npos) return true;
  if (value.size() >= 3 && value.find_first_not_of("*xX.") == std::string_view::npos) return true;
  if (value.starts_with("${") || value.starts_with("{{")) return true;
  return value.size() <= 24 && value.front() == '<' && value.back() == '>';
}

// A comma or semicolon belongs to a password unless the text goes on behind it: white space, or the
// next key.
bool separates(std::string_view text, std::size_t at) {
  std::size_t i = at + 1;
  if (i >= text.size() || is_space(text[i]) || is_one_of(text[i], "\"'{[(")) return true;
  const std::size_t limit = std::min(text.size(), i + 40);
  while (i < limit && (is_alnum(text[i]) || is_one_of(text[i], "_-."))) ++i;
  return i > at + 1 && is_one_of(at_or_zero(text, i), "=:");
}

std::size_t end_of_bare_value(std::string_view text, std::size_t begin) {
  std::size_t i = begin;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (is_space(c) || is_one_of(c, "\"'`&") || is_cjk(text, i)) break;
    if (c == '\\' && is_one_of(at_or_zero(text, i + 1), "\"'nrt")) break;
    if (is_one_of(c, ",;") && separates(text, i)) break;
    if (is_one_of(c, ")]}>") && !is_alnum(at_or_zero(text, i + 1)) && i > begin &&
        text[begin] != '<')
      break;
  }
  return i;
}

struct Value {
  std::size_t begin = 0;  // without quotes
  std::size_t end = 0;
  bool quoted = false;
};

// "…" and '…' with backslash escapes, \"…\" (JSON inside JSON), or a bare word.
Value read_value(std::string_view text, std::size_t at) {
  const bool escaped = text[at] == '\\' && is_one_of(at_or_zero(text, at + 1), "\"'");
  const char quote = text[at + (escaped ? 1 : 0)];
  if (!is_one_of(quote, "\"'`")) return {at, end_of_bare_value(text, at), false};
  const std::size_t begin = at + (escaped ? 2 : 1);
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '\n') return {begin, i, true};
    if (escaped && text[i] == '\\' && at_or_zero(text, i + 1) == quote) return {begin, i, true};
    if (!escaped && text[i] == '\\') {
      ++i;
    } else if (!escaped && text[i] == quote) {
      return {begin, i, true};
    }
  }
  return {begin, text.size(), true};
}

Value read_rest_of_line(std::string_view text, std::size_t at) {
  if (is_one_of(text[at], "\"'`\\")) return read_value(text, at);
  std::size_t end = at;
  while (end < text.size() && !is_one_of(text[end], "\r\n\"'`")) ++end;
  return {at, end, false};
}

constexpr std::size_t kMaxKey = 64;
constexpr std::size_t kMaxGap = 4;  // spaces between key, sign and value

struct Key {
  std::string_view name;
  char before = '\0';
};

// The word before a separator: password =, "password":, ['password'] =>
Key key_before(std::string_view text, std::size_t separator) {
  std::size_t end = separator;
  for (std::size_t i = 0; i < kMaxGap && end > 0 && is_one_of(text[end - 1], " \"'`]\\"); ++i)
    --end;
  std::size_t begin = end;
  while (begin > 0 && end - begin < kMaxKey &&
         (is_alnum(text[begin - 1]) || is_one_of(text[begin - 1], "_.-"))) {
    --begin;
  }
  return {text.substr(begin, end - begin), before_or_zero(text, begin)};
}

std::size_t skip_gap(std::string_view text, std::size_t at) {
  for (std::size_t i = 0; i < 2 * kMaxGap && is_one_of(at_or_zero(text, at), " \t>=:["); ++i) ++at;
  return at;
}

// Adds the value unless it is plainly none; returns where to go on.
std::size_t take_value(std::string_view text, std::size_t at, KeyKind kind, Spans& out) {
  if (at >= text.size() || is_space(text[at])) return at;
  const Value value =
      kind == KeyKind::rest_of_line ? read_rest_of_line(text, at) : read_value(text, at);
  const std::string_view word = text.substr(value.begin, value.end - value.begin);
  if (word.empty()) return std::max(at, value.end);
  const bool plain = is_masked(word) || (!value.quoted && is_plain_word(word)) ||
                     (kind == KeyKind::ambiguous && is_number(word));
  if (!plain) out.push_back({value.begin, value.end, Sensitive::secret});
  return value.end;
}

void find_key_values(std::string_view text, Spans& out) {
  for (std::size_t i = text.find_first_of("=:"); i != std::string_view::npos;
       i = text.find_first_of("=:", i)) {
    const Key key = key_before(text, i);
    const KeyKind kind = kind_of_key(key.name, key.before);
    ++i;
    if (kind != KeyKind::harmless) i = std::max(i, take_value(text, skip_gap(text, i), kind, out));
  }
}

// --password hunter2
void find_flags(std::string_view text, Spans& out) {
  for (std::size_t i = text.find("--"); i != std::string_view::npos; i = text.find("--", i)) {
    while (at_or_zero(text, i) == '-') ++i;
    std::size_t end = i;
    while (is_alnum(at_or_zero(text, end)) || is_one_of(at_or_zero(text, end), "_-.")) ++end;
    if (kind_of_key(text.substr(i, std::min(end - i, kMaxKey)), '-') != KeyKind::harmless &&
        at_or_zero(text, end) == ' ' && at_or_zero(text, end + 1) != '-') {
      end = take_value(text, end + 1, KeyKind::secret, out);
    }
    i = std::max(i, end);
  }
}

// 密码是 hunter2；验证码：123456。In Chinese no sign is needed between the word and the value.
void find_chinese_secrets(std::string_view text, Spans& out) {
  static constexpr std::array<std::string_view, 8> kWords{"密码", "口令",   "密钥", "令牌",
                                                          "私钥", "验证码", "凭证", "通行证"};
  static constexpr std::array<std::string_view, 6> kLinks{"是", "为", "：", ":", "=", " "};
  for (const std::string_view word : kWords) {
    for (std::size_t i = text.find(word); i != std::string_view::npos; i = text.find(word, i)) {
      i += word.size();
      bool linked = true;
      for (std::size_t hops = 0; linked && hops < kMaxGap; ++hops) {
        linked = false;
        for (const std::string_view link : kLinks) {
          if (!text.substr(i).starts_with(link)) continue;
          i += link.size();
          linked = true;
          break;
        }
      }
      const char c = at_or_zero(text, i);
      if (c != '\0' && is_ascii(c) && !is_space(c) && !is_one_of(c, ".,;)]}")) {
        i = std::max(i, take_value(text, i, KeyKind::secret, out));
      }
    }
  }
}

// IDENTIFIED BY 'hunter2'
void find_sql_passwords(std::string_view text, Spans& out) {
  constexpr std::string_view kBy = "identified by ";
  for (std::size_t i = 0; i + kBy.size() < text.size(); ++i) {
    if (text[i] != 'I' && text[i] != 'i') continue;
    if (starts_with_ignoring_case(text, i, kBy))
      take_value(text, i + kBy.size(), KeyKind::secret, out);
  }
}

// ---- Bearer and Basic without their header

std::size_t end_of_token68(std::string_view text, std::size_t at) {
  while (at < text.size() && (is_alnum(text[at]) || is_one_of(text[at], "-._~+/="))) ++at;
  return at;
}

bool has_digit(std::string_view text) {
  return std::ranges::any_of(text, is_digit);
}

bool is_basic_value(std::string_view value) {
  const auto decoded = from_base64(value);
  return decoded && decoded->find(':') != std::string::npos;
}

void find_schemes(std::string_view text, Spans& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_one_of(text[i], "bB") || is_alnum(before_or_zero(text, i))) continue;
    const bool bearer = starts_with_ignoring_case(text, i, "bearer ");
    const bool basic = starts_with_ignoring_case(text, i, "basic ");
    if (!bearer && !basic) continue;
    const std::size_t begin = i + (bearer ? 7 : 6);
    const std::size_t end = end_of_token68(text, begin);
    const std::string_view value = text.substr(begin, end - begin);
    const bool secret = bearer ? value.size() >= 20 || (value.size() >= 6 && has_digit(value))
                               : is_basic_value(value);
    if (secret) out.push_back({begin, end, Sensitive::secret});
    i = std::max(i, begin - 1);
  }
}

}  // namespace

void find_secrets(std::string_view text, Spans& out) {
  find_private_keys(text, out);
  find_url_credentials(text, out);
  find_bare_credentials(text, out);
  find_key_values(text, out);
  find_flags(text, out);
  find_chinese_secrets(text, out);
  find_sql_passwords(text, out);
  find_schemes(text, out);
}

}  // namespace mtc::narration
