#include "emulator/cloud.h"

#include <algorithm>
#include <charconv>

namespace mtc::emulator {
namespace {

// "<context>-<group in hexadecimal>"; anything else is a context as a whole.
struct Flow {
  std::string context;
  std::optional<std::int64_t> group;
};
Flow read_flow(std::string_view text) {
  const auto dash = text.rfind('-');
  if (dash == std::string_view::npos || dash == 0 || dash + 1 == text.size())
    return {.context = std::string(text)};
  const auto digits = text.substr(dash + 1);
  std::uint64_t group = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), group, 16);
  if (error != std::errc{} || end != digits.data() + digits.size() || group > INT64_MAX)
    return {.context = std::string(text)};
  return {.context = std::string(text.substr(0, dash)), .group = static_cast<std::int64_t>(group)};
}

}  // namespace

Cloud::Cloud(const std::filesystem::path& file, const Clock& clock, Random& random)
    : db_(file.empty() ? ":memory:" : file.string()),
      clock_(clock),
      random_(random),
      context_key_(random_hex(random, 16)) {
  register_sql_functions(db_, &directory_);
  db_.run(
      "CREATE TABLE IF NOT EXISTS logsets(seq INTEGER PRIMARY KEY, id TEXT UNIQUE, document TEXT);"
      "CREATE TABLE IF NOT EXISTS topics(number INTEGER PRIMARY KEY, id TEXT UNIQUE, document "
      "TEXT)");
  load();
}

void Cloud::load() {
  Statement logsets(db_, "SELECT id, document FROM logsets ORDER BY seq");
  while (logsets.step()) {
    const auto document = parse_json(logsets.text(1));
    if (!document) continue;
    auto& logset = *logsets_.emplace_back(std::make_unique<Logset>());
    logset.id = logsets.text(0);
    logset.name = string_or(*document, "name");
    logset.owner = {.uin = static_cast<std::uint64_t>(integer_or(*document, "uin")),
                    .region = string_or(*document, "region")};
    logset.created = TimePoint(Millis(integer_or(*document, "created")));
    logset.tags = array_or_empty(*document, "tags");
  }
  Statement topics(db_, "SELECT number, id, document FROM topics ORDER BY number");
  while (topics.step()) {
    const auto document = parse_json(topics.text(2));
    if (!document) continue;
    auto& topic = *topics_.emplace_back(std::make_unique<Topic>());
    topic.number = static_cast<int>(topics.integer(0));
    topic.id = topics.text(1);
    topic.name = string_or(*document, "name");
    topic.logset_id = string_or(*document, "logset");
    topic.owner = {.uin = static_cast<std::uint64_t>(integer_or(*document, "uin")),
                   .region = string_or(*document, "region")};
    topic.created = TimePoint(Millis(integer_or(*document, "created")));
    topic.properties = object_or_empty(*document, "properties");
    next_number_ = std::max(next_number_, topic.number + 1);
    open_table(topic);
  }
}

void Cloud::open_table(Topic& topic) {
  topic.table = std::make_unique<TopicTable>(db_, topic.number, topic.id);
  directory_[topic.table->name()] = topic.table.get();
}

void Cloud::save(const Logset& logset) {
  const auto document = dump_json(Json{{"name", logset.name},
                                       {"uin", logset.owner.uin},
                                       {"region", logset.owner.region},
                                       {"created", millis(logset.created)},
                                       {"tags", logset.tags}});
  Statement insert(db_,
                   "INSERT INTO logsets(id, document) VALUES(?,?) ON CONFLICT(id) DO UPDATE SET "
                   "document = excluded.document");
  insert.bind_view(1, logset.id);
  insert.bind_view(2, document);
  insert.step();
}

void Cloud::save(const Topic& topic) {
  const auto document = dump_json(Json{{"name", topic.name},
                                       {"logset", topic.logset_id},
                                       {"uin", topic.owner.uin},
                                       {"region", topic.owner.region},
                                       {"created", millis(topic.created)},
                                       {"properties", topic.properties}});
  Statement insert(db_, "INSERT OR REPLACE INTO topics VALUES(?,?,?)");
  insert.bind(1, std::int64_t{topic.number});
  insert.bind_view(2, topic.id);
  insert.bind_view(3, document);
  insert.step();
}

ApiResult<const Logset*> Cloud::create_logset(const Owner& owner, std::string name, Json tags,
                                              std::string id) {
  for (const auto& other : logsets_) {
    // Custom ids are unique in all regions, names within their owner.
    if (other->id == id || (other->owner == owner && other->name == name))
      return refuse("InvalidParameter.LogsetConflict");
  }
  auto logset = std::make_unique<Logset>();
  logset->id = id.empty() ? make_uuid(random_) : std::move(id);
  logset->name = std::move(name);
  logset->owner = owner;
  logset->created = clock_.now();
  logset->tags = std::move(tags);
  save(*logset);
  return logsets_.emplace_back(std::move(logset)).get();
}

ApiResult<> Cloud::modify_logset(const Owner& owner, std::string_view id, const std::string& name,
                                 const Json* tags) {
  Logset* found = nullptr;
  for (const auto& logset : logsets_) {
    if (logset->owner != owner) continue;
    if (logset->id == id) {
      found = logset.get();
    } else if (!name.empty() && logset->name == name) {
      return refuse("InvalidParameter.LogsetConflict");
    }
  }
  if (found == nullptr) return refuse("ResourceNotFound.LogsetNotExist");
  if (!name.empty()) found->name = name;
  if (tags != nullptr) found->tags = *tags;
  save(*found);
  return {};
}

ApiResult<> Cloud::delete_logset(const Owner& owner, std::string_view id) {
  if (find_logset(owner, id) == nullptr) return refuse("ResourceNotFound.LogsetNotExist");
  if (std::ranges::any_of(topics_, [&](const auto& topic) { return topic->logset_id == id; })) {
    return refuse("FailedOperation.LogsetNotEmpty");
  }
  Statement remove(db_, "DELETE FROM logsets WHERE id=?");
  remove.bind_view(1, id);
  remove.step();
  std::erase_if(logsets_, [&](const auto& logset) { return logset->id == id; });
  return {};
}

ApiResult<const Topic*> Cloud::create_topic(const Owner& owner, std::string_view logset_id,
                                            std::string name, Json properties, std::string id) {
  if (find_logset(owner, logset_id) == nullptr) return refuse("ResourceNotFound.LogsetNotExist");
  for (const auto& other : topics_) {
    if (other->id == id || (other->logset_id == logset_id && other->name == name))
      return refuse("InvalidParameter.TopicConflict");
  }
  auto topic = std::make_unique<Topic>();
  topic->id = id.empty() ? make_uuid(random_) : std::move(id);
  topic->name = std::move(name);
  topic->logset_id = logset_id;
  topic->owner = owner;
  topic->created = clock_.now();
  topic->properties = std::move(properties);
  topic->number = next_number_++;
  open_table(*topic);
  save(*topic);
  return topics_.emplace_back(std::move(topic)).get();
}

ApiResult<> Cloud::modify_topic(const Owner& owner, std::string_view id, const std::string& name,
                                const Json& properties) {
  const auto same = [&](const auto& topic) { return topic->id == id && topic->owner == owner; };
  const auto found = std::ranges::find_if(topics_, same);
  if (found == topics_.end()) return refuse("ResourceNotFound.TopicNotExist");
  Topic& topic = **found;
  for (const auto& other : topics_) {
    if (!name.empty() && other.get() != &topic && other->logset_id == topic.logset_id &&
        other->name == name)
      return refuse("InvalidParameter.TopicConflict");
  }
  if (!name.empty()) topic.name = name;
  topic.properties = properties;
  save(topic);
  return {};
}

ApiResult<> Cloud::delete_topic(const Owner& owner, std::string_view id) {
  const Topic* found = find_topic(owner, id);
  if (found == nullptr) return refuse("ResourceNotFound.TopicNotExist");
  Statement remove(db_, "DELETE FROM topics WHERE id=?");
  remove.bind_view(1, id);
  remove.step();
  directory_.erase(found->table->name());
  found->table->drop();
  std::erase_if(topics_, [&](const auto& topic) { return topic.get() == found; });
  return {};
}

std::vector<const Logset*> Cloud::logsets(const Owner& owner) const {
  std::vector<const Logset*> out;
  for (const auto& logset : logsets_) {
    if (logset->owner == owner) out.push_back(logset.get());
  }
  return out;
}

std::vector<const Topic*> Cloud::topics(const Owner& owner) const {
  std::vector<const Topic*> out;
  for (const auto& topic : topics_) {
    if (topic->owner == owner) out.push_back(topic.get());
  }
  return out;
}

const Logset* Cloud::find_logset(const Owner& owner, std::string_view id) const {
  for (const auto& logset : logsets_) {
    if (logset->id == id && logset->owner == owner) return logset.get();
  }
  return nullptr;
}

const Topic* Cloud::find_topic(const Owner& owner, std::string_view id) const {
  for (const auto& topic : topics_) {
    if (topic->id == id && topic->owner == owner) return topic.get();
  }
  return nullptr;
}

ApiResult<const Topic*> Cloud::topic(const Owner& owner, std::string_view id) const {
  const Topic* found = find_topic(owner, id);
  if (found == nullptr) return refuse("ResourceNotFound.TopicNotExist");
  return found;
}

ApiResult<const Topic*> Cloud::indexed_topic(const Owner& owner, std::string_view id) const {
  auto found = topic(owner, id);
  if (found && !(*found)->table->index()) return refuse("ResourceNotFound.IndexNotExist");
  return found;
}

ApiResult<std::size_t> Cloud::upload(const Topic& topic, std::string_view protobuf) {
  const auto groups = decode_log_groups(protobuf);
  if (!groups) return std::unexpected(groups.error());
  auto& table = *topic.table;
  // Before the writer's transaction: what it takes back must not take back a stream that the table
  // goes on using.
  std::vector<LogWriter::Place> places;
  for (const auto& group : *groups) {
    auto flow = read_flow(group.context_flow);
    const int stream = table.stream({.context = std::move(flow.context),
                                     .source = std::string(group.source),
                                     .filename = std::string(group.filename),
                                     .hostname = std::string(group.hostname)});
    places.push_back(
        {.stream = stream, .group = flow.group ? *flow.group : table.next_group(stream)});
    if (flow.group) table.note_group(stream, *flow.group);
  }
  LogWriter writer(table);
  std::size_t count = 0;
  std::vector<TextPair> contents;
  std::vector<std::string> tag_names;
  for (std::size_t g = 0; g < groups->size(); ++g) {
    const auto& group = (*groups)[g];
    auto& place = places[g];
    tag_names.clear();
    for (const auto& tag : group.tags) tag_names.push_back("__TAG__." + std::string(tag.first));
    for (const auto& log : group.logs) {
      contents = log.contents;
      for (std::size_t i = 0; i < group.tags.size(); ++i)
        contents.emplace_back(tag_names[i], group.tags[i].second);
      writer.add(place, log.time_ms > 0 ? log.time_ms : millis(clock_.now()), contents);
      ++place.index;
      ++count;
    }
  }
  writer.commit();
  return count;
}

}  // namespace mtc::emulator
