// The files of one language family in a tree: read, decoded, parsed and bound when first asked for, and kept. One thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/binding/rules.h"
#include "common/code/encoding.h"
#include "common/code/source_tree.h"

namespace argosy::code {

// Sources that one rename may hold in memory, parsed. A tree takes about fifteen times its source.
inline constexpr std::size_t kMaxParsedBytes = 96u << 20;

class Project {
 public:
  // Both must outlive the project.
  Project(const SourceTree& tree, const Rules& rules) : tree_(tree), rules_(rules) {}
  Result<void> load();  // lists the tree; once, first

  // Regular files of the whole tree, sorted, without those that a package manager brought (node_modules, vendor, .venv).
  const std::vector<std::string>& files() const { return files_; }
  // Those that the family's grammars read.
  const std::vector<std::string>& sources() const { return sources_; }
  bool has(std::string_view path) const { return known_.contains(path); }
  // A folder, written without a slash at its end, with sources in it or below.
  bool has_folder(std::string_view path) const { return folders_.contains(path); }
  // The files that describe packages: package.json, go.mod.
  const std::vector<std::string>& manifests() const { return manifests_; }
  // Sources whose name without folders is `name`.
  const std::vector<std::string>& named(std::string_view name) const;

  // The file's text; null when it is not text or cannot be read (problem() tells, unless it is just binary).
  const Decoded* text(const std::string& path) const;
  // Forgets a text that nobody parsed, so that a scan of a large tree stays small.
  void forget(const std::string& path) const;
  // The bound source; null when it is not text or cannot be parsed: why() tells.
  const Model* model(const std::string& path) const;
  // What an import means: Rules::resolve, asked once.
  const std::vector<std::string>& resolve(const Model& importer, std::string_view module) const;
  // The bound source if it has been asked for already.
  const Model* parsed(const std::string& path) const;
  // A fact about the whole project, worked out once.
  bool remember(const std::string& question, const std::function<bool()>& answer) const;
  // Why model() gave null for that file.
  const Error* why(const std::string& path) const;
  // The first failure of the tree itself, which no verdict may stand on.
  const std::optional<Error>& problem() const { return problem_; }
  // Makes project_too_large the problem, if there is none: a bound was met, `what` says which.
  void give_up(std::string what) const;

 private:
  struct Parsed {
    std::unique_ptr<Tree> tree;
    Model model;
    std::optional<Error> error;
  };
  const SourceTree& tree_;
  const Rules& rules_;
  std::vector<std::string> files_, sources_, manifests_;
  std::set<std::string, std::less<>> known_, folders_;
  std::map<std::string, std::vector<std::string>, std::less<>> by_name_;
  mutable std::map<std::string, std::optional<Decoded>> texts_;
  mutable std::map<std::string, Parsed> parsed_;
  mutable std::map<std::pair<const Model*, std::string>, std::vector<std::string>> imports_;
  mutable std::map<std::string, bool> facts_;
  mutable std::size_t parsed_bytes_ = 0;
  mutable std::optional<Error> problem_;
};

// What stands between the quotes of a string's source.
std::string_view content_of(std::string_view literal);
// Whether `word` stands in the text with no letter, digit, '_' or '$' beside it.
bool contains_word(std::string_view text, std::string_view word);
// The next place of the word at or behind `from`, or npos. `ascii`: letters of other scripts part words, as assemblers write them.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0, bool ascii = false);

}  // namespace argosy::code
