// What one source file defines, uses and imports, by its grammar alone: for indexes, maps and tools, not for renames (binding/ is). Made
// with tree-sitter in one pass over the parse and without a copy of the tree, so that a hundred megabytes take seconds. Broken code gives
// what can be read of it. Pure, any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/syntax/tree.h"

namespace argosy::code {

enum class TagKind : std::uint8_t {
  function,
  method,
  klass,
  interface,
  structure,
  enumeration,
  type,
  constant,
  variable,
  field,
  module,
  macro
};
std::string_view to_string(TagKind kind);  // "function", "class", "struct", ...

// Texts are views into what FileTags::bytes keeps.
struct Definition {
  std::string_view name;
  TagKind kind = TagKind::function;
  std::string_view scope{};              // what it stands in, outermost first, with dots: "Outer.Inner"; of a Go method its receiver
  std::uint32_t line = 0, end_line = 0;  // from 1; the line is that of the name
  std::string_view signature{};          // that line, trimmed, bounded and without "{"
  bool exported = false;                 // seen from outside of the file, as far as the language tells
};
struct Reference {
  std::string_view name;
  std::uint32_t line = 0;        // the first one
  std::uint32_t count : 31 = 1;  // above 1 in an index only, which has one reference a name and file
  std::uint32_t call : 1 = 0;    // at least one of them
};
struct ImportLine {
  std::string module;                // as written, without quotes; "<a.h>" and "mod a" of C and Rust keep what tells them apart
  std::vector<std::string> names{};  // taken out of it; empty: itself; "*": all
  std::uint32_t line = 0;
};

struct FileTags {
  Language language = Language::python;
  std::vector<Definition> definitions;  // in reading order
  std::vector<Reference> references;    // likewise; definitions' own names are not among them
  std::vector<ImportLine> imports;
  std::string package{};  // Go, Java
  bool broken = false;    // parts could not be read
  std::shared_ptr<const void> bytes{};
};

// By the file's name; nothing where no grammar reads it. A header "x.h" counts as C.
std::optional<Language> language_of(std::string_view path);
// Sources in other encodings than UTF-8 are read, too. Errors (B): source_too_large, source_unreadable.
Result<FileTags> tags_of(Language language, std::string_view text);
// Of a file by its name; a header is read as C++ where that fits better. Errors: those of tags_of, and language_unsupported.
Result<FileTags> tags_of_file(std::string_view path, std::string_view text);

}  // namespace argosy::code
