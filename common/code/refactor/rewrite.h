// What all refactorings do at the end: pieces of files replaced, in each file's own encoding and line endings, and a look that everything
// still parses. Pure but for the tree's reads; one thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/binding/project.h"
#include "common/code/source_tree.h"

namespace argosy::code {

// Bytes [start, end) of a decoded text, and what comes in their place.
struct Patch {
  std::size_t start = 0, end = 0;
  std::string text;
};
using Patches = std::map<std::string, std::vector<Patch>>;  // by path

// The rules of the family that reads the file, by its name; null: none does.
const Rules* rules_of(const std::string& path);
// Whether one of the globs fits; an empty list fits everything.
bool fits_any(const std::vector<std::string>& globs, const std::string& path);
// "\r\n" where the text's first line ends so, else "\n"; and a text with these in the place of "\n".
std::string_view line_end_of(std::string_view text);
std::string with_line_ends(std::string_view text, std::string_view line_end);

// The text with its pieces written in; pieces are sorted first and must not overlap, nor two begin where nothing is replaced.
std::string rewritten(std::string_view text, std::vector<Patch> pieces);
// The files that come out different. Errors (B): encoding_unfit, syntax_broken (with the place), nothing_to_change.
Result<Edit> rewrite(const Project& project, const Patches& pieces);

}  // namespace argosy::code
