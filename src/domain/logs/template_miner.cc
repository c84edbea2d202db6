#include "domain/logs/template_miner.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "domain/logs/template_group.h"
#include "domain/logs/template_miner_table.h"
#include "domain/logs/token.h"

namespace mtc::logs {
namespace {

constexpr std::size_t kCacheSlots = std::size_t{1} << 16;
constexpr std::size_t kSiblingSlots = std::size_t{1} << 18;
constexpr std::size_t kMaxStoredBytes = std::size_t{32} << 20;
constexpr std::size_t kCompared = 32;  // latest groups of a bucket that a message is held against
// Sets of open positions in a bucket: each costs every message of the bucket that was not met
// before one probe. Real logs have a handful.
constexpr std::size_t kMaxShapes = 64;

// How many different values one position must have shown, all else being equal, to be called
// variable. The fewer words are left to tell the message by, the more.
constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kValuesOfFirst = 16;  // it tells who or what: "cupsd startup succeeded"
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

constexpr TemplateId kNone = std::numeric_limits<TemplateId>::max();

}  // namespace

class TemplateMiner::Impl {
 public:
  explicit Impl(Options options)
      : options_(options), cache_(kCacheSlots), siblings_(kSiblingSlots) {
    options_.max_templates = std::max<std::size_t>(options_.max_templates, 1);
  }

  TemplateId add(std::string_view text) {
    const Message message(tokenizer_.cut(text));
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
  std::string text(TemplateId id) const { return groups_[resolve(id)].text(); }

 private:
  // Groups of equal length that begin with the same piece (or with any).
  struct Bucket {
    std::vector<Positions> shapes;  // sets of open positions that groups in here have; fewest first
    std::vector<TemplateId> groups;
  };
  // Messages that are equal but for some positions.
  struct Siblings {
    std::uint32_t values = 0;
    bool name = false;  // one of them has a number, path … there
  };
  // A group to be: the members of its bucket that are equal outside of `open`.
  struct Candidate {
    std::uint64_t key = 0;
    Positions open = 0;
  };

  TemplateId find(TemplateId id);
  TemplateId look_up_or_learn(const Message& message);
  const TemplateId* look_up(const Message& message, std::uint64_t bucket) const;
  TemplateId learn(const Message& message);
  TemplateId overflow(const Message& message);
  TemplateId create(const Message& message);
  void generalise(TemplateId id);
  bool note_siblings(const Group& group, Candidate* best);
  bool note_neighbours(const Group& group, TemplateId id, Candidate* best);
  TemplateId join(const Candidate& candidate, TemplateId member);
  std::vector<TemplateId> take_members(const Candidate& candidate, TemplateId member);
  TemplateId most_alike(const Message& message) const;
  TemplateId rest();
  bool may_open(const Group& group, Positions open) const;
  static std::uint64_t bucket_of(const Group& group, Positions open);
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
  // Keys of all groups and of what they were made of.
  std::unordered_map<std::uint64_t, TemplateId> index_;
  std::unordered_map<std::uint64_t, Bucket> buckets_;
  std::vector<Group> groups_;
  std::vector<TemplateId> parents_;  // of a joined group: the one it is in now
  std::size_t live_ = 0;
  std::size_t stored_bytes_ = 0;
  TemplateId rest_ = kNone;  // the group of what fits nowhere
};

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
    if (const auto* id = look_up(message, bucket_key(length, kAnyShares[0]))) return find(*id);
  }
  return learn(message);
}

const TemplateId* TemplateMiner::Impl::look_up(const Message& message, std::uint64_t bucket) const {
  const auto it = buckets_.find(bucket);
  if (it == buckets_.end()) return nullptr;
  for (const Positions shape : it->second.shapes) {
    std::uint64_t key = message.key;
    for_each(shape, [&](std::size_t i) { key += kAnyShares[i] - message.shares[i]; });
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
  const TemplateId alike = most_alike(message);
  if (alike == kNone) return rest();
  const Group& group = groups_[alike];
  Positions open = group.open;
  for (std::size_t i = 0; i < group.parts.size(); ++i) {
    if (group.parts[i].share != message.shares[i]) open |= bit(i);
  }
  if (!may_open(group, open)) return rest();
  return join({.key = group.key_with(open), .open = open}, alike);
}

TemplateId TemplateMiner::Impl::most_alike(const Message& message) const {
  TemplateId best = kNone;
  if (message.pieces.empty()) return best;
  const auto it = buckets_.find(bucket_key(message.pieces.size(), message.shares[0]));
  if (it == buckets_.end()) return best;
  const auto& ids = it->second.groups;
  std::size_t best_equal = 0;
  for (std::size_t n = 0; n < kCompared && n < ids.size(); ++n) {
    const TemplateId id = ids[ids.size() - 1 - n];
    const Group& group = groups_[id];
    std::size_t equal = 0;
    std::size_t words = 0;
    for (std::size_t i = 0; i < group.parts.size(); ++i) {
      const bool open = (group.open & bit(i)) != 0;
      const bool same = open || group.parts[i].share == message.shares[i];
      equal += same;
      words += same && !open && group.parts[i].word;
    }
    if (words >= 2 && equal * 2 >= group.parts.size() && equal > best_equal) {
      best = id;
      best_equal = equal;
    }
  }
  return best;
}

TemplateId TemplateMiner::Impl::rest() {
  if (rest_ != kNone) return rest_;
  rest_ = static_cast<TemplateId>(parents_.size());
  parents_.push_back(rest_);
  Group& group = groups_.emplace_back();
  group.texts = kVariable;
  group.parts.push_back({.length = static_cast<std::uint16_t>(kVariable.size()), .variable = true});
  ++live_;
  return rest_;
}

TemplateId TemplateMiner::Impl::create(const Message& message) {
  const auto id = static_cast<TemplateId>(parents_.size());
  Group group(message);
  stored_bytes_ += group.stored_bytes();
  group.bucket = bucket_of(group, 0);
  buckets_[group.bucket].groups.push_back(id);
  index_.emplace(group.key, id);
  groups_.push_back(std::move(group));
  parents_.push_back(id);
  ++live_;
  return id;
}

// Where a group is kept when these positions are open.
std::uint64_t TemplateMiner::Impl::bucket_of(const Group& group, Positions open) {
  if (group.parts.empty()) return bucket_key(0, 0);
  return bucket_key(group.parts.size(), (open & 1) != 0 ? kAnyShares[0] : group.parts[0].share);
}

// No group gets a shape that its bucket neither has nor has room for.
bool TemplateMiner::Impl::may_open(const Group& group, Positions open) const {
  const auto it = buckets_.find(bucket_of(group, open));
  if (it == buckets_.end()) return true;
  const auto& shapes = it->second.shapes;
  return shapes.size() < kMaxShapes || std::ranges::find(shapes, open) != shapes.end();
}

// Joins the new group with what it is a variant of; what comes out may again be a variant of
// something.
void TemplateMiner::Impl::generalise(TemplateId id) {
  for (Candidate best; note_siblings(groups_[id], &best) || note_neighbours(groups_[id], id, &best);
       best = {}) {
    id = join(best, id);
  }
}

// Counts the group as one more value at each of its positions. True if that makes one of them
// variable.
bool TemplateMiner::Impl::note_siblings(const Group& group, Candidate* best) {
  const std::size_t words = group.words_outside(group.open);
  double best_share = 0;
  for (std::size_t i = 0; i < group.parts.size(); ++i) {
    if ((group.open & bit(i)) != 0) continue;
    const Group::Part& part = group.parts[i];
    const std::uint64_t key = group.key + kAnyShares[i] - part.share;
    Siblings& siblings = siblings_.at(key);
    ++siblings.values;
    siblings.name = siblings.name || part.variable || part.named;
    const auto needed = values_needed(
        {.words = words - part.word, .first = i == 0, .name = siblings.name, .crowded = crowded()});
    if (siblings.values < 2 || siblings.values < needed) continue;
    if (!may_open(group, group.open | bit(i))) continue;
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
    const Candidate shared{.key = group.key_with(open | differing), .open = open | differing};
    const std::size_t words = group.words_outside(shared.open);
    if (varying > 1 && (words < 3 || words < 2 * varying)) continue;
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
    if (siblings.values < needed || !may_open(group, shared.open)) continue;
    *best = shared;
    return true;
  }
  return false;
}

// All groups that are equal outside of candidate.open, taken out of their buckets.
std::vector<TemplateId> TemplateMiner::Impl::take_members(const Candidate& candidate,
                                                          TemplateId member) {
  std::vector<TemplateId> members;
  const auto take_from = [&](std::vector<TemplateId>& ids) {
    std::erase_if(ids, [&](TemplateId id) {
      const Group& group = groups_[id];
      if ((group.open & ~candidate.open) != 0 || group.key_with(candidate.open) != candidate.key)
        return false;
      members.push_back(id);
      return true;
    });
  };
  if ((candidate.open & 1) == 0) {
    take_from(buckets_[groups_[member].bucket].groups);
    return members;
  }
  const std::size_t length = groups_[member].parts.size();
  for (auto& [key, bucket] : buckets_) {
    if (!bucket.groups.empty() && groups_[bucket.groups.front()].parts.size() == length)
      take_from(bucket.groups);
  }
  return members;
}

// The members become one group, the oldest of them.
TemplateId TemplateMiner::Impl::join(const Candidate& candidate, TemplateId member) {
  const auto members = take_members(candidate, member);
  const TemplateId kept = *std::ranges::min_element(members);
  for (const TemplateId id : members) stored_bytes_ -= groups_[id].stored_bytes();
  Group& group = groups_[kept];
  group.open_positions(candidate.open);
  for (const TemplateId id : members) {
    if (id == kept) continue;
    group.absorb_text(groups_[id]);
    groups_[id] = {};
    parents_[id] = kept;
    --live_;
  }
  stored_bytes_ += group.stored_bytes();
  group.bucket = bucket_of(group, candidate.open);
  Bucket& bucket = buckets_[group.bucket];
  bucket.groups.push_back(kept);
  auto& shapes = bucket.shapes;
  if (std::ranges::find(shapes, candidate.open) == shapes.end()) {
    const auto wider = [&](Positions shape) {
      return std::popcount(shape) > std::popcount(candidate.open);
    };
    shapes.insert(std::ranges::find_if(shapes, wider), candidate.open);
  }
  index_[candidate.key] = kept;
  return kept;
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
