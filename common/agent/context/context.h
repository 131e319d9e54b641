// What a model is shown of a repository before it begins: pieces by how much they matter for the task, each with the reason why it is
// there, and what was left out and why. Made by codegen and planning once a task; pure but for the tree's reads, any thread. All of it is
// others' words: nothing here is told to a model, only shown.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/imports/graph.h"
#include "common/code/index/index.h"
#include "common/code/source_tree.h"
#include "common/core/json.h"
#include "common/llm/prompts/values.h"

namespace argosy::agent {

enum class Priority : std::uint8_t { task_file, related, convention, outside };
std::string_view to_string(Priority priority);  // "task_file", ...
double weight_of(Priority priority);            // 1.0, 0.7, 0.4, 0.1

inline constexpr std::size_t kUsualContext = 24'000;     // tokens, as code::estimated_tokens() counts them
inline constexpr std::size_t kMostNeighbours = 20;       // files on either side of one that the task names, by imports
inline constexpr std::size_t kMostOfAPattern = 20;       // files that one pattern of the wish brings in
inline constexpr std::size_t kMostRanked = 20;           // files that only the repo map brings in
inline constexpr std::size_t kMostWholeRelated = 1'500;  // tokens of a related file that is shown whole; of a larger one its outline
inline constexpr std::size_t kMostConvention = 2'000;    // tokens of each README and the like
inline constexpr std::size_t kMostDocument = 2'000;      // tokens of each outside document
inline constexpr std::size_t kMostLeftOut = 100;         // that are named; the rest is counted
inline constexpr std::size_t kMostMapTokens = 4'096;     // of the repo map, which never takes more than an eighth of the budget

struct OutsideDocument {
  std::string source, text;  // "page https://...", and what it says
};
struct ContextWish {
  std::size_t tokens = kUsualContext;
  std::vector<std::string> files{};  // that the task names or may write, globs too; one that is not there yet is said so
  std::vector<std::string> names{};  // symbols that the task mentions
  std::vector<OutsideDocument> documents{};
};
struct Repository {
  const code::SourceTree& tree;
  std::span<const code::IndexedFile> files;  // sorted by path
  const code::ImportGraph& imports;
};

struct Piece {
  Priority priority = Priority::task_file;
  std::string name;    // the file's path, or what else it is
  std::string reason;  // "imports src/a.py"
  std::string form;    // "whole", "outline", "beginning"
  double value = 0.0;  // the priority's weight, times how near it is: what comes first when there is little room
  std::size_t tokens = 0;
  llm::Untrusted text;
};
struct LeftOut {
  Priority priority = Priority::task_file;
  std::string name, reason;
  std::size_t tokens = 0;  // that it would have needed, if that is known
};
struct Context {
  std::size_t budget = 0, tokens = 0;  // used is never more than the budget
  std::vector<Piece> pieces;           // by value, the highest first
  std::vector<LeftOut> left_out;
  std::size_t left_out_more = 0;  // beyond kMostLeftOut
};

// Errors: those of the tree.
Result<Context> build_context(const Repository& repository, const ContextWish& wish);
// Without the texts.
json::Value to_json(const Context& context);

}  // namespace argosy::agent
