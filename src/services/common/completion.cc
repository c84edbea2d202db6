#include "services/common/completion.h"

#include "base/text.h"

namespace mtc::services {
namespace {

constexpr std::size_t kMostValues = 100;  // as the protocol allows

}  // namespace

std::vector<std::string> beginning_with(std::string_view typed, std::vector<std::string> values) {
  std::erase_if(values, [&](const std::string& value) {
    return !equals_ignoring_case(std::string_view(value).substr(0, typed.size()), typed);
  });
  if (values.size() > kMostValues) values.resize(kMostValues);
  return values;
}

}  // namespace mtc::services
