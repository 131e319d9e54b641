#include "workers/codegen/agent/stored_index.h"

#include <utility>

#include "common/store/code_index.h"
#include "common/telemetry/log.h"

namespace argosy::codegen {
namespace {

static_assert(code::kMaxPieceBytes <= store::kMaxCodeIndexPieceBytes);

// Files that are gone from the sources and still in pieces: as many as are there, and some for small repositories.
constexpr std::size_t kSpareKeys = 256;

store::CodeIndexPlace placed(const IndexPlace& place) {
  return {.org = place.org, .repository = place.repository, .format = code::tag_format()};
}

bool is_stale(const StoredParts& parts, const code::Index& index) {
  return parts.keys.size() > 2 * index.files().size() + kSpareKeys || parts.pieces.size() >= store::kMaxCodeIndexPieces;
}

std::vector<const code::IndexedFile*> missing(const StoredParts& parts, const code::Index& index) {
  std::vector<const code::IndexedFile*> out;
  for (const auto& file : index.files())
    if (!parts.keys.contains(code::tag_key(file))) out.push_back(&file);
  return out;
}

void warn(std::string_view what, const IndexPlace& place, const Error& error) {
  telemetry::log_warning(what, {{"repository", place.repository}, {"commit", place.commit}, {"error", to_string(error)}});
}

telemetry::Counter& counter(telemetry::Metrics& metrics, const std::string& how) {
  return metrics.counter("argosy_indexed_files_total", "Sources of indexes: read by a grammar, or known from before.", {{"how", how}});
}

}  // namespace

StoredIndexes::StoredIndexes(std::shared_ptr<store::Database> db, std::int64_t max_bytes, telemetry::Metrics& metrics)
    : db_(std::move(db)), max_bytes_(max_bytes), parsed_(counter(metrics, "parsed")), known_(counter(metrics, "known")) {}

StoredIndexes::Loaded StoredIndexes::load(const IndexPlace& place) {
  if (place.repository.empty()) return {};
  auto found = loaded(place);
  if (found) return std::move(*found);
  warn("the kept index of a repository cannot be had", place, found.error());
  return {};
}

Result<StoredIndexes::Loaded> StoredIndexes::loaded(const IndexPlace& place) {
  Loaded out;
  ARGOSY_TRY(auto found, store::find_code_index(*db_, placed(place), place.commit));
  if (!found) return out;
  out.parts.commit = std::move(found->commit);
  for (auto& digest : found->pieces) {
    ARGOSY_TRY(auto piece, store::get_code_index_piece(*db_, placed(place), digest));
    if (piece && out.tags.add(std::move(*piece)))
      out.parts.pieces.push_back(std::move(digest));
    else
      out.parts.commit.clear();  // what is left is nobody's whole index
  }
  const auto keys = out.tags.keys();
  out.parts.keys.insert(keys.begin(), keys.end());
  return out;
}

void StoredIndexes::save(const IndexPlace& place, const code::Index& index, StoredParts& parts) {
  parsed_.add(static_cast<double>(index.parsed()));
  known_.add(static_cast<double>(index.files().size() - std::min(index.parsed(), index.files().size())));
  if (place.repository.empty()) return;
  if (const auto done = saved(place, index, parts); !done) warn("the index of a repository is not kept", place, done.error());
}

Result<void> StoredIndexes::saved(const IndexPlace& place, const code::Index& index, StoredParts& parts) {
  if (is_stale(parts, index)) parts = {};
  const auto files = missing(parts, index);
  auto pieces = code::pieces_of(files);
  // What does not fit is parsed each time.
  pieces.resize(std::min(pieces.size(), store::kMaxCodeIndexPieces - parts.pieces.size()));
  auto next = parts;
  for (const auto& piece : pieces) {
    ARGOSY_TRY(auto digest, store::put_code_index_piece(*db_, placed(place), piece, max_bytes_));
    next.pieces.push_back(std::move(digest));
  }
  next.commit = place.commit;
  if (!next.pieces.empty() && (!pieces.empty() || parts.commit != place.commit)) {
    if (const auto named = store::put_code_index(*db_, placed(place), {.commit = next.commit, .pieces = next.pieces}); !named) {
      if (named.error().code == "code_index_piece_gone") parts = {};  // all of it is put again the next time
      return std::unexpected(named.error());
    }
  }
  for (const auto* file : files) next.keys.insert(code::tag_key(*file));
  parts = std::move(next);
  return {};
}

}  // namespace argosy::codegen
