// The answers of the log service that are too large or too odd for the general JSON value: search
// results, SQL rows.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/logs/log_store.h"

namespace mtc::tencent {

// One page of SearchLog's raw form.
struct SearchPage {
  std::vector<logs::LogRecord> lines;
  std::string context;  // for the next page
  bool over = false;    // there is no next page
};

// `body` is the whole text of an answer without error; its capacity may grow. Errc::unavailable for
// wrong types.
Result<SearchPage> read_search_page(std::string& body, const std::string& topic_id);

// SearchLog's SQL form, new (AnalysisRecords, Columns) or old (AnalysisResults, ColNames). Values
// of numeric columns become numbers, also where the service sends them as text.
Result<logs::Table> read_table(const Json& response);

// DescribeLogContext, in the order of the answer.
Result<std::vector<logs::LogRecord>> read_context(const Json& response,
                                                  const std::string& topic_id);

}  // namespace mtc::tencent
