// Grouping accuracy on labelled logs of four systems (Loghub), where they are at hand:
// ../shared/data/logparse beside the project, or $MTC_SHARED_DATA/logparse. One setting for all;
// the floors lie a little below what is reached.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "domain/logs/line_format.h"
#include "domain/logs/template_miner.h"

namespace mtc::logs {
namespace {

namespace fs = std::filesystem;

fs::path data_folder() {
  if (const char* set = std::getenv("MTC_SHARED_DATA")) return fs::path(set) / "logparse";
  const fs::path project =
      fs::path(__FILE__).parent_path().parent_path().parent_path().parent_path();
  return project.parent_path() / "shared" / "data" / "logparse";
}

std::vector<std::vector<std::string>> read_csv(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream all;
  all << file.rdbuf();
  std::vector<std::vector<std::string>> rows(1, {""});
  bool quoted = false;
  const std::string text = all.str();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      rows.back().back() += text[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      rows.back().emplace_back();
    } else if (c == '\n' && !quoted) {
      rows.emplace_back(1);
    } else if (c != '\r') {
      rows.back().back() += c;
    }
  }
  if (rows.back().size() < 2) rows.pop_back();
  return rows;
}

struct Labelled {
  std::vector<std::string> contents;
  std::vector<std::string> raw;
  std::vector<std::string> truth;
};

Labelled read_system(const std::string& name) {
  Labelled out;
  const auto rows = read_csv(data_folder() / (name + "_2k.log_structured.csv"));
  std::map<std::string, std::size_t> column;
  for (std::size_t i = 0; i < rows.at(0).size(); ++i) column[rows[0][i]] = i;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    out.contents.push_back(rows[i].at(column.at("Content")));
    out.truth.push_back(rows[i].at(column.at("EventId")));
  }
  std::ifstream file(data_folder() / (name + "_2k.log"));
  for (std::string line; std::getline(file, line);) out.raw.push_back(line);
  return out;
}

struct Score {
  double ga = 0;   // lines in groups that match a true group exactly
  double fga = 0;  // F1 over groups
};

Score score(const TemplateMiner& miner, const std::vector<TemplateId>& ids,
            const std::vector<std::string>& truth) {
  std::map<TemplateId, std::vector<std::size_t>> found;
  std::map<std::string, std::vector<std::size_t>> real;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    found[miner.resolve(ids[i])].push_back(i);
    real[truth[i]].push_back(i);
  }
  double lines = 0;
  double groups = 0;
  for (const auto& [id, members] : found) {
    if (members != real[truth[members[0]]]) continue;
    lines += static_cast<double>(members.size());
    ++groups;
  }
  return {.ga = lines / static_cast<double>(ids.size()),
          .fga = 2 * groups / static_cast<double>(found.size() + real.size())};
}

class Accuracy : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!fs::exists(data_folder()))
      GTEST_SKIP() << "no labelled logs in " << data_folder() << "; set MTC_SHARED_DATA";
  }
};

TEST_P(Accuracy, OfMessagesIsAboveTheFloor) {
  const Labelled data = read_system(GetParam());
  TemplateMiner miner;
  std::vector<TemplateId> ids;
  ids.reserve(data.contents.size());
  for (const auto& message : data.contents) ids.push_back(miner.add(message));
  const Score reached = score(miner, ids, data.truth);
  RecordProperty("ga", std::to_string(reached.ga));
  std::cout << GetParam() << " messages: GA " << reached.ga << "  FGA " << reached.fga << "\n";
  EXPECT_GE(reached.ga, 0.97);
  EXPECT_GE(reached.fga, 0.95);
}

TEST_P(Accuracy, OfWholeLinesIsAboveTheFloor) {
  const Labelled data = read_system(GetParam());
  ASSERT_EQ(data.raw.size(), data.truth.size());
  TemplateMiner miner;
  LineParser parser({.reference = TimePoint(std::chrono::seconds(1'795'323'600))});
  std::vector<TemplateId> ids;
  std::size_t timed = 0;
  for (const auto& raw : data.raw) {
    const auto line = parser.parse(raw);
    timed += line.time != TimePoint{};
    ids.push_back(miner.add(line.message));
  }
  const Score reached = score(miner, ids, data.truth);
  std::cout << GetParam() << " lines: GA " << reached.ga << "  FGA " << reached.fga << "\n";
  EXPECT_EQ(timed, data.raw.size());
  EXPECT_GE(reached.ga, 0.97);
  EXPECT_GE(reached.fga, 0.95);
}

INSTANTIATE_TEST_SUITE_P(Loghub, Accuracy, testing::Values("HDFS", "OpenSSH", "BGL", "Linux"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace mtc::logs
