// Finds the templates of log messages as they stream by: "Failed password for root from 10.0.0.7
// port 4711 ssh2" and its kin become one group "Failed password for <*> from <*> port <*> ssh2".
//
// How. A message is cut into pieces and masked by general rules (token.h). Its key is the sum of
// one hash for each piece and position; a position is left open by one subtraction. A message that
// was met before is found by its key in one probe; one that differs from a known template in open
// positions only, by one probe for each set of open positions that templates of its length and
// first piece have. What is found by neither is a new group, and is counted as one more value at
// each of its positions: where five groups are equal but for one position (more if few words are
// left to tell them by, two where a number or a name is expected, sixteen at the first word), or
// twelve but for two or three positions together, they are joined and the position is open from
// then on.
//
// Where from. Looking up by length and first token is Drain's (He, Zhu, Zheng, Lyu: "Drain: An
// Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017). What is different: no similarity
// threshold decides on one message; a position becomes variable by the number of values it has
// shown, as Brain (Yu et al., TSC 2023) does it over a whole file, but here while streaming.
// Therefore groups can be joined after messages were counted under several ids: see resolve().
//
// Limits. Only the first 2 KiB and 64 pieces of a message are looked at. There are never more than
// max_templates ids (and one) nor 32 MiB of template texts: from half of that on two values are
// enough to open a position, and when no more fit a message joins the latest group that shares half
// of its pieces, or else one group "<*>" for the rest. Groups of equal length and first piece have
// at most 64 different sets of open positions. The tables of recent keys and of values seen hold at
// most 1 MiB and 4 MiB and forget the older.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mtc::logs {

using TemplateId = std::uint32_t;  // dense, from 0, never reused

// One thread at a time per miner. Memory stays bounded whatever it is fed.
class TemplateMiner {
 public:
  struct Options {
    std::size_t max_templates = 20'000;  // ids, whether their groups were joined or not
  };
  TemplateMiner();
  explicit TemplateMiner(Options options);
  ~TemplateMiner();
  TemplateMiner(TemplateMiner&&) noexcept;
  TemplateMiner& operator=(TemplateMiner&&) noexcept;

  // The group of this message now. Groups may be joined later: what was counted under an id belongs
  // to resolve(id).
  TemplateId add(std::string_view message);

  // The group that id has become part of; id itself for most. The result is always a live group.
  TemplateId resolve(TemplateId id) const;

  std::size_t size() const;               // ids given out so far: every id is below it
  std::size_t group_count() const;        // live groups: ids with resolve(id) == id
  std::string text(TemplateId id) const;  // of resolve(id): "connection to <*> refused"

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mtc::logs
