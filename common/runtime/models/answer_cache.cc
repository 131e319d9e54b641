#include "common/runtime/models/answer_cache.h"

#include "common/telemetry/log.h"

namespace argosy::runtime {
namespace {

using std::chrono::milliseconds;

store::AskedPlace placed(const llm::CachePlace& place, const llm::CacheKey& key) {
  return {.org = place.org,
          .repository = place.repository,
          .commit = place.commit,
          .kind = place.kind,
          // What is compared with nothing has no surroundings; a column wants some.
          .around = key.around.empty() ? key.exact : key.around};
}

llm::Cached cached(store::KeptAnswer kept) { return {.answer = std::move(kept.answer), .model = std::move(kept.model), .cost = kept.cost}; }

class StoredAnswers final : public llm::AnswerCache {
 public:
  StoredAnswers(std::shared_ptr<store::Database> db, AnswerCacheBounds bounds, store::VectorSearch search)
      : db_(std::move(db)), bounds_(bounds), search_(search) {}

  Result<llm::CacheLookup> find(const llm::CachePlace& place, const llm::CacheKey& key, milliseconds keep) override {
    ARGOSY_TRY(auto found, store::find_answer(*db_, placed(place, key), key.exact, keep.count()));
    llm::CacheLookup lookup{.off = found.off};
    if (found.answer) lookup.found = cached(std::move(*found.answer));
    return lookup;
  }

  Result<std::optional<llm::Cached>> nearest(const llm::CachePlace& place, const llm::CacheKey& key, const std::string& embedder,
                                             const llm::Vector& vector, double least, milliseconds keep) override {
    const auto where = placed(place, key);
    ARGOSY_TRY(const auto near, store::nearest_answer(*db_, search_, where, embedder, vector, least, keep.count()));
    if (!near) return std::nullopt;
    ARGOSY_TRY(auto found, store::find_answer(*db_, where, near->key, keep.count()));
    if (!found.answer) return std::nullopt;  // it went in between
    return cached(std::move(*found.answer));
  }

  Result<void> put(const llm::CacheEntry& entry) override {
    return store::put_answer(*db_, {.place = placed(entry.place, entry.key),
                                    .key = entry.key.exact,
                                    .answer = {.answer = entry.cached.answer, .model = entry.cached.model, .cost = entry.cached.cost},
                                    .embedder = entry.embedder,
                                    .vector = entry.vector,
                                    .keep_ms = entry.keep.count(),
                                    .max_entries = bounds_.max_entries,
                                    .max_bytes = bounds_.max_bytes});
  }

  Result<void> count(const llm::CachePlace& place, llm::CacheEvent event, NanoUsd saved) override {
    using enum llm::CacheEvent;
    return store::count_answers(*db_, place.org, place.kind,
                                {.exact = event == exact ? 1 : 0,
                                 .semantic = event == semantic ? 1 : 0,
                                 .missed = event == missed ? 1 : 0,
                                 .withheld = event == withheld ? 1 : 0,
                                 .saved = saved});
  }

 private:
  const std::shared_ptr<store::Database> db_;
  const AnswerCacheBounds bounds_;
  const store::VectorSearch search_;
};

}  // namespace

std::unique_ptr<llm::AnswerCache> answer_cache(std::shared_ptr<store::Database> db, AnswerCacheBounds bounds, store::VectorSearch search) {
  return std::make_unique<StoredAnswers>(std::move(db), bounds, search);
}

std::unique_ptr<llm::AnswerCache> answer_cache(std::shared_ptr<store::Database> db, AnswerCacheBounds bounds) {
  const auto vectors = store::prepare_answer_vectors(*db);
  const bool by_server = vectors && vectors->search == store::VectorSearch::server;
  telemetry::log_info("answers that are alike are searched",
                      {{"by", by_server ? "the server" : "this process"}, {"why", vectors ? vectors->why : to_string(vectors.error())}});
  return answer_cache(std::move(db), bounds, by_server ? store::VectorSearch::server : store::VectorSearch::client);
}

}  // namespace argosy::runtime
