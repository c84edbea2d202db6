#include "domain/logs/template_miner.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "domain/logs/template_miner_table.h"
#include "domain/logs/token.h"

namespace mtc::logs {
namespace {

// A set of positions in a message; pieces never number more than its bits.
using Positions = std::uint64_t;
static_assert(Tokenizer::kMaxPieces <= 64);
constexpr Positions bit(std::size_t position) {
  return Positions{1} << position;
}

constexpr std::size_t kCacheSlots = std::size_t{1} << 16;
constexpr std::size_t kSiblingSlots = std::size_t{1} << 18;
constexpr std::size_t kMaxStoredBytes = std::size_t{32} << 20;
constexpr std::size_t kCompared =
    32;  // latest groups of a bucket that a new message is held against
constexpr std::uint64_t kAnyPiece = 0x5bd1e9955bd1e995ULL;

// How many different values one position must have shown, all else being equal, to be called
// variable. The fewer words are left to tell the message by, the more.
constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kValuesOfFirst =
    16;  // the first word tells who or what: "cupsd startup succeeded"
constexpr std::uint32_t kValues = 5;
constexpr std::uint32_t kValuesAmongFew = 8;
constexpr std::uint32_t kValuesBesideOne = 16;
constexpr std::uint32_t kValuesOfName = 2;  // after "user", or where a number or path has been seen
constexpr std::uint32_t kValuesTogether = 12;  // combinations at two or three positions at once

struct Threshold {
  std::size_t words = 0;  // left outside of the positions in question
  bool first = false;
  bool name = false;
  bool crowded = false;
};

std::uint32_t values_needed(const Threshold& t) {
  if (t.words == 0) return kNever;
  if (t.first) return kValuesOfFirst;
  if (t.words == 1) return kValuesBesideOne;
  if (t.name || t.crowded) return kValuesOfName;
  return t.words == 2 ? kValuesAmongFew : kValues;
}

// A piece's share of the message's key. Keys are sums, so that a position is made variable by one
// subtraction.
std::uint64_t share(std::size_t position, std::uint64_t hash) {
  return fold_multiply(hash ^ 0x8ebc6af09c88c6e3ULL,
                       0x589965cc75374cc3ULL + 0x9e3779b97f4a7c15ULL * 2 * position);
}
constexpr std::size_t kPositions = Tokenizer::kMaxPieces;
const std::array<std::uint64_t, kPositions>& any_shares() {
  static const auto shares = [] {
    std::array<std::uint64_t, kPositions> out{};
    for (std::size_t i = 0; i < kPositions; ++i) out[i] = share(i, kAnyPiece);
    return out;
  }();
  return shares;
}
std::uint64_t length_share(std::size_t pieces) {
  return fold_multiply(pieces + 1, 0xd6e8feb86659fd93ULL);
}

template <class Visit>
void for_each(Positions positions, Visit visit) {
  for (; positions != 0; positions &= positions - 1)
    visit(static_cast<std::size_t>(std::countr_zero(positions)));
}

// A message while it is looked up.
struct Message {
  std::span<const Piece> pieces;
  std::array<std::uint64_t, kPositions> shares;
  std::uint64_t key = 0;
};

}  // namespace

class TemplateMiner::Impl {
 public:
  explicit Impl(Options options)
      : options_(options), cache_(kCacheSlots), siblings_(kSiblingSlots) {
    options_.max_templates = std::max<std::size_t>(options_.max_templates, 1);
  }

  TemplateId add(std::string_view text) {
    Message message;
    read(text, message);
    if (const TemplateId* seen = cache_.find(message.key)) return find(*seen);
    const TemplateId id = look_up_or_learn(message);
    cache_.at(message.key) = id;
    return id;
  }

  TemplateId resolve(TemplateId id) const {
    while (parents_[id] != id) id = parents_[id];
    return id;
  }
  std::size_t size() const { return parents_.size(); }
  std::size_t live() const { return live_; }
  std::string text(TemplateId id) const;

 private:
  struct Part {
    std::uint64_t share = 0;
    std::uint16_t begin = 0;
    std::uint16_t length = 0;
    bool variable : 1 = false;  // by its look
    bool word : 1 = false;
    bool spaced : 1 = false;
    bool named : 1 = false;
  };
  struct Group {
    std::string texts;  // of the parts, one after the other
    std::vector<Part> parts;
    Positions open = 0;     // positions that proved variable
    std::uint64_t key = 0;  // sum of shares, open positions counting as "any"
    std::uint64_t bucket = 0;
  };
  // Groups of equal length that begin with the same piece (or with any).
  struct Bucket {
    std::vector<Positions> shapes;  // sets of open positions that groups in here have; fewest first
    std::vector<TemplateId> groups;
  };
  // Messages that are equal but for some positions.
  struct Siblings {
    std::uint32_t values = 0;
    TemplateId first = 0;
    bool name = false;  // one of them has a number, path … there
  };
  struct Candidate {
    std::uint64_t key = 0;
    Positions open = 0;
  };

  void read(std::string_view text, Message& message);
  TemplateId find(TemplateId id);
  TemplateId look_up_or_learn(const Message& message);
  const TemplateId* look_up(const Message& message, std::uint64_t bucket) const;
  TemplateId learn(const Message& message);
  TemplateId overflow(const Message& message);
  TemplateId create(const Message& message);
  void generalise(TemplateId id);
  bool note_siblings(const Group& group, TemplateId id, Candidate* best);
  bool note_neighbours(const Group& group, TemplateId id, Candidate* best);
  TemplateId join(const Candidate& candidate, TemplateId member);
  bool belongs(const Group& group, const Candidate& candidate) const;
  void absorb_text(Group& into, const Group& other) const;
  void open_text(Group& group, Positions positions) const;
  static std::size_t words_outside(const Group& group, Positions open);
  bool crowded() const { return parents_.size() * 2 >= options_.max_templates; }
  bool full() const {
    return parents_.size() >= options_.max_templates || stored_bytes_ >= kMaxStoredBytes;
  }
  static std::uint64_t bucket_key(std::size_t pieces, std::uint64_t first_share) {
    return fold_multiply(first_share ^ pieces, 0xa0761d6478bd642fULL);
  }

  Options options_;
  Tokenizer tokenizer_;
  ForgetfulTable<TemplateId> cache_;   // keys of messages met lately
  ForgetfulTable<Siblings> siblings_;  // by the key with the positions in question open
  std::unordered_map<std::uint64_t, TemplateId>
      index_;  // keys of all groups and of what they were made of
  std::unordered_map<std::uint64_t, Bucket> buckets_;
  std::vector<Group> groups_;
  std::vector<TemplateId> parents_;  // of a joined group: the one it is in now
  std::size_t live_ = 0;
  std::size_t stored_bytes_ = 0;
  TemplateId overflow_ = std::numeric_limits<TemplateId>::max();
};

void TemplateMiner::Impl::read(std::string_view text, Message& message) {
  message.pieces = tokenizer_.cut(text);
  std::uint64_t key = length_share(message.pieces.size());
  for (std::size_t i = 0; i < message.pieces.size(); ++i) {
    message.shares[i] = share(i, message.pieces[i].hash);
    key += message.shares[i];
  }
  message.key = key;
}

TemplateId TemplateMiner::Impl::find(TemplateId id) {
  while (parents_[id] != id) {
    parents_[id] = parents_[parents_[id]];
    id = parents_[id];
  }
  return id;
}

TemplateId TemplateMiner::Impl::look_up_or_learn(const Message& message) {
  if (const auto it = index_.find(message.key); it != index_.end()) return find(it->second);
  if (!message.pieces.empty()) {
    const auto length = message.pieces.size();
    if (const auto* id = look_up(message, bucket_key(length, message.shares[0]))) return find(*id);
    if (const auto* id = look_up(message, bucket_key(length, any_shares()[0]))) return find(*id);
  }
  return learn(message);
}

const TemplateId* TemplateMiner::Impl::look_up(const Message& message, std::uint64_t bucket) const {
  const auto it = buckets_.find(bucket);
  if (it == buckets_.end()) return nullptr;
  for (const Positions shape : it->second.shapes) {
    std::uint64_t key = message.key;
    for_each(shape, [&](std::size_t i) { key += any_shares()[i] - message.shares[i]; });
    if (const auto found = index_.find(key); found != index_.end()) return &found->second;
  }
  return nullptr;
}

TemplateId TemplateMiner::Impl::learn(const Message& message) {
  if (full()) return overflow(message);
  const TemplateId id = create(message);
  generalise(id);
  return find(id);
}

// No more groups: the message joins the group of its bucket that shares at least half of its
// pieces, as in Drain; what is like nothing known goes to one group for the rest.
TemplateId TemplateMiner::Impl::overflow(const Message& message) {
  if (!message.pieces.empty()) {
    const auto it = buckets_.find(bucket_key(message.pieces.size(), message.shares[0]));
    if (it != buckets_.end()) {
      const auto& ids = it->second.groups;
      TemplateId best = 0;
      std::size_t best_equal = 0;
      for (std::size_t n = 0; n < kCompared && n < ids.size(); ++n) {
        const TemplateId id = ids[ids.size() - 1 - n];
        const Group& group = groups_[id];
        std::size_t equal = 0;
        std::size_t words = 0;
        for (std::size_t i = 0; i < group.parts.size(); ++i) {
          const bool same = (group.open & bit(i)) != 0 || group.parts[i].share == message.shares[i];
          equal += same;
          words += same && (group.open & bit(i)) == 0 && group.parts[i].word;
        }
        if (words >= 2 && equal * 2 >= group.parts.size() && equal > best_equal) {
          best = id;
          best_equal = equal;
        }
      }
      if (best_equal > 0) {
        const Group& group = groups_[best];
        Candidate wider{.key = group.key, .open = group.open};
        for (std::size_t i = 0; i < group.parts.size(); ++i) {
          if ((group.open & bit(i)) != 0 || group.parts[i].share == message.shares[i]) continue;
          wider.open |= bit(i);
          wider.key += any_shares()[i] - group.parts[i].share;
        }
        return join(wider, best);
      }
    }
  }
  if (overflow_ == std::numeric_limits<TemplateId>::max()) {
    overflow_ = static_cast<TemplateId>(parents_.size());
    parents_.push_back(overflow_);
    groups_.emplace_back();
    groups_.back().texts = kVariable;
    groups_.back().parts.push_back(
        {.length = static_cast<std::uint16_t>(kVariable.size()), .variable = true});
    ++live_;
  }
  return overflow_;
}

TemplateId TemplateMiner::Impl::create(const Message& message) {
  const auto id = static_cast<TemplateId>(parents_.size());
  Group group;
  std::size_t bytes = 0;
  for (const Piece& piece : message.pieces) bytes += piece.text.size();
  group.texts.reserve(bytes);
  group.parts.reserve(message.pieces.size());
  for (std::size_t i = 0; i < message.pieces.size(); ++i) {
    const Piece& piece = message.pieces[i];
    group.parts.push_back({.share = message.shares[i],
                           .begin = static_cast<std::uint16_t>(group.texts.size()),
                           .length = static_cast<std::uint16_t>(piece.text.size()),
                           .variable = piece.variable,
                           .word = piece.word,
                           .spaced = piece.spaced,
                           .named = piece.named});
    group.texts += piece.text;
  }
  stored_bytes_ += bytes + group.parts.size() * sizeof(Part);
  group.key = message.key;
  group.bucket = bucket_key(group.parts.size(), group.parts.empty() ? 0 : message.shares[0]);
  buckets_[group.bucket].groups.push_back(id);
  index_.emplace(group.key, id);
  groups_.push_back(std::move(group));
  parents_.push_back(id);
  ++live_;
  return id;
}

// Joins the new group with what it is a variant of; what comes out may again be a variant of
// something.
void TemplateMiner::Impl::generalise(TemplateId id) {
  for (Candidate best;
       note_siblings(groups_[id], id, &best) || note_neighbours(groups_[id], id, &best);
       best = {}) {
    id = join(best, id);
  }
}

std::size_t TemplateMiner::Impl::words_outside(const Group& group, Positions open) {
  std::size_t words = 0;
  for (std::size_t i = 0; i < group.parts.size(); ++i)
    words += group.parts[i].word && (open & bit(i)) == 0;
  return words;
}

// Counts the group as one more value at each of its positions. True if that makes one of them
// variable.
bool TemplateMiner::Impl::note_siblings(const Group& group, TemplateId id, Candidate* best) {
  const std::size_t words = words_outside(group, group.open);
  double best_share = 0;
  for (std::size_t i = 0; i < group.parts.size(); ++i) {
    if ((group.open & bit(i)) != 0) continue;
    const Part& part = group.parts[i];
    const std::uint64_t key = group.key + any_shares()[i] - part.share;
    Siblings& siblings = siblings_.at(key);
    if (siblings.values == 0) siblings.first = id;
    ++siblings.values;
    siblings.name = siblings.name || part.variable || part.named;
    const auto needed = values_needed(
        {.words = words - part.word, .first = i == 0, .name = siblings.name, .crowded = crowded()});
    if (siblings.values < 2 || siblings.values < needed) continue;
    const double reached = static_cast<double>(siblings.values) / needed;
    if (reached > best_share) {
      best_share = reached;
      *best = {.key = key, .open = group.open | bit(i)};
    }
  }
  return best_share > 0;
}

// Holds the group against the latest ones of its bucket: several positions may vary together, or
// one beside others that are known to.
bool TemplateMiner::Impl::note_neighbours(const Group& group, TemplateId id, Candidate* best) {
  const auto& ids = buckets_[group.bucket].groups;
  std::array<Candidate, kCompared> noted;
  std::size_t noted_count = 0;
  for (std::size_t n = 0, compared = 0; n < ids.size() && compared < kCompared; ++n) {
    const TemplateId other_id = ids[ids.size() - 1 - n];
    if (other_id == id) continue;
    ++compared;
    const Group& other = groups_[other_id];
    Positions differing = 0;
    for (std::size_t i = 0; i < group.parts.size(); ++i) {
      if (group.parts[i].share != other.parts[i].share) differing |= bit(i);
    }
    const Positions open = group.open | other.open;
    differing &= ~open;
    const auto varying = static_cast<std::size_t>(std::popcount(differing));
    if (varying > 3 || (varying == 1 && open == group.open))
      continue;  // those are siblings, counted already
    const Candidate candidate{.key = 0, .open = open | differing};
    const std::size_t words = words_outside(group, candidate.open);
    if (varying > 1 && (words < 3 || words < 2 * varying)) continue;
    Candidate shared = candidate;
    shared.key = group.key;
    for_each(candidate.open & ~group.open,
             [&](std::size_t i) { shared.key += any_shares()[i] - group.parts[i].share; });
    const bool known = std::any_of(noted.begin(), noted.begin() + noted_count,
                                   [&](const Candidate& c) { return c.key == shared.key; });
    if (known) continue;
    noted[noted_count++] = shared;
    Siblings& siblings = siblings_.at(shared.key);
    siblings.values = siblings.values == 0 ? 2 : siblings.values + 1;
    std::uint32_t needed = crowded() ? 4 : kValuesTogether;
    if (varying <= 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(differing));
      const bool name = varying == 1 && (group.parts[i].variable || other.parts[i].variable ||
                                         group.parts[i].named);
      needed = values_needed({.words = words,
                              .first = (differing & 1) != 0,
                              .name = name || varying == 0,
                              .crowded = crowded()});
    }
    if (siblings.values < needed) continue;
    *best = shared;
    return true;
  }
  return false;
}

bool TemplateMiner::Impl::belongs(const Group& group, const Candidate& candidate) const {
  if ((group.open & ~candidate.open) != 0) return false;
  std::uint64_t key = group.key;
  for_each(candidate.open & ~group.open, [&](std::size_t i) {
    if (i < group.parts.size()) key += any_shares()[i] - group.parts[i].share;
  });
  return key == candidate.key;
}

// All groups that are equal outside of candidate.open become the oldest of them.
TemplateId TemplateMiner::Impl::join(const Candidate& candidate, TemplateId member) {
  const std::size_t length = groups_[member].parts.size();
  std::vector<TemplateId> members;
  const auto collect = [&](std::vector<TemplateId>& ids) {
    std::erase_if(ids, [&](TemplateId id) {
      if (!belongs(groups_[id], candidate)) return false;
      members.push_back(id);
      return true;
    });
  };
  if ((candidate.open & 1) == 0) {
    collect(buckets_[groups_[member].bucket].groups);
  } else {
    for (auto& [key, bucket] : buckets_) {
      if (!bucket.groups.empty() && groups_[bucket.groups.front()].parts.size() == length)
        collect(bucket.groups);
    }
  }
  const TemplateId kept = *std::min_element(members.begin(), members.end());
  Group& group = groups_[kept];
  open_text(group, candidate.open);
  for (const TemplateId id : members) {
    if (id == kept) continue;
    absorb_text(group, groups_[id]);
    stored_bytes_ -= groups_[id].texts.size() + groups_[id].parts.size() * sizeof(Part);
    groups_[id] = {};
    parents_[id] = kept;
    --live_;
  }
  group.open = candidate.open;
  group.key = candidate.key;
  for_each(candidate.open, [&](std::size_t i) { group.parts[i].share = any_shares()[i]; });
  group.bucket = bucket_key(length, group.parts[0].share);
  Bucket& bucket = buckets_[group.bucket];
  bucket.groups.push_back(kept);
  if (std::find(bucket.shapes.begin(), bucket.shapes.end(), candidate.open) ==
      bucket.shapes.end()) {
    bucket.shapes.insert(std::find_if(bucket.shapes.begin(), bucket.shapes.end(),
                                      [&](Positions shape) {
                                        return std::popcount(shape) > std::popcount(candidate.open);
                                      }),
                         candidate.open);
  }
  index_[candidate.key] = kept;
  return kept;
}

namespace {

bool belongs_to_value(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u >= 0x80 ||
         u == '<' || u == '>' || u == '*';
}

// Punctuation around the value: "(bob)," is "(" and "),".
std::pair<std::string_view, std::string_view> around_value(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size() && !belongs_to_value(text[begin])) ++begin;
  std::size_t end = text.size();
  while (end > begin && !belongs_to_value(text[end - 1])) --end;
  return {text.substr(0, begin), text.substr(end)};
}

}  // namespace

// Writes "<*>" at these positions, with the punctuation that stood around the value.
void TemplateMiner::Impl::open_text(Group& group, Positions positions) const {
  std::string texts;
  for (std::size_t i = 0; i < group.parts.size(); ++i) {
    Part& part = group.parts[i];
    const auto text = std::string_view(group.texts).substr(part.begin, part.length);
    part.begin = static_cast<std::uint16_t>(texts.size());
    if ((positions & bit(i)) != 0) {
      const auto [before, after] = around_value(text);
      texts.append(before).append(kVariable).append(after);
      part.word = false;
      part.variable = true;
    } else {
      texts += text;
    }
    part.length = static_cast<std::uint16_t>(texts.size() - part.begin);
  }
  group.texts = std::move(texts);
}

// Punctuation that not all have around a variable is part of the variable.
void TemplateMiner::Impl::absorb_text(Group& into, const Group& other) const {
  for (std::size_t i = 0; i < into.parts.size(); ++i) {
    Part& part = into.parts[i];
    if (!part.variable) continue;
    const auto own = std::string_view(into.texts).substr(part.begin, part.length);
    const auto theirs =
        std::string_view(other.texts).substr(other.parts[i].begin, other.parts[i].length);
    if (around_value(own) == around_value(theirs)) continue;
    const auto at = own.find(kVariable);
    part.begin = static_cast<std::uint16_t>(part.begin + at);
    part.length = static_cast<std::uint16_t>(kVariable.size());
  }
}

std::string TemplateMiner::Impl::text(TemplateId id) const {
  const Group& group = groups_[resolve(id)];
  std::string out;
  for (const Part& part : group.parts) {
    if (part.spaced && !out.empty()) out += ' ';
    out.append(group.texts, part.begin, part.length);
  }
  return out;
}

TemplateMiner::TemplateMiner() : TemplateMiner(Options{}) {}
TemplateMiner::TemplateMiner(Options options) : impl_(std::make_unique<Impl>(options)) {}
TemplateMiner::~TemplateMiner() = default;
TemplateMiner::TemplateMiner(TemplateMiner&&) noexcept = default;
TemplateMiner& TemplateMiner::operator=(TemplateMiner&&) noexcept = default;

TemplateId TemplateMiner::add(std::string_view message) {
  return impl_->add(message);
}
TemplateId TemplateMiner::resolve(TemplateId id) const {
  return impl_->resolve(id);
}
std::size_t TemplateMiner::size() const {
  return impl_->size();
}
std::size_t TemplateMiner::group_count() const {
  return impl_->live();
}
std::string TemplateMiner::text(TemplateId id) const {
  return impl_->text(id);
}

}  // namespace mtc::logs
