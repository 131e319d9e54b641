#include "common/code/tags/reader.h"

#include <tree_sitter/api.h>

#include <algorithm>
#include <memory>

#include "common/code/syntax/kept_parses.h"
#include "common/code/syntax/parse_memory.h"
#include "common/code/tags/headers.h"
#include "common/code/tags/walk.h"

namespace argosy::code {
namespace {

constexpr TSSymbol kErrorSymbol = static_cast<TSSymbol>(-1);

std::size_t lines_in(std::string_view text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

// The bytes of the first `lines` lines that fit into a source; 0: not even one does.
std::size_t window(std::string_view text, std::size_t lines) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < lines && end < text.size(); ++i) {
    const auto newline = text.find('\n', end);
    const auto next = newline == std::string_view::npos ? text.size() : newline + 1;
    if (next > kMaxSourceBytes) return end;
    end = next;
  }
  return end;
}

// Where the last thing begins that stands at the start of a line and may be cut off at the end: what lies before is whole. 0: nowhere.
std::uint32_t cut(TSNode root) {
  if (ts_node_symbol(root) == kErrorSymbol) return 0;
  for (auto i = ts_node_child_count(root); i-- > 1;) {
    const TSNode child = ts_node_child(root, i);
    if (ts_node_is_named(child) && ts_node_start_point(child).column == 0) return ts_node_start_byte(child);
  }
  return 0;
}

}  // namespace

struct TagReader::Piece {
  std::size_t bytes = 0;
};

Result<TagReader::Piece> TagReader::read_piece(Language language, std::string_view rest, std::uint32_t lines, std::size_t piece_lines,
                                               RawTags& out) {
  // A small source has its memory for itself, and with it a parser of its own; the tree goes with it.
  if (rest.size() <= ParseMemory::kMaxSource) {
    const ParseMemory memory;
    Parser parser(language);
    return read_with(parser, language, rest, lines, piece_lines, out, true);
  }
  auto& parser = parsers_[static_cast<std::size_t>(language)];
  if (!parser) parser.emplace(language);
  return read_with(*parser, language, rest, lines, piece_lines, out, false);
}

Result<TagReader::Piece> TagReader::read_with(Parser& parser, Language language, std::string_view rest, std::uint32_t lines,
                                              std::size_t piece_lines, RawTags& out, bool passing) {
  for (std::size_t before = 0;; piece_lines *= 2) {
    const std::size_t bytes = window(rest, piece_lines);
    if (bytes == 0) return fail_user("source_too_large", "the file has a line that is too long to be parsed");
    ARGOSY_TRY(auto parsed, parser.parse(rest.substr(0, bytes)));
    const std::unique_ptr<TSTree, void (*)(TSTree*)> tree(parsed.release(), passing ? [](TSTree*) {} : ts_tree_delete);
    const TSNode root = ts_tree_root_node(tree.get());
    const bool last = bytes == rest.size();
    const std::uint32_t end = last ? static_cast<std::uint32_t>(bytes) : cut(root);
    // One thing that is longer than a piece: look farther, as far as a source may be.
    if (end == 0 && bytes != before) {
      before = bytes;
      continue;
    }
    const std::size_t taken = end == 0 ? bytes : end;
    Walk(rules_of(language), rest.substr(0, bytes), lines, out).run(root, static_cast<std::uint32_t>(taken));
    return Piece{.bytes = taken};
  }
}

Result<void> TagReader::read(Language language, std::string_view text, RawTags& out, std::size_t piece_lines) {
  out.clear();
  if (text.size() > kMaxTaggedBytes) return fail_user("source_too_large", "the file is too large to be read");
  if (text.contains('\0')) return fail_user("source_unreadable", "the file is not text");
  const auto kept = kept_parses().find(language, text);
  if (kept != nullptr && window(text, piece_lines) == text.size()) {
    Walk(rules_of(language), text, 0, out).run(ts_tree_root_node(kept.get()), static_cast<std::uint32_t>(text.size()));
    return {};
  }
  std::uint32_t lines = 0;
  for (std::size_t at = 0; at < text.size();) {
    ARGOSY_TRY(const auto piece, read_piece(language, text.substr(at), lines, piece_lines, out));
    if (at + piece.bytes < text.size()) lines += static_cast<std::uint32_t>(lines_in(text.substr(at, piece.bytes)));
    at += piece.bytes;
  }
  return {};
}

Result<Language> TagReader::read_file(std::string_view path, std::string_view text, RawTags& out) {
  const auto language = language_of(path);
  if (!language)
    return fail_user("language_unsupported", "no grammar reads files of this name",
                     "Python, JavaScript, TypeScript, Go, Java, C, C++ and Rust are read");
  if (!path.ends_with(".h")) {
    ARGOSY_TRY_VOID(read(*language, text, out));
    return *language;
  }
  const auto likely = likely_language_of_header(text);
  ARGOSY_TRY_VOID(read(likely, text, out));
  if (!out.broken) return likely;
  const auto other = likely == Language::c ? Language::cpp : Language::c;
  RawTags others;
  if (!read(other, text, others) || others.broken) return likely;
  out = std::move(others);
  return other;
}

}  // namespace argosy::code
