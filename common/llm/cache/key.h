// What makes two calls the same, and what makes them alike. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "common/llm/call/model.h"

namespace argosy::llm {

// The cosine of two texts says something up to here; longer ones are looked for exactly alone.
inline constexpr std::size_t kMaxSaidBytes = 16u << 10;
// Of an answer as JSON; the store takes no larger ones.
inline constexpr std::size_t kMaxKeptBytes = 1u << 20;

struct CacheKey {
  std::string exact{};   // sha256 of all of it, 32 bytes
  std::string around{};  // sha256 of all but the last thing that was said
  std::string said{};    // the last message's text, if it is the user's and nothing but text; empty: there is nothing to compare
};

// Counted in: who has to answer (the model that is named, else what the route goes by; `models` changes with models.yaml), what the call is
// for, messages, tools, parameters. Not: who asks and pays, marks for the vendor's cache. Texts that hold what looks like a secret are
// compared with nothing: their vector would be made by another vendor.
CacheKey cache_key(const Request& request, const CallOptions& options, std::string_view models);

}  // namespace argosy::llm
