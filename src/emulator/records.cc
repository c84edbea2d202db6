#include "emulator/records.h"

#include <algorithm>

#include "infra/crypto/sha256.h"

namespace mtc::emulator {

Records::Records(Sqlite& db) : db_(db) {
  db_.run(
      "CREATE TABLE IF NOT EXISTS records(number INTEGER PRIMARY KEY, kind TEXT, id TEXT, uin "
      "INTEGER, region TEXT, document TEXT)");
  Statement rows(db_,
                 "SELECT number, kind, id, uin, region, document FROM records ORDER BY number");
  while (rows.step()) {
    auto document = parse_json(rows.text(5));
    if (!document) continue;
    auto record = std::make_unique<Record>();
    record->number = rows.integer(0);
    record->kind = rows.text(1);
    record->id = rows.text(2);
    record->owner = {.uin = static_cast<std::uint64_t>(rows.integer(3)),
                     .region = std::string(rows.text(4))};
    record->document = std::move(*document);
    next_number_ = record->number + 1;
    kinds_[record->kind].push_back(std::move(record));
  }
}

Record& Records::add(std::string_view kind, const Owner& owner, std::string id, Json document) {
  for (const Record* old : all(kind)) {
    if (old->id != id) continue;
    erase(*old);
    break;
  }
  auto record = std::make_unique<Record>();
  record->number = next_number_++;
  record->kind = kind;
  record->id = std::move(id);
  record->owner = owner;
  record->document = std::move(document);
  save(*record);
  return *kinds_[record->kind].emplace_back(std::move(record));
}

void Records::save(const Record& record) {
  const auto document = dump_json(record.document);
  Statement insert(db_, "INSERT OR REPLACE INTO records VALUES(?,?,?,?,?,?)");
  insert.bind(1, record.number);
  insert.bind_view(2, record.kind);
  insert.bind_view(3, record.id);
  insert.bind(4, static_cast<std::int64_t>(record.owner.uin));
  insert.bind_view(5, record.owner.region);
  insert.bind_view(6, document);
  insert.step();
}

void Records::erase(const Record& record) {
  Statement remove(db_, "DELETE FROM records WHERE number=?");
  remove.bind(1, record.number);
  remove.step();
  const auto kind = kinds_.find(record.kind);
  std::erase_if(kind->second, [&](const auto& one) { return one.get() == &record; });
}

std::vector<Record*> Records::all(std::string_view kind) const {
  std::vector<Record*> out;
  if (const auto it = kinds_.find(kind); it != kinds_.end()) {
    for (const auto& record : it->second) out.push_back(record.get());
  }
  return out;
}

std::vector<Record*> Records::of(std::string_view kind, const Owner& owner) const {
  auto out = all(kind);
  std::erase_if(out, [&](const Record* record) { return record->owner != owner; });
  return out;
}

Record* Records::find(std::string_view kind, const Owner& owner, std::string_view id) const {
  const auto it = kinds_.find(kind);
  if (it == kinds_.end()) return nullptr;
  for (const auto& record : it->second) {
    if (record->id == id && record->owner == owner) return record.get();
  }
  return nullptr;
}

std::string short_id(std::string_view prefix, std::string_view seed, int length) {
  const auto digest = sha256(seed);
  std::string out(prefix);
  for (int i = 0; i < length; ++i) {
    out += "0123456789abcdefghijklmnopqrstuvwxyz"[static_cast<unsigned char>(
                                                      digest[static_cast<std::size_t>(i)]) %
                                                  36];
  }
  return out;
}

}  // namespace mtc::emulator
