#include "domain/logs/cql.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/text.h"

namespace mtc::logs {
namespace {

// What the log service would see: words, phrases (with their escapes undone) and operators, told
// apart by the rules of the documents and by nothing of the code under test.
struct Term {
  enum Kind { word, phrase, mark } kind;
  std::string text;
  friend bool operator==(const Term&, const Term&) = default;
};

std::vector<Term> tokenize(std::string_view query) {
  std::vector<Term> out;
  std::string current;
  const auto end_word = [&] {
    if (!current.empty()) out.push_back({Term::word, current});
    current.clear();
  };
  for (std::size_t i = 0; i < query.size(); ++i) {
    const char c = query[i];
    if (c == '"' || c == '\'') {
      end_word();
      std::string text;
      for (++i; i < query.size() && query[i] != c; ++i) {
        if (query[i] == '*' || query[i] == '?') text += "<wildcard>";
        if (query[i] == '\\') ++i;
        if (i < query.size()) text += query[i];
      }
      out.push_back(
          {i < query.size() ? Term::phrase : Term::mark, i < query.size() ? text : "unterminated"});
    } else if (c == '\\' && i + 1 < query.size()) {
      current += query[++i];
    } else if (std::string_view(" \t\r\n").find(c) != std::string_view::npos) {
      end_word();
    } else if (std::string_view(":()|<>=*").find(c) != std::string_view::npos) {
      end_word();
      out.push_back({Term::mark, std::string(1, c)});
    } else {
      current += c;
    }
  }
  end_word();
  return out;
}

// Text that likes to break things.
std::string nasty_text(SeededRandom& random) {
  static const std::vector<std::string> all{
      "\"",   "'",    "\\",   "|",           "*",           "?",        ":",
      "(",    ")",    " ",    "\n",          "\r",          "\t",       std::string(1, '\0'),
      "AND",  " OR ", "NOT ", "level:ERROR", "| select * ", "\" OR \"", "\\\"",
      "支付", "超时", "\xff", "\xe6\x94",    "a",           "Z",        "0",
      ">=",   "=",    "🙂",   "\x7f"};
  std::string out;
  const auto pieces = 1 + uniform(random, 12);
  for (std::uint64_t i = 0; i < pieces; ++i) out += all[uniform(random, all.size())];
  return out;
}

std::string visible(std::string_view text) {
  std::string clean = sanitize_utf8(text);
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return clean;
}

TEST(Cql, WhateverIsSaidBecomesExactlyOnePhrase) {
  SeededRandom random(20261122);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = nasty_text(random);
    const std::string query = quote_phrase(text);
    SCOPED_TRACE(query);
    ASSERT_EQ(tokenize(query), (std::vector<Term>{{Term::phrase, visible(text)}}));
    ASSERT_FALSE(has_sql_part(query));
    const auto condition = keyword(text);
    if (!condition.everything()) {
      ASSERT_EQ(tokenize(condition.text()).size(), 1U);
      ASSERT_EQ(tokenize(condition.text())[0].kind, Term::phrase);
    }
  }
}

TEST(Cql, NothingBreaksOutOfAFieldOrACombination) {
  SeededRandom random(7);
  for (int i = 0; i < 5'000; ++i) {
    const std::string field = nasty_text(random);
    const std::string value = nasty_text(random);
    if (keyword(field).everything() || keyword(value).everything()) continue;
    const auto condition = all_of({field_equals(field, value), keyword("x")});
    SCOPED_TRACE(condition.text());
    const auto terms = tokenize(condition.text());
    ASSERT_EQ(terms.size(), 5U);
    EXPECT_EQ(terms[0].kind, Term::word);
    EXPECT_EQ(terms[1], (Term{Term::mark, ":"}));
    EXPECT_EQ(terms[2].kind, Term::phrase);
    EXPECT_EQ(terms[3], (Term{Term::word, "AND"}));
    EXPECT_EQ(terms[4], (Term{Term::phrase, "x"}));
  }
}

TEST(Cql, AnyBytesAreHarmless) {
  SeededRandom random(99);
  for (int i = 0; i < 2'000; ++i) {
    std::string text(uniform(random, 64), '\0');
    random.fill(std::as_writable_bytes(std::span(text)));
    const auto terms = tokenize(quote_phrase(text));
    ASSERT_EQ(terms.size(), 1U);
    ASSERT_EQ(terms[0].kind, Term::phrase);
    ASSERT_TRUE(is_valid_utf8(quote_phrase(text)));
  }
}

TEST(Cql, CutsWhatIsTooLongWithoutCuttingACharacter) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "超";
  const std::string query = quote_phrase(text);
  EXPECT_LE(query.size(), kMaxPhraseBytes + 2);
  EXPECT_TRUE(is_valid_utf8(query));
  EXPECT_EQ(tokenize(query).size(), 1U);
}

TEST(Cql, BuildsWhatIsDocumented) {
  EXPECT_EQ(Condition().text(), "*");
  EXPECT_EQ(keyword("支付超时").text(), "\"支付超时\"");
  EXPECT_EQ(keyword("  \n ").text(), "*");
  EXPECT_EQ(keyword(R"(say "hi" \ *)").text(), R"("say \"hi\" \\ \*")");
  EXPECT_EQ(field_equals("service", "pay").text(), R"(service:"pay")");
  EXPECT_EQ(field_equals("__TAG__.pod_name", "pay-7d9").text(), R"(__TAG__.pod_name:"pay-7d9")");
  EXPECT_EQ(field_equals("a b", "c").text(), R"(a\ b:"c")");
  EXPECT_EQ(field_equals("service", "").text(), "*");
  EXPECT_EQ(level_at_least(Level::unknown).text(), "*");
  EXPECT_EQ(level_at_least(Level::warn, "lvl").text().substr(0, 22), R"(lvl:("FATAL" OR "fatal)");
  EXPECT_NE(level_at_least(Level::warn).text().find(R"("WARNING")"), std::string::npos);
  EXPECT_EQ(level_at_least(Level::error).text().find(R"("WARN")"), std::string::npos);
}

TEST(Cql, CombinesWithParenthesesWhereTheyMatter) {
  const auto a = keyword("a");
  const auto b = keyword("b");
  const auto c = keyword("c");
  EXPECT_EQ(all_of({}).text(), "*");
  EXPECT_EQ(all_of({a}).text(), R"("a")");
  EXPECT_EQ(all_of({a, Condition(), b}).text(), R"("a" AND "b")");
  EXPECT_EQ(any_of({a, b}).text(), R"("a" OR "b")");
  EXPECT_EQ(any_of({a, Condition()}).text(), "*");
  EXPECT_EQ(all_of({any_of({a, b}), c}).text(), R"(("a" OR "b") AND "c")");
  EXPECT_EQ(all_of({any_of({a, b})}).text(), R"("a" OR "b")");
  EXPECT_EQ(any_of({all_of({any_of({a, b})}), c}).text(), R"(("a" OR "b") OR "c")");
  EXPECT_EQ(none_of({a}).text(), R"(NOT "a")");
  EXPECT_EQ(none_of({a, b}).text(), R"(NOT ("a" OR "b"))");
  EXPECT_EQ(all_of({a, none_of({b})}).text(), R"("a" AND (NOT "b"))");
}

TEST(Cql, SeesAnSqlPartOnlyOutsideQuotes) {
  const struct {
    const char* query;
    bool sql;
  } cases[] = {
      {"*", false},          {"* | select count(*)", true},  {R"("a | b")", false},
      {R"('a | b')", false}, {R"("a \" | b")", false},       {R"("a" | select 1)", true},
      {R"(a\|b)", false},    {R"("never closed | )", false},
  };
  for (const auto& c : cases) EXPECT_EQ(has_sql_part(c.query), c.sql) << c.query;
}

TEST(Cql, QuotesForSql) {
  EXPECT_EQ(sql_identifier("__TAG__.pod_name"), R"("__TAG__.pod_name")");
  EXPECT_EQ(sql_identifier(R"(a"b)"), R"("a""b")");
}

TEST(SplitQuery, AtTheFirstBarOutsideQuotes) {
  const struct {
    const char *query, *condition, *sql;
  } cases[] = {{"level:ERROR | select 1", "level:ERROR", "select 1"},
               {"message:\"a|b\"", "message:\"a|b\"", ""},
               {" * ", "*", ""},
               {"SELECT count(*)", "*", "SELECT count(*)"},
               {"selected", "selected", ""},
               {"| select 1 | 2", "", "select 1 | 2"}};
  for (const auto& c : cases) {
    const auto parts = split_query(c.query);
    EXPECT_EQ(parts.condition, c.condition) << c.query;
    EXPECT_EQ(parts.sql, c.sql) << c.query;
  }
}

TEST(AsWritten, IsKeptTogether) {
  EXPECT_EQ(all_of({as_written("a OR b"), keyword("c")}).text(), "(a OR b) AND \"c\"");
  EXPECT_TRUE(as_written("*").everything());
}

}  // namespace
}  // namespace mtc::logs
