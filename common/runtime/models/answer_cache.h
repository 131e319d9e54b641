// The cache of models' answers over Postgres, for whoever calls models. Thread-safe; blocks.
#pragma once

#include <cstdint>
#include <memory>

#include "common/llm/cache/answer_cache.h"
#include "common/store/models/answer_cache.h"

namespace argosy::runtime {

struct AnswerCacheBounds {
  std::int64_t max_entries = 100'000, max_bytes = 256 << 20;  // of an organisation
};
// Finds out who compares vectors, pgvector in the server or we, and says so in the log. A database that cannot be asked now: we.
std::unique_ptr<llm::AnswerCache> answer_cache(std::shared_ptr<store::Database> db, AnswerCacheBounds bounds);
// The same with the search that the caller names.
std::unique_ptr<llm::AnswerCache> answer_cache(std::shared_ptr<store::Database> db, AnswerCacheBounds bounds, store::VectorSearch search);

}  // namespace argosy::runtime
