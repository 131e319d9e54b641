#include "common/store/models/answer_cache.h"

#include <fmt/format.h>

#include <charconv>
#include <tuple>

#include "common/core/text.h"
#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"

namespace argosy::store {
namespace {

constexpr int kBestOfServer = 16;  // that the server names: it reckons in single precision, we decide
constexpr int kForgetBatch = 1'000, kForgetPasses = 1'000;

std::string array_text(std::span<const float> vector) { return fmt::format("{{{}}}", fmt::join(vector, ",")); }

// The inner product with a vector in the server's text form; nothing when it is none of the same length.
std::optional<double> cosine(std::span<const float> one, std::string_view other) {
  if (!other.starts_with('{') || !other.ends_with('}')) return std::nullopt;
  const char* at = other.data() + 1;
  const char* const end = other.data() + other.size() - 1;
  double sum = 0, length = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    float value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc{} || (next != end) != (i + 1 < one.size())) return std::nullopt;
    sum += static_cast<double>(one[i]) * value;
    length += static_cast<double>(value) * value;
    at = next + 1;
  }
  constexpr double kMostOff = 1e-3;  // of the square of a length that should be 1
  return length > 1 - kMostOff && length < 1 + kMostOff ? std::optional(sum) : std::nullopt;
}

Params& add_place(Params& params, const AskedPlace& place) { return params.add(place.org.uuid).text(place.repository).text(place.commit); }

}  // namespace

Result<Vectors> prepare_answer_vectors(Database& db) {
  ARGOSY_TRY(const auto rows, call(db, "answer_vectors", Params()));
  const auto said = text_from(rows[0][0]);
  if (!said.empty() && !said.starts_with('!')) return Vectors{VectorSearch::server, "pgvector " + said};
  return Vectors{VectorSearch::client, "no pgvector: " + text::ellipsize(said.substr(std::min<std::size_t>(said.size(), 1)), 200)};
}

Result<FoundAnswer> find_answer(Database& db, const AskedPlace& place, const std::string& key, std::int64_t keep_ms) {
  Params params;
  add_place(params, place).bytes(key).text(place.kind).add(keep_ms);
  ARGOSY_TRY(const auto rows, call(db, "find_answer", params));
  FoundAnswer found;
  for (const auto& row : rows) {
    found.off = bool_from(row[0]);
    if (!row[1].is_null()) found.answer = KeptAnswer{.answer = text_from(row[1]), .model = text_from(row[2]), .cost = int_from(row[3])};
  }
  return found;
}

Result<std::optional<NearAnswer>> nearest_answer(Database& db, VectorSearch search, const AskedPlace& place, const std::string& embedder,
                                                 std::span<const float> vector, double least, std::int64_t keep_ms) {
  Params params;
  add_place(params, place).bytes(place.around).text(place.kind).add(keep_ms).text(embedder).text(array_text(vector));
  params.add(search == VectorSearch::server).add(kMostNearAnswers).add(kBestOfServer);
  ARGOSY_TRY(const auto rows, call(db, "near_answers", params));
  std::optional<std::tuple<double, std::int64_t, std::string>> best;  // what is as near and as new is told apart by its key
  for (const auto& row : rows) {
    const auto near = cosine(vector, row[1].bytes());
    if (!near || *near < least) continue;
    auto one = std::tuple(*near, int_from(row[2]), text::from_hex(text_from(row[0])).value_or(""));
    if (!best || one > *best) best = std::move(one);
  }
  if (!best) return std::nullopt;
  return NearAnswer{std::get<2>(*best), std::get<0>(*best)};
}

Result<void> put_answer(Database& db, const NewAnswer& answer) {
  if (answer.answer.answer.size() > kMaxCachedAnswerBytes || answer.vector.size() > kMaxCachedDimensions)
    return fail_user("cached_answer_too_large", fmt::format("an answer of {} bytes is not kept", answer.answer.answer.size()),
                     fmt::format("the most is {}", kMaxCachedAnswerBytes));
  Params params;
  add_place(params, answer.place).bytes(answer.key).bytes(answer.place.around).text(answer.place.kind);
  params.text(answer.answer.model).text(answer.answer.answer).add(answer.answer.cost);
  params.text(answer.embedder).text(array_text(answer.vector)).add(answer.keep_ms).add(answer.max_entries).add(answer.max_bytes);
  ARGOSY_TRY_VOID(call(db, "put_answer", params));
  return {};
}

Result<void> count_answers(Database& db, const OrgId& org, const std::string& kind, const AnswerCounts& counts) {
  Params params;
  params.add(org.uuid).text(kind).add(counts.exact).add(counts.semantic).add(counts.missed).add(counts.withheld).add(counts.saved);
  ARGOSY_TRY_VOID(call(db, "count_answers", params));
  return {};
}

Result<AnswerCacheStats> answer_cache_stats(Database& db, const OrgId& org, int days) {
  ARGOSY_TRY(const auto rows, call(db, "answer_cache_stats", Params().add(org.uuid).add(days)));
  AnswerCacheStats stats;
  for (const auto& row : rows) {
    stats.off = bool_from(row[8]);
    if (row[0].bytes().empty()) continue;  // there for the switch alone
    stats.kinds.push_back({.kind = text_from(row[0]),
                           .entries = int_from(row[1]),
                           .bytes = int_from(row[2]),
                           .counts = {.exact = int_from(row[3]),
                                      .semantic = int_from(row[4]),
                                      .missed = int_from(row[5]),
                                      .withheld = int_from(row[6]),
                                      .saved = int_from(row[7])}});
  }
  return stats;
}

Result<std::int64_t> forget_answers(Database& db, const OrgId& org, const AnswerFilter& filter) {
  Params params;
  params.add(org.uuid).text(filter.repository).text(filter.commit).text(filter.kind).add(kForgetBatch);
  std::int64_t gone = 0;
  for (int pass = 0; pass < kForgetPasses; ++pass) {
    ARGOSY_TRY(const auto rows, call(db, "forget_answers", params));
    gone += int_from(rows[0][0]);
    if (int_from(rows[0][0]) < kForgetBatch) break;
  }
  return gone;
}

Result<void> switch_answer_cache(Database& db, const OrgId& org, bool on) {
  ARGOSY_TRY_VOID(call(db, "switch_answer_cache", Params().add(org.uuid).add(!on)));
  if (!on) ARGOSY_TRY_VOID(forget_answers(db, org, {}));
  return {};
}

Result<std::size_t> expire_answers(Database& db, std::size_t batch) {
  ARGOSY_TRY(const auto rows, call(db, "expire_answers", Params().add(batch)));
  return static_cast<std::size_t>(int_from(rows[0][0]));
}

}  // namespace argosy::store
