#include "common/runtime/models/answer_cache.h"

#include <map>
#include <mutex>
#include <utility>

#include "common/telemetry/log.h"

namespace argosy::runtime {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

// What may be kept can be: else whoever puts would learn it from errors.
static_assert(llm::kMaxKeptBytes <= store::kMaxCachedAnswerBytes);
static_assert(llm::kMaxDimensions <= store::kMaxCachedDimensions);

constexpr std::chrono::nanoseconds kCountsWrittenEvery = 5s;
constexpr std::size_t kMostCounts = 10'000;  // organisations and kinds that wait to be written

store::AskedPlace placed(const llm::CachePlace& place, const llm::CacheKey& key) {
  return {.org = place.org,
          .repository = place.repository,
          .commit = place.commit,
          .kind = place.kind,
          // What is compared with nothing has no surroundings; a column wants some.
          .around = key.around.empty() ? key.exact : key.around};
}

llm::Cached cached(store::KeptAnswer kept) { return {.answer = std::move(kept.answer), .model = std::move(kept.model), .cost = kept.cost}; }

// Hits and misses of which the database does not know yet. Every call has one, and all of an organisation's change the same row: so they
// are added up here, and whoever comes by after a while writes them. A process that dies loses those of the last seconds.
class UnwrittenCounts {
 public:
  UnwrittenCounts(store::Database& db, const Clock& clock) : db_(db), clock_(clock) {}

  Result<void> add(const OrgId& org, const std::string& kind, const store::AnswerCounts& counts) {
    const bool had_room = keep({org, kind}, counts);
    if (is_due()) ARGOSY_TRY_VOID(write());
    if (!had_room) return fail_transient("cache_counts_full", "hits and misses are lost: too many wait for the database");
    return {};
  }

  // What cannot be written stays for the next time.
  Result<void> write() {
    std::unique_lock lock(mutex_);
    auto all = std::exchange(waiting_, {});
    lock.unlock();
    Result<void> written;
    for (const auto& [whose, counts] : all) {
      if (written) written = store::count_answers(db_, whose.first, whose.second, counts);
      if (!written) keep(whose, counts);
    }
    return written;
  }

 private:
  using Whose = std::pair<OrgId, std::string>;

  bool keep(const Whose& whose, const store::AnswerCounts& counts) {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() >= kMostCounts && !waiting_.contains(whose)) return false;
    auto& sum = waiting_[whose];
    sum.exact += counts.exact;
    sum.semantic += counts.semantic;
    sum.missed += counts.missed;
    sum.withheld += counts.withheld;
    sum.saved += counts.saved;
    return true;
  }

  bool is_due() {
    const auto now = clock_.boot_time();
    const std::scoped_lock lock(mutex_);
    if (next_write_ && now < *next_write_) return false;
    next_write_ = now + kCountsWrittenEvery;
    return true;
  }

  store::Database& db_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<Whose, store::AnswerCounts> waiting_;
  std::optional<std::chrono::nanoseconds> next_write_;
};

class StoredAnswers final : public llm::AnswerCache {
 public:
  StoredAnswers(std::shared_ptr<store::Database> db, AnswerCacheBounds bounds, store::VectorSearch search, const Clock& clock)
      : db_(std::move(db)), bounds_(bounds), search_(search), counts_(*db_, clock) {}
  ~StoredAnswers() override {
    if (const auto written = counts_.write(); !written)
      telemetry::log_warning("the last hits and misses are not counted", {{"error", to_string(written.error())}});
  }

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
    return counts_.add(place.org, place.kind,
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
  UnwrittenCounts counts_;
};

}  // namespace

std::unique_ptr<llm::AnswerCache> answer_cache(std::shared_ptr<store::Database> db, AnswerCacheBounds bounds, store::VectorSearch search,
                                               const Clock& clock) {
  return std::make_unique<StoredAnswers>(std::move(db), bounds, search, clock);
}

std::unique_ptr<llm::AnswerCache> answer_cache(std::shared_ptr<store::Database> db, AnswerCacheBounds bounds) {
  const auto vectors = store::prepare_answer_vectors(*db);
  const bool by_server = vectors && vectors->search == store::VectorSearch::server;
  telemetry::log_info("answers that are alike are searched",
                      {{"by", by_server ? "the server" : "this process"}, {"why", vectors ? vectors->why : to_string(vectors.error())}});
  return answer_cache(std::move(db), bounds, by_server ? store::VectorSearch::server : store::VectorSearch::client);
}

}  // namespace argosy::runtime
