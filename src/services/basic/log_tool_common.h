// What the tools for logs have in common: their ports, who asks and where, and failures of the log
// service as sentences.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/zone.h"
#include "domain/approval/approver.h"
#include "domain/clusters/names.h"
#include "domain/dashboards/painter.h"
#include "domain/logs/log_admin.h"
#include "domain/logs/log_store.h"
#include "domain/logs/recent_lines.h"
#include "domain/narration/chat_model.h"
#include "mcp/tool.h"
#include "services/common/callers.h"

namespace mtc::services {

// All of them outlive the tools; stores and admins outlive the loop.
struct LogToolPorts {
  Callers& callers;
  const Clock& clock;
  // The log service of a region for that user; an empty region means the usual one.
  std::function<logs::LogStore&(const identity::User& user, std::string region)> store;
  std::function<logs::LogAdmin&(const identity::User& user, std::string region)> admin;
  std::string usual_region;               // "ap-guangzhou"
  std::vector<std::string> usual_topics;  // names or ids: the first that is there is meant
  logs::RecentLines& recent;
  approval::Approver* approver = nullptr;         // of the changing tools
  dashboards::ChartPainter* painter = nullptr;    // null: no pictures
  narration::ChatModel* picture_model = nullptr;  // that sees; null: none is configured
  std::string public_url;                         // of this server; may be empty
  // The bytes behind an address of this server; unset: none can be read.
  std::function<Async<Result<std::string>>(std::string url)> own_picture;
};

struct LogCaller {
  identity::Principal who;
  Zone zone = Zone::shanghai();
  TimePoint now{};
  std::string region;  // as the cloud writes it; empty: the usual one

  const identity::User& user() const { return who.user; }
  Language language() const { return who.user.language; }
  bool zh() const { return language() == Language::zh; }
};

// Where the call goes: "ap-guangzhou".
inline const std::string& region_of(const LogCaller& caller, const LogToolPorts& ports) {
  return caller.region.empty() ? ports.usual_region : caller.region;
}

// Errc::invalid_argument for a region that nobody knows.
Async<Result<LogCaller>> who_asks(Callers* callers, const Clock* clock, mcp::CallContext context,
                                  std::string region);

// A failure of the log service as a sentence for the ear: what it means and what to do. The
// service's own words come with it only where they say what is wrong with the request.
std::unexpected<Error> cloud_failure(Error error, Language language);
// The same of a write: where no answer came, nobody knows whether it was done.
std::unexpected<Error> write_failure(Error error, Language language);

// The time that is meant; the last hour where none was said.
Result<logs::TimeRange> range_meant(std::string_view said, const LogCaller& caller);

// A name out of the cloud as it may be spoken: as the engineer knows it, without what cannot be
// said.
std::string spoken_name(std::string_view name);
// The first few, and how many there are: "a、b、c，还有五个".
std::string spoken_names(const std::vector<std::string>& names, Language language);

// "在广州" where a region was named, " in Guangzhou", else empty.
std::string spoken_place(std::string_view region, Language language);

// Whether it stands in the name, but for what people do not say: case, blanks, - and _. Nothing
// said stands in all of them.
bool holds(std::string_view name, std::string_view said);

// The one that is meant by a name as it was said or misheard (see clusters/names.h), or by a part
// of it; nothing said means the only one. Errc::not_found names the nearest, Errc::conflict asks
// which of two.
Result<std::size_t> choose_named(const std::vector<std::pair<std::string, std::string>>& ids_names,
                                 std::string_view said, clusters::Named what, Language language);

template <class List>
Result<typename List::value_type> choose_from(const List& list, std::string_view said,
                                              clusters::Named what, Language language) {
  std::vector<std::pair<std::string, std::string>> names;
  names.reserve(list.size());
  for (const auto& item : list) names.emplace_back(item.id, item.name);
  auto at = choose_named(names, said, what, language);
  if (!at) return fail(std::move(at).error());
  return list[*at];
}

// The same of what the log service answered.
template <class Item>
Result<Item> choose_from(const Result<std::vector<Item>>& answer, std::string_view said,
                         clusters::Named what, Language language) {
  if (!answer) return cloud_failure(answer.error(), language);
  return choose_from(*answer, said, what, language);
}

// The topic that is meant, with its failures as sentences. Nothing said means a usual one, else the
// only one that can be searched.
Async<Result<logs::Topic>> topic_meant(logs::LogStore* store, std::string said,
                                       std::vector<std::string> usual, Language language);

inline FieldOptions optional_text(std::size_t max_length = 200) {
  return {.required = false, .max_length = max_length};
}

}  // namespace mtc::services
