// Indexes of repositories' sources, kept for all workers: pieces, opaque here, and which of them make up the index of a commit. Never
// across organisations or repositories. What is missing costs whoever looks for it a parse, no more. Used by codegen, and by the scheduler,
// which removes what is old. Blocking, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"

namespace argosy::store {

inline constexpr std::size_t kMaxCodeIndexPieceBytes = 4u << 20, kMaxCodeIndexPieces = 128;
inline constexpr int kKeptCodeIndexes = 8;  // of a repository: the commits whose index was used last

struct CodeIndexPlace {
  OrgId org{};
  std::string repository{};  // neither is ever empty
  std::string format{};      // who can read the pieces
};
struct CodeIndexParts {
  std::string commit{};               // whose they are: another one than was asked for where that has none
  std::vector<std::string> pieces{};  // digests of 32 bytes
};
// Of the commit, else of the one of this repository that was used last. Nothing: there is none.
Result<std::optional<CodeIndexParts>> find_code_index(Database& db, const CodeIndexPlace& place, const std::string& commit);
Result<std::optional<std::string>> get_code_index_piece(Database& db, const CodeIndexPlace& place, const std::string& digest);

// Its digest. Errors: code_index_piece_too_large (B); code_index_full (B): the organisation's would be more than `max_bytes`.
Result<std::string> put_code_index_piece(Database& db, const CodeIndexPlace& place, std::string_view bytes, std::int64_t max_bytes);
// What the commit's index is made of from now on, in the place of what it was; pieces that were put or found before. Errors:
// code_index_piece_gone (A), code_index_too_many_pieces (B).
Result<void> put_code_index(Database& db, const CodeIndexPlace& place, const CodeIndexParts& parts);

// A duty of the scheduler: what nobody used for `days` (0: for ever) goes, the oldest of an organisation that has about `max_bytes`, and
// pieces that belong to no commit (a day after they were put or used). The batch size or more means: call again soon.
Result<std::size_t> expire_code_indexes(Database& db, std::int64_t days, std::int64_t max_bytes, std::size_t batch = 256);

}  // namespace argosy::store
