// The cache of models' answers over Postgres, for whoever calls models. Thread-safe; blocks. Hits and misses are written every few seconds,
// by whoever counts one then, and at the end.
#pragma once

#include <cstdint>
#include <memory>

#include "common/core/clock.h"
#include "common/llm/cache/answer_cache.h"
#include "common/store/models/answer_cache.h"

namespace argosy::runtime {

struct AnswerCacheBounds {
  std::int64_t max_entries = 100'000, max_bytes = 256 << 20;  // of an organisation
};
// Finds out who compares vectors, pgvector in the server or we, and says so in the log. A database that cannot be asked now: we.
std::unique_ptr<llm::AnswerCache> answer_cache(std::shared_ptr<store::Database> db, AnswerCacheBounds bounds);
// The same with the search that the caller names. The clock lives longer.
std::unique_ptr<llm::AnswerCache> answer_cache(std::shared_ptr<store::Database> db, AnswerCacheBounds bounds, store::VectorSearch search,
                                               const Clock& clock = system_clock());

}  // namespace argosy::runtime
