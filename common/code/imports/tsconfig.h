// "baseUrl" and "paths" of a tsconfig.json with what it extends. Used by this folder. Pure but for the tree's reads.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/code/imports/resolver.h"

namespace argosy::code::imports {

inline constexpr int kMostExtends = 16;  // files that one is made of, itself among them

struct TsConfig {
  bool has_base = false;
  std::string base{};                                                     // folder of baseUrl
  std::vector<std::pair<std::string, std::vector<std::string>>> paths{};  // pattern -> where, from the root of the repository
};

// All configurations of the repository by their folders; tsconfig.json is preferred to jsconfig.json.
std::map<std::string, TsConfig, std::less<>> ts_configs(const Repository& repository);
// Where the name may stand, without endings, the likeliest first.
std::vector<std::string> mapped(const TsConfig& config, std::string_view module);
// JSON as these files have it: without comments and commas before a closing bracket.
std::string plain_json(std::string_view text);

}  // namespace argosy::code::imports
