// Answers of models that are kept, to be given again: found by what was asked, or by what is near to it. Never across organisations,
// repositories or commits. Used by the workers' cache (common/runtime), ingest, the scheduler and the command line. Blocking, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/core/text/usd.h"
#include "common/store/database.h"

namespace argosy::store {

inline constexpr std::size_t kMaxCachedAnswerBytes = 1u << 20, kMaxCachedDimensions = 4096, kMaxCachedRepository = 300;
inline constexpr int kMostNearAnswers = 256;  // that a search looks at, the newest ones

// Who compares vectors: pgvector in the server, or we.
enum class VectorSearch : std::uint8_t { server, client };
struct Vectors {
  VectorSearch search = VectorSearch::client;
  std::string why{};  // pgvector's version, or why it is not there
};
// At start, before the cache is used: makes pgvector ready where the server has it and lets us. Both ways find the same.
Result<Vectors> prepare_answer_vectors(Database& db);

struct AskedPlace {
  OrgId org{};
  std::string repository{}, commit{};  // never empty
  std::string kind{};
  std::string around{};  // sha256 of everything but the last thing that was said, 32 bytes
};
struct KeptAnswer {
  std::string answer{}, model{};
  NanoUsd cost = 0;
};
struct FoundAnswer {
  bool off = false;  // the organisation wants no cache, or does not let what is said be kept (exchanges.h)
  std::optional<KeptAnswer> answer{};
};
// `key`: 32 bytes. What is older than `keep_ms` is not found, nor what is over by its own time.
Result<FoundAnswer> find_answer(Database& db, const AskedPlace& place, const std::string& key, std::int64_t keep_ms);

struct NearAnswer {
  std::string key{};
  double cosine = 0;
};
// The nearest of the newest kMostNearAnswers that were asked around the same, if its cosine is at least `least`; of equal ones the newest.
// `vector` is of length 1, as are those that were put. What cannot be compared with it is passed over.
Result<std::optional<NearAnswer>> nearest_answer(Database& db, VectorSearch search, const AskedPlace& place, const std::string& embedder,
                                                 std::span<const float> vector, double least, std::int64_t keep_ms);

struct NewAnswer {
  AskedPlace place{};
  std::string key{};
  KeptAnswer answer{};
  std::string embedder{};       // empty: without a vector
  std::vector<float> vector{};  // of length 1
  std::int64_t keep_ms = 0;
  std::int64_t max_entries = 0, max_bytes = 0;  // of the organisation: beyond them the oldest go
};
// Not where that is off. In the place of what the key had. Errors: cached_answer_too_large (B).
Result<void> put_answer(Database& db, const NewAnswer& answer);

struct AnswerCounts {
  std::int64_t exact = 0, semantic = 0, missed = 0;
  std::int64_t withheld = 0;  // answers that were not kept, for what they hold
  NanoUsd saved = 0;
};
Result<void> count_answers(Database& db, const OrgId& org, const std::string& kind, const AnswerCounts& counts);

struct AnswerCacheKind {
  std::string kind{};
  std::int64_t entries = 0, bytes = 0;  // now
  AnswerCounts counts{};
};
struct AnswerCacheStats {
  bool off = false;
  std::vector<AnswerCacheKind> kinds{};
};
Result<AnswerCacheStats> answer_cache_stats(Database& db, const OrgId& org, int days);

struct AnswerFilter {
  std::string repository{}, commit{}, kind{};  // empty: any
};
// How many went.
Result<std::int64_t> forget_answers(Database& db, const OrgId& org, const AnswerFilter& filter);
// Off: what there is goes, too.
Result<void> switch_answer_cache(Database& db, const OrgId& org, bool on);

// A duty of the scheduler: what is over goes. How many did; the batch size or more means: call again soon.
Result<std::size_t> expire_answers(Database& db, std::size_t batch = 256);

}  // namespace argosy::store
