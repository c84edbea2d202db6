// What XiaoZhi may be given as the result of a call. Its voice server reads content[0].text only,
// throws away texts marked as errors, and obeys a text that is a JSON object with "action"; the
// hosted cloud cuts connections over about 1 KiB.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "base/language.h"
#include "base/result.h"
#include "mcp/registry.h"
#include "mcp/server.h"
#include "mcp/tool.h"

namespace mtc::xiaozhi {

// What did not fit into the last answer to each caller, so that it can be read on. Bounded in size,
// number and age.
class Remainders {
 public:
  explicit Remainders(const Clock& clock) : clock_(clock) {}
  void keep(const std::string& subject, std::string rest);
  void forget(const std::string& subject) { rests_.erase(subject); }
  // Empty if there is nothing, or it is older than ten minutes. Takes it away.
  std::string take(const std::string& subject);

 private:
  struct Rest {
    std::string text;
    TimePoint since;
  };
  const Clock& clock_;
  std::map<std::string, Rest> rests_;
};

// `read_on`: reads the rest of the caller's last answer.
mcp::Tool read_on_tool(Remainders& remainders, Language language);

struct RenderOptions {
  Language language = Language::zh;
  std::size_t max_bytes = 1000;  // of the whole result as JSON, at least 200
  // Where the rest of a cut text is kept for `read_on`; null: the text then does not promise that
  // it can be heard.
  Remainders* remainders = nullptr;
  std::string subject;  // whose rest it is
};

// {"content":[{"type":"text","text":T}]} and nothing else. T is never empty, has no control
// characters, does not begin as JSON, and fits. A failure is told in words: 「没有成功：…」. A
// picture is mentioned, not sent.
Json render_result(const Result<mcp::Reply>& reply, const RenderOptions& options);
// The same as a server's renderer; what `options` points to outlives it.
mcp::ResultRenderer make_renderer(RenderOptions options);

// Valid UTF-8 on one line, without control and other invisible characters. Idempotent.
std::string spoken_line(std::string_view text);

// Where to cut so that at most `bytes` remain: after a sentence if one ends in the second half,
// else between two characters that do not belong together (combining marks, joined emoji).
std::size_t cut_point(std::string_view utf8, std::size_t bytes);

}  // namespace mtc::xiaozhi
