// Where answers are kept, to be given again. An implementation over the store is handed in by main (common/runtime/models/answer_cache.h).
// Thread-safe; everything blocks. Errors: those of the database (A): the call itself goes on without the cache.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/core/text/usd.h"
#include "common/llm/cache/key.h"
#include "common/llm/embed/embedder.h"

namespace argosy::llm {

// Nothing is ever found across these.
struct CachePlace {
  OrgId org{};
  std::string repository{}, commit{}, kind{};
};

struct Cached {
  std::string answer{}, model{};  // JSON (conversation_json.h); who gave it, by its name in models.yaml
  NanoUsd cost = 0;
};
struct CacheLookup {
  bool off = false;  // the organisation wants no cache: nothing of it may be kept
  std::optional<Cached> found{};
};
struct CacheEntry {
  CachePlace place{};
  CacheKey key{};
  Cached cached{};
  std::string embedder{};  // Embedder::name() of whoever made the vector; empty: there is none
  Vector vector{};
  std::chrono::milliseconds keep{};
};
enum class CacheEvent : std::uint8_t { exact, semantic, missed, withheld };

class AnswerCache {
 public:
  virtual ~AnswerCache() = default;
  // The answer to the same, not older than `keep`.
  virtual Result<CacheLookup> find(const CachePlace& place, const CacheKey& key, std::chrono::milliseconds keep) = 0;
  // The answer to what is nearest to `vector`, of what was said around the same, if its cosine is at least `least`.
  virtual Result<std::optional<Cached>> nearest(const CachePlace& place, const CacheKey& key, const std::string& embedder,
                                                const Vector& vector, double least, std::chrono::milliseconds keep) = 0;
  virtual Result<void> put(const CacheEntry& entry) = 0;
  // `saved`: of a hit, what its answer had cost. It may be written later, with others.
  virtual Result<void> count(const CachePlace& place, CacheEvent event, NanoUsd saved) = 0;
};

}  // namespace argosy::llm
