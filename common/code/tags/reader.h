// Sources to tags, one after the other, with the parsers kept between them: one a thread of an index. Not thread-safe.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "common/code/syntax/grammars.h"
#include "common/code/syntax/parse.h"
#include "common/code/tags/raw_tags.h"

namespace argosy::code {

// Longer sources are read in pieces of about as many lines, which end where the grammar begins something at the start of a line.
inline constexpr std::size_t kMaxPieceLines = 10'000;
// Nobody writes larger ones, in pieces or not.
inline constexpr std::size_t kMaxTaggedBytes = 64u << 20;

class TagReader {
 public:
  // What `text` (UTF-8) says, with views into it. Errors (B): source_too_large (more than kMaxTaggedBytes, or one top-level piece of more
  // than kMaxSourceBytes in one line), source_unreadable, source_too_costly. `piece_lines`: for tests.
  Result<void> read(Language language, std::string_view text, RawTags& out, std::size_t piece_lines = kMaxPieceLines);

  // Of a file by its name, see tags_of_file.
  Result<Language> read_file(std::string_view path, std::string_view text, RawTags& out);

 private:
  struct Piece;
  Result<Piece> read_piece(Language language, std::string_view rest, std::uint32_t lines, std::size_t piece_lines, RawTags& out);
  // `passing`: the tree goes with the memory that it is in.
  Result<Piece> read_with(Parser& parser, Language language, std::string_view rest, std::uint32_t lines, std::size_t piece_lines,
                          RawTags& out, bool passing);

  // For large sources; kept for the next.
  std::array<std::optional<Parser>, kLanguages> parsers_{};
};

// The text in UTF-8, where it is in another encoding.
std::optional<std::string> as_utf8(std::string_view text);
// As kept: with the strings copied.
FileTags tags_from(Language language, RawTags&& raw);

}  // namespace argosy::code
