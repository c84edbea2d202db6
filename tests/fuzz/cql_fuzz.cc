// The emulator's query languages: a condition in both syntaxes, then SQL, run against one small
// topic.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "emulator/cloud.h"
#include "emulator/cql.h"
#include "emulator/log_group.h"
#include "emulator/search_condition.h"
#include "emulator/sql_runner.h"

namespace {

using namespace mtc;
using namespace mtc::emulator;

constexpr std::string_view kIndex =
    R"x({"Rule":{"FullText":{"CaseSensitive":false,"Tokenizer":" ,;:","ContainZH":true},"KeyValue":{"CaseSensitive":false,"KeyValues":[
    {"Key":"level","Value":{"Type":"text","SqlFlag":true}},{"Key":"status","Value":{"Type":"long","SqlFlag":true}},
    {"Key":"cost","Value":{"Type":"double","SqlFlag":true}},{"Key":"message","Value":{"Type":"text","Tokenizer":" ,;:","SqlFlag":true,"ContainZH":true}}]}}})x";

struct World {
  FakeClock clock{};
  SeededRandom random{1};
  Cloud cloud{{}, clock, random};
  const Topic* topic = nullptr;
  World() {
    const Owner owner{.uin = 1, .region = "ap-guangzhou"};
    topic = *cloud.create_topic(owner, (*cloud.create_logset(owner, "l", Json::array()))->id, "t",
                                Json::object());
    topic->table->set_index(*parse_index_rule(*parse_json(kIndex)));
    const int stream = topic->table->stream(LogStream{.source = "s"});
    LogWriter writer(*topic->table);
    writer.add(
        {.stream = stream, .group = 1}, 1000,
        {{"level", "ERROR"}, {"status", "500"}, {"cost", "1.5"}, {"message", "连接 refused: a*b"}});
    writer.add({.stream = stream, .group = 1, .index = 1}, 61'000,
               {{"level", "INFO"}, {"status", "200"}, {"message", "ok \"quoted\""}});
    writer.commit();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parts = split_query(text);
  const SearchRange range{0, 3'600'000};
  for (const auto syntax : {QuerySyntax::cql, QuerySyntax::lucene}) {
    const auto condition = parse_condition(parts.condition, syntax);
    if (!condition) continue;
    const auto compiled = compile_condition(*condition, *world.topic->table, range);
    if (!compiled) continue;
    Statement rows(world.cloud.db(), "SELECT count(*) FROM " + world.topic->table->name() +
                                         " WHERE " + compiled->where.sql);
    rows.bind_all(compiled->where.binds);
    rows.step();
    if (!parts.has_sql) continue;
    const auto select = parse_sql(parts.sql);
    if (select) (void)run_sql(world.cloud.db(), *world.topic->table, *compiled, range, *select);
  }
  (void)decode_log_groups(text);
  return 0;
}
