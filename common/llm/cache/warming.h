// Filling the cache with what was asked and answered elsewhere. Used by `argosy cache warm`. Blocks.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "common/llm/cache/answer_cache.h"
#include "common/llm/cache/rules.h"

namespace argosy::llm {

inline constexpr std::size_t kMaxWarmingLine = 8u << 20;

struct Warming {
  AnswerCache& cache;
  Embedder* embedder = nullptr;                                 // null: only the same is found
  std::function<bool(const CallOptions& options)> may_embed{};  // CachingSettings::may_embed
  const CacheRules& rules;
  std::string models{};  // CachingSettings::models of who is to find it
  OrgId org{};
  std::string repository{}, commit{}, kind{};  // of lines that name none
};

// One line: {kind, role, complexity, asked_model, repository, commit, request, model, answer}, request and answer as conversation_json.h
// has them. `model` is who answered, `asked_model` who had to, where the call named one; `cost_usd` is what a hit saves. Empty: it is kept;
// else why not, where the rules would not keep it either. Errors (B): warming_invalid, conversation_malformed, and those of the cache and
// of the embedder.
Result<std::string> warm(const Warming& warming, std::string_view line);

}  // namespace argosy::llm
