// What an action accepts, in the notation of the official member lists: "TopicId string!, Limit
// int64, Filters Filter[]".
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "emulator/api_error.h"

namespace mtc::emulator {

struct Member {
  std::string name;
  std::string type;  // int64, uint64, float, bool, string or the name of a structure
  bool list = false;
  bool required = false;
};
using Members = std::vector<Member>;

// Products name different structures alike: `scope` goes in front of the names of structures.
// Throws std::logic_error for text that is not in the notation (a mistake in our own tables).
Members parse_members(std::string_view notation, std::string_view scope = {});

// There and not null: null members count as absent.
bool given(const Json& body, std::string_view member);
// The members of `changes` that are there replace those of `document`, whole.
void merge_members(Json& document, const Json& changes,
                   std::initializer_list<std::string_view> except = {});

class RequestSchemas {
 public:
  void define(std::string_view name, std::string_view notation, std::string_view scope = {}) {
    structures_[std::string(scope).append(name)] = parse_members(notation, scope);
  }

  // Refuses with UnknownParameter, MissingParameter or
  // InvalidParameter; the detail names the member.
  ApiResult<> check(const Json& object, const Members& members) const;

  // The query of a GET request ("Filters.0.Key=a&Limit=5") as the object that a POST would have
  // carried.
  ApiResult<Json> from_query(std::string_view query, const Members& members) const;

 private:
  ApiResult<> check_object(const Json& object, const Members& members, const std::string& path,
                           int depth) const;
  ApiResult<> check_value(const Json& value, const Member& member, const std::string& path,
                          int depth) const;
  ApiResult<> coerce(Json& object, const Members& members, int depth) const;
  std::map<std::string, Members, std::less<>> structures_;
};

}  // namespace mtc::emulator
