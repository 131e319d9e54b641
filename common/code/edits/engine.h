// Applies what a model's answer asks for: every edit at the one place that it means, all files or none, nothing on disk. The agents and
// `argosy tool apply-edits` use it. Promises: a match is exactly one place in the file that the edit names, on a named rung of the ladder;
// nothing changes outside of it; line ends, byte-order mark, encoding and a missing last newline stay; a file that parsed does not stop to.
// Pure but for the tree's reads; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/code/edits/edit_list.h"
#include "common/code/source_tree.h"

namespace argosy::code {

struct AppliedEdit {
  std::string path;
  std::size_t line = 0;   // where the match begins in the file as it was, from 1
  std::string_view rung;  // exact, trailing_space, ..., elision; or create, whole, delete, move, append
  std::size_t number = 0;
};

struct EditOutcome {
  std::vector<AppliedEdit> applied;  // with failures: those that would fit, so that they need not be sent again
  std::vector<EditFailure> failed;
  Edit staged;  // what to write; empty when something failed
  bool ok() const { return failed.empty(); }
  std::vector<std::string> changed() const;  // paths, sorted, the old ones of moved files too
};

struct EditRules {
  bool check_syntax = true;
};

EditOutcome apply_edits(const SourceTree& tree, const EditList& list, const EditRules& rules = {});

// After so many nothing more is looked for: the answer was not written against these files.
inline constexpr std::size_t kMaxFailures = 20;
// Larger files are generated: nobody edits them by hand.
inline constexpr std::size_t kMaxEditedBytes = 4u << 20;

}  // namespace argosy::code
