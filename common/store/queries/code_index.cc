#include "common/store/code_index.h"

#include <fmt/format.h>

#include "common/core/crypto.h"
#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"

namespace argosy::store {
namespace {

Params placed(const CodeIndexPlace& place) { return Params().add(place.org.uuid).text(place.repository); }

}  // namespace

Result<std::optional<CodeIndexParts>> find_code_index(Database& db, const CodeIndexPlace& place, const std::string& commit) {
  ARGOSY_TRY(const auto rows, call(db, "find_code_index", placed(place).text(place.format).text(commit)));
  if (rows.empty()) return std::nullopt;
  CodeIndexParts parts{.commit = text_from(rows[0][0])};
  for (const auto& row : rows) parts.pieces.push_back(bytes_from(row[1]));
  return parts;
}

Result<std::optional<std::string>> get_code_index_piece(Database& db, const CodeIndexPlace& place, const std::string& digest) {
  ARGOSY_TRY(const auto rows, call(db, "get_code_index_piece", placed(place).bytes(digest)));
  if (rows.empty() || rows[0][0].is_null()) return std::nullopt;
  return bytes_from(rows[0][0]);
}

Result<std::string> put_code_index_piece(Database& db, const CodeIndexPlace& place, std::string_view bytes, std::int64_t max_bytes) {
  if (bytes.empty() || bytes.size() > kMaxCodeIndexPieceBytes)
    return fail_user("code_index_piece_too_large", fmt::format("a piece of {} bytes is not kept", bytes.size()),
                     fmt::format("the most is {}", kMaxCodeIndexPieceBytes));
  auto digest = crypto::sha256(bytes);
  ARGOSY_TRY(const auto rows, call(db, "put_code_index_piece", placed(place).bytes(digest).bytes(bytes).add(max_bytes)));
  if (text_from(rows[0][0]) == "full")
    return fail_user("code_index_full", fmt::format("the organisation's indexes would pass {} bytes", max_bytes),
                     "those that were used longest ago go soon; ARGOSY_ORG_INDEX_BYTES sets the bound");
  return digest;
}

Result<void> put_code_index(Database& db, const CodeIndexPlace& place, const CodeIndexParts& parts) {
  if (parts.pieces.empty() || parts.pieces.size() > kMaxCodeIndexPieces)
    return fail_user("code_index_too_many_pieces", fmt::format("an index of {} pieces is not kept", parts.pieces.size()),
                     fmt::format("it has one to {}", kMaxCodeIndexPieces));
  BinaryBytes pieces;
  for (const auto& piece : parts.pieces) pieces.add(piece);
  ARGOSY_TRY(const auto rows,
             call(db, "put_code_index", placed(place).text(place.format).text(parts.commit).add(pieces).add(kKeptCodeIndexes)));
  if (text_from(rows[0][0]) != "kept") return fail_transient("code_index_piece_gone", "a piece of the index was removed meanwhile");
  return {};
}

Result<std::size_t> expire_code_indexes(Database& db, std::int64_t days, std::int64_t max_bytes, std::size_t batch) {
  ARGOSY_TRY(const auto rows, call(db, "expire_code_indexes", Params().add(batch).add(days).add(max_bytes)));
  return static_cast<std::size_t>(int_from(rows[0][0]));
}

}  // namespace argosy::store
