#include "adapters/tencent/listing.h"

#include <iterator>

namespace mtc::tencent {
namespace {

constexpr std::int64_t kPage = 100;  // the most that the services hand out
constexpr int kMaxPages = 200;

}  // namespace

Async<Result<std::vector<Json>>> list_all(TencentClient& client, ApiCall call, std::string member) {
  std::vector<Json> items;
  std::size_t seen = 0;
  call.body["Limit"] = kPage;
  for (int page = 0; page < kMaxPages; ++page) {
    call.body["Offset"] = seen;
    const auto response = co_await client.call(call);
    if (!response) co_return fail(response.error());
    const Json& list = array_or_empty(*response, member);
    seen += list.size();
    std::ranges::copy_if(list, std::back_inserter(items),
                         [](const Json& item) { return item.is_object(); });
    if (list.empty() || static_cast<std::int64_t>(seen) >= integer_or(*response, "TotalCount"))
      break;
  }
  co_return items;
}

}  // namespace mtc::tencent
