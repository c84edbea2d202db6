#include "emulator/topic_table.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/json.h"
#include "base/text.h"
#include "emulator/log_body.h"
#include "emulator/numbers.h"
#include "infra/crypto/sha256.h"

namespace mtc::emulator {
namespace {

constexpr int kFixedColumns = 6;  // id, ep, stream, grp, idx, body
constexpr std::size_t kMaxIndexedTexts = 2;
constexpr std::int64_t kLargestLong = 1'000'000'000'000'000;  // larger ones are not indexed
constexpr std::int64_t kSequenceMask = (INT64_C(1) << kTimeShift) - 1;

std::string_view column_type(const KeyIndex& key) {
  switch (key.type) {
    case FieldType::integer:
      return "INTEGER";
    case FieldType::number:
      return "REAL";
    case FieldType::text:
    case FieldType::json:
      return key.tokens.case_sensitive ? "TEXT" : "TEXT COLLATE NOCASE";
  }
  return "TEXT";
}

bool is_child(const KeyIndex& key, const IndexRule& rule) {
  return std::ranges::any_of(rule.keys, [&](const KeyIndex& other) {
    return other.type == FieldType::json && key.name.starts_with(other.name + ".");
  });
}

bool needs_column(const KeyIndex& key, const IndexRule& rule) {
  if (key.type == FieldType::integer || key.type == FieldType::number) return true;
  if (is_child(key, rule)) return true;
  return key.type == FieldType::text && key.tokens.separators.empty() && !key.tokens.chinese;
}

bool same_column(const KeyIndex& a, const KeyIndex& b) {
  return a.type == b.type && a.tokens.case_sensitive == b.tokens.case_sensitive;
}

}  // namespace

TopicTable::TopicTable(Sqlite& db, int number, std::string topic_id)
    : db_(db),
      number_(number),
      name_("t" + std::to_string(number)),
      topic_id_(std::move(topic_id)) {
  db_.run(
      "CREATE TABLE IF NOT EXISTS " + name_ +
      "(id INTEGER PRIMARY KEY, ep INTEGER, stream INTEGER, grp INTEGER, idx INTEGER, body TEXT)");
  db_.run(
      "CREATE TABLE IF NOT EXISTS streams(topic INTEGER, id INTEGER, context TEXT, source TEXT, "
      "filename TEXT,"
      " hostname TEXT, PRIMARY KEY(topic, id));"
      "CREATE TABLE IF NOT EXISTS indexes(topic INTEGER PRIMARY KEY, revision INTEGER, document "
      "TEXT, columns TEXT)");
  load();
}

void TopicTable::load() {
  Statement count(db_, "SELECT count(*), min(ep) FROM " + name_);
  count.step();
  sequence_ = count.integer(0);
  if (sequence_ > 0) first_revision_ = static_cast<int>(count.integer(1));
  Statement streams(
      db_, "SELECT context, source, filename, hostname FROM streams WHERE topic=? ORDER BY id");
  streams.bind(1, std::int64_t{number_});
  while (streams.step()) {
    stream({.context = std::string(streams.text(0)),
            .source = std::string(streams.text(1)),
            .filename = std::string(streams.text(2)),
            .hostname = std::string(streams.text(3))});
  }
  Statement groups(db_, "SELECT stream, max(grp) FROM " + name_ + " GROUP BY stream");
  while (groups.step()) note_group(static_cast<int>(groups.integer(0)), groups.integer(1));
  Statement index(db_, "SELECT revision, document, columns FROM indexes WHERE topic=?");
  index.bind(1, std::int64_t{number_});
  if (!index.step()) return;
  revision_ = static_cast<int>(index.integer(0));
  const auto document = parse_json(index.text(1));
  const auto columns = parse_json(index.text(2));
  if (!document || !columns || document->is_null()) return;
  auto rule = parse_index_rule(*document);
  if (!rule) return;
  for (auto& key : rule->keys) {
    const Json& kept = object_or_empty(*columns, key.name);
    key.column = string_or(kept, "column");
    key.since = static_cast<int>(integer_or(kept, "since"));
  }
  index_ = std::move(*rule);
}

void TopicTable::drop() {
  db_.run("DROP TABLE IF EXISTS " + name_ +
          fmt::format("; DELETE FROM streams WHERE topic={0}; DELETE FROM indexes WHERE topic={0}",
                      number_));
}

bool TopicTable::has_column(const std::string& column) {
  Statement info(db_,
                 "SELECT 1 FROM pragma_table_info('" + name_ + "') WHERE name='" + column + "'");
  return info.step();
}

void TopicTable::set_index(IndexRule rule) {
  ++revision_;
  std::size_t indexed = 0;
  int next = 0;
  while (has_column(fmt::format("k{}", next))) ++next;
  for (auto& key : rule.keys) {
    const KeyIndex* before = index_ ? index_->find(key.name) : nullptr;
    const bool same = before != nullptr && same_column(*before, key) &&
                      before->column.empty() != needs_column(key, rule);
    key.since = same ? before->since : revision_;
    if (!needs_column(key, rule)) continue;
    key.column = same ? before->column : fmt::format("k{}", next++);
    if (!same)
      db_.run("ALTER TABLE " + name_ + " ADD COLUMN " + key.column + " " +
              std::string(column_type(key)));
    // The first short text keys (level, service …) are what most searches name: they get an index
    // of their own.
    if (key.type == FieldType::text && indexed++ < kMaxIndexedTexts) {
      db_.run(fmt::format("CREATE INDEX IF NOT EXISTS {0}_{1} ON {0}({1})", name_, key.column));
    }
  }
  index_ = std::move(rule);
  save_index();
}

void TopicTable::clear_index() {
  ++revision_;
  index_.reset();
  save_index();
}

void TopicTable::save_index() {
  Json columns = Json::object();
  if (index_) {
    for (const auto& key : index_->keys)
      columns[key.name] = {{"column", key.column}, {"since", key.since}};
  }
  const auto document = index_ ? dump_json(index_->document) : "null";
  const auto kept = dump_json(columns);
  Statement save(db_, "INSERT OR REPLACE INTO indexes VALUES(?,?,?,?)");
  save.bind(1, std::int64_t{number_});
  save.bind(2, std::int64_t{revision_});
  save.bind_view(3, document);
  save.bind_view(4, kept);
  save.step();
}

int TopicTable::stream(const LogStream& wanted) {
  auto properties = wanted;
  if (properties.context.empty()) {
    const auto digest =
        sha256(topic_id_ + "\n" + wanted.source + "\n" + wanted.filename + "\n" + wanted.hostname);
    for (const char c : to_hex(digest.substr(0, 8)))
      properties.context += c >= 'a' ? static_cast<char>(c - 32) : c;
  }
  const auto key = std::make_tuple(properties.context, properties.source, properties.filename,
                                   properties.hostname);
  if (const auto it = stream_ids_.find(key); it != stream_ids_.end()) return it->second;
  const int id = static_cast<int>(streams_.size());
  streams_.push_back({.properties = properties});
  stream_ids_.emplace(key, id);
  Statement save(db_, "INSERT OR IGNORE INTO streams VALUES(?,?,?,?,?,?)");
  save.bind(1, std::int64_t{number_});
  save.bind(2, std::int64_t{id});
  save.bind_view(3, properties.context);
  save.bind_view(4, properties.source);
  save.bind_view(5, properties.filename);
  save.bind_view(6, properties.hostname);
  save.step();
  return id;
}

std::int64_t TopicTable::next_group(int id) {
  return ++streams_[static_cast<std::size_t>(id)].last_group;
}

void TopicTable::note_group(int id, std::int64_t group) {
  auto& last = streams_[static_cast<std::size_t>(id)].last_group;
  last = std::max(last, group);
}

std::string TopicTable::package_id(int id, std::int64_t group) const {
  return fmt::format("{}-{:X}", streams_[static_cast<std::size_t>(id)].properties.context, group);
}

std::optional<std::int64_t> TopicTable::first_time() const {
  Statement first(db_, "SELECT min(id) FROM " + name_);
  if (!first.step() || first.type(0) == SQLITE_NULL) return std::nullopt;
  return time_of_row(first.integer(0));
}

LogWriter::LogWriter(TopicTable& table) : table_(table) {
  table_.db_.run("BEGIN");
  std::string names = "id, ep, stream, grp, idx, body", marks = "?,?,?,?,?,?";
  int parameter = kFixedColumns;
  if (table_.index_ && table_.index_->active) {
    for (const auto& key : table_.index_->keys) {
      Slot slot{.key = key.name, .type = key.type};
      slot.has_children = key.type == FieldType::json;
      if (!key.column.empty()) {
        slot.parameter = ++parameter;
        names += ", " + key.column;
        marks += ",?";
      }
      if (slot.parameter != 0 || slot.has_children) slots_.push_back(slot);
    }
  }
  insert_ = std::make_unique<Statement>(
      table_.db_, "INSERT INTO " + table_.name_ + "(" + names + ") VALUES(" + marks + ")");
}

LogWriter::~LogWriter() {
  if (committed_) return;
  insert_.reset();
  sqlite3_exec(table_.db_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void LogWriter::add(const Place& place, std::int64_t time_ms,
                    const std::vector<TextPair>& contents) {
  body_ = "{";
  kept_.clear();
  sqlite3_clear_bindings(insert_->handle());
  for (const auto& [key, value] : contents) {
    append_field(body_, key, value);
    for (const auto& slot : slots_) {
      if (slot.key != key) continue;
      if (slot.parameter != 0) bind_field(slot, value);
      if (slot.has_children) bind_children(slot, value);
      break;
    }
  }
  body_ += '}';
  const bool indexed = table_.index_ && table_.index_->active;
  const int revision = indexed ? table_.revision_ : 0;
  insert_->bind(2, std::int64_t{revision});
  insert_->bind(3, std::int64_t{place.stream});
  insert_->bind(4, place.group);
  insert_->bind(5, place.index);
  insert_->bind_view(6, body_);
  const auto base = row_at(std::clamp<std::int64_t>(time_ms, 0, kMaxLogTime));
  do {  // a running number wraps after two million logs; another log of that millisecond may have
        // it already
    insert_->bind(1, base | (table_.sequence_++ & kSequenceMask));
  } while (!insert_->insert());
  table_.first_revision_ = std::min(table_.first_revision_, revision);
}

void LogWriter::bind_field(const Slot& slot, std::string_view value) {
  if (slot.type == FieldType::integer) {
    std::int64_t number = 0;
    if (read_number(value, number) && number >= -kLargestLong && number <= kLargestLong)
      insert_->bind(slot.parameter, number);
  } else if (slot.type == FieldType::number) {
    double number = 0;
    if (read_number(value, number)) insert_->bind(slot.parameter, number);
  } else if (is_valid_utf8(value)) {
    insert_->bind_view(slot.parameter, value);
  } else {
    kept_.push_back(sanitize_utf8(value));
    insert_->bind_view(slot.parameter, kept_.back());
  }
}

// The members of a JSON value that have a key index of their own ("objectRef.name" of "objectRef").
void LogWriter::bind_children(const Slot& slot, std::string_view value) {
  const auto document = parse_json(value);
  if (!document) return;
  for (const auto& child : slots_) {
    if (child.parameter == 0 || child.key.size() <= slot.key.size() ||
        !child.key.starts_with(slot.key) || child.key[slot.key.size()] != '.') {
      continue;
    }
    const Json* at = &*document;
    for (const auto part : split(child.key.substr(slot.key.size() + 1), '.')) {
      const auto it = at->is_object() ? at->find(std::string(part)) : at->end();
      at = at->is_object() && it != at->end() ? &*it : nullptr;
      if (at == nullptr) break;
    }
    if (at == nullptr || at->is_null()) continue;
    kept_.push_back(at->is_string() ? at->get<std::string>() : dump_json(*at));
    bind_field(child, kept_.back());
  }
}

void LogWriter::commit() {
  insert_.reset();
  table_.db_.run("COMMIT");
  committed_ = true;
}

}  // namespace mtc::emulator
