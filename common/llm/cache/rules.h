// Which answers may be given again, how alike the questions must be and for how long: by what a call is for. Used by the cache and the
// command line. Pure, any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::llm {

struct CacheRule {
  std::string_view name{};                // "decomposition", for people
  std::vector<std::string_view> kinds{};  // CallOptions::kind
  bool on = true;
  std::optional<double> least_cosine{};  // nothing: only where all is the same
  std::chrono::milliseconds keep{};
  bool only_without_chance = false;  // at temperature 0 alone: a second try is meant to come out otherwise
};

class CacheRules {
 public:
  CacheRules();  // decomposition=0.90/7d, response=0.85/1d, analysis=0.95/3d, edit=exact/1d

  // ARGOSY_CACHE_RULES: words "NAME=COSINE/TIME", "NAME=exact/TIME" or "NAME=off", TIME like 90m, 12h, 7d; or "off" for all. Rules that are
  // not named stay as they are. Errors (B): cache_rules_invalid.
  static Result<CacheRules> parse(std::string_view text);

  // Null: answers to calls of this kind are never kept.
  const CacheRule* of(std::string_view kind) const;
  const std::vector<CacheRule>& all() const { return rules_; }

 private:
  std::vector<CacheRule> rules_;
};

}  // namespace argosy::llm
