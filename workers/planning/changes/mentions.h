// Which documents of a repository mention something. Blocks for the tree's reads; any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/source_tree.h"
#include "common/core/error.h"

namespace argosy::planning {

inline constexpr std::size_t kMaxDocuments = 60;              // listed
inline constexpr std::size_t kMaxReadDocuments = 2'000;       // read, to see what they mention
inline constexpr std::size_t kMaxDocumentBytes = 512u << 10;  // of one
inline constexpr std::size_t kMaxDocumentsBytes = 16u << 20;  // of all that are read
inline constexpr std::size_t kMaxMentionedName = 200;         // longer ones are looked for in no document

bool is_document(std::string_view path);

// A name rather than a word: with an underscore, a point or a slash inside, or a capital behind a small letter.
bool looks_like_a_name(std::string_view word);

// How often a text mentions each of these names, whole. One that could be a word of the language counts only where it is written as code:
// between backticks, behind a point, before a bracket.
std::map<std::string, int> mentions_in(std::string_view text, const std::vector<std::string>& names);

struct Mention {
  std::string document;
  std::map<std::string, int> names;  // and how often
};
// By path, at most kMaxDocuments of the first kMaxReadDocuments and kMaxDocumentsBytes. `cancelled` ends it between two documents. Errors:
// cancelled (A), those of the tree.
Result<std::vector<Mention>> mentioning_documents(const code::SourceTree& tree, const std::vector<std::string>& names,
                                                  const std::function<bool()>& cancelled);

}  // namespace argosy::planning
